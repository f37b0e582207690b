"""A season taken out as classical means of detrended logs, for methods that have none of their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.forecast.fitted import Array, Fitted


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
