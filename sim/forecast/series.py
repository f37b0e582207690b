"""The series of a long table: one checked, gap-free array each, or the reason why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.forecast.calendar import Calendar, CalendarInvalid, frequency, read_calendar
from sim.forecast.fitted import Array
from sim.forecast.long_table import LINE
from sim.own.checks import TWO_MONTHS

SHORTEST = 3
"""Points below which nothing can be said about growth and its spread."""
WHOLE_YEARS, TIMES = 3, 0.5
"""What makes a series year-to-date sums: so many whole years, in each of which the last period is so many times the
number of periods larger than the first."""
LARGEST = 1e300
"""Beyond this sums overflow."""
EMPTY = ("", "nan", "none", "<na>", "na", "n/a", "#n/a", "null", "nat")
"""How programs write that there is no number."""
THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", flags=re.ASCII)
SHOWN = 3
"""Lines that are named in one message."""


@dataclass(frozen=True)
class Series:
    """``values`` (n,), oldest first, one a period, up to ``calendar.last``."""

    name: str
    values: Array
    calendar: Calendar


@dataclass(frozen=True)
class Refused:
    """A series that is not forecast, and why."""

    name: str
    reason: str


def split(frame: pd.DataFrame, freq: str | None = None) -> Iterator[Series | Refused]:
    """Yield each series of a long table in order of first appearance.

    Raises:
        FrequencyUnknown: ``freq`` is none of MS, QS, YS and their aliases.
    """
    given = frequency(freq) if freq else None
    for key, rows in frame.groupby("unique_id", sort=False, dropna=False):
        name = "" if pd.isna(key) else str(key)
        yield _series(name, rows, given)


def _series(name: str, rows: pd.DataFrame, given: str | None) -> Series | Refused:
    cells = [_number(cell) for cell in rows["y"]]
    wrong = next((place for place, cell in enumerate(cells) if cell is None), None)
    if wrong is not None:
        said = f"“{rows['y'].iloc[wrong]}”不是数字（不带单位和文字）。"
        return Refused(name, f"{_place(rows, 'y', wrong)}{said}")
    values = np.array(cells, dtype=float)
    if np.any(np.abs(values) > LARGEST):
        place = int(np.flatnonzero(np.abs(values) > LARGEST)[0])
        return Refused(name, f"{_place(rows, 'y', place)}有无穷大或超过 {LARGEST:g} 的数。")
    known = ~np.isnan(values)
    if np.sum(known) < SHORTEST:
        return Refused(name, f"只有 {int(np.sum(known))} 个数，至少要 {SHORTEST} 个。")
    percent = [place for place, cell in enumerate(rows["y"]) if str(cell).strip().endswith(("%", "％"))]
    if percent and len(percent) < np.sum(known):
        return Refused(name, f"{_place(rows, 'y', percent[0])}带 %，而别处不带。一个序列只能用一种单位。")
    try:
        calendar, order = read_calendar(list(rows["ds"][known]), given)
    except CalendarInvalid as error:
        return Refused(name, f"{_place(rows[known], 'ds', *error.places)}{error}")
    values = values[known][order]
    if _to_date(values, calendar):
        return Refused(name, "似为年初累计（年内逐期上升，到新年又落下）。请先换成当期数：本期累计减上期累计。")
    if _blank_januaries(values, calendar):
        return Refused(name, "各年 1 月都是 0，而 2 月有两个月那么多：若是 1—2 月合并公布的，请删去 1 月各行。")
    return Series(name, values, _eleven(values, calendar))


def _number(cell: Any) -> float | None:
    """Return a cell's number, NaN where it is empty, None where it is no number."""
    if isinstance(cell, (int, float)):
        return float(cell)
    text = "" if pd.isna(cell) else unicodedata.normalize("NFKC", str(cell)).strip()
    if text.lower() in EMPTY:
        return float("nan")
    text = text.removesuffix("%").strip()
    try:
        return float(text.replace(",", "") if THOUSANDS.fullmatch(text) else text) if "_" not in text else None
    except ValueError:
        return None


def _place(rows: pd.DataFrame, column: str, *places: int) -> str:
    """Where a fault is in the user's file, as far as there are lines."""
    if rows.index.name != LINE or not places:
        return ""
    return f"第 {'、'.join(str(rows.index[place]) for place in places[:SHOWN])} 行 {column} 列："


def _eleven(values: Array, calendar: Calendar) -> Calendar:
    """Of a single year from February on, the first figure may be of January too, which only its size can tell."""
    first = calendar.back(values.size)[0]
    if calendar.freq != "MS" or calendar.season != 12 or not calendar.dated or values.size > 11 or first % 12 != 1:
        return calendar
    return replace(calendar, season=11) if values[0] >= TWO_MONTHS * np.median(values[1:]) > 0 else calendar


def _blank_januaries(values: Array, calendar: Calendar) -> bool:
    """Whether Januaries are written as 0 beside a February that holds both."""
    if not calendar.dated or calendar.season != 12:
        return False
    month = np.array(calendar.back(values.size)) % 12
    first, second, rest = values[month == 0], values[month == 1], values[month > 1]
    if not (first.size and second.size and rest.size) or first.any():
        return False
    return bool(np.median(second) >= TWO_MONTHS * np.median(rest) > 0)


def _to_date(values: Array, calendar: Calendar) -> bool:
    """Whether the values are sums since the year began: rising within each of three years and more, to a multiple of
    the first that no season explains."""
    if not calendar.dated or calendar.season == 1:
        return False
    years = np.array([calendar.year(period) for period in calendar.back(values.size)])
    whole = [values[years == year] for year in np.unique(years) if np.sum(years == year) == calendar.season]
    return len(whole) >= WHOLE_YEARS and all(
        np.all(np.diff(each) > 0) and each[-1] > TIMES * calendar.season * each[0] > 0 for each in whole
    )
