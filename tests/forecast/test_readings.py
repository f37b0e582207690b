"""What a published figure says, and how precisely."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from sim.forecast import OutputForecast
from sim.forecast.book import Book, FigureMissing, TargetIsNotData
from sim.forecast.readings import Reading, readings, rounding_sd
from sim.forecast.state_space import P, R, Y, design


@pytest.fixture(scope="module")
def book() -> Book:
    return Book()


@pytest.fixture(scope="module")
def by_source(book: Book) -> dict[tuple[str, str], Reading]:
    return {(reading.sources[0], reading.kind): reading for reading in readings(book)}


def test_rounding_is_a_uniform_error() -> None:
    """A figure rounded to 100 errs uniformly: s.d. 100 / sqrt(12) / value in logs."""
    true = np.random.default_rng(1).uniform(22_050, 22_150, 200_000)
    assert np.std(np.log(true) - log(22_100)) == pytest.approx(rounding_sd(22_100, 100), rel=0.01)


def test_levels_rounded_to_hundreds_are_less_precise(by_source: dict[tuple[str, str], Reading]) -> None:
    exact, rounded = by_source["A003", "level"], by_source["A005", "level"]
    assert exact.sd == pytest.approx(0.1 / sqrt(12) / 17887.1)
    assert rounded.sd == pytest.approx(100 / sqrt(12) / 22100)


def test_a_share_gives_an_interval(by_source: dict[tuple[str, str], Reading]) -> None:
    """4191.7 亿元 is 16 % of the whole: 25,404 to 27,043."""
    cars = by_source["I031", "level"]
    assert cars.sd == pytest.approx(log(27043.2 / 25404.2) / 4, rel=1e-3)
    assert cars.log_value == pytest.approx((log(25404.2) + log(27043.2)) / 2, abs=1e-4)


def test_a_share_that_the_note_does_not_quote_is_refused(book: Book) -> None:
    assert book.quoted("I031", 16) == 16
    with pytest.raises(FigureMissing, match="I031"):
        book.quoted("I031", 6)


@pytest.mark.parametrize("row", ["A107", "A108", "A109", "A116", "S205", "S208"])
def test_a_plan_target_cannot_be_read(book: Book, row: str) -> None:
    with pytest.raises(TargetIsNotData, match=row):
        book.value(row)


def test_real_nominal_and_price_growth_measure_different_things() -> None:
    assert design("real_growth")[P] == 0 and design("price_growth")[R] == 0
    assert np.array_equal(design("nominal_growth"), design("real_growth") + design("price_growth"))
    assert design("nominal_growth")[Y] == 0


def test_the_price_basis_of_each_growth_row_fits_its_kind(book: Book, outlook: OutputForecast) -> None:
    """A row published at comparable prices is read as real growth, one at current prices as nominal."""
    for reading in outlook.fit.observed:
        if reading.kind in ("real_growth", "nominal_growth"):
            row = book.row(reading.sources[0])
            stated = str(row["growth_basis"]) or str(row["note"])
            indicator = str(row["indicator_id"])
            real = "可比价" in stated or (indicator.startswith("value_added") and "名义" not in stated)
            assert real == (reading.kind == "real_growth"), reading
