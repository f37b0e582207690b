"""An invented monthly series, to try a notebook or a command with before one's own figures are at hand. No figure of it
is anybody's; its last column says so in every row."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

NAME = "example_output.csv"
HEADING = "period,value,kind,growth_pct,source"
SAYS = "虚构的示例，不是数据"
FIRST, LAST, LAST_MONTH = 2021, 2026, 6
"""First year, last year, and the month it ends with."""
_START, _GROWTH = 1_750.0, 1.045
_SEASON = (0.85, 0.70, 1.00, 0.98, 1.02, 1.08, 0.97, 0.99, 1.05, 1.02, 1.08, 1.15)
_WIGGLE = (0.0, 1.2, -0.8, 0.5, -1.4, 0.9, -0.3, 1.6, -1.1, 0.2, -0.6)
"""Percent, in turn: eleven of them, so that no year repeats another."""


def example_text() -> str:
    """Return the file: year-to-date output (亿元) of round growth, a round season and a small wiggle."""
    rows = []
    for year in range(FIRST, LAST + 1):
        months = [_month(year, month) for month in range(1, 13)]
        for month, total in enumerate(accumulate(months), start=1):
            if month > 1 and (year, month) <= (LAST, LAST_MONTH):  # January stands in February's figure
                rows.append(f"{year}-{month:02d},{total:.1f},cumulative,,{SAYS}")
    return "\n".join([HEADING, *rows]) + "\n"


def slips_text() -> str:
    """Return the same with four of the usual slips, each in another row."""
    lines = example_text().splitlines()
    for line, before, after in (
        (2, ",cumulative,", ",累计,"), (4, "2021-05", "2021年1-5月"), (7, ",cumulative,", "亿元,cumulative,"),
        (15, lines[15], lines[14]),
    ):  # fmt: skip
        lines[line] = lines[line].replace(before, after)
    return "\n".join(lines) + "\n"


def write(folder: Path, text: str) -> Path:
    """Write a file of this kind into a folder and return its path."""
    path = folder / NAME
    path.write_text(text, encoding="utf-8")
    return path


def _month(year: int, month: int) -> float:
    place = 12 * (year - FIRST) + month - 1
    growth: float = _GROWTH ** (place / 12)
    return _START * growth * _SEASON[month - 1] * (1 + _WIGGLE[place % len(_WIGGLE)] / 100)
