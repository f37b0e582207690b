"""Identities of year-to-date arithmetic, worked out by hand."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from sim.forecast.year_to_date import differenced, growth, merged, periods_of_year, rounding_unit


def test_year_to_date_levels_difference_into_periods_and_sum_back() -> None:
    to_date = np.array([3000.0, 5000.0, 6900.0])
    assert differenced(to_date).tolist() == [3000.0, 2000.0, 1900.0]
    assert differenced(to_date).cumsum().tolist() == to_date.tolist()


def test_january_and_february_are_one_cell() -> None:
    assert merged(np.array([1600.0, 1400.0, 2000.0])).tolist() == [3000.0, 2000.0]


def test_apart_together_or_cumulative_the_periods_are_the_same() -> None:
    apart = periods_of_year({1: 1600.0, 2: 1400.0, 3: 2000.0}, cumulative=False)
    together = periods_of_year({2: 3000.0, 3: 2000.0}, cumulative=False)
    to_date = periods_of_year({1: 1600.0, 2: 3000.0, 3: 5000.0}, cumulative=True)
    assert apart.tolist() == together.tolist() == to_date.tolist() == [3000.0, 2000.0]
    assert periods_of_year({1: 1600.0}, cumulative=False).size == 0


@pytest.mark.parametrize(("text", "unit"), [("7.6", 0.1), ("8", 1.0), ("-1.25", 0.01)])
def test_the_rounding_of_a_rate_is_read_from_how_it_is_written(text: str, unit: float) -> None:
    assert rounding_unit(text) == pytest.approx(unit)


def test_a_published_rate_is_an_observation_with_the_noise_of_its_rounding() -> None:
    value, sd = growth("7.6")
    assert value == pytest.approx(log(1.076)) and sd == pytest.approx(0.1 / sqrt(12) / 107.6)
