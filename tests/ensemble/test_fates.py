"""Fates enterprise by enterprise: what the event logs of two runs say, and nothing where nothing differs."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.analysis.fates import summary
from sim.ensemble.batch import model_of
from sim.ensemble.fates import UNTOUCHED, DifferentPopulations, changed_fates
from sim.ensemble.runner import demand_paths, job_of
from sim.scenario.load import load_scenario
from tests.small import ENTERPRISES, SEED

OTHER = "stricter-enforcement"


def last_events(name: str, replicate: int) -> pd.Series:
    """Path of the last event of each enterprise of the start, from a run of its own."""
    scenario = load_scenario(name)
    job = job_of(scenario, replicate, SEED, demand_paths([replicate], SEED, scenario))
    model = model_of(scenario, job, SEED, ENTERPRISES)
    model.run()
    events = model.events.to_frame()
    paths = events[events["enterprise"] < ENTERPRISES].groupby("enterprise")["path"].last().astype(str)
    return paths.reindex(range(ENTERPRISES), fill_value=UNTOUCHED)


def test_they_are_what_the_logs_of_two_runs_from_the_start_say(home) -> None:
    scenarios = [load_scenario(name) for name in ("baseline", OTHER)]
    found = changed_fates(*scenarios, [0, 1], SEED, ENTERPRISES)
    mine = found[found["replicate"] == 1]
    before, after = last_events("baseline", 1), last_events(OTHER, 1)
    moved = before != after
    assert moved.any()
    wanted = pd.crosstab(before[moved], after[moved]).stack()
    told = mine.groupby(["before", "after"])["firms"].sum() * ENTERPRISES / 73_000
    assert told.to_dict() == pytest.approx(wanted[wanted > 0].to_dict())

    table = summary(found, [0, 1])
    whole, paths = table[table["by"] == "all"].iloc[0], table[table["by"] == "path"]
    assert paths["gained"].sum() == pytest.approx(whole["firms"]) == paths["lost"].sum()
    assert paths["firms"].sum() == pytest.approx(0) and (table["pairs"] == 2).all()
    for by in ("district", "industry", "size", "cause"):
        assert table[table["by"] == by]["firms"].sum() == pytest.approx(whole["firms"])
    causes = table[table["by"] == "cause"].set_index("name")
    assert "S126" in causes.loc["enforcement.eliminations_per_year", "clauses"]


def test_nobody_ends_elsewhere_where_nothing_differs(home) -> None:
    baseline = load_scenario("baseline")
    table = summary(changed_fates(baseline, baseline, [0], SEED, ENTERPRISES), [0, 1])
    assert table["by"].to_list() == ["all"] and table["firms"].to_list() == [0]


def test_other_enterprises_cannot_be_followed() -> None:
    baseline = load_scenario("baseline")
    fatter = baseline.model_copy(update={"structure": baseline.structure | {"structure.size_tail": "heavy"}})
    with pytest.raises(DifferentPopulations, match="无法逐家对照"):
        changed_fates(baseline, fatter, [0], SEED, ENTERPRISES)
