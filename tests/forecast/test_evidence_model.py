"""The answer: which rows it rests on, how it moves without them, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from math import isnan

import numpy as np
import pytest

from sim.analysis.rows_explained import output_drawn
from sim.forecast import OutputForecast, evidence_model
from sim.forecast.book import is_target
from sim.forecast.evidence_model import ForecastSpan, TooLittleEvidence
from sim.forecast.naive import drift_probability
from sim.forecast.readings import Reading


def width(outlook: OutputForecast, year: int) -> float:
    row = outlook.smoothed.set_index("year").loc[year]
    return float(np.log(row["hi80"] / row["lo80"]))


def test_no_used_source_is_a_plan_target(outlook: OutputForecast) -> None:
    table = outlook.observations
    used = {name for ids in table.query("used")["source"].astype(str) for name in ids.split(";")}
    assert used and not any(is_target(outlook.book.row(name)) for name in used)
    refused = table.set_index("source").loc[["A108", "A109", "A116"]]
    assert not refused["used"].any() and (refused["reason"] == "规划目标，不是观测").all()


def test_every_row_is_used_or_says_why_not(outlook: OutputForecast) -> None:
    table = outlook.observations
    assert (table["used"] == (table["reason"] == "")).all()
    assert table.loc[table["year"] < 2011, "reason"].str.contains("旧规上口径").all()
    published = outlook.book.table.query("indicator_id == 'gross_output_above_scale' and region == '全市'")
    totals = published[published["table"].isin(["annual", "monthly"])].index
    listed = {name for ids in table["source"].astype(str) for name in ids.split(";")}
    assert set(totals) <= listed


def test_a_mark_of_a_published_level_is_that_level(outlook: OutputForecast) -> None:
    table = outlook.observations.set_index(["source", "kind"]).sort_index()
    assert table.loc[("A003", "level"), "value_yi"] == pytest.approx(17887.1)
    cars = table.loc[[("I031", "level")], ["lo", "hi"]].to_numpy().ravel()
    assert cars == pytest.approx([25404.2, 27043.2], abs=1)
    assert table.loc[table["used"], ["value_yi", "lo", "hi"]].notna().all(axis=None)


def test_evidence_and_model_agree(outlook: OutputForecast) -> None:
    """No reading lies further than three of its own s.d. from the smoothed states."""
    used = outlook.observations.query("used")
    assert (used["residual"].abs() <= 3 * used["sd"]).all()


def test_dropping_a_source_widens_what_it_informed(outlook: OutputForecast) -> None:
    without_share = evidence_model(drop=["I031", "F028"])
    assert width(without_share, 2024) > 1.2 * width(outlook, 2024)
    assert "I031" in set(without_share.observations.query("~used")["source"])
    only_press = evidence_model(grades="AB")
    assert width(only_press, 2025) > width(outlook, 2025)
    assert set(only_press.observations.query("used")["grade"]) == {"A", "B"}


def test_uncertainty_grows_with_the_horizon(outlook: OutputForecast) -> None:
    widths = [width(outlook, year) for year in range(2024, 2031)]
    assert widths == sorted(widths)


def test_probability_is_never_certain_and_falls_with_the_threshold(outlook: OutputForecast) -> None:
    answers = [outlook.probability(threshold, 2027) for threshold in (100, 20_000, 27_000, 33_000, 10**7)]
    chances = [answer.probability for answer in answers]
    assert chances == sorted(chances, reverse=True) and 0 < chances[-1] < chances[0] < 1
    for answer in answers:
        assert answer.low <= answer.high and answer.ever >= answer.probability and 0 < answer.ever < 1
    target = outlook.probability(27_000, 2027)
    assert 0 < target.naive_drift < 1
    assert not isnan(target.growth_needed)


def test_leave_one_out_orders_by_size(outlook: OutputForecast) -> None:
    old = [reading.sources[0] for reading in outlook.fit.observed if reading.year < 2022]
    few = evidence_model(drop=old)
    table = few.leave_one_out(27_000, 2027)
    assert list(table.columns) == ["source", "probability", "change"]
    assert (table["change"].abs().diff().dropna() <= 0).all()
    full = few.probability(27_000, 2027).probability
    assert (table["probability"] - table["change"]).to_numpy() == pytest.approx(full)


def test_the_naive_drift_by_hand() -> None:
    """Levels 0, 1, 4 in logs, two years apart: drift 1, increments 1 and 3, s² = 1; 2022: mean 6, var 3."""
    from scipy.stats import t

    known = {2016: 0.0, 2018: 1.0, 2020: 4.0}
    levels = [Reading((), year, str(year), "level", 0, "", value, 0.0, "") for year, value in known.items()]
    assert drift_probability(levels, float(np.exp(5)), 2022) == pytest.approx(t.sf(-1 / np.sqrt(3), 1))
    assert isnan(drift_probability(levels[:2], 1.0, 2022))
    assert isnan(drift_probability(levels, 1.0, 2020))


def test_the_same_evidence_gives_the_same_bits(outlook: OutputForecast) -> None:
    again = evidence_model()
    assert again.smoothed.equals(outlook.smoothed)
    assert again.paths([4], seed=2).equals(outlook.paths([4], seed=2))


@pytest.mark.parametrize("span", [{"first": 2010}, {"first": 2021}, {"last": 2025}, {"last": 2050}])
def test_impossible_spans_are_refused(span: dict[str, int]) -> None:
    with pytest.raises(ForecastSpan, match="2011"):
        evidence_model(**span)  # type: ignore[arg-type]


def test_no_level_no_forecast() -> None:
    with pytest.raises(TooLittleEvidence, match="总产值"):
        evidence_model(grades="")


def test_importing_the_forecast_does_not_import_statsmodels() -> None:
    code = "import sys, sim.forecast; sys.exit('statsmodels' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_explain_lists_of_the_figure_of_output_is_what_the_figure_draws(outlook: OutputForecast) -> None:
    seen = outlook.observations[outlook.observations["used"]]
    assert sorted(label for label, _ in output_drawn()[1:]) == sorted(
        f"观测 {source.replace(';', '、')}" for source in seen["source"]
    )
