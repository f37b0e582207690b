"""Reading one published figure: its number, how it was bounded and rounded, how its growth was measured."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import date

INFERRED = "(推定)"
DERIVED = "[推算]"
ROUNDED_TO = {"百亿": 100.0}
BASES = ("可比价", "现价", "名义")


class DateUnreadable(ValueError):
    """Not a date as the files write them; ``text`` holds it."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"日期“{text}”无法读取：应写成 2021、2021-06 或 2021-06-30。")


def number(text: str) -> float:
    """Return the number in a cell, or NaN where it holds none or more than one (``3102→10000+``)."""
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else math.nan


def bounded(text: str) -> tuple[str, float]:
    """Split ``>10000`` into its bound and number; a plain number has an empty bound."""
    match = re.fullmatch(r"([<>]?)(-?\d+(?:\.\d+)?)?", text)
    if match is None:
        raise ValueError(f"数值“{text}”无法读取：应为数字，或以 >、< 开头的数字。")
    return match.group(1), number(match.group(2) or "")


def rounding_unit(text: str, note: str) -> float:
    """Return the step the figure was rounded to, in its own unit; NaN where there is no figure.

    As stated in the note (``四舍五入至百亿``); else the last printed digit; an integer of four digits or more
    that ends in 00 counts as rounded to the hundred.
    """
    digits = text.lstrip("<>-")
    if not digits:
        return math.nan
    stated = re.search(r"(?:四舍五入|取整)至(百亿)", note)
    if stated:
        return ROUNDED_TO[stated.group(1)]
    if "." in digits:
        return 10.0 ** -len(digits.partition(".")[2])
    return 100.0 if len(digits) >= 4 and digits.endswith("00") else 1.0


def growth_basis(note: str) -> str:
    """Return 可比价, 现价 or 名义 where the note says so, else nothing."""
    return next((basis for basis in BASES if basis in note), "")


def published_date(text: str) -> tuple[str, bool]:
    """Split ``2021(推定)`` into the date and whether it was inferred from the content."""
    return text.removesuffix(INFERRED), text.endswith(INFERRED)


def last_day(text: str) -> str:
    """Return the last day of a year, month or day (``2021``, ``2021-06``, ``2021-06-30``) as YYYY-MM-DD.

    Raises:
        DateUnreadable: it is none of these.
    """
    try:
        day = date.fromisoformat({4: f"{text}-12-01", 7: f"{text}-01"}.get(len(text), text))
    except ValueError:
        raise DateUnreadable(text) from None
    whole = day if len(text) > 7 else day.replace(day=monthrange(day.year, day.month)[1])
    return whole.isoformat()
