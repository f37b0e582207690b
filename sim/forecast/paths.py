"""Joint paths of output and value added: path r is a pure function of (seed, r), whatever else is asked for.

Each path first draws a particle (parameters), then past and future states together from the simulation
smoother (Durbin & Koopman 2002, Biometrika 89), so that the 2027 of a path belongs to its own 2024 and its
own drift.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.forecast.posterior import Posterior
from sim.forecast.state_space import STATES, K, Y, assign

TAG = 0x464F5245
"""Keeps the forecast's stream apart from any other Philox stream keyed by the same seed."""
_WORD = (1 << 64) - 1


def stream(seed: int, replicate: int, tag: int = TAG) -> np.random.Generator:
    """Return the stream of one path: Philox keyed by (seed, replicate), its counter tagged."""
    return np.random.Generator(
        np.random.Philox(key=np.array([seed & _WORD, replicate], dtype=np.uint64), counter=tag << 192)
    )


def paths(posterior: Posterior, replicates: Sequence[int], seed: int, first: int) -> pd.DataFrame:
    """Return columns replicate, year, gross_output, value_added (亿元, current prices) for ``first`` … the
    last year.

    Rows are in the order of ``replicates``; years before the last reading are draws of the smoothed past.
    """
    shape = (posterior.last - posterior.first + 1, len(posterior.observed))
    draws = [_variates(stream(seed, replicate), *shape) for replicate in replicates]
    owner = np.repeat(np.arange(len(posterior.particles)), posterior.count)
    particle = owner[[int(draw[0] * owner.size) for draw in draws]] if draws else owner[:0]
    skip = first - posterior.first
    states = np.empty((len(draws), STATES, shape[0]))
    model = posterior.model()
    smoother = model.ssm.simulation_smoother()
    for index in np.unique(particle):
        assign(model, posterior.particles[index], posterior.means, posterior.first)
        for place in np.flatnonzero(particle == index):
            states[place] = _simulate(smoother, draws[place])
    years = np.arange(first, posterior.last + 1)
    return pd.DataFrame(
        {
            "replicate": np.repeat(np.asarray(replicates, dtype=np.int64), years.size),
            "year": np.tile(years, len(draws)),
            "gross_output": np.exp(states[:, Y, skip:]).ravel(),
            "value_added": np.exp(states[:, Y, skip:] - states[:, K, skip:]).ravel(),
        }
    )


Draw = tuple[float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def _variates(draw: np.random.Generator, years: int, readings: int) -> Draw:
    """Everything random of one path: which particle, the first state, state noise, measurement noise."""
    return (
        float(draw.random()), draw.standard_normal(STATES), draw.standard_normal((years, 4)),
        draw.standard_normal((years, readings)),
    )


def _simulate(smoother: Any, draw: Draw) -> NDArray[np.float64]:
    _, initial, state, measurement = draw
    smoother.simulate(
        initial_state_variates=initial,
        state_disturbance_variates=state,
        measurement_disturbance_variates=measurement,
    )
    return np.array(smoother.simulated_state)
