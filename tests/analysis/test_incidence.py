"""Who bears it: what is counted adds up to every enterprise and to the ledger of fates, and known answers come out."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.fates import summary
from sim.analysis.incidence import KINDS, Incidence, incidence
from sim.ensemble.fates import changed_fates
from sim.population.sizes import SIZE_CLASSES, size_class
from sim.report.incidences import incidence_record, told_incidence
from sim.report.wording import wording
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario
from tests.small import ENTERPRISES, SEED

OTHER, RUNS = "stricter-enforcement", 2


def answer(scenario: Scenario | str, against: Scenario | str | None = "baseline") -> Incidence:
    return incidence(scenario, against, SEED, RUNS, ENTERPRISES, 1)


def test_what_is_due_to_the_levers_is_the_ledger_of_fates(home) -> None:
    """Path by path: those who end there in one scenario less those who do in the other."""
    found = answer(OTHER)
    pair = load_scenario("baseline"), load_scenario(OTHER)
    ledger = summary(changed_fates(*pair, range(RUNS), SEED, ENTERPRISES), range(RUNS)).query("by == 'path'")
    wanted = ledger.set_index("name")["firms"].to_dict()
    firms = found.because.query("measure == 'firms'")
    told = {row["path"]: row["difference"] for row in firms.to_dict("records") if row["path"]}
    alone = {kind: paths[0] for kind, paths in KINDS.items() if len(paths) == 1}
    told |= {alone[row["kind"]]: row["difference"] for row in firms.to_dict("records") if row["kind"] in alone}
    assert {name: told.pop(name) for name in wanted} == pytest.approx(wanted)
    assert list(told.values()) == pytest.approx([0] * len(told), abs=1e-6)
    assert wanted["eliminated"] > 0


def test_everybody_is_counted_once_and_groups_add_up(home) -> None:
    found = answer(OTHER)
    whole = found.fates[found.fates["path"] == ""]
    assert whole.query("measure == 'firms'")["value"].sum() == pytest.approx(73_000) == found.totals["firms"]
    assert whole.groupby("measure")["share"].sum().to_list() == pytest.approx([1, 1, 1])
    city = whole.set_index(["kind", "measure"])["value"]
    parts = found.fates[found.fates["path"] != ""].groupby(["kind", "measure"])["value"].sum()
    assert parts.to_dict() == pytest.approx(city.loc[parts.index].to_dict())
    for (_, kind, measure), rows in found.groups.groupby(["by", "kind", "measure"]):
        assert rows["value"].sum() == pytest.approx(city[kind, measure])
    for kind in ("closed", "merged"):
        behind = found.causes[found.causes["kind"] == kind]
        assert behind["firms"].sum() == pytest.approx(city[kind, "firms"])
        assert all(behind["clauses"])


def test_without_quotas_nobody_is_closed_and_a_scenario_differs_from_itself_by_nothing(home) -> None:
    baseline = load_scenario("baseline")
    quotas = {name: ((0, 0.0),) for name in baseline.levers if name.startswith("enforcement.")}
    lenient = baseline.model_copy(update={"name": "lenient", "levers": baseline.levers | quotas})
    found = answer(lenient, lenient)
    assert found.fates.query("kind in ('closed', 'merged')")["value"].sum() == 0
    assert (found.because[["difference", "lo", "hi"]] == 0).all(axis=None)
    assert found.causes["kind"].isin(["moved", "upgraded", "left"]).all()


def test_size_classes_need_both_people_and_revenue() -> None:
    people, revenue = np.array([5, 20, 20, 300, 1_000, 1_000]), np.array([9e4, 299, 300, 2_000, 39_999, 40_000])
    names = [SIZE_CLASSES[code] for code in size_class(people, revenue)]
    assert names == ["micro", "micro", "small", "medium", "medium", "large"]


def test_it_is_told_in_sentences_that_lead_to_clauses(home) -> None:
    found = answer(OTHER, None)
    told = told_incidence(found, wording("zh"))
    first, hardest, leakage = told.sentences
    assert first.startswith(f"到2030年底，情景{OTHER}下，2021年1月已有的73,000家企业里") and "就地提升" in first
    assert "关停淘汰" in hardest and "各项杠杆（政策与情景条件）自2026年起都停下" in leakage and "S132" in leakage
    assert f"{RUNS}次运行" in told.basis[0] and all(grid.rows for grid in told.grids)
    record = incidence_record(found)
    assert record["against"] is None and record["runs"] == RUNS and record["groups"][0]["runs"] == RUNS
