"""On public series the pool beats Naive2 by far and is hardly worse than any member, and its intervals hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.public_series import HORIZON, SEASON, PublicSeries, public_series
from sim.forecast.members import MONTHS, QUARTERS, YEARS
from sim.forecast.scores import mase, naive_scale, smape
from sim.forecast.series_forecast import SeriesForecast, forecast_series
from sim.forecast.yardsticks import naive2
from tests.forecast.frames import series

pytestmark = pytest.mark.slow
SERIES = 60
SEED = 17
"""Other origins than those that the stretch factors were learnt at."""
OWA = {"YS": 0.80, "QS": 0.83, "MS": 0.92}
"""Measured 0.74, 0.77 and 0.86 on these series, and 0.06 for what may change (other series differ by as much)."""
USUAL = {"YS": YEARS, "QS": QUARTERS, "MS": MONTHS}
MARGIN = 0.05
"""Measured: the best of five in one of three frequencies, by 0.02."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """Public series of one frequency and their forecasts."""

    items: list[PublicSeries]
    found: list[SeriesForecast]

    @cached_property
    def naive2(self) -> list[Array]:
        return [naive2(item.known, SEASON[item.freq], item.held.size).point for item in self.items]

    def owa(self, points: list[Array]) -> float:
        """OWA of a forecast of every series against Naive2."""
        both = (points, self.naive2)
        ours, theirs = (np.mean(list(map(self._errors, self.items, listed)), axis=0) for listed in both)
        return float(np.mean(ours / theirs))

    @staticmethod
    def _errors(item: PublicSeries, point: Array) -> tuple[float, float]:
        scale = naive_scale(item.known, SEASON[item.freq])
        return smape(item.held, point), mase(item.held, point, scale)


@pytest.fixture(scope="module", params=list(HORIZON))
def sample(request: pytest.FixtureRequest) -> Sample:
    listed = public_series(request.param, SEED)
    items = [listed[place] for place in np.random.default_rng(1).permutation(len(listed))[:SERIES]]
    return Sample(items, [
        forecast_series(series(item.known, item.freq, name=item.name), item.held.size, draws=2000) for item in items
    ])  # fmt: skip


def test_the_pool_beats_naive2_clearly(sample: Sample) -> None:
    assert sample.owa([found.pool.point for found in sample.found]) < OWA[sample.items[0].freq]


def test_no_member_is_better_than_the_pool_by_more_than_a_little(sample: Sample) -> None:
    pooled = sample.owa([found.pool.point for found in sample.found])
    usual = USUAL[sample.items[0].freq]
    for place, name in enumerate(usual):
        assert all(found.members[place].name == name for found in sample.found)
        alone = sample.owa([found.members[place].level for found in sample.found])
        assert alone > pooled - MARGIN, name


def test_about_four_in_five_fall_within_the_80_percent_interval(sample: Sample) -> None:
    inside = []
    for item, found in zip(sample.items, sample.found, strict=True):
        low, high = np.quantile(found.pool.paths, [0.1, 0.9], axis=0)
        inside.append(np.mean((low <= item.held) & (item.held <= high)))
    assert 0.70 <= np.mean(inside) <= 0.90


def test_the_total_of_the_first_year_is_covered_too(sample: Sample) -> None:
    """Measured on 150 series: 85 and 97 % of quarterly, 83 and 96 % of monthly totals within 80 and 95 %."""
    season = SEASON[sample.items[0].freq]
    for level, least, most in ((0.80, 0.68, 0.95), (0.95, 0.88, 1.0)):
        inside = []
        for item, found in zip(sample.items, sample.found, strict=True):
            totals = found.pool.paths[:, :season].sum(axis=1)
            low, high = np.quantile(totals, [0.5 - level / 2, 0.5 + level / 2])
            inside.append(low <= item.held[:season].sum() <= high)
        assert least <= np.mean(inside) <= most


def test_nothing_fails_and_no_path_is_negative(sample: Sample) -> None:
    for found in sample.found:
        names = tuple(member.name for member in found.members)
        assert names == USUAL[found.series.calendar.freq] and found.failed == {}, (found.series.name, found.failed)
        assert (found.pool.paths > 0).all() and np.isfinite(found.pool.paths).all()
