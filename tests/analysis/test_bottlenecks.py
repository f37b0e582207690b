"""Bottlenecks: a constraint without end never binds, one of nothing does, and a unit's worth is what is known."""

from __future__ import annotations

import pytest

from sim.abm.bindings import CONSTRAINTS
from sim.analysis.bottlenecks import RELIEF, binding, bottlenecks, steps, with_step
from sim.ensemble.bindings import bindings
from sim.ensemble.design import draw_parameters
from sim.regions import CITY
from sim.report.constraints import bottlenecks_record, told_bottlenecks
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from tests.small import ENTERPRISES, SEED

RUNS, YEARS = 2, 2022
PLENTY = 1e7


def shares(enterprises: int = ENTERPRISES, **levers: float) -> dict[str, float]:
    """Part of the city's months in which each constraint binds when levers hold from the first month on."""
    scenario = load_scenario("baseline")
    held = {name.replace("__", "."): ((0, value),) for name, value in levers.items()}
    changed = scenario.model_copy(update={"levers": scenario.levers | held})
    table = binding(bindings(changed, range(RUNS), SEED, enterprises, YEARS), 2021)
    city = table[(table["district"] == CITY) & (table["year"] == 0)].set_index("constraint")
    assert set(city.index) == set(CONSTRAINTS) == set(RELIEF) and (city["runs"] == RUNS).all()
    assert (city.loc[city["share"] == 0, "queue"] == 0).all()
    return city["share"].to_dict()


def test_what_there_is_no_end_of_never_binds(home) -> None:
    """Only the market, and the number of towers that is planned, are left; floor is still being built."""
    found = shares(
        enforcement__eliminations_per_year=PLENTY, enforcement__high_consumption_per_year=PLENTY,
        enforcement__scattered_per_year=PLENTY, land__new_industrial_mu_per_year=PLENTY,
        parks__micro_places_per_year=PLENTY, fund__buyout_yi_yuan_per_year=PLENTY,
        highrise__credit_yi_yuan_per_year=PLENTY, highrise__project_starts_per_year=20,
    )  # fmt: skip
    assert {name for name, share in found.items() if share} <= {"floors", "delivery", "starts", "demand"}
    assert found["starts"] == 1


def test_what_there_is_nothing_of_binds(home) -> None:
    """Of so many enterprises nearly every district has somebody on its list."""
    found = shares(
        2 * ENTERPRISES,
        enforcement__scattered_per_year=0, parks__micro_places_per_year=0, fund__buyout_yi_yuan_per_year=0,
        highrise__credit_yi_yuan_per_year=0, highrise__project_starts_per_year=60,
    )  # fmt: skip
    assert found["fund"] == 1 and found["scattered_polluting"] > 0.9
    assert found["credit"] > 0.5 and found["credit"] + found["starts"] == pytest.approx(1) and found["tower_land"] == 0
    assert found["places"] > 0


def test_a_unit_is_round_and_comes_from_the_first_undecided_month_on() -> None:
    scenario = load_scenario("combined")
    found = {step.entry.id: step for step in steps(scenario)}
    assert {name: step.step for name, step in found.items() if name.startswith(("land", "highrise"))} == {
        "land.new_industrial_mu_per_year": 1_000, "highrise.project_starts_per_year": 1,
        "highrise.credit_yi_yuan_per_year": 10, "highrise.delivery_lag_months": -1,
    }  # fmt: skip
    assert all(name in found for name, entry in catalogue().of_kind("lever").items() if entry.spread_by)
    starts = with_step(scenario, found["highrise.project_starts_per_year"]).levers["highrise.project_starts_per_year"]
    assert starts == (*scenario.levers["highrise.project_starts_per_year"][:-1], (72, 46.0))
    lag = with_step(scenario, found["highrise.delivery_lag_months"]).uncertainties["highrise.delivery_lag_months"]
    assert lag.quantile(0.3) == pytest.approx(scenario.uncertainties["highrise.delivery_lag_months"].quantile(0.3) - 1)


def test_one_more_unit_is_worth_what_is_known_and_told_with_its_clause(home) -> None:
    """A hundred mu of blocks a year count for a hundred times each run's pace, one tower a year for one in 2027."""
    found = bottlenecks("baseline", ["land_redeveloped_2027", "highrise_projects_2027"], SEED, 3, ENTERPRISES, 1)
    worth = found.worth.set_index(["id", "target"])["difference"]
    drawn = draw_parameters(load_scenario("baseline"), list(range(3)), SEED)
    pace = sum(one["redevelopment.pace"] for one in drawn) / 3
    assert worth["redevelopment.land_mu_per_year", "land_redeveloped_2027"] == pytest.approx(100 * pace / 1e4)
    assert worth["highrise.project_starts_per_year", "highrise_projects_2027"] == pytest.approx(1, abs=0.7)
    assert worth["land.new_industrial_mu_per_year", "highrise_projects_2027"] == 0
    told = told_bottlenecks(found, wording("zh"))
    first, *_ = told.sentences
    assert first.startswith("情景baseline里，2026至2030年真正起约束作用的是") and "S132" in first
    assert len(told.sentences) == 3 and "3次运行" in told.basis[0] and "3对同一随机数的运行" in told.basis[0]
    record = bottlenecks_record(found)
    assert record["pairs"] == 3 and all(row["pairs"] == 3 for row in record["worth"])
