"""One period as people write it: ``2020年3月``, ``2020Q1``, ``2020年一季度``, ``2020年1—2月``, 202003, 20200301, dates.

Months are counted from year 0. A quarter counts as its first month, January–February as February.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DIGITS = {"十二": "12", "十一": "11", "十": "10"}
DIGITS |= {word: str(number) for number, word in enumerate("〇一二三四五六七八九")}
"""Chinese numbers of months, quarters and years, the longer ones first."""
YEAR = r"(?P<year>(?:1[89]|2[0-2])\d\d)"
DASH = r"(?:-|—|–|―|−|~|～|至|到|、)+"
QUARTER = (
    rf"{YEAR}\D?Q(?P<quarter>[1-4])", rf"{YEAR}年?第?(?P<quarter>[1-4])季度?", rf"Q(?P<quarter>[1-4])\D?{YEAR}",
    rf"(?P<quarter>[1-4])Q\D?{YEAR}", rf"{YEAR}年Q(?P<quarter>[1-4])",
)  # fmt: skip
SPAN = (
    rf"{YEAR}(?:年|[-./])?0?(?P<first>1?\d)月?{DASH}(?:{YEAR.replace('year', 'again')}年)?"
    r"0?(?P<last>1?\d)月份?(?:累计)?"
)
DAY = re.compile(r"((?:1[89]|2[0-2])\d\d)(\d\d)(\d\d)")
USUAL = "应如 2020-03、2020-03-01、2020年3月、2020Q1 或整数"


class StampUnknown(ValueError):
    """A period that cannot be read; the message says why."""


@dataclass(frozen=True)
class Stamp:
    """``month``: from year 0. ``day``: of the month, 1 where none is written. ``kind``: of what length it says it is:
    ``quarter``, ``both`` (January–February), or nothing."""

    month: int
    day: int = 1
    kind: str = ""

    @property
    def ends_month(self) -> bool:
        """Whether the day is the last of its month."""
        return self.day == pd.Timestamp(self.month // 12, self.month % 12 + 1, 1).days_in_month


def whole_numbers(stamps: Sequence[Any]) -> NDArray[np.int64] | None:
    """Return the stamps as integers where all are integers that are no year and month, nor year, month and day."""
    try:
        numbers = np.array([float(str(stamp).strip()) for stamp in stamps])
    except ValueError:
        return None
    if not np.all(np.isfinite(numbers)) or np.any(numbers % 1) or np.any(np.abs(numbers) > 2**53):
        return None
    found = numbers.astype(np.int64)
    return None if _year_months(found) or all(DAY.fullmatch(str(number)) for number in found) else found


@lru_cache(maxsize=1 << 16)
def read_stamp(written: str) -> Stamp:
    """Return one period.

    Raises:
        StampUnknown: it is no period, of no year, or of several months that are no quarter.
    """
    plain = _plain(unicodedata.normalize("NFKC", written).strip())
    for pattern in QUARTER:
        found = re.fullmatch(pattern, plain)
        if found:
            return Stamp(12 * int(found["year"]) + 3 * int(found["quarter"]) - 3, kind="quarter")
    found = re.fullmatch(SPAN, plain)
    if found:
        return _span(written, found)
    day = DAY.fullmatch(plain)
    if day:
        plain = "-".join(day.groups())
    return _date(written, plain)


def _plain(text: str) -> str:
    """Without spaces and Chinese numbers, capitals as capitals; what has a time of day stays as it is."""
    if ":" in text:
        return text
    text = re.sub(r"\s+", " ", text)
    for word, digits in DIGITS.items():
        text = text.replace(word, digits)
    text = re.sub(r"\.0$", "", text) if re.fullmatch(r"\d{6}(\d\d)?\.0", text) else text
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text).replace("q", "Q")


def _span(written: str, found: re.Match[str]) -> Stamp:
    year, first, last = int(found["year"]), int(found["first"]), int(found["last"])
    if (first, last) == (1, 2) and found["again"] in (None, found["year"]):
        return Stamp(12 * year + 1, kind="both")
    if first % 3 == 1 and last == first + 2 and last <= 12:
        return Stamp(12 * year + first - 1, kind="quarter")
    said = "是年初累计，请先换成当月数：本月累计减上月累计" if first == 1 else "不是一个月，也不是一个季度"
    raise StampUnknown(f"时间“{written}”{said}。")


def _date(written: str, plain: str) -> Stamp:
    text = re.sub(r"[年月./](?=\d)", "-", plain)
    text = re.sub(r"[年月日]份?", "", text)
    text = f"{text[:4]}-{text[4:]}" if re.fullmatch(r"\d{6}", text) else text
    if re.fullmatch(r"(第?\d{1,2}(季度?|-?)|Q[1-4])", text):
        raise StampUnknown(f"时间“{written}”没有年份，{USUAL}。")
    try:
        if not re.search(r"\d{4}", text):  # pandas takes Mar-20 for March of the year 1
            raise ValueError
        date = pd.Timestamp(text)
        return Stamp(12 * date.year + date.month - 1, date.day)
    except ValueError:
        raise StampUnknown(f"时间“{written}”不认识，{USUAL}。") from None


def _year_months(numbers: NDArray[np.int64]) -> bool:
    """Whether integers are such as 202003."""
    return bool(np.all((numbers >= 180001) & (numbers <= 229912) & (numbers % 100 >= 1) & (numbers % 100 <= 12)))
