"""How good a forecast was: errors in the series' own scale, interval scores, coverage.

MASE and sMAPE as in the M4 competition (Makridakis et al. 2020, International Journal of Forecasting 36); the
weighted interval score of Bracher et al. (2021, PLOS Computational Biology 17).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.forecast.fitted import Array

LEVELS = (50, 80, 95)
"""Central intervals that are printed and scored, in percent."""


def naive_scale(values: Array, season: int) -> float:
    """Return the mean absolute error of the seasonal naive forecast within ``values`` (n,); NaN if that is 0."""
    lag = season if values.size > season else 1
    error = float(np.mean(np.abs(values[lag:] - values[:-lag])))
    return error if error > 0 else float("nan")


def mase(actual: Array, point: Array, scale: float) -> float:
    """Return the mean absolute scaled error."""
    return float(np.mean(np.abs(actual - point)) / scale)


def smape(actual: Array, point: Array) -> float:
    """Return the symmetric mean absolute percentage error, 0 … 200; a pair of zeros counts as no error."""
    size = np.abs(actual) + np.abs(point)
    return float(np.mean(200 * np.abs(actual - point) / np.where(size > 0, size, 1.0)))


def interval_score(actual: Array, low: Array, high: Array, level: float) -> Array:
    """Return the interval score of a central interval of ``level`` (0 … 1), in the unit of ``actual``."""
    miss = 2 / (1 - level) * (np.maximum(low - actual, 0) + np.maximum(actual - high, 0))
    return high - low + miss


def weighted_interval_score(
    actual: Array, median: Array, intervals: Mapping[float, tuple[Array, Array]]
) -> Array:
    """Return the weighted interval score of median and central intervals (by level, 0 … 1), element by element."""
    total = 0.5 * np.abs(actual - median)
    for level, (low, high) in intervals.items():
        total = total + (1 - level) / 2 * interval_score(actual, low, high, level)
    return total / (len(intervals) + 0.5)


def quantile_levels() -> list[float]:
    """Return the quantiles that the intervals of ``LEVELS`` need: low and high of each in turn."""
    return [side for level in LEVELS for side in (0.5 - level / 200, 0.5 + level / 200)]
