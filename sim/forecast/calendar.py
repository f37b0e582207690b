"""The periods of a series: years, quarters or months, or plain integers; and the eleven-period statistical year.

A period is a count of months from year 0, so that any anchor (quarters that end in November, years that start in
July) is kept as it was found. China publishes January and February as one figure: a monthly series that has it, or
is without any January or without any February, has eleven periods a year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.forecast.stamps import Stamp, StampUnknown, read_stamp, whole_numbers

STEP = {"YS": 12, "QS": 3, "MS": 1}
SEASON = {"YS": 1, "QS": 4, "MS": 12}
NAMES = {"YS": "年", "QS": "季", "MS": "月"}
ALIASES = {"YS": r"(Y|YS|YE|A|AS|BYS|BYE)(-.*)?", "QS": r"(Q|QS|QE|BQS|BQE)(-.*)?", "MS": r"(M|MS|ME|BMS|BME)"}

EXCEL_ZERO, EXCEL_DAYS = pd.Timestamp("1899-12-30"), (14_000, 84_000)
"""The day that Excel counts from, and the numbers of the days of 1938 to 2129."""
DAYS_APART = ((28, 31), (59, 62), (90, 92), (365, 366))
"""Days from one month to the next, past one month, to the next quarter, to the next year."""
MEND = "请补上，或从缺口之后开始。"
MEND_JANUARY = (
    "请补上；若 1 月与 2 月合并公布，请各年一律写成一期（删去 1 月，2 月填两个月的合计，或写 2020年1—2月），"
    "不能有的年合计、有的年分列。"
)


class FrequencyUnknown(ValueError):
    """A frequency that is none of years, quarters and months."""

    def __init__(self, given: str) -> None:
        self.given = given
        super().__init__(f"不认识的频率“{given}”，可用 MS（月）、QS（季）、YS（年）。")


class CalendarInvalid(ValueError):
    """The dates of one series cannot be read as regular periods; ``places`` (0 …) of those that are to blame."""

    def __init__(self, said: str, *places: int) -> None:
        self.places = tuple(int(place) for place in places)
        super().__init__(said)


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
    ``season``: periods a year (1, 4, 12 or 11). ``day``: 1, or 0 for the end of the month. ``empty``: the month that
    has no figure of its own where there are eleven: 0, January is in February's; 1, February is in January's.
    """

    freq: str
    season: int
    last: int
    dated: bool
    day: int = 1
    empty: int = 0

    def ahead(self, horizon: int) -> list[int]:
        """Return the next ``horizon`` periods."""
        if not self.dated:
            return [self.last + step for step in range(1, horizon + 1)]
        found: list[int] = []
        period = self.last
        while len(found) < horizon:
            period += STEP[self.freq]
            if self.season != 11 or period % 12 != self.empty:
                found.append(period)
        return found

    def back(self, count: int) -> list[int]:
        """Return the last ``count`` periods up to ``last``, oldest first."""
        if not self.dated:
            return list(range(self.last - count + 1, self.last + 1))
        found: list[int] = []
        period = self.last
        while len(found) < count:
            if self.season != 11 or period % 12 != self.empty:
                found.append(period)
            period -= STEP[self.freq]
        return found[::-1]

    def label(self, period: int) -> int | str:
        """Return a period as it stood in the table: an integer, or YYYY-MM-DD."""
        if not self.dated:
            return period
        start = pd.Timestamp(period // 12, period % 12 + 1, 1)
        return (start if self.day else start + pd.offsets.MonthEnd(0)).strftime("%Y-%m-%d")

    @property
    def both(self) -> int:
        """The month (1 or 2) whose figure is of January and February together, 0 where there is none."""
        return 2 - self.empty if self.season == 11 else 0

    def year(self, period: int) -> int:
        """Return the calendar year of a period."""
        return period // 12 if self.dated else period


def read_calendar(stamps: Sequence[Any], given: str | None) -> tuple[Calendar, NDArray[np.int64]]:
    """Return the calendar and the order that sorts ``stamps`` (periods in any form of ``stamps``, or integers).

    Raises:
        CalendarInvalid: unreadable, repeated, missing or irregular periods.
    """
    unknown = [place for place, stamp in enumerate(stamps) if pd.isna(stamp) or not str(stamp).strip()]
    if unknown:
        raise CalendarInvalid(f"{len(unknown)} 行没有时间。", *unknown)
    numbers = whole_numbers(stamps)
    if numbers is not None:
        freq = given or "YS"
        order = _sorted(numbers, str)
        _no_serial_numbers(numbers, order)
        _no_gaps(numbers, order, 1, str)
        return Calendar(freq, SEASON[freq], int(numbers[order][-1]), dated=False), order
    return _dated(_read(stamps), given)


def _dated(read: Sequence[Stamp], given: str | None) -> tuple[Calendar, NDArray[np.int64]]:
    months = np.array([stamp.month for stamp in read])
    if len({(stamp.month, stamp.day) for stamp in read}) > np.unique(months).size:
        raise CalendarInvalid("频率高于月。请先汇总为月、季或年。")
    _one_kind(read)
    order = _sorted(months, _month_name)
    freq = given or _inferred(months[order])
    ends = all(stamp.ends_month for stamp in read) and any(stamp.day != 1 for stamp in read)
    season, empty = SEASON[freq], 0
    both = [place for place, stamp in enumerate(read) if stamp.kind == "both"]
    if freq == "MS" and (both or _one_month_missing(months)):
        season, empty = 11, 0 if both else _one_month_missing(months)[0]
        _whole_without(months, empty, both)
    else:
        _no_gaps(months, order, STEP[freq], _month_name)
    return Calendar(freq, season, int(months[order][-1]), dated=True, day=0 if ends else 1, empty=empty), order


def _read(stamps: Sequence[Any]) -> list[Stamp]:
    found = []
    for place, stamp in enumerate(stamps):
        try:
            found.append(read_stamp(str(stamp)))
        except StampUnknown as error:
            raise CalendarInvalid(str(error), place) from None
    return found


def _one_kind(read: Sequence[Stamp]) -> None:
    """Refuse quarters among months."""
    quarters = [stamp.kind == "quarter" for stamp in read]
    if any(quarters) and not all(quarters):
        raise CalendarInvalid("既有季度又有月份或日期，一个序列只能用一种。", quarters.index(not quarters[0]))


def _sorted(periods: NDArray[np.int64], name: Any) -> NDArray[np.int64]:
    order = np.argsort(periods, kind="stable")
    repeated = np.flatnonzero(np.diff(periods[order]) == 0)
    if repeated.size:
        first = int(repeated[0])
        raise CalendarInvalid(
            f"时间重复：{name(int(periods[order][first]))}（共 {repeated.size} 处）。", *order[first : first + 2]
        )
    return order


def _inferred(months: NDArray[np.int64]) -> str:
    steps = np.diff(months)
    common = int(np.bincount(steps).argmax()) if steps.size else 12
    for freq, step in STEP.items():
        if common == step:
            return freq
    raise CalendarInvalid(f"相邻两期多相隔 {common} 个月，认不出是月、季还是年。可用 --freq 指定。")


def _one_month_missing(months: NDArray[np.int64]) -> list[int]:
    """Return [0] where all Januaries are missing and nothing else, [1] where all Februaries are, otherwise []."""
    missing = np.setdiff1d(np.arange(months.min(), months.max() + 1), months)
    return [
        empty for empty in (0, 1)
        if missing.size and np.all(missing % 12 == empty) and not np.any(months % 12 == empty)
    ]  # fmt: skip


def _whole_without(months: NDArray[np.int64], empty: int, both: Sequence[int]) -> None:
    """Refuse gaps of an eleven-period year, and a January beside figures of January and February together."""
    apart = np.flatnonzero(months % 12 == empty)
    if apart.size:
        named = _month_name(int(months[both[0]]))[:4]
        said = f"{named} 年的 1—2 月是合计，这里却另有 1 月。请一律合计，或一律分列。"
        raise CalendarInvalid(said, int(apart[0]))
    every = np.arange(months.min(), months.max() + 1)
    missing = np.setdiff1d(every[every % 12 != empty], months)
    if missing.size:
        raise CalendarInvalid(f"缺 {missing.size} 期，第一处是 {_month_name(int(missing[0]))}。{MEND}")


def _no_serial_numbers(numbers: NDArray[np.int64], order: NDArray[np.int64]) -> None:
    """Refuse dates that Excel wrote as numbers of days: all of them in its range, a month, quarter or year apart."""
    ordered = numbers[order]
    if ordered.size < 2 or ordered[0] < EXCEL_DAYS[0] or ordered[-1] > EXCEL_DAYS[1]:
        return
    if all(any(low <= step <= high for low, high in DAYS_APART) for step in np.diff(ordered)):
        first = (EXCEL_ZERO + pd.Timedelta(days=int(ordered[0]))).strftime("%Y-%m-%d")
        said = f"是 Excel 的日期序号（{ordered[0]} 即 {first}），不是时期。请在 Excel 里把这一列设为日期格式再保存。"
        raise CalendarInvalid(said, int(order[0]))


def _no_gaps(periods: NDArray[np.int64], order: NDArray[np.int64], step: int, name: Any) -> None:
    ordered = periods[order]
    steps = np.diff(ordered)
    if np.any(steps % step):
        first = int(np.flatnonzero(steps % step)[0])
        said = f"{name(int(ordered[first]))} 与 {name(int(ordered[first + 1]))} 之间间隔不规则。"
        raise CalendarInvalid(said, int(order[first + 1]))
    holes = np.flatnonzero(steps > step)
    if holes.size:
        missing = int(np.sum(steps[holes] // step - 1))
        gap = int(ordered[holes[0]]) + step
        mend = MEND_JANUARY if name is _month_name and step == 1 and gap % 12 == 0 else MEND
        said = f"缺 {missing} 期，第一处是 {name(gap)}。{mend}"
        raise CalendarInvalid(said, int(order[holes[0] + 1]))


def _month_name(months: int) -> str:
    return f"{months // 12}-{months % 12 + 1:02d}"
