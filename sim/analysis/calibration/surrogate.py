"""Simulated moments through a surrogate of the model: a quadratic response surface with an error it was not fitted to.

The surface (Box & Wilson 1951) gives each statistic as a polynomial in the normal scores of all factors. The moment
criterion of an observation, its variance the published figure's error plus the surface's own held-out error, gives a
quasi-posterior under the prior (Chernozhukov & Hong 2003, Journal of Econometrics 115, 293-346): draws of the prior,
weighted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.calibration.regression import Array, Weighted

FOLDS = 5
PAIRS_OF = 6
"""Interactions are fitted among so many factors, those that move the statistics most."""


@dataclass(frozen=True)
class Surrogate:
    """``slope`` (terms, statistics); ``strongest`` the factors with interactions; ``error`` (statistics,) root mean
    square of errors on points left out of the fit; ``explained`` (statistics,) 1 − their variance over the whole's."""

    slope: Array
    strongest: tuple[int, ...]
    error: Array
    explained: Array

    def __call__(self, scores: Array) -> Array:
        """Return statistics (points, statistics) at scores (points, factors)."""
        return np.asarray(terms(scores, self.strongest) @ self.slope)


def terms(scores: Array, strongest: tuple[int, ...]) -> Array:
    """Constant, linear and square terms of all factors, products of the strongest; (points, terms)."""
    pairs = [scores[:, [a]] * scores[:, [b]] for place, a in enumerate(strongest) for b in strongest[:place]]
    return np.hstack([np.ones((len(scores), 1)), scores, np.square(scores) - 1, *pairs])


def fitted(scores: Array, statistics: Array) -> Surrogate:
    """Fit the surface by least squares; its error is that of five-fold cross-validation.

    Args:
        scores: (points, factors); statistics: (points, statistics), without drawn error.
    """
    linear = np.linalg.lstsq(terms(scores, ()), statistics, rcond=None)[0][1 : 1 + scores.shape[1]]
    effect = (np.abs(linear) / statistics.std(axis=0)).max(axis=1)
    strongest = tuple(int(each) for each in np.sort(np.argsort(-effect, kind="stable")[:PAIRS_OF]))
    design, fold = terms(scores, strongest), np.arange(len(scores)) % FOLDS
    missed = np.empty_like(statistics)
    for each in range(FOLDS):
        inside = fold != each
        slope = np.linalg.lstsq(design[inside], statistics[inside], rcond=None)[0]
        missed[~inside] = statistics[~inside] - design[~inside] @ slope
    error = np.sqrt(np.square(missed).mean(axis=0))
    slope = np.asarray(np.linalg.lstsq(design, statistics, rcond=None)[0], float)
    return Surrogate(slope, strongest, error, 1 - np.square(error) / statistics.var(axis=0))


def quasi_posterior(scores: Array, predicted: Array, observed: Array, deviation: Array) -> Weighted:
    """Weigh draws of the prior by the moment criterion.

    Args:
        scores: draws of the prior (draws, factors); predicted: their statistics by the surrogate.
        deviation: of each statistic, published error and the surrogate's own together.
    """
    criterion = np.square((predicted - observed) / deviation).sum(axis=1)
    weights = np.exp(-(criterion - criterion.min()) / 2)
    return Weighted(scores, weights / weights.sum())


def effective(weights: Array) -> float:
    """How many equally weighted draws these are worth (Kish 1965)."""
    return float(weights.sum() ** 2 / np.square(weights).sum())
