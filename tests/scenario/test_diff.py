"""What differs between two scenarios is all that differs: taking it makes one of the other."""

from __future__ import annotations

import pytest

from sim.regions import CITY
from sim.scenario.diff import changes, taking
from sim.scenario.distribution import Distribution
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario

LEVER, LAG, RULE = "parks.relocation_subsidy", "highrise.delivery_lag_months", "structure.priority"


def otherwise() -> Scenario:
    """The baseline with a lever, a district's own lever, an uncertainty and a structure changed."""
    base = load_scenario("baseline")
    return base.model_copy(update={
        "levers": base.levers | {LEVER: ((0, 0.25),)},
        "district_levers": {"奉化区": {LEVER: ((0, 0.5),)}},
        "uncertainties": base.uncertainties | {LAG: Distribution(kind="fixed", numbers=(20.0,))},
        "structure": base.structure | {RULE: "lottery"},
    })  # fmt: skip


@pytest.mark.parametrize("back", [False, True])
def test_taking_all_that_differs_makes_one_of_the_other(back: bool) -> None:
    one, other = load_scenario("baseline"), otherwise()
    if back:
        one, other = other, one
    found = changes(other, one)
    assert [change.scope for change in found] == [CITY, "奉化区", CITY, CITY]
    assert taking(one, other, found).canonical() == other.canonical() != one.canonical()
    assert taking(one, other, []).canonical() == one.canonical()
    assert changes(one, one) == []


def test_a_change_is_written_as_a_reader_would() -> None:
    told = [(change.before, change.after) for change in changes(otherwise(), load_scenario("baseline"))]
    assert ("0（与全市相同）", "0.5") in told and told[-2][1] == "fixed 20" and told[-1][1].startswith("lottery（")


def test_what_is_shared_out_is_not_told_as_the_districts_own() -> None:
    """The city's 27 projects a year are shared out by value added: a district's own 4 is no cut from 27."""
    starts, subsidy = "highrise.project_starts_per_year", "parks.relocation_subsidy"
    base, own = load_scenario("baseline"), load_scenario("fenghua")
    found = {change.entry.id: (change.before, change.after) for change in changes(own, base)}
    assert found[starts] == ("按份额分摊全市的27", "2027-01 起 4")
    assert found[subsidy] == ("0（与全市相同）", "2024-01 起 0.5")
    back = {change.entry.id: change.after for change in changes(base, own)}
    assert back[starts] == "按份额分摊全市的27"
    rising = base.model_copy(update={"levers": base.levers | {starts: ((0, 5.0), (48, 27.0), (80, 30.0))}})
    [told] = [change.before for change in changes(own, rising) if change.entry.id == starts and change.scope != "全市"]
    assert told == "按份额分摊全市的2025-01 起 27；2027-09 起 30"
