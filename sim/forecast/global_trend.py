"""Exponential smoothing with a local and a global trend, averaged over its parameters instead of fitted.

y[t+1] = l[t] + γ l[t]^ρ + λ b[t] + e[t+1], the s.d. of e in proportion to l[t]^τ; level l and local trend b are
smoothed by α and β (LGT: Smyl et al. 2025, International Journal of Forecasting 41). Between a constant step (ρ = 0)
and a constant rate (ρ = 1) lies most growth of economies, and no linear trend or trend of logs does.

At given (α, β, ρ, τ) the rest is a linear regression with a conjugate prior, whose evidence is known in closed form:
so every one of ``SHAPES`` is tried, and their forecasts are averaged by it. No search can stop at a bad place.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from sim.forecast.fitted import Array, Fitted

SHAPES = np.array(list(product((0.25, 0.5, 0.75, 1.0), (0.25, 0.5, 0.75), (-1.0, -0.5, 0.0, 0.5, 1.0), (0.0, 1.0)))).T
"""(4, K): α, β, ρ, τ."""
LOCAL = (0.5, 0.4)
"""Prior mean and s.d. of λ where errors are as large as changes: about half of the last change goes on. It is held
within -1 … 1."""
GLOBAL = 0.5
"""Prior s.d. of γ, in those of an error."""
USUAL = (2.0, 0.5)
"""The prior knows as much of errors as so many of them, each of so many average changes, would tell."""
TEMPER = 0.5
"""The evidence counts half, as errors are neither independent nor Gaussian: a few early ones must not choose alone."""


def lgt(values: Array, season: int, horizon: int) -> Fitted:
    """Fit a positive series (n,), n at least 4, in units of about its own size; ``season`` is not looked at.

    Returns:
        point path (H,), response of the path to one error (H,), s.d. of one error, and the n - 2 errors.
    """
    alpha, beta, rho, tau = SHAPES
    levels, trends = _smoothed(values, alpha, beta)
    change = float(np.mean(np.abs(np.diff(values)))) or 1.0
    level, trend = levels[1:-1], trends[1:-1]
    precision = level ** (-2 * tau)
    precision /= precision.mean(axis=0)
    errors, gamma, lam, evidence = _regressed(values[2:, None] - level, level**rho, trend, precision, change)
    weight = np.exp(evidence - evidence.max())
    weight /= weight.sum()
    averaged = errors @ weight
    sd = float(np.sqrt(averaged @ averaged / max(averaged.size - 2, 1)))

    def ahead(shock: float) -> Array:
        now, slope, found = levels[-1] + alpha * shock, trends[-1] + alpha * beta * shock, []
        for _ in range(horizon):
            # below what was ever seen the global trend is what it was there: a negative power has no value at 0
            found.append(now + gamma * np.maximum(now, values.min()) ** rho + lam * slope)
            now, slope = _next(found[-1], now, slope, alpha, beta)
        return np.asarray(found @ weight)

    point, shock = ahead(0.0), sd or change
    response = np.append(1.0, (ahead(shock) - point)[:-1] / shock)
    return point, response, sd, averaged


def _next(value: Array | float, level: Array, trend: Array, alpha: Array, beta: Array) -> tuple[Array, Array]:
    moved = alpha * value + (1 - alpha) * level
    return moved, beta * (moved - level) + (1 - beta) * trend


def _smoothed(values: Array, alpha: Array, beta: Array) -> tuple[Array, Array]:
    """Level and local trend (n, K); they start at the first value and at no trend."""
    found = [(np.full(alpha.size, values[0]), np.zeros(alpha.size))]
    for value in values[1:]:
        found.append(_next(value, *found[-1], alpha, beta))
    levels, trends = np.array(found).swapaxes(0, 1)
    return levels, trends


def _regressed(
    steps: Array, power: Array, trend: Array, precision: Array, change: float
) -> tuple[Array, Array, Array, Array]:
    """Regress ``steps`` on the global and the local trend (all (m, K)) at every shape.

    Returns:
        errors (m, K), γ, λ and the tempered log evidence (K,), up to a constant.
    """
    usual, spread = LOCAL
    off = steps - usual * trend
    a, b, c = (np.sum(precision * one, axis=0) for one in (power**2, power * trend, trend**2))
    a, c = a + GLOBAL**-2, c + (change / spread) ** 2
    of_power, of_trend = (np.sum(precision * one * off, axis=0) for one in (power, trend))
    determinant = a * c - b**2
    gamma, more = (c * of_power - b * of_trend) / determinant, (a * of_trend - b * of_power) / determinant
    left = np.sum(precision * off**2, axis=0) - gamma * of_power - more * of_trend
    count, size = USUAL
    evidence = np.log(precision).sum(axis=0) - np.log(determinant)
    evidence -= (len(steps) + count) * np.log(left + count * (size * change) ** 2)
    lam = np.clip(usual + more, -1.0, 1.0)
    return steps - gamma * power - lam * trend, gamma, lam, TEMPER * evidence / 2
