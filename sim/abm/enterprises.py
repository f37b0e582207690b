"""The enterprises as columns of equal length; exited ones stay, so that every fate can be read at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.abm.instead import NoSuchColumn, WorksOnColumns
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
    "demand_wan": ("f8", "万元/年", "市场愿买的产出"),
    "output_year_wan": ("f4", "万元", "当年累计产出"),
    "output_last_year_wan": ("f4", "万元", "上年产出"),
    "tax_per_mu": ("f4", "万元/亩", "上年亩均税收"),
    "volatility": ("f4", "对数/月", "需求月冲击的拉普拉斯尺度"),
    "exit_hazard": ("f4", "1/月", "自然退出月概率"),
    "cost_burden": ("f4", "倍", "电价加价占产出之比 ÷ 利润率"),
    "loss_share": ("f4", "比例", "搬迁、整治或达产期内的产出损失"),
    "grade": ("i1", "0—3", "评价档次 A B C D"),
    "years_in_d": ("i1", "年", "连续D档年数"),
    "listed": ("i1", "位", "清单：1落后产能 2高耗低效 4散乱污"),
    "stage": ("i1", "0—4", "所处阶段"),
    "busy_until": ("i2", "月", "搬迁、整治、达产结束的月份"),
    "entered": ("i2", "月", "设立月份，初始企业为-1"),
}
"""Columns the model adds to the population's: dtype, unit, meaning.

What grows month by month is kept in double precision; what is given or set anew each year in single, which halves the
memory a month passes over. All arithmetic is in double: see :func:`stored`.
"""


def stored(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amounts as a single-precision column will hold them, so that what one book gives another receives exactly."""
    result: NDArray[np.float64] = np.asarray(amounts).astype(np.float32).astype(float)
    return result


CACHE_LINE = 64
"""Bytes at whose multiples a column begins."""


