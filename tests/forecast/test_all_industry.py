"""Value added of all industry: read by hand, pinned by published levels, coherent with each path's own."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.statespace.mlemodel import MLEModel

from sim.forecast import OutputForecast, evidence_model
from sim.forecast.all_industry import LEVEL, RATIO, AllIndustry, _law, industry_readings
from sim.forecast.book import Book
from sim.forecast.paths import paths
from sim.forecast.readings import Reading

COLUMN = "value_added_all_industry"


@pytest.fixture(scope="module")
def by_year() -> dict[int, Reading]:
    return {reading.year: reading for reading in industry_readings(Book())}


@pytest.mark.parametrize(
    ("year", "ratio", "sd"),
    [
        (2015, 3632.86 / (4042 / 1.569), sqrt(0.03**2 + 0.03**2)),
        (2018, 4953.7 / 3731, 0.03),
        (2020, 5045.6 / 4042, 0.03),
        (2021, 6297.5 / 4865, 0.03),
        (2022, 6681.7 / 5339, 0.03),
        (2023, 4940.5 / 3905.8, sqrt(0.03**2 + 0.02**2)),
    ],
)
def test_ratios_of_published_levels(by_year: dict[int, Reading], year: int, ratio: float, sd: float) -> None:
    reading = by_year[year]
    assert (reading.kind, reading.sd) == (RATIO, pytest.approx(sd, rel=2e-3))
    assert reading.log_value == pytest.approx(log(ratio), abs=1e-4 if year == 2015 else 1e-12)


def test_the_secondary_sector_gives_the_level_at_the_mean_share(by_year: dict[int, Reading]) -> None:
    share = sqrt(3632.86 / 4098.22 * 5045.6 / 5693.9)
    for year, secondary, row in ((2024, 7882.7, "A102"), (2025, 7866, "A103")):
        reading = by_year[year]
        assert (reading.kind, reading.sources[0]) == (LEVEL, row)
        assert reading.log_value == pytest.approx(log(secondary * share))
        assert reading.sd == pytest.approx(0.015, rel=1e-3)
    assert by_year[2019].log_value == pytest.approx(log(5783 * share / 3991.5))


def test_no_growth_rate_is_read_as_a_level(by_year: dict[int, Reading]) -> None:
    assert {reading.unit for reading in by_year.values()} == {"倍", "亿元"}
    for source in (source for reading in by_year.values() for source in reading.sources):
        assert str(Book().row(source)["measure"]) in ("annual", "cumulative"), source


def test_output_and_above_scale_value_added_are_as_without_it(outlook: OutputForecast) -> None:
    plain = paths(outlook.fit, range(30), 7, 2020)
    pd.testing.assert_frame_equal(outlook.paths(range(30), 7)[list(plain.columns)], plain, check_exact=True)


def test_a_path_depends_on_seed_and_replicate_alone(outlook: OutputForecast) -> None:
    many, one = outlook.paths(range(40), 7), outlook.paths([17], 7)
    np.testing.assert_array_equal(many.loc[many["replicate"] == 17, COLUMN], one[COLUMN])
    assert one[COLUMN].ne(outlook.paths([17], 8)[COLUMN]).all()


def test_all_industry_is_never_less_than_its_above_scale_part(outlook: OutputForecast) -> None:
    found = outlook.paths(range(2000), 1)
    assert (found[COLUMN] >= found["value_added"]).all()
    assert (found[COLUMN] == found["value_added"]).mean() == 0
    far = found[found["replicate"] < 20].assign(value_added=lambda table: 2 * table["value_added"])
    told = outlook.industry.beside(far, range(20), 1)
    assert (told[COLUMN] >= told["value_added"]).all()


def test_the_published_secondary_level_pins_the_level_and_not_the_ratio(outlook: OutputForecast) -> None:
    """By 2025 above-scale value added is known within some 5 %, all industry within less than 2 %."""
    now = outlook.paths(range(1500), 3).query("year == 2025")
    spread = np.log(now[["value_added", COLUMN]]).std()
    assert spread["value_added"] > 0.04 and spread[COLUMN] < 0.02
    assert now[COLUMN].median() == pytest.approx(7866 * 0.886, rel=0.01)


def test_without_readings_the_ratio_is_the_prior_s(outlook: OutputForecast) -> None:
    table = outlook.paths(range(1500), 3)
    blind = AllIndustry((), outlook.fit.first, outlook.fit.last).beside(table, range(1500), 3).query("year == 2025")
    assert np.log(blind[COLUMN]).std() > 4 * np.log(table.query("year == 2025")[COLUMN]).std()


def test_grades_and_dropped_rows_are_left_out() -> None:
    strict = evidence_model(grades="AB", drop=("A046",)).industry.observed
    assert [reading.sources[0] for reading in strict] == ["A044", "A045", "A047", "A048", "M144"]


def test_the_gain_is_that_of_the_kalman_smoother() -> None:
    """Two routes, one law: a random walk with an unknown drift, seen in some years, smoothed by statsmodels."""
    years, sd, drift_sd, seen = 16, 0.02, 0.01, np.array([0, 3, 5, 6, 9])
    values, noise = np.array([0.34, 0.28, 0.22, 0.26, 0.24]), np.array([0.04, 0.03, 0.03, 0.02, 0.015])
    endog = np.full((years, seen.size), np.nan)
    endog[seen, range(seen.size)] = values
    model = MLEModel(endog, k_states=2, k_posdef=1)
    model["design"] = np.tile([1.0, 0.0], (seen.size, 1))
    model["obs_cov"] = np.diag(noise**2)
    model["transition"], model["selection"] = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[1.0], [0.0]])
    model["state_cov"] = np.array([[sd**2]])
    model.ssm.initialize_known(np.array([0.25, -0.005]), np.diag([0.2**2, drift_sd**2]))
    smoothed = model.ssm.smooth()
    steps = np.arange(float(years))
    cover = 0.2**2 + drift_sd**2 * np.outer(steps, steps) + sd**2 * np.minimum.outer(steps, steps)
    law, mean = _law(cover, seen, np.diag(noise**2)), 0.25 - 0.005 * steps
    np.testing.assert_allclose(mean + law.gain @ (values - mean[seen]), smoothed.smoothed_state[0], atol=1e-9)
    np.testing.assert_allclose((law.root**2).sum(axis=1), smoothed.smoothed_state_cov[0, 0], atol=1e-9)
    surprise = values - mean[seen]
    density = -(surprise @ law.precision @ surprise + law.log_det + seen.size * log(2 * np.pi)) / 2
    assert density == pytest.approx(float(model.ssm.loglike()))
