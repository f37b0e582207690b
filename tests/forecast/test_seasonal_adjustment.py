"""A season is averaged as in classical decomposition, and goes on."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose

from sim.forecast.global_trend import lgt
from sim.forecast.seasonal_adjustment import adjusted, season_of_logs

SHAPE = np.array([0.9, 1.0, 1.3, 0.8])


def noise(count: int, size: float, seed: int) -> np.ndarray:
    return np.exp(np.cumsum(np.random.default_rng(seed).normal(0, size, count)))


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
        point = adjusted(lgt)((growth * season)[:count], 4, 6)[0]
        plain = lgt(growth[:count], 1, 6)[0]
        assert point / season[count:] == pytest.approx(plain, rel=0.01)
