"""Value added of all industry: ratios by hand, paths that agree with the published levels, and no change elsewhere."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pandas as pd
import pytest

from sim.ensemble.results import Results
from sim.forecast import OutputForecast
from sim.forecast.all_industry import LEVEL, RATIO, AllIndustry, industry_readings
from sim.forecast.book import Book
from sim.forecast.paths import paths
from sim.forecast.readings import Reading

ALL, ABOVE = "value_added_all_industry", "value_added"


@pytest.fixture(scope="module")
def read() -> dict[tuple[str, int], Reading]:
    return {(reading.kind, reading.year): reading for reading in industry_readings(Book())}


def test_ratios_are_those_of_two_published_levels(read: dict[tuple[str, int], Reading]) -> None:
    """2022: 6681.7 of A048 over A025; 2020: 5045.6 of A046 over what the growth of A023 leaves."""
    book = Book()
    assert read[RATIO, 2022].stated == pytest.approx(book.value("A048") / book.value("A025"))
    assert read[RATIO, 2020].stated == pytest.approx(book.value("A046") / book.value("A023"))
    assert min(read[RATIO, year].stated for year in (2018, 2020, 2021, 2022, 2023)) > 1.2


def test_the_secondary_sector_stands_for_all_industry_at_its_share(read: dict[tuple[str, int], Reading]) -> None:
    """Both years gave 88.6 %: 3632.86 / 4098.22 and 5045.6 / 5693.9; so 7882.7 of 2024 gives about 6,986."""
    share = exp((log(3632.86 / 4098.22) + log(5045.6 / 5693.9)) / 2)
    assert exp(read[LEVEL, 2024].log_value) == pytest.approx(7882.7 * share) == pytest.approx(6986, abs=5)
    assert read[LEVEL, 2024].sd == pytest.approx(0.015, abs=1e-4)


def test_no_reading_is_growth_or_a_target(read: dict[tuple[str, int], Reading]) -> None:
    assert {kind for kind, _ in read} == {RATIO, LEVEL}
    assert all(reading.unit in ("倍", "亿元") for reading in read.values())


def test_output_and_value_added_of_a_path_are_what_they_were_alone(outlook: OutputForecast) -> None:
    alone = paths(outlook.fit, [3, 8], 7, 2020)
    pd.testing.assert_frame_equal(outlook.paths([3, 8], 7)[list(alone.columns)], alone, check_exact=True)


def test_a_path_depends_on_seed_and_replicate_alone(outlook: OutputForecast) -> None:
    many, one = outlook.paths(range(9), seed=5), outlook.paths([6], seed=5)
    assert many.loc[many["replicate"] == 6, ALL].tolist() == one[ALL].tolist()
    assert not np.array_equal(one[ALL], outlook.paths([6], seed=6)[ALL])


def test_all_industry_is_never_less_than_its_part_and_meets_the_published_levels(outlook: OutputForecast) -> None:
    table = outlook.paths(range(1500), seed=2)
    assert (table[ALL] >= table[ABOVE]).all()
    by_year = table.groupby("year")[ALL].quantile(np.array([0.1, 0.5, 0.9])).unstack()
    assert by_year.loc[2025, 0.5] == pytest.approx(6971, rel=0.015)  # 7866 of the secondary sector × 88.6 %
    assert by_year.loc[2022, 0.5] == pytest.approx(6682, rel=0.03)
    width = np.log(by_year[0.9] / by_year[0.1])
    assert width[2025] < 0.06 < width[2030]


def test_the_level_of_2025_pins_the_sum_of_a_path_low_on_the_other_side(outlook: OutputForecast) -> None:
    """Where a path's above-scale value added is low, its ratio is high."""
    table = outlook.paths(range(800), seed=9).query("year == 2025")
    assert np.corrcoef(np.log(table[ABOVE]), np.log(table[ALL] / table[ABOVE]))[0, 1] < -0.5


def test_without_readings_the_ratio_is_its_prior_above_nought() -> None:
    """A normal of mean 0.225 in 2020 and s.d. 0.2 whose paths stay above nought has its mean near 0.32."""
    years = np.arange(2020, 2031)
    table = pd.DataFrame({"year": np.tile(years, 400), ABOVE: 5000.0})
    found = AllIndustry((), 2015, 2030).beside(table, range(400), seed=1)
    ratio = np.log(found[ALL] / found[ABOVE]).to_numpy().reshape(400, -1)
    assert ratio.min() >= 0 and ratio[:, 0].mean() == pytest.approx(0.32, abs=0.03) and ratio[:, 0].std() > 0.1


def test_the_target_is_answered_by_every_run(results: Results) -> None:
    from sim.analysis.attainment import targets

    [row] = targets(results, ("value_added_all_industry_2030",)).query("scenario == 'baseline'").to_dict("records")
    assert row["basis"] == "forecast" and row["runs"] == 12 and 0 <= row["probability"] <= 1
    both = [results.values("baseline", name) for name in (ALL, "value_added_above_scale")]
    assert (both[0] >= both[1]).all(axis=None)
