"""Model months: January 2021 is month 0."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

FIRST_YEAR = 2021
LAST_OBSERVED_YEAR = 2025
"""Last year whose starts of projects and blocks are published (S006–S012)."""
LAST_MONTH = (2030 - FIRST_YEAR) * 12 + 11
_PATTERN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_MEANT = re.compile(r"([12][0-9]{3})\s*[-./年_]?\s*([0-9]{1,2})\s*月?(?:份|起|[-./]?[0-9]{1,2}日?)?", flags=re.ASCII)
"""A month as people write it; a day behind it is let go."""


def month_index(text: str) -> int:
    """Return the month number of ``YYYY-MM``; negative before 2021-01.

    Raises:
        ValueError: the text is not ``YYYY-MM``.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return (int(match[1]) - FIRST_YEAR) * 12 + int(match[2]) - 1


def month_meant(text: str) -> tuple[int, int] | None:
    """Return year and month of what is written like a month (``2027-1``, ``2027年1月``, ``202701``), else None.

    The month may be none, as in ``2027-13``.
    """
    found = _MEANT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return (int(found[1]), int(found[2])) if found else None


def this_month() -> int:
    """Index of the present month."""
    return month_index(f"{date.today():%Y-%m}")


def month_text(month: int) -> str:
    """Return ``YYYY-MM`` of a month number."""
    return f"{year_of(month)}-{month % 12 + 1:02d}"


def year_of(month: int) -> int:
    """Calendar year of a month number."""
    return FIRST_YEAR + month // 12


def is_january(month: int) -> bool:
    return month % 12 == 0


def is_december(month: int) -> bool:
    return month % 12 == 11
