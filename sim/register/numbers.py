"""The cells of a register that are numbers or dates, in whatever form offices write them.

What is written plainly is read at once; the rest one by one: full-width digits, thousands separators, units beside the
number, brackets for a minus, dates of six forms.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

PLAIN = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
WRITTEN = re.compile(r"(?P<number>[+-]?[0-9.,]+(?:[eE][+-]?[0-9]+)?)(?P<unit>[^0-9.,]*)")
MISSING = frozenset(
    ("", "-", "--", "—", "——", "–", "/", "\\", "无", "缺", "空", "不详", "未知", "暂无", "未填", "null", "none", "nan",
     "n/a", "na", "#n/a", "…", "...")
)  # fmt: skip
"""How an empty cell is written by people and programs, in lower case."""
LARGEST = 1e12
"""In our units; the city's output of a year is 2e8 万元 (A003)."""
EXCEL_ERRORS = ("#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#spill!", "#calc!")
DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2})日?|月)?(?:[ T][0-9:.]+)?")
DIGITS = re.compile(r"([0-9]{4})([0-9]{2})?([0-9]{2})?年?")
FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000
"""Days since 1899-12-30, as Excel counts them: October 1954 to April 2064."""
FIRST_YEAR = 1840
"""No industrial enterprise of China is older than the Opium War."""

MENDED = "按全角、千分位、单位或空格去掉后的数读取"
CONVERTED = "按格内写明的单位 {unit} 换算"
REDATED = "按日期读取"


@dataclass(frozen=True)
class Parsed:
    """``values``: NaN where missing or wrong. ``fixed``: how what is not written plainly was read, by place. ``wrong``:
    what is expected, by place."""

    values: NDArray[np.float64]
    fixed: Mapping[int, str]
    wrong: Mapping[int, str]

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Cells that say nothing."""
        found = np.isnan(self.values)
        found[list(self.wrong)] = False
        return found


def plain(text: str) -> str:
    """Half-width form of a cell, without spaces around it."""
    return unicodedata.normalize("NFKC", text).strip()


def unit_key(text: str) -> str:
    """A unit as it is compared: m² and m2 are ㎡."""
    return plain(text).lower().replace("m2", "㎡").replace(" ", "")


def is_missing(text: str) -> bool:
    """Whether a cell says that there is nothing to say."""
    return plain(text).lower() in MISSING


def numbers(cells: Sequence[str], unit: str, units: Mapping[str, float]) -> Parsed:
    """Read numbers written in ``unit``, or in another of the same family where the cell says so, as ours.

    Args:
        units: how many of ours one of each unit is.
    """
    import pyarrow as pa
    from pyarrow import compute

    texts = pa.array(cells, pa.string())
    at_once = compute.match_substring_regex(texts, PLAIN)
    values = compute.if_else(at_once, texts, pa.scalar(None, pa.string())).cast(pa.float64()).to_numpy(
        zero_copy_only=False
    ) * units[unit]  # fmt: skip
    return _rest(cells, values, at_once.to_numpy(zero_copy_only=False), lambda text: _number(text, unit, units))


def years(cells: Sequence[str]) -> Parsed:
    """Read dates as years with a fraction: 2015-07-01 is about 2015.5; a year alone is its middle."""
    values = np.full(len(cells), np.nan)
    return _rest(cells, values, np.zeros(len(cells), bool), _date)


def _rest(
    cells: Sequence[str], values: NDArray[np.float64], done: NDArray[np.bool_],
    read: Callable[[str], tuple[float, str, str]],
) -> Parsed:  # fmt: skip
    """Read what is not done yet, each spelling once."""
    values = values.copy()
    fixed, wrong = {}, {}
    known: dict[str, tuple[float, str, str]] = {}
    for place in np.flatnonzero(~done).tolist():
        cell = cells[place]
        if cell not in known:
            known[cell] = (np.nan, "", "") if is_missing(cell) else read(cell)
        values[place], how, said = known[cell]
        if how:
            fixed[place] = how
        if said:
            wrong[place] = said
    with np.errstate(invalid="ignore"):
        large = np.flatnonzero(~(np.abs(values) <= LARGEST) & ~np.isnan(values))
    for place in large.tolist():
        values[place], wrong[place] = np.nan, "数大得不可能，请检查单位或多打的数字"
    return Parsed(values, fixed, wrong)


def _number(text: str, unit: str, units: Mapping[str, float]) -> tuple[float, str, str]:
    """Value in ours, how it had to be mended, and what is wrong."""
    asked = f"应为一个数（单位 {unit}）"
    bare = re.sub(r"[\s¥￥']", "", plain(text)).replace("−", "-").replace("m2", "㎡")
    if bare.lower() in EXCEL_ERRORS:
        return np.nan, "", f"{asked}，这里是 Excel 的出错标记，请改公式或填数"
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    found = WRITTEN.fullmatch(bare)
    if found is None:
        return np.nan, "", asked
    written = {unit_key(name): size for name, size in units.items()}
    own = unit_key(found["unit"])
    if own and own not in written and f"{own}元" in written:  # 1.2亿, as people write it
        own += "元"
    if own and own not in written:
        return np.nan, "", f"{asked}；数后的单位只认 {'、'.join(units)}"
    number = found["number"]
    if "," in number and not GROUPED.fullmatch(number):
        return np.nan, "", f"{asked}；千分位逗号应每三位一个"
    number = number.replace(",", "")
    if not NUMBER.fullmatch(number):
        return np.nan, "", asked
    if not own or written[own] == units[unit]:
        return float(number) * units[unit], MENDED, ""
    named = next(name for name in units if unit_key(name) == own)
    return float(number) * written[own], CONVERTED.format(unit=named), ""


def _date(text: str) -> tuple[float, str, str]:
    asked = "应为日期，如 2015-07-01、2015年7月、201507 或 2015"
    bare = re.sub(r"(?<=[年月日])\s+|\s+(?=[年月日])", "", plain(text))
    if bare.isdecimal() and len(bare) == 5 and FIRST_SERIAL <= int(bare) <= LAST_SERIAL:
        day = date(1899, 12, 30) + timedelta(days=int(bare))
        return _fraction(day), REDATED, ""
    found = DATE.fullmatch(bare) or DIGITS.fullmatch(bare)
    if found is None:
        return np.nan, "", asked
    year, month, day_of = (int(part) if part else None for part in found.groups())
    try:
        there = date(year or 0, month or 7, day_of or (15 if month else 1))
    except ValueError:
        return np.nan, "", f"{asked}；没有这一天"
    if there.year < FIRST_YEAR:
        return np.nan, "", f"{asked}，不早于 {FIRST_YEAR} 年"
    usual = bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text))
    return _fraction(there), "" if usual else REDATED, ""


def _fraction(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 0.5) / (366 if isleap(day.year) else 365)
