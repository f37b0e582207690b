"""What is held against the model: right by hand, and kept away from everything that makes a run."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import workspace
from sim.analysis.outcomes import MISSES, outcomes
from sim.analysis.patterns import FILE as PATTERNS
from sim.analysis.patterns import OF_RESULTS, comparable_gap, observe, patterns, size_exponent
from sim.analysis.rivals import FILE as HISTORY
from sim.analysis.rivals import forecasts, rivals
from sim.analysis.validation import independent, stated, switched
from sim.ensemble import batch, runner
from sim.ensemble.results import Results
from sim.ensemble.runner import run
from sim.ensemble.stamp import data_digest, data_digests
from sim.ensemble.store import Ensemble
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from sim.tables import rows
from tests.small import ENTERPRISES, SEED, copy_workspace, working_in


def change(file: str, old: str, new: str) -> None:
    path = workspace.data_dir() / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_hold_out_changes_its_row_and_nothing_else(fresh_home: Path, results: Results) -> None:
    baseline = load_scenario("baseline")
    before, key = outcomes(results, "baseline"), Ensemble(baseline, SEED, ENTERPRISES).key
    digest, digests = data_digest(), data_digests()
    change("outcomes.csv", "tax_per_mu,2021,49.1,", "tax_per_mu,2021,77.7,")
    after = outcomes(results, "baseline")
    changed = before.compare(after).index.to_list()
    assert before.loc[changed, "indicator"].to_list() == ["tax_per_mu"] and after.loc[changed[0], "published"] == 77.7
    assert Ensemble(baseline, SEED, ENTERPRISES).key == key and data_digest() == digest
    assert data_digests() != digests, "a report that shows the table has another stamp"


def test_runs_and_forecast_need_no_hold_out(tmp_path: Path, results: Results) -> None:
    """Taken away altogether, the numbers are the same to the last bit."""
    batch._population.cache_clear()
    runner._forecast_model.cache_clear()
    with working_in(copy_workspace(tmp_path)):
        (workspace.data_dir() / "outcomes.csv").unlink()
        shutil.rmtree(workspace.data_dir() / "validation")
        again = run("baseline", 2, SEED, ENTERPRISES, workers=1)
    f = results.frame
    mine = f[(f["scenario"] == "baseline") & (f["replicate"] < 2)]
    keys = ["replicate", "year", "indicator", "district"]
    one, other = (
        frame.astype({"indicator": str, "district": str}).sort_values(keys)["value"].to_numpy()
        for frame in (mine, again.frame)
    )
    assert np.array_equal(one, other, equal_nan=True)


def test_every_explanation_is_of_something_that_is_compared() -> None:
    compared = {(row["indicator"], row["period"]) for row in rows("outcomes.csv")}
    compared |= {(row["id"], "") for row in rows(PATTERNS)}
    assert {(row["indicator"], row["period"]) for row in rows(MISSES)} <= compared
    assert {row["indicator"] for row in rows(HISTORY)} <= {row["indicator"] for row in rows("outcomes.csv")}


def test_rivals_by_hand() -> None:
    level = [{"period": "2018", "value": "40", "kind": "level"}, {"period": "2020", "value": "44", "kind": "level"}]
    assert forecasts(level, "2021") == {"no_change": 44, "drift": 46}
    flow = [{"period": "2019", "value": "90", "kind": "flow"}, {"period": "2020", "value": "100", "kind": "flow"}]
    assert forecasts(flow, "2022") == {"no_change": 200, "drift": 110 + 120}
    assert forecasts(flow, "2022-06") == {"no_change": pytest.approx(150), "drift": pytest.approx(110 + 60)}
    alone = forecasts(level[1:], "2021")
    assert alone["no_change"] == 44 and np.isnan(alone["drift"]) and np.isnan(forecasts([], "2021")["no_change"])


def test_the_nearest_wins_even_if_it_is_not_the_model() -> None:
    row = {"indicator": "micro_parks", "label": "", "period": "2022-10", "rule": "=", "published": 134.0}
    won = {median: rivals(pd.DataFrame([row | {"median": median}]))["best"][0] for median in (160.0, 135.0)}
    assert won == {160.0: "no_change", 135.0: "model"}


def test_the_exponent_of_a_pareto_distribution_is_found() -> None:
    sizes = 2000 * (1 - (np.arange(20_000) + 0.5) / 20_000) ** (-1 / 1.1)
    assert size_exponent(sizes, np.ones(sizes.size, bool), 2000) == pytest.approx(1.1, rel=0.01)


def test_comparable_growth_leaves_out_those_that_were_not_counted_before() -> None:
    """Two firms grow by a tenth; a third, from 10 to 20, is counted only in the second year."""
    before = (np.array([100.0, 100.0, 10.0]), np.array([True, True, False]))
    now = (np.array([110.0, 110.0, 20.0]), np.array([True, True, True]))
    assert comparable_gap({2021: before, 2022: now}) == pytest.approx(100 * (240 / 200 - 240 / 210))


def test_every_pattern_is_measured(results: Results) -> None:
    scenario = results.scenarios["baseline"]
    table = patterns(results, scenario, runs=2).set_index("id")
    assert list(table.index) == [row["id"] for row in rows(PATTERNS)]
    assert table[["p10", "median", "p90"]].notna().all(axis=None)
    assert table.loc["exit_small_to_large", "median"] > 1 and table.loc["upstairs_suitability", "verdict"] == "inside"
    assert set(OF_RESULTS) < set(table.index)


def test_observing_a_run_does_not_change_it() -> None:
    """The same key gives the same patterns, whatever was observed before."""
    scenario = load_scenario("baseline").model_copy(update={"horizon": 59})
    demand = tuple(17_887.1 * 1.05 ** np.arange(6))
    one, two = (observe((0, {}, demand), scenario, SEED, ENTERPRISES) for _ in range(2))
    assert one == two


def test_stated_chances_are_counted_by_class() -> None:
    chances = pd.DataFrame({
        "method": ["evidence"] * 4 + ["drift"], "probability": [0.1, 0.25, 0.74, 1.0, 0.1],
        "reached": [False, True, False, True, True], "year": [2021, 2021, 2022, 2022, 2022],
    })  # fmt: skip
    table = stated(chances)
    assert table["count"].to_list() == [1, 2, 1] and table["reached"].to_list() == [0, 1, 1]
    assert table["years"].to_list() == [1, 2, 1]


def test_every_other_option_of_every_switch_is_tried_once() -> None:
    baseline = load_scenario("baseline")
    variants = switched(baseline)
    switches = catalogue().of_kind("switch")
    assert len(variants) == sum(len(entry.options) - 1 for entry in switches.values())
    for switch, option, variant in variants:
        differing = {name for name in switches if variant.structure[name] != baseline.structure[name]}
        assert differing == {switch} and variant.structure[switch] == option


def test_an_outcome_whose_source_is_an_input_is_no_independent_test() -> None:
    """S012 bounds a project's area, A049 scales a district's firms to 2020; nothing cites F009 or F040."""
    told = independent(pd.Series(["F009", "S012", "A049", "F040", "F040;S012"]))
    assert told.to_list() == [True, False, False, True, False]
