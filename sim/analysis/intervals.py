"""Intervals for what a finite number of runs can say."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def wilson(successes: int, runs: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson score interval of a probability (Wilson 1927).

    Raises:
        ValueError: no runs.
    """
    if runs <= 0:
        raise ValueError("no runs, no interval")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share = successes / runs
    centre = share + z * z / (2 * runs)
    half = z * sqrt(share * (1 - share) / runs + z * z / (4 * runs * runs))
    scale = 1 + z * z / runs
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
