"""How likely a year's total reaches a threshold, with everything that limits the answer beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.forecast.fitted import Array
from sim.forecast.naive import drift_exceeds
from sim.forecast.pool import Pool
from sim.forecast.series import Series


class TargetOutOfReach(ValueError):
    """The year asked for is known already, or its periods are not all covered."""


class YearNotForecast(ValueError):
    """A probability was asked for a year that is past or beyond the horizon."""

    def __init__(self, year: int, first: int, last: int) -> None:
        self.year, self.first, self.last = year, first, last
        super().__init__(f"{year} 年不在预测的年份 {first}—{last} 之内。")


@dataclass(frozen=True)
class Target:
    """P(total of year ``by`` ≥ ``target``) of one series; probabilities 0 … 1, never quite either.

    ``error``: Monte Carlo standard error. ``ever``: reached in that year or an earlier one not known yet.
    ``lowest``, ``highest``: over the members alone. ``drift``: random walk with drift on yearly totals (NaN with fewer
    than three whole years). ``since``, ``since_total``: the last whole year known and its total (None and NaN if there
    is none); yearly growth in percent: ``growth_needed`` from it to the target, ``growth_expected`` from it to the
    median, ``growth_before`` from the first whole year known to it (NaN where there is none, or a total not positive).
    """

    unique_id: str
    target: float
    by: int
    probability: float
    error: float
    ever: float
    lowest: float
    highest: float
    drift: float
    since: int | None
    since_total: float
    growth_needed: float
    growth_expected: float
    growth_before: float


def inside(probability: float, draws: int) -> float:
    """Keep a probability off 0 and 1 by what ``draws`` draws could have missed."""
    edge = 0.5 / (draws + 1)
    return min(max(probability, edge), 1 - edge)


def share(reached: NDArray[np.bool_]) -> float:
    """Return the share of draws (n,) that reach it as (k + 0.5) / (n + 1): never 0, never 1."""
    return float((np.count_nonzero(reached) + 0.5) / (reached.size + 1))


@dataclass(frozen=True)
class Chance:
    """The share of paths that reach something, its Monte Carlo standard error, and the range over members alone."""

    middle: float
    error: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, reached: NDArray[np.bool_], owner: NDArray[np.int64], members: int) -> Chance:
        """``reached``, ``owner`` (n,): whether each path does, and which of so many members it is of."""
        middle = share(reached)
        alone = [share(reached[owner == place]) for place in range(members)]
        return cls(middle, float(np.sqrt(middle * (1 - middle) / reached.size)), min(alone), max(alone))


def attainment(series: Series, pooled: Pool, target: float, by: int) -> Target:
    """Answer for one series from its joint paths.

    Raises:
        TargetOutOfReach: year ``by`` has no period left to forecast, or is not wholly covered.
    """
    known, ahead = yearly_totals(series, pooled)
    if by in known:
        raise TargetOutOfReach(f"{by} 年已有全部数据（{known[by]:g}），无须预测。")
    if by not in ahead:
        raise TargetOutOfReach(f"{by} 年没有被序列和预测期完整覆盖。")
    reached = ahead[by] >= target
    chance = Chance.of(reached, pooled.owner, len(pooled.members))
    ever = np.any([total >= target for year, total in ahead.items() if year <= by], axis=0)
    since, total = max(known, default=None), float("nan")
    needed = expected = before = float("nan")
    if since is not None:
        first, total = min(known), known[since]
        needed = _growth(total, target, by - since)
        expected = _growth(total, float(np.median(ahead[by])), by - since)
        before = _growth(known[first], total, since - first)
    return Target(
        series.name, target, by, chance.middle, chance.error, share(ever), chance.lowest, chance.highest,
        drift_exceeds(known, target, by), since, total, needed, expected, before,
    )  # fmt: skip


def _growth(start: float, end: float, years: int) -> float:
    """Return yearly growth in percent, NaN without a year between or where a total is not positive."""
    if years <= 0 or start <= 0 or end <= 0:
        return float("nan")
    return 100 * float((end / start) ** (1 / years) - 1)


def yearly_totals(series: Series, pooled: Pool) -> tuple[dict[int, float], dict[int, Array]]:
    """Return the totals of whole years known, and of whole years ahead as (n,) over paths (known periods included)."""
    calendar = series.calendar
    past, future = calendar.back(series.values.size), calendar.ahead(pooled.paths.shape[1])
    count: dict[int, int] = {}
    whole: dict[int, float] = {}
    paths: dict[int, Array] = {}
    for period, value in zip(past, series.values, strict=True):
        year = calendar.year(period)
        count[year], whole[year] = count.get(year, 0) + 1, whole.get(year, 0.0) + float(value)
    for column, period in enumerate(future):
        year = calendar.year(period)
        count[year] = count.get(year, 0) + 1
        paths[year] = paths.get(year, whole.get(year, 0.0)) + pooled.paths[:, column]
    size = calendar.season if calendar.dated else 1
    known = {year: total for year, total in whole.items() if count[year] == size and year not in paths}
    return known, {year: total for year, total in paths.items() if count[year] == size}
