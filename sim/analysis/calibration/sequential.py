"""Sequential approximate Bayesian computation: populations of particles that close in on an observation.

The adaptive population Monte Carlo algorithm of Lenormand, Jabot & Deffuant (2013, Computational Statistics 28,
2777-2796): every generation proposes a fixed number of particles, keeps the nearest share of old and new, and ends when
few of the new are kept. No other library of a permissive licence is in the lock that does this; it is forty lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.analysis.calibration.regression import Array, Weighted, adjusted, distances

Simulate = Callable[[Array, int], Array]
"""Statistics with their error (proposals, statistics) of proposed scores (proposals, parameters) in a generation."""
KEEP = 0.5
"""Share of a population that is kept."""
ENOUGH = 0.1
"""A generation of whose proposals no larger share is kept is the last: it gained little for its runs."""


@dataclass(frozen=True)
class Population:
    """Particles kept: scores (particles, parameters), statistics, weights, each in the same order; ``tolerance`` the
    farthest distance among them; ``accepted`` the share of the newest proposals that were kept, a number each
    generation."""

    scores: Array
    statistics: Array
    weights: Array
    tolerance: float
    accepted: tuple[float, ...]

    def posterior(self, observed: Array, scale: Array) -> Weighted:
        """Adjust the particles to the observation."""
        return adjusted(self.scores, self.statistics, observed, scale, self.weights)


def sequential(
    scores: Array, statistics: Array, simulate: Simulate, observed: Array, scale: Array, generations: int,
    draw: np.random.Generator,
) -> Population:  # fmt: skip
    """Close in on an observation, beginning with draws from the standard normal prior.

    Args:
        scores: draws from the prior (particles, parameters).
        statistics: their statistics with error (particles, statistics).
        simulate: called with each generation's proposals, half as many as there are particles.
        scale: of each statistic in the distance.
        generations: at most so many.
    """
    weights = np.ones(len(scores))  # prior over the density they were drawn from, which is the prior
    keep = int(KEEP * len(scores))
    state = _kept(scores, statistics, weights, observed, scale, keep, ())
    for generation in range(1, generations + 1):
        proposed, weight = _propose(state, len(scores) - keep, draw)
        made = simulate(proposed, generation)
        share = float((distances(made, observed, scale) < state.tolerance).mean())
        state = _kept(
            np.vstack([state.scores, proposed]), np.vstack([state.statistics, made]),
            np.concatenate([state.weights, weight]), observed, scale, keep, (*state.accepted, share),
        )  # fmt: skip
        if share <= ENOUGH:
            break
    return state


def _kept(
    scores: Array, statistics: Array, weights: Array, observed: Array, scale: Array, keep: int,
    accepted: tuple[float, ...],
) -> Population:  # fmt: skip
    far = distances(statistics, observed, scale)
    near = np.argsort(far, kind="stable")[:keep]
    return Population(scores[near], statistics[near], weights[near], float(far[near[-1]]), accepted)


def _propose(state: Population, count: int, draw: np.random.Generator) -> tuple[Array, Array]:
    """Move resampled particles by a normal of twice their covariance; the weight is prior over proposal density."""
    share = state.weights / state.weights.sum()
    current = Weighted(state.scores, share)
    centred = state.scores - current.mean
    covariance = 2 * (centred * share[:, None]).T @ centred + 1e-12 * np.eye(state.scores.shape[1])
    factor = np.linalg.cholesky(covariance)
    proposed = current.resampled(count, draw) + draw.standard_normal((count, factor.shape[0])) @ factor.T
    apart = (proposed[:, None, :] - state.scores[None]).reshape(-1, len(factor))
    whitened = np.linalg.solve(factor, apart.T)
    density = np.exp(-np.square(whitened).sum(axis=0) / 2).reshape(count, -1) @ share / np.prod(np.diag(factor))
    prior = np.exp(-np.square(proposed).sum(axis=1) / 2)
    return proposed, prior / density
