"""Approximate Bayesian computation: from points near an observation to draws of the posterior.

Parameters are normal scores, so that their prior is standard normal and an adjustment never leaves their range. The
statistics already hold the error between model and publication as drawn noise, so that accepting what lies near the
observation is exact for that error (Wilkinson 2013, Statistical Applications in Genetics 12, 129-141).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Weighted:
    """Draws (draws, parameters), normal scores, with weights (draws,) that add to one."""

    scores: Array
    weights: Array

    @property
    def mean(self) -> Array:
        """(parameters,)."""
        return np.asarray(self.weights @ self.scores)

    @property
    def variance(self) -> Array:
        """(parameters,)."""
        return np.asarray(self.weights @ np.square(self.scores - self.mean))

    def quantile(self, share: float) -> Array:
        """(parameters,)."""
        order = np.argsort(self.scores, axis=0)
        below = np.cumsum(self.weights[order], axis=0) - self.weights[order] / 2
        ordered = np.take_along_axis(self.scores, order, axis=0)
        return np.array([np.interp(share, below[:, k], ordered[:, k]) for k in range(self.scores.shape[1])])

    def resampled(self, count: int, draw: np.random.Generator) -> Array:
        """Return equally weighted draws (count, parameters) by systematic resampling (Kitagawa 1996)."""
        places = (np.arange(count) + draw.random()) / count
        chosen = np.searchsorted(np.cumsum(self.weights), places * self.weights.sum())
        return np.asarray(self.scores[np.minimum(chosen, len(self.scores) - 1)])


def distances(statistics: Array, observed: Array, scale: Array) -> Array:
    """Euclidean distance (draws,) of statistics (draws, statistics) from what was observed, each in its own scale."""
    return np.asarray(np.sqrt(np.square((statistics - observed) / scale).sum(axis=1)))


def adjusted(scores: Array, statistics: Array, observed: Array, scale: Array, weights: Array) -> Weighted:
    """Return draws moved along a local-linear regression of parameters on statistics to the observation, weighted by
    an Epanechnikov kernel of their distance (Beaumont, Zhang & Balding 2002, Genetics 162, 2025-2035)."""
    far = distances(statistics, observed, scale)
    kernel = weights * (1 - np.square(far / (far.max() * (1 + 1e-9))))
    kernel = kernel / kernel.sum()
    offset = (statistics - observed) / scale
    design, root = np.column_stack([np.ones(len(offset)), offset]), np.sqrt(kernel)[:, None]
    fit = np.linalg.lstsq(design * root, scores * root, rcond=None)[0]
    # residuals of a fit are smaller than the errors they stand for, by its degrees of freedom
    worth = 1 / np.square(kernel).sum()
    wider = np.sqrt(worth / max(worth - design.shape[1], 1.0))
    return Weighted(fit[0] + wider * (scores - design @ fit), kernel)


def nearest(scores: Array, statistics: Array, observed: Array, scale: Array, share: float) -> Weighted:
    """Return the posterior from the nearest ``share`` of draws from the prior, adjusted."""
    far = distances(statistics, observed, scale)
    keep = np.argsort(far, kind="stable")[: max(int(share * len(far)), 2 * statistics.shape[1] + 4)]
    return adjusted(scores[keep], statistics[keep], observed, scale, np.full(len(keep), 1 / len(keep)))
