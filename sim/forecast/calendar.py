"""The periods of a series: years, quarters or months, or plain integers; and the eleven-period statistical year.

A period is a count of months from year 0, so that any anchor (quarters that end in November, years that start in
July) is kept as it was found. China publishes January and February as one figure: a monthly series without any
January has eleven periods a year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

STEP = {"YS": 12, "QS": 3, "MS": 1}
SEASON = {"YS": 1, "QS": 4, "MS": 12}
NAMES = {"YS": "年", "QS": "季", "MS": "月"}
ALIASES = {"YS": r"(Y|YS|YE|A|AS|BYS|BYE)(-.*)?", "QS": r"(Q|QS|QE|BQS|BQE)(-.*)?", "MS": r"(M|MS|ME|BMS|BME)"}


class FrequencyUnknown(ValueError):
    """A frequency that is none of years, quarters and months."""

    def __init__(self, given: str) -> None:
        self.given = given
        super().__init__(f"不认识的频率“{given}”，可用 MS（月）、QS（季）、YS（年）。")


class CalendarInvalid(ValueError):
    """The dates of one series cannot be read as regular periods."""


def frequency(given: str) -> str:
    """Return MS, QS or YS for a pandas offset name.

    Raises:
        FrequencyUnknown: any other.
    """
    for name, pattern in ALIASES.items():
        if re.fullmatch(pattern, given.strip().upper()):
            return name
    raise FrequencyUnknown(given)


@dataclass(frozen=True)
class Calendar:
    """Where a series ends and how it goes on.

    ``last``: months from year 0, or the last integer where ``freq`` is of no dates (``dated`` false).
    ``season``: periods a year (1, 4, 12 or 11). ``day``: 1, or 0 for the end of the month.
    """

    freq: str
    season: int
    last: int
    dated: bool
    day: int = 1

    def ahead(self, horizon: int) -> list[int]:
        """Return the next ``horizon`` periods."""
        if not self.dated:
            return [self.last + step for step in range(1, horizon + 1)]
        found: list[int] = []
        period = self.last
        while len(found) < horizon:
            period += STEP[self.freq]
            if self.season != 11 or period % 12 != 0:
                found.append(period)
        return found

    def back(self, count: int) -> list[int]:
        """Return the last ``count`` periods up to ``last``, oldest first."""
        if not self.dated:
            return list(range(self.last - count + 1, self.last + 1))
        found: list[int] = []
        period = self.last
        while len(found) < count:
            if self.season != 11 or period % 12 != 0:
                found.append(period)
            period -= STEP[self.freq]
        return found[::-1]

    def label(self, period: int) -> int | str:
        """Return a period as it stood in the table: an integer, or YYYY-MM-DD."""
        if not self.dated:
            return period
        start = pd.Timestamp(period // 12, period % 12 + 1, 1)
        return (start if self.day else start + pd.offsets.MonthEnd(0)).strftime("%Y-%m-%d")

    def year(self, period: int) -> int:
        """Return the calendar year of a period."""
        return period // 12 if self.dated else period


def read_calendar(stamps: Sequence[Any], given: str | None) -> tuple[Calendar, NDArray[np.int64]]:
    """Return the calendar and the order that sorts ``stamps`` (dates, ``2020年3月``, ``2020Q1``, 202003 or integers).

    Raises:
        CalendarInvalid: unreadable, repeated, missing or irregular periods.
    """
    unknown = sum(pd.isna(stamp) or not str(stamp).strip() for stamp in stamps)
    if unknown:
        raise CalendarInvalid(f"{unknown} 行没有时间。")
    numbers = _integers(stamps)
    if numbers is not None and not _year_months(numbers):
        freq = given or "YS"
        order = _sorted(numbers, lambda number: str(number))
        _no_gaps(numbers[order], 1, lambda number: str(number))
        return Calendar(freq, SEASON[freq], int(numbers[order][-1]), dated=False), order
    dates = _dates(stamps)
    months = np.asarray(dates.year * 12 + dates.month - 1, dtype=np.int64)
    if np.unique(dates).size > np.unique(months).size:
        raise CalendarInvalid("频率高于月。请先汇总为月、季或年。")
    order = _sorted(months, _month_name)
    freq = given or _inferred(months[order])
    ends = bool(np.all(dates.is_month_end)) and not np.all(dates.day == 1)
    season = SEASON[freq]
    if freq == "MS" and _only_januaries_missing(months[order]):
        season = 11
    else:
        _no_gaps(months[order], STEP[freq], _month_name)
    return Calendar(freq, season, int(months[order][-1]), dated=True, day=0 if ends else 1), order


def _integers(stamps: Sequence[Any]) -> NDArray[np.int64] | None:
    try:
        numbers = np.array([float(str(stamp).strip()) for stamp in stamps])
    except ValueError:
        return None
    return numbers.astype(np.int64) if np.all(np.isfinite(numbers)) and np.all(numbers % 1 == 0) else None


def _year_months(numbers: NDArray[np.int64]) -> bool:
    """Whether integers are such as 202003."""
    return bool(np.all((numbers >= 190001) & (numbers <= 210012) & (numbers % 100 >= 1) & (numbers % 100 <= 12)))


def _dates(stamps: Sequence[Any]) -> pd.DatetimeIndex:
    found = []
    for stamp in stamps:
        text = unicodedata.normalize("NFKC", str(stamp)).strip()
        text = re.sub(r"[年月./](?=\s*\d)", "-", text)
        text = re.sub(r"[年月日]", "", text)
        quarter = re.fullmatch(r"(\d{4})\D*[Qq]([1-4])", text)
        if quarter:
            text = f"{quarter[1]}-{3 * int(quarter[2]) - 2:02d}"
        if re.fullmatch(r"\d{6}", text):
            text = f"{text[:4]}-{text[4:]}"
        try:
            if not re.search(r"\d{4}", text):  # pandas takes Mar-20 for March of the year 1
                raise ValueError
            found.append(pd.Timestamp(text))
        except ValueError:
            raise CalendarInvalid(f"时间“{stamp}”不认识，应如 2020-03、2020-03-01、2020Q1 或整数。") from None
    return pd.DatetimeIndex(found).tz_localize(None)


def _sorted(periods: NDArray[np.int64], name: Any) -> NDArray[np.int64]:
    order = np.argsort(periods, kind="stable")
    repeated = np.flatnonzero(np.diff(periods[order]) == 0)
    if repeated.size:
        raise CalendarInvalid(f"时间重复：{name(int(periods[order][repeated[0]]))}（共 {repeated.size} 处）。")
    return order


def _inferred(months: NDArray[np.int64]) -> str:
    steps = np.diff(months)
    common = int(np.bincount(steps).argmax()) if steps.size else 12
    for freq, step in STEP.items():
        if common == step:
            return freq
    raise CalendarInvalid(f"相邻两期多相隔 {common} 个月，认不出是月、季还是年。可用 --freq 指定。")


def _only_januaries_missing(months: NDArray[np.int64]) -> bool:
    every = np.arange(months[0], months[-1] + 1)
    missing = np.setdiff1d(every, months)
    return missing.size > 0 and bool(np.all(missing % 12 == 0)) and not np.any(months % 12 == 0)


def _no_gaps(periods: NDArray[np.int64], step: int, name: Any) -> None:
    steps = np.diff(periods)
    if np.any(steps % step):
        first = int(np.flatnonzero(steps % step)[0])
        raise CalendarInvalid(f"{name(int(periods[first]))} 与 {name(int(periods[first + 1]))} 之间间隔不规则。")
    holes = np.flatnonzero(steps > step)
    if holes.size:
        first = int(periods[holes[0]]) + step
        missing = int(np.sum(steps[holes] // step - 1))
        raise CalendarInvalid(f"缺 {missing} 期，第一处是 {name(first)}。请补上，或从缺口之后开始。")


def _month_name(months: int) -> str:
    return f"{months // 12}-{months % 12 + 1:02d}"
