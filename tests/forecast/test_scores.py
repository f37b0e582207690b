"""Scores of forecasts and the simple methods they are set against, by hand."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from sim.forecast.members import Member
from sim.forecast.scores import (
    interval_score,
    mase,
    naive_scale,
    quantile_levels,
    smape,
    weighted_interval_score,
)
from sim.forecast.yardsticks import drift, naive, naive2, seasonal_index, seasonal_naive

STEPS = np.array([10.0, 12.0, 11.0, 13.0])


def test_the_naive_scale_is_the_mean_step_within_the_sample() -> None:
    assert naive_scale(STEPS, 1) == pytest.approx(5 / 3)
    assert naive_scale(STEPS, 2) == pytest.approx(1)
    assert naive_scale(STEPS, 12) == naive_scale(STEPS, 1)  # less than a year is known
    assert isnan(naive_scale(np.ones(5), 1)) and isnan(naive_scale(np.array([1.0, 2, 1, 2]), 2))


def test_absolute_errors_are_scaled_by_it() -> None:
    assert mase(np.array([15.0, 12]), np.array([13.0, 13]), 5 / 3) == pytest.approx(0.9)


def test_symmetric_percentages_are_of_the_mean_of_both_and_at_most_200() -> None:
    """200 × 2 / 28 and 200 × 1 / 25."""
    assert smape(np.array([15.0, 12]), np.array([13.0, 13])) == pytest.approx((100 / 7 + 8) / 2)
    assert smape(np.array([1.0, 0, 0]), np.array([-1.0, 5, 0])) == pytest.approx((200 + 200 + 0) / 3)


def test_an_interval_costs_its_width_and_a_miss_by_its_rarity() -> None:
    """80 %: each unit beyond an edge costs 2 / 0.2 = 10."""
    actual = np.array([5.0, 11.0, 1.0])
    found = interval_score(actual, np.full(3, 2.0), np.full(3, 10.0), 0.8)
    assert found == pytest.approx([8, 8 + 10, 8 + 10])


def test_the_weighted_score_of_median_and_one_interval() -> None:
    """(0.5 × 6 + 0.1 × 18) / 1.5; of the median alone the absolute error."""
    actual, median = np.array([11.0]), np.array([5.0])
    one = {0.8: (np.array([2.0]), np.array([10.0]))}
    assert weighted_interval_score(actual, median, one) == pytest.approx([(3 + 1.8) / 1.5])
    assert weighted_interval_score(actual, median, {}) == pytest.approx([6])


def test_quantiles_are_the_edges_of_the_intervals_in_turn() -> None:
    assert quantile_levels() == pytest.approx([0.25, 0.75, 0.1, 0.9, 0.025, 0.975])


def test_the_last_value_the_last_season_and_the_average_step_go_on() -> None:
    assert naive(STEPS, 1, 3).point.tolist() == [13, 13, 13]
    assert seasonal_naive(STEPS, 2, 5).point.tolist() == [11, 13, 11, 13, 11]
    assert seasonal_naive(STEPS, 12, 2).point.tolist() == [13, 13]
    assert drift(STEPS, 1, 3).point.tolist() == [14, 15, 16]


def test_their_errors_have_the_size_of_their_steps() -> None:
    assert naive(STEPS, 1, 1).sd == pytest.approx(3**0.5)  # steps 2, -1, 2
    assert drift(STEPS, 1, 1).sd == pytest.approx(3**0.5)  # steps less their mean: 1, -2, 1; two degrees of freedom
    assert seasonal_naive(STEPS, 2, 1).sd == pytest.approx(1)


def spread(member: Member) -> list[float]:
    return (member.sd * np.sqrt(np.cumsum(member.response**2))).tolist()


def test_a_walk_errs_as_the_root_of_time_and_a_seasonal_walk_as_the_root_of_years() -> None:
    assert spread(naive(STEPS, 1, 4)) == pytest.approx([3**0.5 * step**0.5 for step in (1, 2, 3, 4)])
    assert spread(seasonal_naive(STEPS, 2, 5)) == pytest.approx([1, 1, 2**0.5, 2**0.5, 3**0.5])


def test_naive2_takes_out_a_season_and_puts_it_back() -> None:
    season = np.array([0.8, 1.2, 0.9, 1.1])
    values = 100 * np.tile(season, 6)
    assert seasonal_index(values, 4) == pytest.approx(season)
    assert naive2(values[:-1], 4, 5).point == pytest.approx(100 * np.array([1.1, 0.8, 1.2, 0.9, 1.1]))
    assert naive2(values, 4, 1).sd == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "values",
    [
        np.tile([-0.8, 1.2, 0.9, 1.1], 6),  # not positive
        100 + np.random.default_rng(1).normal(size=40).cumsum(),  # no season
        np.tile([0.8, 1.2, 0.9, 1.1], 3)[:11],  # not three years
    ],
    ids=["signs", "walk", "short"],
)
def test_naive2_is_the_last_value_where_no_season_is_significant(values: np.ndarray) -> None:
    assert naive2(values, 4, 3).point.tolist() == [values[-1]] * 3
