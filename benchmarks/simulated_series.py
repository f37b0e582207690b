"""Series from known processes: what the spread is tuned on beside real ones, and what the tests hold it to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.public_series import HORIZON, SEASON, PublicSeries

Array = NDArray[np.float64]
Process = Callable[[np.random.Generator, int, int], Array]
"""(random, periods, periods a year) → values (periods,)."""
SIMULATED = "simulated"
"""What the names of their collections begin with."""
LEARNT_FROM, HELD_FROM = 5000, 9000
"""First seeds of series to learn from and to measure on; the tests use others."""
KNOWN = {"YS": 30, "QS": 44, "MS": 84}
"""Periods up to the origin."""


def walk(random: np.random.Generator, count: int, season: int = 12) -> Array:
    """Random walk with drift, in logs."""
    return 100 * np.exp(np.cumsum(random.normal(0.003, 0.03, count)))


def autoregression(random: np.random.Generator, count: int, season: int = 12) -> Array:
    """AR(1) of 0.7 about 100."""
    found = [0.0]
    for error in random.normal(0, 4, count + 30):
        found.append(0.7 * found[-1] + error)
    return 100 + np.array(found[-count:])


def airline(random: np.random.Generator, count: int, season: int = 12) -> Array:
    """(0,1,1)(0,1,1) with -0.4 and -0.6 in logs, about a season of 10 %; without a season (0,1,1) of -0.4."""
    errors = random.normal(0, 0.03, count + season + 1)
    if season == 1:
        return 100 * np.exp(np.cumsum(errors[1:] - 0.4 * errors[:-1])[-count:])
    changes = errors[season + 1 :] - 0.4 * errors[season:-1] - 0.6 * errors[1:-season] + 0.24 * errors[: -season - 1]
    found = list(0.1 * np.sin(np.arange(season + 1) * 2 * np.pi / season))
    for change in changes:
        found.append(found[-season] + found[-1] - found[-season - 1] + change)
    return 100 * np.exp(np.array(found[-count:]))


PROCESSES: dict[str, Process] = {"walk": walk, "autoregression": autoregression, "airline": airline}


def simulated_series(freq: str, each: int, first: int = LEARNT_FROM) -> list[PublicSeries]:
    """Return ``each`` series of every process, by default at the seeds that the stretch is learnt at."""
    known, found = KNOWN[freq], []
    for name, process in PROCESSES.items():
        for seed in range(first, first + each):
            values = process(np.random.default_rng([seed, 7]), known + HORIZON[freq], SEASON[freq])
            found.append(PublicSeries(f"{SIMULATED} {name}", str(seed), freq, values[:known], values[known:]))
    return found
