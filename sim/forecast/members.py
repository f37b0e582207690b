"""The forecasting methods that are pooled: each gives a point path and how one error spreads over the horizon.

Every member is an innovations model: the error h periods ahead is e[h] + c[1] e[h-1] + … + c[h-1] e[1], with
independent errors e. So its joint paths need the point path, the response (1, c[1], …) and the error's s.d.,
and nothing else. Fits are statsforecast's (the same methods in statsmodels take ten times as long).

- ``theta``: dynamic optimised Theta (Fiorucci et al. 2016, International Journal of Forecasting 32)
- ``ets``, ``ets_log``: additive exponential smoothing of the level and of its log (Hyndman et al. 2008)
- ``airline``, ``airline_log``: SARIMA(0,1,1)(0,1,1), without a season (0,1,1) with drift (Box & Jenkins 1976)

Undamped trends of short annual logs explode: the pool's guard drops those.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SHORTEST = 6
"""Below so many points nothing is fitted."""
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


Fit = Callable[[Array, int, int], tuple[Array, Array, float]]


def theta(values: Array, season: int, horizon: int) -> tuple[Array, Array, float]:
    """Dynamic optimised Theta: the level moves by ``alpha`` of each error and stays moved."""
    from statsforecast.models import DynamicOptimizedTheta

    fitted = DynamicOptimizedTheta(season_length=season).fit(values)
    response = np.full(horizon, float(fitted.model_["par"]["alpha"]))
    response[0] = 1.0
    return fitted.predict(horizon)["mean"], response, _spread(fitted.model_["residuals"])


def smoothing(values: Array, season: int, horizon: int) -> tuple[Array, Array, float]:
    """Additive ETS; the trend (none, damped or not) by AICc."""
    from statsforecast.models import AutoETS

    kind = "AZA" if season > 1 else "AZN"
    damped = True if season > 4 else None  # of monthly series damped only: trying all takes twice as long
    fitted = AutoETS(season_length=season, model=kind, damped=damped).fit(values)
    alpha, beta, gamma, phi = np.nan_to_num(fitted.model_["par"][:4])
    ahead = np.arange(1, horizon)
    trend = np.cumsum((phi or 1.0) ** ahead)
    response = np.ones(horizon)
    response[1:] = alpha + beta * trend + gamma * (ahead % season == 0) * (season > 1)
    return fitted.predict(horizon)["mean"], response, float(np.sqrt(fitted.model_["sigma2"]))


def airline(values: Array, season: int, horizon: int) -> tuple[Array, Array, float]:
    """SARIMA(0,1,1)(0,1,1); without a season (0,1,1) with drift."""
    from statsforecast.models import ARIMA

    seasonal = (0, 1, 1) if season > 1 else (0, 0, 0)
    fitted = ARIMA(
        order=(0, 1, 1), season_length=season, seasonal_order=seasonal, include_drift=season == 1
    ).fit(values)
    coefficients = [float(fitted.model_["coef"].get(name, 0.0)) for name in ("ma1", "sma1")]
    # a moving average outside the unit circle is the same process as its mirror image with a larger error
    larger = float(np.prod([max(abs(coefficient), 1.0) for coefficient in coefficients]))
    first, last = (one if abs(one) <= 1 else 1 / one for one in coefficients)
    sd = larger * float(np.sqrt(fitted.model_["sigma2"]))
    return fitted.predict(horizon)["mean"], _impulse(first, last, season, horizon), sd


def _impulse(first: float, seasonal: float, season: int, horizon: int) -> Array:
    """Response of (1 - B)(1 - B^s) y = (1 + first B)(1 + seasonal B^s) e, or of (1 - B) y without a season."""
    errors = np.zeros(horizon + season + 1)
    errors[0], errors[1] = 1.0, first
    if season > 1:
        errors[season:] += seasonal * errors[: errors.size - season].copy()
        for period in range(season, errors.size):
            errors[period] += errors[period - season]
    return np.cumsum(errors)[:horizon]


def _spread(errors: Array) -> float:
    """S.d. of Theta's one-step errors; the first few tell of its starting values, which can be far off."""
    settled = errors[min(3, errors.size // 3) :]
    return float(np.sqrt(np.sum(settled**2) / max(settled.size - 2, 1)))


MEMBERS: dict[str, tuple[Fit, bool]] = {
    "theta": (theta, False),
    "ets": (smoothing, False),
    "ets_log": (smoothing, True),
    "airline": (airline, False),
    "airline_log": (airline, True),
}


def fit_members(values: Array, season: int, horizon: int) -> tuple[list[Member], dict[str, str]]:
    """Fit every member; those on logs need a positive series. None is fitted to fewer than ``SHORTEST`` points, nor to
    a year of a season that is too short to model it: the season would be taken for noise.

    Returns:
        the members that gave finite numbers, and why each of the others did not.
    """
    if values.size < SHORTEST or season < values.size <= SHORTEST_SEASONAL * season:
        return [], {}
    modelled = season if values.size > SHORTEST_SEASONAL * season else 1
    positive = bool(np.all(values > 0))
    found, failed = [], {}
    for name, (fit, log) in MEMBERS.items():
        if log and not positive:
            continue
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")  # what goes wrong shows in the numbers, which are looked at below
                point, response, sd = fit(np.log(values) if log else values, modelled, horizon)
        except Exception as error:  # whatever a library raises on a hard series costs this member, and is counted
            failed[name] = f"{type(error).__name__}: {error}"
            continue
        if np.all(np.isfinite(point)) and np.all(np.isfinite(response)) and np.isfinite(sd):
            found.append(Member(name, np.asarray(point, dtype=float), response, sd, log))
        else:
            failed[name] = "not finite"
    return found, failed
