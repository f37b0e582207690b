"""Numbers printed in textbooks and papers, reproduced by what the members are fitted with and by our own scores."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import brentq
from scipy.stats import norm
from statsforecast.models import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.holtwinters import SimpleExpSmoothing
from statsmodels.tsa.statespace.sarimax import SARIMAX

from sim.forecast.members import Member, _impulse, airline, smoothing
from sim.forecast.pool import pool, streams
from sim.forecast.scores import weighted_interval_score
from sim.forecast.stretch import Stretch
from tests.forecast.frames import shipped

NORMAL = Stretch(1e7, 0.0, ((1, 1.0),))
"""Student's t of so many degrees is normal; nothing is stretched."""


def economy(code: str, column: str) -> np.ndarray:
    """A yearly series 1960–2017 of the World Bank, as in Hyndman & Athanasopoulos, FPP3 (``global_economy``)."""
    table = shipped("fpp3", "global_economy")
    return table.loc[table["Code"] == code, column].dropna().to_numpy(float)


def normals(*means: float) -> list[Member]:
    """Members that forecast one period as N(mean, 1)."""
    return [Member(str(place), np.full(1, mean), np.ones(1), 1.0, log=False) for place, mean in enumerate(means)]


@pytest.fixture(scope="module")
def passengers() -> np.ndarray:
    """Logs of the airline passengers 1949–1960: Box & Jenkins 1976, series G."""
    return np.log(shipped("fpppy", "AirPassengers")["y"].to_numpy(float))


def test_egyptian_exports_arima_as_in_fpp3_9_7() -> None:
    fitted = ARIMA(order=(2, 0, 1)).fit(economy("EGY", "Exports")).model_
    ar1, ar2, ma1, mean = (fitted["coef"][name] for name in ("ar1", "ar2", "ma1", "intercept"))
    assert [ar1, ar2, ma1, mean * (1 - ar1 - ar2)] == pytest.approx([1.676, -0.803, -0.690, 2.562], abs=6e-4)
    told = [fitted[name] for name in ("loglik", "aic", "aicc", "bic")]
    assert told == pytest.approx([-141.57, 293.13, 294.29, 303.43], abs=6e-3)


def test_algerian_exports_simple_smoothing_as_in_fpp3_8_1() -> None:
    """alpha 0.84, first level 39.5, forecast 22.44; our member chooses the same model and finds the same."""
    exports = economy("DZA", "Exports")
    fitted = SimpleExpSmoothing(exports, initialization_method="estimated").fit()
    assert fitted.params["smoothing_level"] == pytest.approx(0.84, abs=5e-3)
    assert fitted.params["initial_level"] == pytest.approx(39.5, abs=0.05)
    point, response, _, _ = smoothing(exports, 1, 5)
    assert response == pytest.approx([1, *4 * [0.84]], abs=5e-3)
    assert point == pytest.approx(5 * [22.44], abs=5e-3)


def test_australian_population_holt_likelihood_as_in_fpp3_8_2() -> None:
    """alpha 0.9999, beta* 0.327, first level 10.05 and slope 0.222: no others are likelier, some are much less so."""
    model = ETSModel(economy("AUS", "Population") / 1e6, error="add", trend="add")
    best = model.fit(disp=False).llf
    alpha = 0.9999
    assert best - model.loglike(np.array([alpha, alpha * 0.327, 10.05, 0.222])) == pytest.approx(0, abs=0.01)
    assert best - model.loglike(np.array([alpha, alpha * 0.1, 10.05, 0.222])) > 1


def test_airline_model_as_in_box_and_jenkins(passengers: np.ndarray) -> None:
    model = SARIMAX(passengers, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12), simple_differencing=True)
    fitted = model.fit(disp=False)
    assert fitted.params == pytest.approx([-0.4018, -0.5569, 0.001348], rel=5e-4)
    assert fitted.llf == pytest.approx(244.70, abs=6e-3)


def test_our_airline_member_is_that_model(passengers: np.ndarray) -> None:
    """Coefficients within a third of their standard error (0.09, 0.07), where the likelihood is as good as flat."""
    model = SARIMAX(passengers, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12), simple_differencing=True)
    point, response, sd, _ = airline(passengers, 12, 24)
    found = [response[1] - 1, response[12] - response[11] - 1]
    assert found == pytest.approx([-0.4018, -0.5569], abs=0.03)
    assert sd == pytest.approx(0.001348**0.5, rel=0.015)
    assert model.loglike([*found, 0.001348]) > 244.70 - 0.1
    whole = SARIMAX(passengers, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).smooth([-0.4018, -0.5569, 0.001348])
    assert point == pytest.approx(whole.forecast(24), abs=0.005)


