"""The forecast on a synthetic monthly series: the past kept, paths reproducible, yearly totals covered as stated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import own
from sim.analysis.evidence_share import _grades_of_level
from sim.analysis.rows_explained import output_drawn
from sim.forecast import OutputForecast
from sim.forecast.answer import answers
from sim.forecast.monthly import monthly_paths, series_from
from sim.forecast.own_output import OwnForecast, YearNotForecast, own_forecast
from sim.forecast.year_to_date import PERIODS
from sim.report.series import answer_lines
from sim.report.wording import wording
from tests.synthetic import lines, synthetic_months, write

ZH = wording("zh")
VALUES = synthetic_months(6, seed=5)
"""2021 … 2026, of which the file holds January to August of the last."""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> OwnForecast:
    path = write(tmp_path_factory.mktemp("own") / "synthetic.csv", lines(VALUES, 2021, last_month=8))
    return own_forecast(own.series_at(path))


def test_known_years_are_kept_exactly_and_earlier_ones_are_the_public_model_s(
    ours: OwnForecast, outlook: OutputForecast
) -> None:
    table = ours.paths([3, 1], seed=7).set_index(["replicate", "year"])["gross_output"].unstack()
    for year in range(2021, 2026):
        np.testing.assert_allclose(table[year], VALUES[year - 2021].sum(), atol=0.06)
    public = outlook.paths([3, 1], seed=7).set_index(["replicate", "year"])["gross_output"].unstack()
    assert table.columns.tolist() == list(range(2020, 2031)) and (table[2020] == public[2020]).all()


def test_no_path_falls_below_what_the_year_already_has(ours: OwnForecast) -> None:
    assert list(ours.monthly.ahead) == [2026, 2027, 2028, 2029, 2030]
    assert ours.monthly.ahead[2026].min() > VALUES[5, :8].sum()


def test_a_path_depends_on_seed_and_replicate_alone(ours: OwnForecast) -> None:
    many, one = ours.paths([0, 4, 9], seed=11), ours.paths([4], seed=11)
    mine = many[many["replicate"] == 4].reset_index(drop=True)
    columns = ["gross_output", "value_added", "value_added_all_industry"]
    np.testing.assert_array_equal(mine[columns], one[columns])
    assert (many["value_added_all_industry"] >= many["value_added"]).all()
    assert not np.array_equal(one["gross_output"], ours.paths([4], seed=12)["gross_output"])


def test_bands_are_ordered_and_past_years_have_none(ours: OwnForecast) -> None:
    rows = ours.smoothed.set_index("year")
    assert rows.index.tolist() == list(range(2015, 2031))
    assert rows.loc[2025, "lo95"] == rows.loc[2025, "hi95"] and rows.loc[2026, "phase"] == "forecast"
    ahead = rows.loc[2026:]
    assert (ahead["lo80"] < ahead["lo50"]).all() and (ahead["hi50"] < ahead["hi80"]).all()
    assert ahead["value_added_median"].between(0.1 * ahead["median"], 0.4 * ahead["median"]).all()


def test_probability_is_that_of_the_paths_with_the_range_over_members(ours: OwnForecast) -> None:
    at = ours.probability(float(np.median(ours.monthly.ahead[2027])), 2027)
    assert at.probability == pytest.approx(0.5, abs=0.01) and at.low <= at.high and at.ever >= at.probability
    assert 0 < ours.probability(1e6, 2027).probability < 1e-3
    with pytest.raises(YearNotForecast, match="2026—2030"):
        ours.probability(27_000, 2025)


def test_observations_tell_yearly_totals_and_no_month(ours: OwnForecast) -> None:
    mine = ours.observations[ours.observations["source"] == "synthetic.csv"]
    assert mine["period"].tolist() == ["2021", "2022", "2023", "2024", "2025"] and mine["used"].all()
    public = ours.observations[ours.observations["source"] == "A006"]
    assert not public["used"].any() and public["reason"].str.contains("自备").all()


def test_growth_of_a_comparable_sample_stands_beside_the_totals_and_counts_for_nothing(
    tmp_path: Path, ours: OwnForecast
) -> None:
    rows = [f"{row},{'3.5' if row[5:7] == '12' else ''}" for row in lines(VALUES, 2021, last_month=8)]
    found = own_forecast(own.series_at(write(tmp_path / "rates.csv", rows, "period,value,kind,growth_pct")))
    rates = found.observations.query("kind == 'nominal_growth' and source == 'rates.csv'").set_index("year")
    assert rates.index.tolist() == [2021, 2022, 2023, 2024, 2025] and not rates["used"].any()
    changes = np.diff(np.log(VALUES[:5].sum(axis=1)))
    assert rates.loc[2022:, "residual"].to_numpy() == pytest.approx(changes - np.log(1.035), abs=1e-3)
    assert np.isnan(rates["residual"][2021]), "no total of the year before"
    assert found.smoothed["median"].to_numpy() == pytest.approx(ours.smoothed["median"].to_numpy())


def test_yearly_totals_are_covered_about_as_stated() -> None:
    """Twelve synthetic series of ten years; the forecast of two years ahead from seven years and six periods."""
    inside = []
    for seed in range(12):
        months = synthetic_months(10, seed=100 + seed)
        periods = np.column_stack([months[:, :2].sum(axis=1), months[:, 2:]])
        known = series_from(2016, periods.ravel()[: 7 * PERIODS + 6])
        low, high = np.quantile(list(monthly_paths(known, 2025).ahead.values()), [0.1, 0.9], axis=1)
        truth = periods.sum(axis=1)[7:]
        inside += [*(low <= truth) & (truth <= high)]
    assert 0.6 <= np.mean(inside) <= 0.98


def test_what_rests_on_one_s_own_series_counts_as_official_and_is_named(ours: OwnForecast, fresh_home: Path) -> None:
    assert _grades_of_level(ours, 27_000, 2027) == {"official": 1.0}
    write(fresh_home / "data/own/output_monthly.csv", lines(VALUES, 2021, last_month=8))
    [(label, said)] = output_drawn()
    assert label == "所画观测" and said.startswith("自备的月度序列 output_monthly.csv 各年的合计")


def test_of_a_target_already_passed_no_growth_is_said_to_be_needed(ours: OwnForecast) -> None:
    low, high = answers(ours, [(100.0, 2027), (1e6, 2027)])
    above = ZH("outlook.above.own", year=ours.last_observed)
    assert above in answer_lines(low, ZH, ours.last_observed)[1]
    assert above not in answer_lines(high, ZH, ours.last_observed)[1]
