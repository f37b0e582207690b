"""Joint monthly paths of output: members fitted to the known periods, pooled, continued to the end of the horizon.

The known part of the current year is kept as it is, so that a year's total is its known periods plus a path's others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from sim.forecast.members import Member, fit_members
from sim.forecast.pool import guarded, pool
from sim.forecast.stretch import learnt
from sim.forecast.year_to_date import PERIODS, Array, periods_of_year, year_sums
from sim.own.cells import Month
from sim.own.checks import whole_years

PATHS = 10_000
"""Joint paths a series gets once; a path asked for is one of them. A probability's Monte Carlo error is 0.5 points."""
EACH_MEMBER = 2_000
"""Paths of one member alone, for the range over members."""
KEY = 20260801
"""Philox key of these paths: any number would do, but it must never change with the user's seed."""


class NothingFits(ValueError):
    """No member could be fitted."""

    def __init__(self, reasons: dict[str, str]) -> None:
        self.reasons = reasons
        super().__init__(f"没有一种方法能拟合这份月度序列：{'；'.join(f'{k} {v}' for k, v in reasons.items())}")


@dataclass(frozen=True)
class Periods:
    """``values`` (n,) in 亿元, period after period without a gap, from January–February of year ``first`` on."""

    first: int
    values: Array

    @property
    def last_whole(self) -> int:
        """The last year all of whose periods are known."""
        return self.first + self.values.size // PERIODS - 1

    @property
    def known(self) -> int:
        """Periods known of the year after it."""
        return self.values.size % PERIODS

    @property
    def totals(self) -> dict[int, float]:
        """The whole years' totals."""
        whole = self.values[: self.values.size - self.known]
        return dict(enumerate(map(float, year_sums(whole)), start=self.first))


@dataclass(frozen=True)
class MonthlyPaths:
    """``totals`` (paths, years) of the years ``first_year`` …, the first holding what is known of it.

    ``by_member``: the same for each member alone, by its name. ``failed``: why a member was not fitted;
    ``dropped``: those the pool's guard left out.
    """

    first_year: int
    totals: Array
    by_member: dict[str, Array]
    failed: dict[str, str]
    dropped: tuple[str, ...]


def periods(months: Sequence[Month]) -> Periods:
    """Return the periods of a checked series, oldest first, from its first whole year on."""
    first = whole_years(months)[0]
    values = [
        periods_of_year({row.month: row.value for row in rows}, rows[0].kind == "cumulative")
        for year, rows in ((year, list(rows)) for year, rows in groupby(months, key=lambda row: row.year))
        if year >= first
    ]
    return Periods(first, np.concatenate(values))


def monthly_paths(known: Periods, last: int) -> MonthlyPaths:
    """Forecast to the end of year ``last``, some ten years ahead at most.

    Raises:
        NothingFits: no member could be fitted.
    """
    horizon = PERIODS * (last - known.last_whole) - known.known
    members, failed = fit_members(known.values, PERIODS, horizon)
    if not members:
        raise NothingFits(failed)
    pooled = pool(members, True, learnt(PERIODS), PATHS, _stream(0))
    kept, dropped = guarded(members, positive=True)
    each = {member.name: _alone(known, member, place) for place, member in enumerate(kept, start=1)}
    return MonthlyPaths(known.last_whole + 1, _totals(known, pooled.paths[:PATHS]), each, failed, dropped)


def _alone(known: Periods, member: Member, place: int) -> Array:
    found = pool([member], True, learnt(PERIODS), EACH_MEMBER, _stream(place))
    return _totals(known, found.paths)


def _totals(known: Periods, paths: Array) -> Array:
    """Yearly totals (n, years) of paths (n, horizon) behind what is known of their first year."""
    begun = known.values[known.values.size - known.known :]
    return year_sums(np.hstack([np.tile(begun, (paths.shape[0], 1)), paths]))


def _stream(part: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=np.array([KEY, part], dtype=np.uint64)))
