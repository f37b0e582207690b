"""A season that is hardly seen is told from one that is, and is averaged as in classical decomposition."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose

from sim.forecast.members import damped
from sim.forecast.weak_season import adjusted, season_of_logs, weak

SHAPE = np.array([0.9, 1.0, 1.3, 0.8])


def noise(count: int, size: float, seed: int) -> np.ndarray:
    return np.exp(np.cumsum(np.random.default_rng(seed).normal(0, size, count)))


def test_random_walks_have_a_weak_season_about_as_often_as_the_test_says() -> None:
    """One-sided at 1.645 standard errors: 5 % of 300 walks are taken for seasonal by chance, and some fewer, as the
    autocorrelation of few changes lies a little below nought."""
    seasonal = [not weak(noise(60, 0.05, seed), 4) for seed in range(300)]
    assert 0.01 < np.mean(seasonal) < 0.08


def test_a_season_as_large_as_the_noise_is_not_weak_and_a_constant_or_touching_zero_has_none() -> None:
    assert not any(weak(noise(40, 0.1, seed) * np.tile(SHAPE, 10), 4) for seed in range(50))
    assert not weak(np.full(40, 7.0), 4)
    assert weak(noise(40, 0.1, 2), 4) and not weak(np.append(noise(40, 0.1, 2), 0.0), 4)


@pytest.mark.parametrize(("season", "count"), [(12, 25), (12, 60), (11, 40), (4, 9)])
def test_the_means_are_those_of_classical_decomposition(season: int, count: int) -> None:
    values = noise(count, 0.1, 1)
    theirs = seasonal_decompose(np.log(values), model="additive", period=season).seasonal[:season]
    assert season_of_logs(values, season) == pytest.approx(theirs, abs=1e-12)


def test_growth_times_a_fixed_season_goes_on_with_that_season() -> None:
    """The adjusted series is growth alone, whatever place of the year the series ends at."""
    for count in (37, 40):
        growth = 100 * 1.02 ** np.arange(count + 6)
        season = np.tile(SHAPE, 12)[: count + 6]
        point = adjusted(damped)((growth * season)[:count], 4, 6)[0]
        plain = damped(growth[:count], 1, 6)[0]
        assert point / season[count:] == pytest.approx(plain, rel=0.01)
