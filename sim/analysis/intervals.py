"""Intervals, of 95 % where nothing else is said, for what a finite number of runs can say."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Z = NormalDist().inv_cdf(0.975)


def wilson(successes: int, runs: int) -> tuple[float, float]:
    """Wilson score interval of a probability (Wilson 1927).

    Raises:
        ValueError: no runs.
    """
    if runs <= 0:
        raise ValueError("no runs, no interval")
    share = successes / runs
    centre = share + Z * Z / (2 * runs)
    half = Z * sqrt(share * (1 - share) / runs + Z * Z / (4 * runs * runs))
    scale = 1 + Z * Z / runs
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def runs_to_confirm(probability: float) -> int:
    """Return the least number of runs with which a probability of at least ``probability`` can be confirmed though one
    run misses: with fewer, the lower end of Wilson's interval lies below it as soon as not every run hits, so that only
    what is all but certain passes."""
    runs = 2
    while wilson(runs - 1, runs)[0] < probability:
        runs += 1
    return runs


def paired_difference(gained: int, lost: int, pairs: int) -> tuple[float, float]:
    """Interval of a difference of probabilities from pairs, of which ``gained`` reach a thing only in the second of two
    and ``lost`` only in the first; pairs that agree say nothing but their number.

    Wald's with half a pair added to each cell (Agresti & Min 2005, Statistics in Medicine 24, 729-740).

    Raises:
        ValueError: no pairs.
    """
    if pairs <= 0:
        raise ValueError("no pairs, no interval")
    return _padded(gained - lost, gained + lost, pairs)


def paired_share(values: NDArray[np.float64]) -> tuple[float, float]:
    """Interval of the mean of each pair's part (-1 … 1) in a difference of probabilities; that of
    :func:`paired_difference` where every part is -1, 0 or 1.

    Raises:
        ValueError: no pairs.
    """
    if not len(values):
        raise ValueError("no pairs, no interval")
    return _padded(float(values.sum()), float(np.square(values).sum()), len(values))


def _padded(total: float, squares: float, pairs: int) -> tuple[float, float]:
    size = pairs + 2
    centre = total / size
    half = Z * sqrt((squares + 1) / size - centre * centre) / sqrt(size)
    return max(-1.0, centre - half), min(1.0, centre + half)


def half_width(successes: int, runs: int) -> float:
    """Half of the 95 % Wilson interval of a probability."""
    low, high = wilson(successes, runs)
    return (high - low) / 2


def mean_interval(values: NDArray[np.float64], level: float = 0.95) -> tuple[float, float]:
    """Student's interval of the mean of independent values; both NaN for fewer than two."""
    from scipy.stats import t

    if len(values) < 2:
        return float("nan"), float("nan")
    half = float(t.ppf(0.5 + level / 2, len(values) - 1) * values.std(ddof=1) / sqrt(len(values)))
    return float(values.mean()) - half, float(values.mean()) + half