@pytest.mark.parametrize(
    ("first", "seasonal", "season"), [(-0.4018, -0.5569, 12), (0.3, 0.9, 4), (-1, -1, 11), (-0.6, 0, 1)]
)
def test_our_response_to_one_error_is_that_of_statsmodels(first: float, seasonal: float, season: int) -> None:
    order = (0, 1, 1, season) if season > 1 else (0, 0, 0, 0)
    model = SARIMAX(np.zeros(60), order=(0, 1, 1), seasonal_order=order)
    parameters = [first, seasonal, 1.0] if season > 1 else [first, 1.0]
    theirs = np.ravel(model.impulse_responses(parameters, steps=39))
    assert _impulse(first, seasonal, season, 40) == pytest.approx(theirs, abs=1e-9)


def test_nile_local_level_as_in_durbin_and_koopman() -> None:
    volume = sm.datasets.nile.load_pandas().data["volume"].to_numpy()
    fitted = sm.tsa.UnobservedComponents(volume, "llevel").fit(disp=False)
    assert fitted.params == pytest.approx([15_099, 1_469], rel=0.01)
    assert fitted.llf == pytest.approx(-632.54, abs=6e-3)


@pytest.mark.parametrize("actual", [0.0, 1.0, -2.5])
def test_the_weighted_interval_score_tends_to_the_crps(actual: float) -> None:
    """Of N(0, 1), in closed form (Gneiting & Raftery 2007): 0.233695 at 0. Evenly spaced quantiles, more and more."""
    crps = actual * (2 * norm.cdf(actual) - 1) + 2 * norm.pdf(actual) - 1 / np.sqrt(np.pi)
    if actual == 0:
        assert crps == pytest.approx(0.233695, abs=5e-7)
    off = []
    for count in (5, 50, 500):
        tails = np.arange(1, count + 1) / (2 * count + 2)
        intervals = {1 - 2 * p: (np.array([norm.ppf(p)]), np.array([-norm.ppf(p)])) for p in tails}
        off.append(abs(weighted_interval_score(np.array([actual]), np.zeros(1), intervals)[0] - crps))
    assert off[2] < off[1] / 5 < off[0] / 25 and off[2] < 2e-3


def test_a_pool_of_two_normals_has_the_mean_and_variance_of_the_mixture() -> None:
    """N(0, 1) and N(d, 1): mean d/2, variance 1 + d²/4, half of the paths from each."""
    apart = 2.0
    found = pool(normals(0, apart), -1.0, NORMAL, 200_000, streams("1"))
    assert found.point == pytest.approx([apart / 2], abs=0.02)
    assert np.mean(found.paths) == pytest.approx(apart / 2, abs=0.02)
    assert np.var(found.paths) == pytest.approx(1 + apart**2 / 4, rel=0.01)
    assert np.bincount(found.owner).tolist() == [100_000, 100_000]


def test_a_lopsided_pool_leans_as_the_mixture_does() -> None:
    """N(0, 1) twice and N(3, 1): mean 1, variance 1 + 2, and the quantiles of the mixture's own distribution."""
    found = pool(normals(0, 0, 3), -1.0, NORMAL, 300_000, streams("2"))
    for level in (0.1, 0.5, 0.9):
        at = brentq(lambda x, level=level: (2 * norm.cdf(x) + norm.cdf(x - 3)) / 3 - level, -5, 8)
        assert np.quantile(found.paths, level) == pytest.approx(at, abs=0.02)
    assert found.point == pytest.approx([np.median(found.paths)])
    assert np.mean(found.paths) == pytest.approx(1, abs=0.02)
    assert np.var(found.paths) == pytest.approx(3, rel=0.01)


def test_a_path_of_a_random_walk_spreads_as_the_root_of_time_and_keeps_its_steps() -> None:
    walk = Member("walk", np.zeros(9), np.ones(9), 1.0, log=False)
    paths = pool([walk], -1.0, NORMAL, 100_000, streams("3")).paths
    assert paths.std(axis=0) == pytest.approx(np.sqrt(np.arange(1, 10)), rel=0.02)
    assert np.corrcoef(paths[:, 3], paths[:, 8])[0, 1] == pytest.approx((4 / 9) ** 0.5, abs=0.01)
