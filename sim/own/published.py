"""A monthly output series beside what was published of the same quantity (``data/ningbo/annual.csv``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim import figures, observations
from sim.own.cells import FIRST_YEAR, Fault, Month
from sim.own.checks import to_date, whole_years

INDICATOR, UNIT = "gross_output_above_scale", "亿元"
TOLERANCE = 5.0
"""Percent. In 2020 sales, of another measure, were 1.6 below output (A013, A003); growth of 2022 on a comparable sample
was 2.4 below that of the totals (A006). Twice that is neither rounding nor a usual revision."""


@dataclass(frozen=True)
class Far:
    """A whole year's total, and the published one that it is too far from (亿元), with the id of the latter's row."""

    year: int
    total: float
    published: float
    row: str

    @property
    def percent(self) -> float:
        """How much the total is above the published one."""
        return 100 * (self.total / self.published - 1)


def far(months: Sequence[Month]) -> list[Far]:
    """Return whole years whose total is farther from the published one than the tolerance."""
    totals, known = to_date(months), published()
    there = [(year, totals.get((year, 12))) for year in whole_years(months) if year in known]
    found = [Far(year, total, *known[year]) for year, total in there if total is not None]
    return [one for one in found if abs(one.percent) > TOLERANCE]


def doubts(months: Sequence[Month]) -> list[Fault]:
    """Return the same as what should be looked at; not a reason to stop."""
    lines = {(row.year, row.month): row.line for row in months}
    return [
        (lines[one.year, 12], "value", "",
         f"{one.year} 年合计 {one.total:,.0f} {UNIT}，公布的全年规上工业总产值是 {one.published:,.0f} {UNIT}"
         f"（{one.row}，tenglong explain {one.row} 看出处），相差 {one.percent:+.1f}%（超过 {TOLERANCE:g}%）。"
         "常见原因：口径不同（全部工业、销售产值、只有部分区县）、单位不同、事后修订，请核对")
        for one in far(months)
    ]  # fmt: skip


def published() -> dict[int, tuple[float, str]]:
    """Return the published totals (亿元) and the ids of their rows by year, under the present threshold of above-scale;
    those that are only said to be exceeded are none. Of several in a year the first."""
    found: dict[int, tuple[float, str]] = {}
    for number, row in enumerate(observations.file_rows("A"), start=1):
        if (row["indicator_id"], row["unit"]) != (INDICATOR, UNIT) or int(row["year"]) < FIRST_YEAR:
            continue
        bound, total = figures.bounded(row["value"])
        if not bound and total > 0:
            found.setdefault(int(row["year"]), (total, observations.row_id("A", number)))
    return found
