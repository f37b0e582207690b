"""Shares of a gap: they add up in each run of the model, and known answers come out on it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.asked import CannotAnswer, asked_targets
from sim.analysis.attribution import (
    MOST_EXACT,
    Attribution,
    NothingToAttribute,
    _strongest,
    attribute,
    effort,
)
from sim.analysis.budget import CORE_SECONDS
from sim.analysis.comparison import compare_targets
from sim.ensemble.runner import run
from sim.regions import CITY
from sim.report.levers import told_attribution
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue
from sim.scenario.diff import Change
from sim.scenario.load import load_scenario
from sim.scenario.months import month_index
from sim.scenario.schema import Scenario
from tests.small import ENTERPRISES, SEED

NEXT = month_index("2027-01")


def with_levers(**levers: float) -> Scenario:
    baseline = load_scenario("baseline")
    changed = {
        name.replace("__", "."): (*baseline.levers[name.replace("__", ".")], (NEXT, value))
        for name, value in levers.items()
    }
    return baseline.model_copy(update={"levers": baseline.levers | changed})


def shares(other: Scenario, *targets: str, base: str | None = "baseline", runs: int = 3) -> list[Attribution]:
    start = load_scenario(base) if base else None
    return attribute(start, other, asked_targets(targets, other), SEED, runs, ENTERPRISES, 1)


def test_one_effective_lever_gets_all_and_one_that_nothing_reads_gets_nothing(home) -> None:
    """Electricity prices of grade D start no tower, and nor does moving money."""
    other = with_levers(highrise__project_starts_per_year=60, listing__special_process_multiplier=1)
    [found] = shares(other, "highrise_projects_2027")
    by_id = {share.change.entry.id: share.number for share in found.shares}
    idle, effective = by_id["listing.special_process_multiplier"], by_id["highrise.project_starts_per_year"]
    assert (idle.value, idle.low, idle.high) == (0, 0, 0)
    assert found.gap.value > 10 and effective.value == pytest.approx(found.gap.value)
    assert found.exact and found.coalitions == 4 and found.interaction is None
    base = load_scenario("baseline")
    one, two = (effort(base, other, ["highrise_projects_2027"], SEED, 3, firms, 1) for firms in (ENTERPRISES, 73_000))
    assert one[:2] == (found.coalitions, found.size) and 0 < one[2] < two[2] < CORE_SECONDS
    told = told_attribution(found, wording("zh"))
    assert told.grids[0].title == "各杠杆的份额：2027年“市级工业上楼示范项目≥100个”"


@pytest.mark.parametrize("name", ["scarce-funds", "fenghua"])
def test_shares_add_up_to_the_gap_and_to_its_probability(home, name: str) -> None:
    for found in shares(load_scenario(name), "quality_space_2030.started", "gross_output_2030"):
        assert sum(share.number.value for share in found.shares) == pytest.approx(found.gap.value)
        assert sum(share.chance.value for share in found.shares) == pytest.approx(found.chance_gap.value)
        assert found.gap.value == pytest.approx(found.other_mean - found.base_mean)


@pytest.mark.parametrize("lever", ["listing__special_process_multiplier", "highrise__project_starts_per_year"])
def test_the_gap_in_probability_has_the_interval_of_a_comparison(home, lever: str) -> None:
    """Where no run is touched as where some are: that three pairs agree is no certainty."""
    other = with_levers(**{lever: 1.0}).model_copy(update={"name": "other"})
    [found] = shares(other, "highrise_projects_2027")
    results = run([load_scenario("baseline"), other], 3, SEED, ENTERPRISES, 1)
    [row] = compare_targets(results, "baseline", "other", ["highrise_projects_2027"]).to_dict("records")
    whole = found.chance_gap
    assert (whole.low, whole.high) == pytest.approx((row["chance_lo"], row["chance_hi"])) and whole.low < whole.high
    assert whole.value == pytest.approx(row["probability"] - row["base_probability"])
    assert [share.chance for share in found.shares] == [whole]


@pytest.mark.slow
def test_more_levers_are_sampled_and_still_add_up(home) -> None:
    [found] = shares(load_scenario("combined"), "gross_output_2030", runs=2)
    assert len(found.shares) > MOST_EXACT and not found.exact
    assert sum(share.number.value for share in found.shares) == pytest.approx(found.gap.value)
    assert max(share.sampling for share in found.shares) > 0


@pytest.mark.slow
def test_against_doing_nothing_every_lever_of_the_plan_is_a_player(home) -> None:
    [found] = shares(load_scenario("baseline"), "highrise_projects_2027", base=None, runs=2)
    ids = {share.change.entry.id for share in found.shares}
    assert "highrise.project_starts_per_year" in ids and "demand.growth_shift" not in ids
    assert ids <= set(catalogue().of_kind("lever")) and found.gap.value > 0 and found.base == ""


def test_what_cannot_be_asked_is_said() -> None:
    baseline = load_scenario("baseline")
    with pytest.raises(NothingToAttribute, match="完全相同"):
        attribute(baseline, baseline, asked_targets((), baseline))
    with pytest.raises(CannotAnswer, match="是不是 quality_space_2027"):
        asked_targets(("quality_space_2072",), baseline)
    with pytest.raises(CannotAnswer, match="是不是 quality_space_2027、quality_space_2030？"):
        asked_targets(("高品质工业空间",), baseline)
    with pytest.raises(CannotAnswer, match="只作跟踪"):
        asked_targets(("producer_services_2030",), baseline)


def test_scenarios_and_targets_can_be_named(home) -> None:
    by_name = attribute("baseline", "fenghua", ["quality_space_2030.started"], SEED, 2, ENTERPRISES, 1)
    assert by_name == shares(load_scenario("fenghua"), "quality_space_2030.started", runs=2)


def test_the_clearest_of_the_strong_pairs_is_told() -> None:
    changes = [Change(catalogue()[name], CITY, "1", "2") for name in list(catalogue().of_kind("lever"))[:3]]
    gains = {(0, 1): np.array([5.0, 6, 7]), (0, 2): np.array([-1.0, 0, 1]), (1, 2): np.array([-20.0, -21, -22])}
    found = _strongest(gains, changes)
    assert found is not None and found[:2] == (changes[1], changes[2])
    assert found[2].value == -21 and found[2].high < 0
    assert _strongest({(0, 2): gains[0, 2], (0, 1): gains[0, 1][:1]}, changes) is None, "of one run nothing is clear"
