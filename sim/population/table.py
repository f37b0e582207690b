"""The enterprise table: its columns, its two code lists (districts, industries) and the object that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from sim.regions import DISTRICTS
from sim.tables import version

Table = dict[str, np.ndarray]

SITES = ("scattered", "community", "park", "tower")
"""Site kinds by code: 0 零散, 1 小微园或工业社区, 2 园区, 3 工业上楼."""


@dataclass(frozen=True)
class Column:
    """One column of the enterprise table."""

    name: str
    dtype: str
    unit: str
    meaning_zh: str
    source: str


COLUMNS: tuple[Column, ...] = (
    Column("id", "u4", "", "企业编号：起点时等于行号，其后进入的另编，不等于", "合成"),
    Column("district", "i1", "0—9", "区县，次序见 districts.csv", "边际拟合"),
    Column("industry", "i1", "行号", "行业，为 industries.csv 的行号", "边际拟合"),
    Column("age_years", "f4", "年", "2020年末存续年数", "F242、F244、F245"),
    Column("above_scale", "?", "", "是否规上", "M146"),
    Column("site", "i1", "0—3", "0零散、1小微园或工业社区、2园区、3工业上楼", "F120、F152，假设"),
    Column("tenant", "?", "", "是否租用厂房", "假设"),
    Column("legal", "?", "", "用地、建筑、环保等是否合法", "假设"),
    Column("land_mu", "f4", "亩", "自有或租用的用地份额", "S115、F002，总量为假设"),
    Column("floor_m2", "f4", "㎡", "楼面面积", "F108、F201，假设"),
    Column("demand_wan", "f8", "万元/年", "2020年产值（市场需求）", "A003、F024，边际拟合"),
    Column("output_per_m2", "f8", "万元/㎡·年", "单位楼面产能", "产值÷（楼面×利用率），利用率为假设"),
    Column("value_added_rate", "f4", "比例", "增加值÷产值", "F023、F202—F215，边际拟合"),
    Column("tax_rate", "f4", "比例", "税收÷产值", "S112、F120，边际拟合"),
    Column("energy_per_output", "f4", "吨标煤/万元", "单位产值能耗", "假设"),
    Column("employees", "f4", "人", "从业人员", "F025，规下为假设"),
    Column("rd_share", "f4", "比例", "研发费用÷产值", "A105，规下为假设"),
    Column("suitability", "f4", "0—1", "上楼适合度", "S258、F173、F196，假设"),
)


POSITIVE = ("land_mu", "floor_m2", "demand_wan", "output_per_m2")
SHARES = ("value_added_rate", "suitability")
"""Columns that must lie between 0 and 1; the other numbers must not be negative."""


class PopulationInvalid(ValueError):
    """A table of enterprises that no model can run on; ``problems`` says what and in how many rows."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("企业表不能使用：" + "；".join(problems) + "。")


@dataclass(frozen=True)
class Population:
    """Enterprises as columns, sorted by district, then industry; ``id`` is the row number.

    Attributes:
        table: one array per entry of :data:`COLUMNS`, all of length ``n``.
        weight: number of enterprises each row stands for.
        margins: what was asked of the table and what it gives (see :func:`sim.population.margins.compare`).
    """

    table: Table
    weight: float
    margins: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse what would only show as nonsense later.

        Raises:
            PopulationInvalid: with every problem found.
        """
        if problems := list(_problems(self.table)) + ([] if self.weight > 0 else ["每行代表的企业数须为正"]):
            raise PopulationInvalid(problems)

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.table["id"])

    def to_frame(self) -> pd.DataFrame:
        """The table as a new frame, with codes still as numbers."""
        return pd.DataFrame(self.table)


def _problems(table: Table) -> Iterator[str]:
    if missing := [column.name for column in COLUMNS if column.name not in table]:
        yield f"缺少列 {'、'.join(missing)}"
        return
    if not len(table["id"]):
        yield "没有一家企业"
        return
    codes = {"district": len(DISTRICTS), "industry": len(industries()), "site": len(SITES)}
    wrong = {f"{name} 不在 0—{n - 1} 内": (table[name] < 0) | (table[name] >= n) for name, n in codes.items()}
    wrong |= {f"{name} 不为正数": ~(table[name] > 0) for name in POSITIVE}
    wrong |= {f"{name} 不在 0—1 内": ~((table[name] >= 0) & (table[name] <= 1)) for name in SHARES}
    numbers = {column.name for column in COLUMNS if column.dtype.startswith("f")}
    wrong |= {f"{name} 为负或缺失": ~(table[name] >= 0) for name in sorted(numbers - {*POSITIVE, *SHARES})}
    yield from (f"{what}（{int(rows.sum())} 行）" for what, rows in wrong.items() if rows.any())
    if len(np.unique(table["id"])) < len(table["id"]):
        yield "id 有重复"


def schema() -> pd.DataFrame:
    """Columns of the enterprise table: name, dtype, unit, meaning_zh, source."""
    return pd.DataFrame([vars(column) for column in COLUMNS])


@lru_cache(maxsize=2)
def _districts(path: Path, changed: int, size: int) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    if tuple(frame["name_zh"]) != DISTRICTS:
        raise CodeListMismatch("districts.csv", tuple(frame["name_zh"]))
    return frame


@lru_cache(maxsize=2)
def _industries(path: Path, changed: int, size: int) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype={"code": str})
    if not frame["code"].is_monotonic_increasing or frame["code"].duplicated().any():
        raise CodeListMismatch("industries.csv", tuple(frame["code"]))
    flags = ["special_process", "energy_intensive", "equipment", "below_scale"]
    return frame.astype(dict.fromkeys(flags, bool))


def districts() -> pd.DataFrame:
    """The ten districts in column order: code (GB/T 2260), name_zh, name_en, includes_zh.

    Raises:
        CodeListMismatch: the file's order is not the one every district column uses.
    """
    return _districts(*version("population/districts.csv")).copy()


def industries() -> pd.DataFrame:
    """Industries of GB/T 4754 (13-46), one row per code used in the ``industry`` column.

    Raises:
        CodeListMismatch: codes are not ascending and unique.
    """
    return _industries(*version("population/industries.csv")).copy()


def industry_codes() -> list[str]:
    """GB/T 4754 codes in row order."""
    return _industries(*version("population/industries.csv"))["code"].tolist()


def industry_numbers(name: str) -> np.ndarray:
    """A numeric (or yes/no) column of ``industries.csv``, one value per industry row."""
    return _industries(*version("population/industries.csv"))[name].to_numpy(copy=True)


def far_classes() -> np.ndarray:
    """Floor-area class of each industry row: heavy, general, light or high."""
    return industries()["far_class"].to_numpy(dtype=str)


class CodeListMismatch(ValueError):
    """A code list is not in the order the columns rely on."""

    def __init__(self, file: str, got: tuple[str, ...]) -> None:
        self.file, self.got = file, got
        super().__init__(
            f"data/population/{file} 的次序不对：{'、'.join(got)}。请恢复原次序，各列按行号引用它。"
        )
