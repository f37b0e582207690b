"""The yardstick beside every forecast: random walk with drift through the published annual levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log, sqrt

from sim.forecast.readings import Reading


def drift_probability(observed: Sequence[Reading], threshold: float, year: int) -> float:
    """Return P(level in ``year`` >= threshold) by a random walk with drift, or NaN with fewer than three
    annual levels.

    The levels are irregularly spaced: an increment over h years has mean h·d and variance h·s²; the
    forecast h years after the last of T years has variance s²·h·(1 + h/T), with Student's t for the
    estimated s. Levels scaled up from part of a year, or from a proxy, are left out.
    """
    levels = {
        reading.year: reading.log_value
        for reading in observed
        if reading.kind == "level" and len(reading.period) == 4 and "revenue_ratio_sd" not in reading.errors
    }
    return _exceeds(levels, log(threshold), year)


def drift_exceeds(levels: Mapping[int, float], threshold: float, year: int) -> float:
    """Return the same from plain yearly levels; NaN if a level or the threshold is not positive."""
    if threshold <= 0 or any(level <= 0 for level in levels.values()):
        return float("nan")
    return _exceeds({when: log(level) for when, level in levels.items()}, log(threshold), year)


def _exceeds(levels: Mapping[int, float], threshold: float, year: int) -> float:
    years = sorted(levels)
    if len(years) < 3:
        return float("nan")
    span, ahead = years[-1] - years[0], year - years[-1]
    drift = (levels[years[-1]] - levels[years[0]]) / span
    steps = [(after - before, levels[after] - levels[before]) for before, after in pairwise(years)]
    variance = sum((change - gap * drift) ** 2 / gap for gap, change in steps) / (len(steps) - 1)
    if ahead <= 0:
        return float("nan")
    from scipy.stats import t

    sd = max(sqrt(variance * ahead * (1 + ahead / span)), 1e-12)
    return float(t.sf((threshold - levels[years[-1]] - ahead * drift) / sd, df=len(steps) - 1))
