"""The enterprises as columns of equal length; exited ones stay, so that every fate can be read at the end."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.abm.query import Query

if TYPE_CHECKING:
    import pandas as pd


class Site(IntEnum):
    """Where an enterprise works."""

    SCATTERED = 0
    COMMUNITY = 1
    PARK = 2
    TOWER = 3


class Stage(IntEnum):
    """What an enterprise is going through; EXITED is final."""

    IN_PLACE = 0
    RECTIFYING = 1
    MOVING = 2
    SETTLED = 3
    EXITED = 4


class Listed(IntEnum):
    """Bits of the three lists, which may overlap (D2 三(一)1, S038–S040)."""

    OUTDATED = 1
    HIGH_CONSUMPTION = 2
    SCATTERED_POLLUTING = 4


OWN_COLUMNS: dict[str, tuple[str, str, str]] = {
    "special_process": ("?", "", "铸造、印染、表面处理等特殊工艺"),
    "demand_wan": ("f8", "万元/年", "市场愿买的产出"),
    "output_wan": ("f8", "万元/年", "本月年化产出"),
    "output_year_wan": ("f8", "万元", "当年累计产出"),
    "output_last_year_wan": ("f8", "万元", "上年产出"),
    "tax_per_mu": ("f8", "万元/亩", "上年亩均税收"),
    "volatility": ("f8", "对数/月", "需求月冲击的拉普拉斯尺度"),
    "exit_hazard": ("f8", "1/月", "自然退出月概率"),
    "cost_burden": ("f8", "倍", "电价加价占产出之比 ÷ 利润率"),
    "loss_share": ("f8", "比例", "搬迁、整治或达产期内的产出损失"),
    "grade": ("i1", "0—3", "评价档次 A B C D"),
    "years_in_d": ("i1", "年", "连续D档年数"),
    "listed": ("i1", "位", "清单：1落后产能 2高耗低效 4散乱污"),
    "stage": ("i1", "0—4", "所处阶段"),
    "busy_until": ("i2", "月", "搬迁、整治、达产结束的月份"),
    "entered": ("i2", "月", "设立月份，初始企业为-1"),
}
"""Columns the model adds to the population's: dtype, unit, meaning."""


class Enterprises(Query):
    """``enterprises.demand_wan`` is a writable view of one column over all enterprises, exited ones included."""

    def __init__(self, table: Mapping[str, NDArray[Any]]) -> None:
        self.n = next(iter(table.values())).size
        self._columns: dict[str, NDArray[Any]] = {name: column.copy() for name, column in table.items()}
        for name, (dtype, _, _) in OWN_COLUMNS.items():
            if name not in self._columns:
                self._columns[name] = np.zeros(self.n, dtype)
        self._columns["entered"][:] = -1

    def __getattr__(self, name: str) -> NDArray[Any]:
        columns: dict[str, NDArray[Any]] = self.__dict__.get("_columns", {})
        if name not in columns:
            raise AttributeError(f"no column {name}; columns: {', '.join(columns)}")
        return columns[name][: self.n]

    def __setattr__(self, name: str, value: Any) -> None:
        """Let ``enterprises.demand_wan *= x`` through (it writes in place), and refuse to replace a column."""
        column = self.__dict__.get("_columns", {}).get(name)
        if column is None:
            object.__setattr__(self, name, value)
        elif not np.may_share_memory(column, value):
            raise AttributeError(f"write into the column: enterprises.{name}[:] = …")

    @property
    def _positions(self) -> NDArray[np.intp]:  # type: ignore[override]
        return np.arange(self.n)

    @property
    def _all(self) -> Enterprises:
        return self

    @staticmethod
    def described() -> dict[str, tuple[str, str, str]]:
        """Every column with dtype, unit and meaning (Chinese), the population's first."""
        from sim.population.table import COLUMNS

        given = {column.name: (column.dtype, column.unit, column.meaning_zh) for column in COLUMNS}
        return given | OWN_COLUMNS

    @property
    def column_names(self) -> list[str]:
        return list(self._columns)

    @property
    def live(self) -> NDArray[np.bool_]:
        """Mask of enterprises that have not exited."""
        live: NDArray[np.bool_] = np.not_equal(self.stage, Stage.EXITED)
        return live

    @property
    def idle(self) -> NDArray[np.bool_]:
        """Mask of live enterprises that are neither moving nor under rectification."""
        idle: NDArray[np.bool_] = np.equal(self.stage, Stage.IN_PLACE) | np.equal(self.stage, Stage.SETTLED)
        return idle

    def append(self, rows: Mapping[str, NDArray[Any]]) -> NDArray[np.intp]:
        """Add enterprises; columns left out start at zero. Returns their positions."""
        count = rows["id"].size
        if self.n + count > self._columns["id"].size:
            self._grow(self.n + count)
        new = np.arange(self.n, self.n + count)
        self.n += count
        for name, column in self._columns.items():
            column[new] = rows.get(name, 0)
        return new

    def _grow(self, least: int) -> None:
        size = max(least, int(self._columns["id"].size * 1.25) + 64)
        for name, column in self._columns.items():
            self._columns[name] = np.concatenate([column, np.zeros(size - column.size, column.dtype)])

    def to_frame(self) -> pd.DataFrame:
        """All enterprises with all columns, as a copy."""
        import pandas as pd

        return pd.DataFrame({name: column[: self.n].copy() for name, column in self._columns.items()})
