"""The yardstick beside every forecast: random walk with drift through the published annual levels."""

from __future__ import annotations

from collections.abc import Sequence
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

    sd = sqrt(variance * ahead * (1 + ahead / span))
    return float(t.sf((log(threshold) - levels[years[-1]] - ahead * drift) / sd, df=len(steps) - 1))
