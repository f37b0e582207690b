"""What must not matter does not: pairs of runs that have to agree."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.abm.model import IndustrialUpgradeModel
from sim.abm.processes.grading import GRADE_D
from sim.population import Population
from sim.regions import CITY, DISTRICTS
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario
from tests.abm.towns import (
    LIVELY,
    STILL_DRAWN,
    STILL_LEVERS,
    homogeneous_town,
    random_town,
    run,
    scenario,
    start,
    together,
)

OWN_QUANTITIES = {
    "enforcement.eliminations_per_year": 3, "enforcement.high_consumption_per_year": 4,
    "enforcement.scattered_per_year": 6, "land.new_industrial_mu_per_year": 60,
    "parks.micro_places_per_year": 8, "fund.buyout_yi_yuan_per_year": 0.5,
    "highrise.project_starts_per_year": 2, "highrise.credit_yi_yuan_per_year": 5,
    "redevelopment.land_mu_per_year": 30, "redevelopment.investment_yi_yuan_per_year": 0.5,
    "pipeline.big_projects_per_year": 0.3, "pipeline.medium_projects_per_year": 1,
}  # fmt: skip
"""A yearly quantity of each district's own, for every lever that otherwise spreads one of the city's."""


def of_each_district(setting: Scenario, levers: Mapping[str, float]) -> Scenario:
    steps = {name: ((0, float(value)),) for name, value in levers.items()}
    return setting.model_copy(update={"district_levers": dict.fromkeys(DISTRICTS, steps)})


def assert_same_run(one: IndustrialUpgradeModel, two: IndustrialUpgradeModel) -> None:
    """Bit by bit: every column, event and indicator."""
    pd.testing.assert_frame_equal(one.enterprises.to_frame(), two.enterprises.to_frame(), check_exact=True)
    pd.testing.assert_frame_equal(one.events.to_frame(), two.events.to_frame(), check_exact=True)
    pd.testing.assert_frame_equal(one.indicators(), two.indicators(), check_exact=True)


@pytest.fixture(scope="module")
def mixed() -> Population:
    """Three hundred enterprises of all sorts, none in the last district."""
    return random_town(np.random.default_rng(3), 300, range(9))


def test_an_irrelevant_enterprise_in_another_district_changes_nobody_else(mixed) -> None:
    """Bit by bit in every month, once what couples the city's districts on purpose is out of the way.

    Three things do: city quantities are spread by district shares (here each district has its own), the
    hazard of natural exit is relative to the city's median size (its exponent is 0 here), and the outdated
    are those above the city's mean energy per output (the newcomer makes next to nothing).
    """
    assert set(OWN_QUANTITIES) == {
        name for name, lever in catalogue().of_kind("lever").items() if lever.spread_by
    }
    newcomer = homogeneous_town(
        1, district=9, above_scale=False, demand_wan=1e-3, floor_m2=1e-3, land_mu=5, energy_per_output=1
    )
    setting, no_median = of_each_district(scenario(30), OWN_QUANTITIES), {"turnover.size_exponent": 0}
    models = [start(town, setting, LIVELY, no_median) for town in (mixed, together(mixed, newcomer))]
    while models[0].running:
        for model in models:
            model.step()
        before, after = (
            frame[frame["district"] < 9].reset_index(drop=True)
            for frame in (model.enterprises.to_frame() for model in models)
        )
        pd.testing.assert_frame_equal(before, after, check_exact=True, obj=f"month {models[0].state.month}")
    before, after = (model.events.to_frame() for model in models)
    elsewhere = after[after["district"] != DISTRICTS[9]].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, elsewhere, check_exact=True)
    assert {"upstairs", "relocated", "closed", "exited", "entered"} <= set(elsewhere["path"])
    assert (models[1].enterprises.district == 9).any()


def december(model: IndustrialUpgradeModel) -> pd.Series:
    frame = model.indicators()
    last = frame[(frame["district"] == CITY) & (frame["year"] == frame["year"].max())]
    return last.set_index("indicator")["value"].dropna()


TWO_DISTRICTS = {
    "enforcement.eliminations_per_year": 40, "enforcement.high_consumption_per_year": 40,
    "enforcement.scattered_per_year": 40, "listing.tax_threshold_wan_per_mu": 20,
    "land.new_industrial_mu_per_year": 100, "parks.micro_places_per_year": 10,
    "highrise.project_starts_per_year": 4, "highrise.credit_yi_yuan_per_year": 10,
    "redevelopment.land_mu_per_year": 50, "redevelopment.investment_yi_yuan_per_year": 1,
    "pipeline.big_projects_per_year": 0, "pipeline.medium_projects_per_year": 4,
}  # fmt: skip
WHOLE = ("firms_eliminated", "firms_rectified_high_consumption", "firms_rectified_scattered", "firms_entered")


def test_a_population_of_doubles_at_half_the_weight_is_the_same_city() -> None:
    """Indicators agree within luck and indivisibility.

    Twins share traits but not luck, so the means differ by chance: four standard errors of the difference,
    from the spread over replicates. Quotas and entrants come in whole enterprises, of which each of the two
    districts of the coarser city may be one behind, whatever the replicate.
    """
    one = random_town(np.random.default_rng(8), 600, (0, 5))
    two = dataclasses.replace(together(one, one), weight=one.weight / 2)
    setting = scenario(24, TWO_DISTRICTS)
    first, second = (
        pd.DataFrame([december(run(town, setting, LIVELY, replicate=key)) for key in range(6)])
        for town in (one, two)
    )
    difference = (first.mean() - second.mean()).abs()
    allowed = 4 * np.sqrt((first.var() + second.var()) / len(first)) + 1e-9 * first.mean().abs()
    allowed[list(WHOLE)] += one.weight * 2
    assert (difference <= allowed).all(), pd.DataFrame({"difference": difference, "allowed": allowed})
    assert (first.mean()[["firms_upstairs", "firms_relocated", *WHOLE]] > 10).all()


UNITS: dict[str, dict[str, dict[str, float]]] = {
    "money": {
        "columns": {"demand_wan": 2, "output_per_m2": 2, "energy_per_output": 1 / 2},
        "values": {
            "scale.entry_wan": 2, "scale.exit_wan": 2, "listing.exempt_output_wan": 2,
            "pipeline.output_per_project_wan": 2, "pipeline.output_per_medium_project_wan": 2,
            "construction.cost_highrise": 2, "fund.compensation_wan_per_mu": 2,
        },
        "levers": {
            "listing.tax_threshold_wan_per_mu": 2, "energy.d_surcharge_year_1": 2,
            "energy.d_surcharge_year_2": 2, "energy.d_surcharge_year_3": 2, "fund.buyout_yi_yuan_per_year": 2,
            "highrise.credit_yi_yuan_per_year": 2, "redevelopment.investment_yi_yuan_per_year": 2,
        },
    },
    "space": {
        "columns": {"land_mu": 2, "floor_m2": 2, "output_per_m2": 1 / 2},
        "values": {
            "listing.min_land_mu": 2, "highrise.max_floor_m2": 2, "highrise.project_area_wan_m2": 2,
            "construction.cost_highrise": 1 / 2, "fund.compensation_wan_per_mu": 1 / 2,
        },
        "levers": {
            "listing.tax_threshold_wan_per_mu": 1 / 2, "land.new_industrial_mu_per_year": 2,
            "redevelopment.land_mu_per_year": 2,
        },
    },
}  # fmt: skip
"""By what everything with that unit is multiplied when the unit is halved (powers of two round nothing)."""


@pytest.mark.parametrize("unit", UNITS)
def test_in_other_units_the_same_decisions(mixed, unit) -> None:
    """In half yuan, or in half mu and half square metres: the same ledger of events, amounts doubled."""
    change = UNITS[unit]
    table = mixed.table | {name: mixed.table[name] * factor for name, factor in change["columns"].items()}
    other = dataclasses.replace(mixed, table=table)
    policy = OWN_QUANTITIES | {
        "listing.tax_threshold_wan_per_mu": 4, "energy.d_surcharge_year_1": 0.1,
        "energy.d_surcharge_year_2": 0.3, "energy.d_surcharge_year_3": 0.5,
        "highrise.credit_yi_yuan_per_year": 0.5,
    }  # fmt: skip
    restated = policy | {name: policy[name] * factor for name, factor in change["levers"].items()}
    models = [start(town, of_each_district(scenario(36), levers), LIVELY)
              for town, levers in ((mixed, policy), (other, restated))]  # fmt: skip
    values = models[1].state.parameters.values
    for name, factor in change["values"].items():
        values[name] *= factor
    for model in models:
        model.run()
    pd.testing.assert_frame_equal(models[0].events.to_frame(), models[1].events.to_frame(), check_exact=True)
    for name in ("demand_wan", "land_mu", "floor_m2", "output_per_m2", "energy_per_output"):
        one, two = (getattr(model.enterprises, name) for model in models)
        np.testing.assert_array_equal(two, one * change["columns"].get(name, 1), err_msg=name)
    assert models[0].state.tallies["projects_waiting_for_finance"].sum() > 0
    assert {"upstairs", "closed", "relocated"} <= set(models[0].events.to_frame()["path"])


QUOTA, TOWERS = "enforcement.scattered_per_year", "highrise.project_starts_per_year"


def test_two_levers_may_be_set_in_either_order(mixed) -> None:
    levers = {QUOTA: 90.0, TOWERS: 20.0}
    assert_same_run(
        *(
            run(mixed, scenario(24, dict(order)), LIVELY)
            for order in (levers.items(), reversed(levers.items()))
        )
    )


def test_two_levers_may_come_from_either_file_of_an_extends_chain(mixed, tmp_path: Path) -> None:
    def chained(folder: str, first: tuple[str, float], second: tuple[str, float]) -> Scenario:
        (tmp_path / folder).mkdir()
        for name, parent, (lever, value) in (("parent", "baseline", first), ("child", "parent", second)):
            text = f"name: {name}\ntitle: {{zh: 试}}\nextends: {parent}\n"
            text += f"levers:\n  {lever}: {{2021-03: {value}}}\n"
            (tmp_path / folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_scenario(tmp_path / folder / "child.yaml")

    quota, towers = (QUOTA, 90.0), (TOWERS, 20.0)
    one, two = chained("one", quota, towers), chained("two", towers, quota)
    assert one.levers[QUOTA][-1] == (2, 90.0) and one.levers[TOWERS][-1] == (2, 20.0)
    assert one.digest == two.digest
    assert_same_run(*(run(mixed, setting, LIVELY, months=24) for setting in (one, two)))


def test_a_lever_has_no_effect_before_its_date_and_after_the_horizon(mixed) -> None:
    base = scenario(24)

    def dated(month: int) -> Scenario:
        more = {QUOTA: 5000.0, TOWERS: 100.0, "demand.growth_shift": 0.1}
        steps = {name: (*base.levers[name], (month, value)) for name, value in more.items()}
        return base.model_copy(update={"levers": base.levers | steps})

    assert_same_run(run(mixed, base, LIVELY), run(mixed, dated(24), LIVELY))
    models = [start(mixed, setting, LIVELY) for setting in (base, dated(15))]
    for month in range(16):
        for model in models:
            model.step()
        one, two = (model.enterprises.to_frame() for model in models)
        assert one.equals(two) == (month < 15), month


def test_a_newcomer_better_than_everybody_is_not_graded_last() -> None:
    """A few months' output is not a year's: who makes a fifth more per mu than all others is not grade D."""
    levers = STILL_LEVERS | {"land.park_share": 0, "redevelopment.land_mu_per_year": 0}
    town = homogeneous_town(100, demand_wan=500, floor_m2=600, land_mu=1, above_scale=[True] + 99 * [False])
    drawn = STILL_DRAWN | {"turnover.entry_rate": 0.3}
    values = {"turnover.entrant_size": 1.2, "demand.sigma_annual": 0}
    model = run(town, scenario(24, levers), drawn, months=13, constants=values)
    firms, new = model.enterprises, model.enterprises.entered >= 0
    assert new.sum() > 20 and (firms.grade == GRADE_D).any()
    assert not (firms.grade[new] == GRADE_D).any()