def columns_of(size: int) -> dict[str, NDArray[Any]]:
    """Columns of zeros, side by side in one block of memory.

    A block of many megabytes gets large pages from the system, so that looking up enterprises here and there does not
    look up a page table each time.
    """
    described = Enterprises.described()
    dtypes = {name: np.dtype(described[name][0]) for name in Enterprises.stored_columns()}
    lengths = [-(-size * dtype.itemsize // CACHE_LINE) * CACHE_LINE for dtype in dtypes.values()]
    block = np.zeros(sum(lengths) + CACHE_LINE, np.uint8)
    starts = np.cumsum([-block.ctypes.data % CACHE_LINE, *lengths])
    return {
        name: block[start : start + size * dtype.itemsize].view(dtype)
        for start, (name, dtype) in zip(starts, dtypes.items(), strict=False)
    }


class Enterprises(Query):
    """``enterprises.demand_wan`` is a writable view of one column over all enterprises, exited ones included.

    Args:
        table: columns by name; those left out start at zero.
        room: newcomers there is memory for from the start; more is made when needed.
    """

    def __init__(self, table: Mapping[str, NDArray[Any]], room: int = 0) -> None:
        n = next(iter(table.values())).size
        self._columns = columns_of(n + room)
        for name, values in table.items():
            self._columns[name][:n] = values
        self._columns["entered"][:n] = -1
        self.extend_to(n)

    def extend_to(self, n: int) -> None:
        """Let the columns be ``n`` long, of what there is memory for."""
        if n != self.__dict__.get("n"):
            self._cut_anew(n)

    def _cut_anew(self, n: int) -> None:
        self.n = n
        for name in self.__dict__.keys() & self._columns.keys():
            del self.__dict__[name]

    def whole(self, name: str) -> NDArray[Any]:
        """A column with the memory it has in reserve."""
        return self._columns[name]

    def __getattr__(self, name: str) -> NDArray[Any]:
        """A column is cut to length when it is first asked for, then found without coming here."""
        if name.startswith("_"):
            raise AttributeError(name)
        columns = self._columns
        if name not in columns:
            raise NoSuchColumn(name, list(self.described()))
        view: NDArray[Any] = columns[name][: self.n]
        self.__dict__[name] = view
        return view

    def __setattr__(self, name: str, value: Any) -> None:
        """Let ``enterprises.demand_wan *= x`` through (it writes in place), and refuse everything else but its own."""
        if name in ("n", "_columns"):
            object.__setattr__(self, name, value)
        elif isinstance(getattr(type(self), name, None), property):
            raise WorksOnColumns(f"可写的列 {name}（由别的列算出）")
        elif name not in self._columns:
            raise NoSuchColumn(name, list(self.described()))
        elif not np.may_share_memory(self._columns[name], value):
            raise WorksOnColumns(f"可换掉的列 {name}（请写进列里：model.enterprises.{name}[:] = …）")

    def __reduce__(self) -> tuple[Callable[..., Enterprises], tuple[dict[str, NDArray[Any]], int]]:
        """A copy has its own columns, with the same memory in reserve."""
        return _restored, (self._columns, self.n)

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
        return given | OWN_COLUMNS | {"output_wan": ("f8", "万元/年", "本月年化产出，由需求、楼面与损失算出")}

    @staticmethod
    def stored_columns() -> list[str]:
        """Names of the columns that take memory."""
        return [name for name in Enterprises.described() if name != "output_wan"]

    @property
    def bytes_each(self) -> int:
        """Bytes of state an enterprise takes."""
        return sum(column.itemsize for column in self._columns.values())

    @property
    def output_wan(self) -> NDArray[np.float64]:
        """Output at today's demand, floor and interruptions, 万元 a year: the lesser of demand and capacity."""
        return self.output_of(slice(None))

    def output_of(self, rows: NDArray[np.intp] | slice) -> NDArray[np.float64]:
        """:attr:`output_wan` of some."""
        capacity = self.floor_m2[rows] * self.output_per_m2[rows]
        going = 1 - self.loss_share[rows].astype(float)
        output: NDArray[np.float64] = np.minimum(self.demand_wan[rows], capacity) * going
        return output

    @property
    def live(self) -> NDArray[np.bool_]:
        """Mask of enterprises that have not exited."""
        # a plain number, since numpy makes a column of eight bytes of the other to compare it with a member of an enum
        live: NDArray[np.bool_] = np.not_equal(self.stage, int(Stage.EXITED))
        return live

    def idle_at(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of these are neither moving, nor under rectification, nor gone."""
        stage = self.stage[rows]
        idle: NDArray[np.bool_] = (stage == Stage.IN_PLACE) | (stage == Stage.SETTLED)
        return idle

    def append(self, rows: Mapping[str, NDArray[Any]]) -> NDArray[np.intp]:
        """Add enterprises; columns left out start at zero. Returns their positions."""
        new = np.arange(self.n, self.n + rows["id"].size)
        self.make_room(new.size)
        self.extend_to(self.n + new.size)
        for name, value in rows.items():
            self._columns[name][new] = value
        return new

    def make_room(self, count: int) -> None:
        """Let ``count`` more be added without moving the columns."""
        held = self._columns["id"].size
        if self.n + count > held:
            wider = columns_of(max(self.n + count, int(held * 1.25) + 64))
            for name, column in self._columns.items():
                wider[name][:held] = column
            self._columns = wider
            self._cut_anew(self.n)

    def to_frame(self) -> pd.DataFrame:
        """All enterprises with all columns and their output, as a copy."""
        import pandas as pd

        columns = {name: column[: self.n].copy() for name, column in self._columns.items()}
        return pd.DataFrame(columns | {"output_wan": self.output_wan})


def _restored(columns: Mapping[str, NDArray[Any]], n: int) -> Enterprises:
    firms = object.__new__(Enterprises)
    firms._columns = columns_of(next(iter(columns.values())).size)
    for name, column in columns.items():
        firms.whole(name)[:] = column
    firms.extend_to(n)
    return firms
