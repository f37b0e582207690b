"""What a method's own errors say of its spread."""

from __future__ import annotations

import numpy as np
import pytest

from sim.forecast.members import theta
from sim.forecast.spread import growth, lasting


def test_errors_that_last_lengthen_the_response_and_keep_the_spread_of_one_period() -> None:
    """AR(1) errors of 0.6 and s.d. 1 under a level moved by 0.3 of each: response and s.d. by hand."""
    random, errors = np.random.default_rng(2), [0.0]
    for shock in random.normal(0, 0.8, 20_000):
        errors.append(0.6 * errors[-1] + shock)
    response, sd = lasting(np.array([1, 0.3, 0.3]), 1.0, np.array(errors))
    assert sd == pytest.approx(0.8, abs=0.02)
    assert response == pytest.approx([1, 0.9, 0.36 + 0.18 + 0.3], abs=0.04)


def test_independent_or_alternating_errors_change_nothing() -> None:
    plain = np.array([1, 0.5, 0.5])
    for errors in (np.array([1.0, -1.0] * 20), np.zeros(9)):
        response, sd = lasting(plain, 2.0, errors)
        assert response == pytest.approx(plain) and sd == 2.0


def test_errors_in_proportion_are_taken_at_the_level_of_the_last_year() -> None:
    """A level that grows tenfold: errors of 5 % of it are larger at its end than on average, those of one size not."""
    random, level = np.random.default_rng(3), np.geomspace(10, 100, 120)
    relative, plain = 0.05 * level * random.normal(size=120), 0.5 * random.normal(size=120)
    assert growth(plain, level + plain, 12) == 1.0
    expected = 0.05 * level[-12:].mean() / np.sqrt(np.mean(relative**2))
    assert expected > 1.5
    assert growth(relative, level + relative, 12) == pytest.approx(expected, rel=0.1)


def test_the_season_is_no_part_of_theta_s_errors_where_it_is_added() -> None:
    """Of a series with negative values the season is added; the noise is of s.d. 1 about a season of s.d. 35."""
    values = 50 * np.sin(np.arange(144) * np.pi / 6) + np.random.default_rng(4).normal(size=144)
    _, _, sd, errors = theta(values, 12, 6)
    assert sd == pytest.approx(1, abs=0.25) and errors.std() < 1.2
