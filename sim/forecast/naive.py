"""The yardsticks beside every forecast: random walks, with and without drift, through published levels.

The levels are irregularly spaced: an increment over h years has mean h·d and variance h·s²; the forecast h years
after the last of T years has variance s²·h·(1 + h/T) with an estimated drift and s²·h with none, and Student's t for
the estimated s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from sim.forecast.readings import Reading


@dataclass(frozen=True)
class Walk:
    """A level to come, in logs: Student's t with this centre, scale and degrees of freedom."""

    centre: float
    scale: float
    degrees: int

    def exceeds(self, threshold: float) -> float:
        """Return P(log level >= ``threshold``)."""
        from scipy.stats import t

        return float(t.sf((threshold - self.centre) / self.scale, df=self.degrees))

    def quantile(self, level: float) -> float:
        """Return the quantile at ``level`` (0 … 1) of the log level."""
        from scipy.stats import t

        return self.centre + self.scale * float(t.ppf(level, df=self.degrees))


def drift(levels: Mapping[int, float], year: int) -> Walk | None:
    """Return the random walk with drift in ``year``; None with fewer than three log levels by year, or none ahead."""
    years = sorted(levels)
    if len(years) < 3 or year <= years[-1]:
        return None
    span, ahead = years[-1] - years[0], year - years[-1]
    slope = (levels[years[-1]] - levels[years[0]]) / span
    variance = sum((change - gap * slope) ** 2 / gap for gap, change in _steps(levels)) / (len(years) - 2)
    return Walk(levels[years[-1]] + ahead * slope, _scale(variance * ahead * (1 + ahead / span)), len(years) - 2)


def no_change(levels: Mapping[int, float], year: int) -> Walk | None:
    """Return the random walk without drift; None with fewer than two log levels by year, or none ahead."""
    years = sorted(levels)
    if len(years) < 2 or year <= years[-1]:
        return None
    variance = sum(change**2 / gap for gap, change in _steps(levels)) / (len(years) - 1)
    return Walk(levels[years[-1]], _scale(variance * (year - years[-1])), len(years) - 1)


def is_annual_level(reading: Reading) -> bool:
    """Whether a reading is a published level of a whole year: not scaled up from part of it, nor from a proxy."""
    return reading.kind == "level" and len(reading.period) == 4 and "revenue_ratio_sd" not in reading.errors


def drift_probability(observed: Sequence[Reading], threshold: float, year: int) -> float:
    """Return P(level in ``year`` >= threshold) by the random walk with drift through the annual levels, or NaN."""
    levels = {reading.year: reading.log_value for reading in observed if is_annual_level(reading)}
    return _exceeds(levels, log(threshold), year)


def drift_exceeds(levels: Mapping[int, float], threshold: float, year: int) -> float:
    """Return the same from plain yearly levels; NaN if a level or the threshold is not positive."""
    if threshold <= 0 or any(level <= 0 for level in levels.values()):
        return float("nan")
    return _exceeds({when: log(level) for when, level in levels.items()}, log(threshold), year)


def _exceeds(levels: Mapping[int, float], threshold: float, year: int) -> float:
    walk = drift(levels, year)
    return float("nan") if walk is None else walk.exceeds(threshold)


def _steps(levels: Mapping[int, float]) -> Iterable[tuple[int, float]]:
    """Years and change between neighbouring levels."""
    return [(after - before, levels[after] - levels[before]) for before, after in pairwise(sorted(levels))]


def _scale(variance: float) -> float:
    return max(sqrt(variance), 1e-12)
