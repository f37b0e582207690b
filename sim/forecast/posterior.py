"""The posterior as a fixed set of equally likely particles: weigh the prior cloud by likelihood, resample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.forecast.priors import Hyper, Means
from sim.forecast.readings import Reading
from sim.forecast.state_space import STATES, assign, build
from sim.parallel import one_thread

CLOUD, PARTICLES = 1024, 200


@dataclass(frozen=True)
class Posterior:
    """Distinct particles, how often each was resampled, and the smoothed states of each.

    ``mean`` is (particles, years, states), ``cover`` (particles, years, states, states); ``effective`` is
    the effective sample size of the weighted cloud.
    """

    observed: tuple[Reading, ...]
    first: int
    last: int
    means: Means
    particles: tuple[Hyper, ...]
    count: NDArray[np.int64]
    mean: NDArray[np.float64]
    cover: NDArray[np.float64]
    effective: float

    def model(self) -> Any:
        """Return a fresh statsmodels model of these readings; ``assign`` a particle before use."""
        return build(self.observed, self.first, self.last)

    def along(
        self, direction: NDArray[np.float64], year: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and s.d. of a linear combination of the states in one year, for each particle."""
        at = year - self.first
        variance = np.einsum("i,pij,j->p", direction, self.cover[:, at], direction)
        return self.mean[:, at] @ direction, np.sqrt(np.maximum(variance, 0.0))


def posterior(
    observed: Sequence[Reading], means: Means, cloud: Sequence[Hyper], first: int, last: int,
    particles: int = PARTICLES,
) -> Posterior:
    """Fit: likelihood of each draw by the Kalman filter, systematic resampling, smoothing."""
    model = build(observed, first, last)
    with one_thread():
        logs = np.array([_loglike(model, hyper, means, first) for hyper in cloud])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    ranks = np.searchsorted(np.cumsum(weights), (np.arange(particles) + 0.5) / particles)
    kept, count = np.unique(ranks, return_counts=True)
    with one_thread():
        smoothed = [_smooth(model, cloud[index], means, first) for index in kept]
    return Posterior(
        tuple(observed), first, last, means, tuple(cloud[index] for index in kept), count,
        np.array([mean for mean, _ in smoothed]), np.array([cover for _, cover in smoothed]),
        float(1 / (weights**2).sum()),
    )


def _loglike(model: Any, hyper: Hyper, means: Means, first: int) -> float:
    assign(model, hyper, means, first)
    return float(model.ssm.loglike())


def _smooth(
    model: Any, hyper: Hyper, means: Means, first: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    assign(model, hyper, means, first)
    found = model.ssm.smooth()
    mean: NDArray[np.float64] = found.smoothed_state.T.reshape(-1, STATES)
    return mean, np.moveaxis(found.smoothed_state_cov, -1, 0)
