"""Whether a series has a season, and whether it turns back to a mean."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TESTED = 40
"""A unit root is tested from so many points on; below, the test hardly ever tells."""
REJECTED = 0.05
"""It is rejected below this p-value."""


def seasonal(values: Array, season: int) -> bool:
    """The M competitions' test: autocorrelation at the season beyond 1.645 of its standard error."""
    from statsmodels.tsa.stattools import acf

    if np.ptp(values) == 0:
        return False
    found = acf(values, nlags=season, fft=False)[1:]
    limit = 1.645 * np.sqrt((1 + 2 * np.sum(found[:-1] ** 2)) / values.size)
    return bool(abs(found[-1]) > limit)


def turns_back(values: Array, season: int) -> bool:
    """Whether there is no season and a unit root is rejected at 5 % (augmented Dickey-Fuller, a mean, one lag)."""
    from statsmodels.tsa.stattools import adfuller

    if values.size < TESTED or np.ptp(values) == 0 or (season > 1 and seasonal(values, season)):
        return False
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # that the kind of result will change; of a perfect fit, whose p-value tells
        return bool(adfuller(values, maxlag=1, regression="c", autolag=None)[1] < REJECTED)
