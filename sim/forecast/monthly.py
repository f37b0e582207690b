"""Joint paths of one's own monthly output: a series of eleven periods a year, pooled, to the end of the horizon.

The known part of the current year is kept as it is: a year's total is its known periods plus a path's others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from sim.forecast.attainment import yearly_totals
from sim.forecast.calendar import Calendar
from sim.forecast.fitted import Array
from sim.forecast.series import Series
from sim.forecast.series_forecast import DRAWS, forecast_series, reach
from sim.forecast.year_to_date import PERIODS, periods_of_year
from sim.own.cells import Month
from sim.own.checks import whole_years

PATHS = DRAWS
"""Joint paths a series gets once; a path asked for is one of them."""
NAME, SEED = "gross_output", 20260801
"""What keys these paths: any name and number would do, but neither may follow the user's file or seed."""


@dataclass(frozen=True)
class MonthlyPaths:
    """``known``: totals of the whole years known; ``ahead``: years still open, each (PATHS,) with what is known of it.

    ``owner`` (PATHS,): which of ``members`` each path is of. ``failed``: why a member was not fitted; ``dropped``:
    those the pool's guard left out.
    """

    known: dict[int, float]
    ahead: dict[int, Array]
    owner: NDArray[np.int64]
    members: tuple[str, ...]
    failed: dict[str, str]
    dropped: tuple[str, ...]

    @property
    def first(self) -> int:
        """The first whole year."""
        return min(self.known)

    @property
    def last_whole(self) -> int:
        """The last year all of whose periods are known."""
        return max(self.known)


def periods(months: Sequence[Month]) -> Series:
    """Return the periods of a checked series (亿元), oldest first, from its first whole year on."""
    first = whole_years(months)[0]
    values = np.concatenate([
        periods_of_year({row.month: row.value for row in rows}, rows[0].kind == "cumulative")
        for year, rows in ((year, list(rows)) for year, rows in groupby(months, key=lambda row: row.year))
        if year >= first
    ])  # fmt: skip
    return series_from(first, values)


def series_from(first: int, values: Array) -> Series:
    """Return periods (n,) without a gap, from January–February of year ``first`` on, as a series."""
    years, rest = divmod(values.size, PERIODS)
    last = (first + years) * 12 + rest if rest else (first + years) * 12 - 1
    return Series(NAME, values, Calendar("MS", PERIODS, last, dated=True))


def monthly_paths(series: Series, last: int) -> MonthlyPaths:
    """Forecast to the end of year ``last``, some ten years ahead at most."""
    found = forecast_series(series, reach(series, last), SEED)
    known, ahead = yearly_totals(series, found.pool)
    members = tuple(member.name for member in found.pool.members)
    return MonthlyPaths(known, ahead, found.pool.owner, members, found.failed, found.pool.dropped)
