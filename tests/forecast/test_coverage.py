"""Yearly totals of simulated months: sums of joint paths cover as stated, sums of months drawn one by one do not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.simulated_series import Process, airline, autoregression, walk
from sim.forecast.series_forecast import forecast_series
from tests.forecast.frames import series

KNOWN, AHEAD = 84, 12


def covered(process: Process, first: int, count: int) -> tuple[int, int]:
    """How many of ``count`` totals of the next year lie in the 80 % interval: of joint paths, of shuffled ones."""
    joint = apart = 0
    for seed in range(first, first + count):
        random = np.random.default_rng([seed, 7])
        values = process(random, KNOWN + AHEAD, 12)
        paths = forecast_series(series(values[:KNOWN], name=str(seed)), AHEAD, draws=2000).pool.paths
        joint += holds(paths, values[KNOWN:])
        apart += holds(random.permuted(paths, axis=0), values[KNOWN:])
    return joint, apart


def holds(paths: np.ndarray, actual: np.ndarray) -> bool:
    low, high = np.quantile(paths.sum(axis=1), [0.1, 0.9])
    return bool(low <= actual.sum() <= high)


def check(joint: int, apart: int, count: int) -> None:
    """80 % within what 999 in 1,000 samples of so many would give, or below that by a wide margin."""
    low, high = binom.interval(0.999, count, 0.8)
    assert low <= joint <= high
    assert apart < low and apart <= joint - 0.25 * count


def test_totals_of_joint_paths_cover_as_stated_and_of_separate_months_far_too_little() -> None:
    found = [covered(process, 0, 20) for process in (walk, autoregression, airline)]
    check(*np.sum(found, axis=0), count=60)


@pytest.mark.slow
@pytest.mark.parametrize("process", [walk, autoregression, airline])
def test_totals_of_each_process_are_covered_as_stated(process: Process) -> None:
    check(*covered(process, 100, 100), count=100)
