"""How far a fitted method errs, as its own errors show it: they may last, and they may grow with the level.

An innovations model takes its errors for independent and of one size. Its fit need not make them so. The library's
seasonal exponential smoothing searches 17 numbers and may stop far from the best: on simulated random walks it then
follows the level too slowly, its errors go on for months (autocorrelation 0.2–0.7), and what it says of a year's
total is a third too narrow. So the errors' first autocorrelation is measured and carried into the response: their
correction in Gardner (1985, Journal of Forecasting 4), used here for the spread alone (the point was no better on
series of the M1 competition).
"""

from __future__ import annotations

import numpy as np

from sim.forecast.fitted import Array

MOST = 0.95
"""The most of an error that stays from one period to the next."""


def lasting(response: Array, sd: float, errors: Array) -> tuple[Array, float]:
    """Return response (H,) and s.d. of one error where a share of each of ``errors`` stays for the next period."""
    size = float(errors @ errors)
    share = float(np.clip((errors[1:] @ errors[:-1]) / size, 0.0, MOST)) if size > 0 else 0.0
    longer = np.convolve(response, share ** np.arange(response.size))[: response.size]
    return longer, sd * float(np.sqrt(1 - share**2))


def growth(errors: Array, values: Array, season: int) -> float:
    """Return how much larger than on average errors are at the level of the last year of a positive series.

    ``errors`` (m,): those of the last m of ``values`` (n,). The answer is 1 unless errors in proportion to what was
    expected are likelier than errors of one size (Gaussian likelihood).
    """
    expected = values[values.size - errors.size :] - errors
    if np.any(expected <= 0) or not np.any(errors):
        return 1.0
    plain, relative = (float(np.sqrt(np.mean(each**2))) for each in (errors, errors / expected))
    if np.log(plain) <= np.log(relative) + float(np.mean(np.log(expected))):
        return 1.0
    return relative * float(np.mean(values[-season:])) / plain
