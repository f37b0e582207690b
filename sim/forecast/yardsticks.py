"""What a forecast must beat: naive, seasonal naive, random walk with drift, Naive2 of the M competitions."""

from __future__ import annotations

import numpy as np

from sim.forecast.fitted import Array
from sim.forecast.members import Member


def naive(values: Array, season: int, horizon: int) -> Member:
    """The last value goes on."""
    steps = np.diff(values)
    return Member("naive", np.full(horizon, values[-1]), np.ones(horizon), _size(steps), log=False)


def seasonal_naive(values: Array, season: int, horizon: int) -> Member:
    """The same season of the last year goes on; without a year of data, the last value."""
    if season == 1 or values.size <= season:
        return Member("seasonal_naive", *_rest(naive(values, 1, horizon)))
    ahead = np.arange(horizon)
    return Member(
        "seasonal_naive", values[values.size - season + ahead % season], (ahead % season == 0).astype(float),
        _size(values[season:] - values[:-season]), log=False,
    )  # fmt: skip


def drift(values: Array, season: int, horizon: int) -> Member:
    """Random walk with drift: the average step goes on."""
    steps = np.diff(values)
    point = values[-1] + np.mean(steps) * np.arange(1, horizon + 1)
    return Member("drift", point, np.ones(horizon), float(np.std(steps, ddof=1)), log=False)


def naive2(values: Array, season: int, horizon: int) -> Member:
    """Naive on the seasonally adjusted series, if seasonality is significant at 90 %, and seasoned again."""
    index = seasonal_index(values, season)
    last, ahead = index[(values.size - 1) % season], index[(values.size + np.arange(horizon)) % season]
    adjusted = values / index[np.arange(values.size) % season]
    return Member("naive2", values[-1] / last * ahead, np.ones(horizon), _size(np.diff(adjusted)), log=False)


def seasonal_index(values: Array, season: int) -> Array:
    """Return the multiplicative index (season,) of classical decomposition by place in the array, or ones."""
    if season == 1 or values.size < 3 * season or np.any(values <= 0) or not _seasonal(values, season):
        return np.ones(season)
    from statsmodels.tsa.seasonal import seasonal_decompose

    return np.asarray(seasonal_decompose(values, model="multiplicative", period=season).seasonal[:season])


def _seasonal(values: Array, season: int) -> bool:
    """The M competitions' test: autocorrelation at the season beyond 1.645 of its standard error."""
    from statsmodels.tsa.stattools import acf

    if np.ptp(values) == 0:
        return False
    found = acf(values, nlags=season, fft=False)[1:]
    limit = 1.645 * np.sqrt((1 + 2 * np.sum(found[:-1] ** 2)) / values.size)
    return bool(abs(found[-1]) > limit)


def _size(errors: Array) -> float:
    return float(np.sqrt(np.mean(errors**2)))


def _rest(member: Member) -> tuple[Array, Array, float, bool]:
    return member.point, member.response, member.sd, member.log


YARDSTICKS = (naive, seasonal_naive, drift, naive2)
