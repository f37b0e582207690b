"""Raking against a table worked by hand, and what it says when margins contradict each other."""

import numpy as np
import pytest

from sim.population.raking import MarginsNotMet, UnusableMargin, rake

ROWS = {"row 1": (np.array([0, 1]), 40.0), "row 2": (np.array([2, 3]), 60.0)}
COLUMNS = {"column 1": (np.array([0, 2]), 30.0), "column 2": (np.array([1, 3]), 70.0)}


def test_a_uniform_start_gives_the_independence_table() -> None:
    assert np.allclose(rake(np.ones(4), ROWS | COLUMNS, quantity="产值"), [12, 28, 18, 42])


def test_the_odds_ratio_of_the_start_is_kept() -> None:
    fitted = rake(np.array([4.0, 1.0, 1.0, 1.0]), ROWS | COLUMNS, quantity="产值")
    assert fitted[0] * fitted[3] / (fitted[1] * fitted[2]) == pytest.approx(4)


def test_a_zero_stays_zero() -> None:
    fitted = rake(np.array([0.0, 1.0, 1.0, 1.0]), ROWS | COLUMNS, quantity="产值")
    assert np.allclose(fitted, [0, 40, 30, 30])


def test_no_row_falls_below_its_floor() -> None:
    fitted = rake(np.array([10.0, 90.0]), {"all": (np.array([0, 1]), 30.0)}, floor=8.0, quantity="产值")
    assert fitted.min() >= 8
    assert fitted.sum() == pytest.approx(30)


def test_contradicting_margins_are_named() -> None:
    with pytest.raises(MarginsNotMet, match=r"产值.*互相矛盾") as failure:
        rake(np.ones(2), {"a": (np.array([0, 1]), 1.0), "b": (np.array([0, 1]), 2.0)}, quantity="产值")
    assert set(failure.value.names) == {"a", "b"}


def test_an_empty_margin_is_named() -> None:
    with pytest.raises(UnusableMargin, match="无人"):
        rake(np.ones(2), {"无人": (np.array([], dtype=int), 1.0)}, quantity="产值")
