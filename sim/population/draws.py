"""Draws whose shares hold at any sample size: stratified scores, bounded tails, exact totals under caps."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri


class TotalUnreachable(ValueError):
    """Values bounded below and above cannot add up to the total asked."""

    def __init__(self, quantity: str, total: float, low: float, high: float) -> None:
        self.quantity, self.total, self.low, self.high = quantity, total, low, high
        super().__init__(
            f"{quantity} 的总数 {total:,.4g} 不在可达范围 {low:,.4g}—{high:,.4g} 内，请检查相应参数。"
        )


def uniforms(n: int, rng: np.random.Generator) -> np.ndarray:
    """The n midpoints of equal strata of (0, 1) in random order."""
    return (rng.permutation(n) + 0.5) / n


def normals(n: int, rng: np.random.Generator) -> np.ndarray:
    """Standard normal scores, one per equal stratum, in random order."""
    return np.asarray(ndtri(uniforms(n, rng)))


def rising(values: np.ndarray) -> np.ndarray:
    """Return the places of ``values`` from the least to the most.

    Amounts that are meant to be equal, such as those raked to the same bound, differ by a last bit that depends on the
    processor: they are compared in single precision, and those then level keep their order.
    """
    return np.argsort(values.astype(np.float32), kind="stable")


def scores(values: np.ndarray) -> np.ndarray:
    """Normal scores of the ranks of ``values``: the same order, an exact standard normal shape."""
    ranks = np.empty(len(values))
    ranks[rising(values)] = np.arange(len(values))
    return np.asarray(ndtri((ranks + 0.5) / len(values)))


def spread_over(order: np.ndarray, offset: float) -> np.ndarray:
    """Uniforms evenly spread along ``order`` (golden-ratio sequence): any share holds in every stretch of it."""
    golden = (np.sqrt(5) - 1) / 2
    values = np.empty(len(order))
    values[order] = (offset + golden * np.arange(len(order))) % 1.0
    return values


def pareto(probability: np.ndarray, exponent: float) -> np.ndarray:
    """Pareto quantiles with least value 1: P(X > x) = x ** -exponent."""
    return (1 - probability) ** (-1 / exponent)


def truncated_lognormal(probability: np.ndarray, sd: float, top: float, mean: float) -> np.ndarray:
    """Lognormal quantiles cut off at ``top`` whose average is ``mean`` (location found by bisection)."""

    def quantiles(location: float) -> np.ndarray:
        inside = ndtr((np.log(top) - location) / sd)
        return np.asarray(np.exp(location + sd * ndtri(probability * inside)))

    low, high = np.log(mean) - 10 * sd, np.log(top) + 10 * sd
    if not quantiles(low).mean() < mean < quantiles(high).mean():
        raise TotalUnreachable("截尾对数正态均值", mean, float(quantiles(low).mean()), top)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if quantiles(middle).mean() < mean else (low, middle)
    return quantiles(low)


def scale_to(
    values: np.ndarray,
    total: float,
    quantity: str,
    *,
    times: np.ndarray | float = 1.0,
    low: np.ndarray | float = 0.0,
    high: np.ndarray | float = np.inf,
) -> np.ndarray:
    """Multiply ``values`` by one factor, held within [low, high], so that sum(values * times) is ``total``.

    Raises:
        TotalUnreachable: the total lies outside what the bounds allow.
    """
    weights = np.broadcast_to(np.asarray(times, dtype=float), values.shape)
    least, most = float(np.sum(weights * low)), float(np.sum(weights * high))
    if not least < total < most:
        raise TotalUnreachable(quantity, total, least, most)
    factor = total / float(np.sum(values * weights))
    for _ in range(200):
        scaled = np.clip(values * factor, low, high)
        free = (scaled > low) & (scaled < high)
        gap = total - float(np.sum(scaled * weights))
        if abs(gap) <= 1e-12 * total or not free.any():
            return scaled
        factor *= max(1 + gap / float(np.sum((scaled * weights)[free])), 0.1)
    raise TotalUnreachable(quantity, total, least, most)
