"""How one error spreads over a member's horizon, beside the recursions and the library that it comes from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from statsforecast.models import ARIMA, AutoETS, DynamicOptimizedTheta

from sim.forecast.members import (
    MONTHS,
    QUARTERS,
    SHORTEST,
    SHORTEST_LOGS,
    YEARS,
    Fit,
    airline,
    arima,
    fit_members,
    smoothing,
    theta,
)
from tests.forecast.frames import shipped

HORIZON = 30


def passengers() -> np.ndarray:
    return np.log(shipped("fpppy", "AirPassengers")["y"].to_numpy(float))


def after_one_error(alpha: float, beta: float, gamma: float, phi: float, season: int) -> list[float]:
    """The observations of additive ETS (Hyndman et al. 2008, table 2.2) from states of nought and one error of 1."""
    level, trend, seasons, found = 0.0, 0.0, [0.0] * season, []
    for step in range(HORIZON):
        error = float(step == 0)
        expected = level + phi * trend + seasons[0]
        found.append(expected + error)
        level, trend = level + phi * trend + alpha * error, phi * trend + beta * error
        seasons = [*seasons[1:], seasons[0] + gamma * error]
    return found


def test_the_response_of_smoothing_is_what_one_error_does_to_its_recursions() -> None:
    response = smoothing(passengers(), 12, HORIZON)[1]
    fitted = AutoETS(season_length=12, model="AZA", damped=True).fit(passengers()).model_
    assert response == pytest.approx(after_one_error(*fitted["par"][:4], season=12), abs=1e-9)
    assert response[12] > response[11] + 0.01 and response[24] > response[12]


@pytest.mark.parametrize("season", [12, 1])
@pytest.mark.parametrize(("member", "order"), [(airline, (0, 1, 1)), (arima, (1, 1, 0))])
def test_the_spread_of_a_member_of_box_and_jenkins_is_the_library_s_own(
    member: Fit, order: tuple[int, int, int], season: int
) -> None:
    seasonal = (0, 1, 1) if season > 1 else (0, 0, 0)
    model = ARIMA(order, season_length=season, seasonal_order=seasonal, include_drift=season == 1)
    theirs = model.fit(passengers()).predict(HORIZON, level=[80])
    point, response, sd, _ = member(passengers(), season, HORIZON)
    assert point == pytest.approx(np.asarray(theirs["mean"]))
    above = norm.ppf(0.9) * sd * np.sqrt(np.cumsum(response**2))
    assert point + above == pytest.approx(np.asarray(theirs["hi-80"]), rel=1e-5)


@pytest.mark.parametrize("season", [12, 1])
def test_the_spread_of_theta_is_that_of_the_library_s_simulation(season: int) -> None:
    """Theirs is of few simulated paths: 10 % on the average over the horizon, where alpha alone makes it grow."""
    values = np.exp(passengers())
    theirs = DynamicOptimizedTheta(season_length=season).fit(values).predict(HORIZON, level=[80])
    point, response, sd, _ = theta(values, season, HORIZON)
    assert point == pytest.approx(theirs["mean"])
    spread = norm.ppf(0.9) * sd * np.sqrt(np.cumsum(response**2))
    assert np.mean((theirs["hi-80"] - theirs["lo-80"]) / 2 / spread) == pytest.approx(1, abs=0.1)
    assert spread[-1] > 2 * spread[0]


def test_a_moving_average_outside_the_unit_circle_is_mirrored_into_the_same_process() -> None:
    """The changes keep their variance s²(1 + m²) and covariance s²m."""
    for seed in range(200):
        noise = np.random.default_rng(seed).normal(size=24)
        fitted = ARIMA((0, 1, 1), include_drift=True).fit(noise).model_
        theirs, variance = fitted["coef"]["ma1"], fitted["sigma2"]
        if theirs < -1.1:
            break
    assert theirs < -1.1, "no such series among these"
    _, response, sd, _ = airline(noise, 1, 2)
    ours = response[1] - 1
    assert abs(ours) < 1
    assert sd**2 * (1 + ours**2) == pytest.approx(variance * (1 + theirs**2))
    assert sd**2 * ours == pytest.approx(variance * theirs)


def names(values: np.ndarray, season: int) -> tuple[str, ...]:
    return tuple(member.name for member in fit_members(values, season, 3)[0])


def test_each_frequency_has_members_of_its_own() -> None:
    noise = np.exp(0.1 * np.random.default_rng(1).normal(size=48))
    assert names(noise, 4) == QUARTERS and names(noise, 12) == MONTHS
    assert names(noise[: SHORTEST_LOGS - 1], 1) == ("theta", "arima")


def test_members_on_logs_or_powers_need_a_positive_series_and_few_points_have_none() -> None:
    values = np.exp(np.random.default_rng(1).normal(size=20))
    assert names(values, 1) == YEARS
    assert names(values - 1, 1) == ("theta", "ets", "arima")
    assert names(values - 1, 4) == ("theta", "ets", "arima")
    assert fit_members(values[: SHORTEST - 1], 1, 3) == ([], {})


def test_a_season_is_modelled_from_two_years_and_one_period_on() -> None:
    """Below that nothing is fitted at all, from a year and one period on: the season would be taken for noise."""
    values = 100 + 50 * np.sin(np.arange(25) * np.pi / 6)
    assert [bool(fit_members(values[:count], 12, 12)[0]) for count in (12, 13, 24, 25)] == [True, False, False, True]
    long = fit_members(values, 12, 12)[0][1].point
    assert long == pytest.approx(values[1:13], rel=0.05)
