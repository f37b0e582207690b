"""Paired differences: what common luck removes, and what is said when there is nothing to pair."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.analysis.attainment import targets
from sim.analysis.comparison import NotComparable, compare, compare_targets
from sim.ensemble.results import Results
from tests.small import AWKWARD, RUNS


def test_the_interval_is_that_of_the_paired_t_test(results: Results) -> None:
    table = compare(results, "baseline", AWKWARD).set_index(["indicator", "year"])
    row = table.loc[("highrise_projects", 2027)]
    base, other = (results.values(name, "highrise_projects")[2027] for name in ("baseline", AWKWARD))
    expected = stats.ttest_rel(other, base).confidence_interval(0.95)
    assert (row["lo"], row["hi"]) == pytest.approx((expected.low, expected.high))
    assert row["difference"] == pytest.approx(np.mean(other - base)) and row["pairs"] == RUNS
    assert row["difference"] > 0


def test_a_scenario_differs_from_itself_by_nothing(results: Results) -> None:
    table = compare(results, AWKWARD, AWKWARD)
    assert (table[["difference", "lo", "hi"]] == 0).all(axis=None)


def test_nothing_differs_before_the_first_lever_does(results: Results) -> None:
    """The scenarios share every lever until the end of 2025, and so every number."""
    early = compare(results, "baseline", AWKWARD).query("year <= 2025")
    assert not early.empty and (early["difference"] == 0).all()


def test_pairs_vary_less_than_independent_runs_would(results: Results) -> None:
    year = 2027
    base, other = (results.values(name, "gross_output_above_scale")[year] for name in ("baseline", AWKWARD))
    assert (other - base).std() < 0.2 * np.hypot(base.std(), other.std())


def test_a_missing_scenario_is_named(results: Results) -> None:
    with pytest.raises(NotComparable, match="weak-demand"):
        compare(results, "baseline", "weak-demand")


def test_targets_are_compared_on_what_is_held_against_them(results: Results) -> None:
    table = compare_targets(results, "baseline", AWKWARD).set_index("id")
    answers = targets(results).set_index(["scenario", "id"])
    for target_id, row in table.iterrows():
        assert row["base_probability"] == answers.loc[("baseline", target_id), "probability"]
        assert row["probability"] == answers.loc[(AWKWARD, target_id), "probability"]
        assert row["lo"] <= row["difference"] <= row["hi"]
    assert set(table.index) == set(answers.query("state == 'open' and runs > 0").index.get_level_values("id"))
    assert table.loc["quality_space_2030.started", "lo"] > 0
