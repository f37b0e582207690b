"""Limits of space and policy: nothing moves, one path is closed, everything is open."""

from __future__ import annotations

from itertools import takewhile

import numpy as np
import pytest

from sim.abm.enterprises import Site
from sim.abm.model import IndustrialUpgradeModel
from sim.abm.processes.allocation import allocate
from sim.abm.processes.choice import Option, open_to, review_sites, systematic_utility
from sim.abm.schedule import SCHEDULE
from sim.abm.state import SCATTERED_LAND
from tests.abm.towns import (
    STILL_DRAWN,
    STILL_LEVERS,
    assert_binomial,
    homogeneous_town,
    scenario,
    set_vacant_floor,
    set_vacant_park_land,
    start,
    together,
)


def test_without_hazards_reviews_and_quotas_nothing_moves(town) -> None:
    """Space on offer, lists and prices by themselves move nobody."""
    setting = scenario(24, STILL_LEVERS | {"highrise.project_starts_per_year": 150})
    drawn = STILL_DRAWN | {"highrise.delivery_lag_months": 6, "listing.probability_given_d": 1}
    model = start(town, setting, drawn)
    firms = model.enterprises
    before = {name: getattr(firms, name).copy() for name in ("id", "land_mu", "floor_m2", "site", "stage")}
    model.run()
    assert not model.events.columns()["month"].size
    for name, column in before.items():
        np.testing.assert_array_equal(getattr(firms, name), column, err_msg=name)
    assert model.state.towers.offered.sum() > 0 and (firms.listed > 0).any()


@pytest.mark.parametrize("compiled", [True, False])
def test_without_vacant_land_projects_wait_and_each_is_told_to_lack_land(town, compiled: bool) -> None:
    setting = scenario(12, STILL_LEVERS | BUSY_LEVERS | {"land.new_industrial_mu_per_year": 0})
    model = start(town, setting, STILL_DRAWN, compiled=compiled)
    set_vacant_park_land(model, 0.0)
    land = model.state.land
    land.total[:] -= land.vacant[SCATTERED_LAND]
    land.vacant[SCATTERED_LAND] = 0.0
    model.run()
    tallies = model.state.tallies
    assert tallies["projects_waiting_for_land"].sum() > 0 == tallies["projects_waiting_for_finance"].sum()
    assert model.state.waiting_projects and not tallies["highrise_projects"].any()


BUSY_LEVERS = {"highrise.project_starts_per_year": 100, "highrise.credit_yi_yuan_per_year": 1000}
BUSY_DRAWN = {
    "choice.review_rate": 1, "highrise.delivery_lag_months": 6, "redevelopment.lag_months": 6,
    "land.idle_months": 24, "listing.probability_given_d": 1, "highrise.project_area_wan_m2": 4,
    "enforcement.close_share_legal": 0.3, "enforcement.close_share_workshop": 0.3,
}  # fmt: skip
NOTHING_RETURNS = {"land.tenant_idle_months": 24}
CLOSED: dict[str, tuple[dict[str, float], tuple[str, str]]] = {
    "towers": (
        {"highrise.project_starts_per_year": 0, "redevelopment.investment_yi_yuan_per_year": 0},
        ("path", "upstairs"),
    ),
    "parks": (
        {"land.new_industrial_mu_per_year": 0, "redevelopment.land_mu_per_year": 0,
         "parks.micro_places_per_year": 0},
        ("path", "relocated"),
    ),
    "entry": (
        {"pipeline.big_projects_per_year": 0, "pipeline.medium_projects_per_year": 0},
        ("path", "entered"),
    ),
    "eliminations": ({"enforcement.eliminations_per_year": 0}, ("path", "eliminated")),
    **{
        list_: ({f"enforcement.{list_}_per_year": 0}, ("cause", f"enforcement.{list_}_per_year"))
        for list_ in ("high_consumption", "scattered")
    },
}  # fmt: skip
"""Which levers close a path, and the events that must then be missing."""


def busy_events(town, closed: str | None) -> set[tuple[str, str]]:
    levers = BUSY_LEVERS | (CLOSED[closed][0] if closed else {})
    drawn = BUSY_DRAWN | ({"turnover.entry_rate": 0} if closed == "entry" else {})
    model = start(town, scenario(24, levers), drawn, NOTHING_RETURNS)
    if closed == "parks":
        set_vacant_park_land(model, 0.0)
    model.run()
    frame = model.events.to_frame()
    return {(column, name) for column in ("path", "cause") for name in frame[column].unique()}


@pytest.fixture(scope="module")
def happens_when_open(town) -> set[tuple[str, str]]:
    return busy_events(town, None)


@pytest.mark.parametrize("closed", CLOSED)
def test_without_its_capacity_nobody_takes_that_path_and_others_go_on(
    town, happens_when_open, closed
) -> None:
    missing = CLOSED[closed][1]
    happened = busy_events(town, closed)
    assert missing in happens_when_open and missing not in happened
    paths = {
        ("path", name) for name in ("upstairs", "relocated", "expanded", "eliminated", "closed", "exited")
    }
    assert paths - {missing} <= happened


TYPES = {
    "short of floor, everything open": ({"floor_m2": 6000, "demand_wan": 12_000}, set(Option)),
    "small tenant of an unsuited trade": (
        {"above_scale": False, "tenant": True, "land_mu": 0.6, "floor_m2": 300, "demand_wan": 400,
         "suitability": 0.2},
        {Option.STAY, Option.PARK, Option.LEAVE},
    ),
    "with room in a park": ({"site": Site.PARK}, {Option.STAY, Option.TOWER, Option.LEAVE}),
}  # fmt: skip
PATH = {
    Option.EXPAND: "expanded",
    Option.PARK: "relocated",
    Option.TOWER: "upstairs",
    Option.LEAVE: "left_city",
}


def before_choice(columns: dict[str, float], n: int) -> IndustrialUpgradeModel:
    """A town of one type in its first month, about to choose among unlimited plots, places and floors."""
    levers = STILL_LEVERS | {f"energy.d_surcharge_year_{year}": 0 for year in (1, 2, 3)}
    everybody = {"choice.review_rate": 12, "demand.sigma_annual": 0}
    one_of_weight = homogeneous_town(1, district=9)
    town = together(homogeneous_town(n, **columns), one_of_weight)
    model = start(town, scenario(12, levers), STILL_DRAWN, everybody)
    set_vacant_park_land(model, 1e7)
    for step in takewhile(lambda step: step.en != "choice and allocation", SCHEDULE):
        step.process(model.state)
    set_vacant_floor(model, 1e9)
    model.state.budgets.balance["parks.micro_places_per_year"][:] = 1e7
    return model


@pytest.mark.parametrize(("columns", "expected_open"), TYPES.values(), ids=TYPES)
def test_with_unlimited_capacity_the_shares_are_the_logit_s(columns, expected_open) -> None:
    n = 5_000
    model = before_choice(columns, n)
    state, rows = model.state, np.flatnonzero(model.enterprises.district == 0)
    utility, allowed = systematic_utility(state, rows), open_to(state, rows)
    assert (utility == utility[0]).all() and (allowed == allowed[0]).all()
    assert set(np.flatnonzero(allowed[0])) == expected_open
    odds = np.where(allowed[0], np.exp(utility[0]), 0.0)
    share = odds / odds.sum()
    allocate(state, review_sites(state))
    assert state.tallies["refused_park"].sum() == state.tallies["refused_tower"].sum() == 0
    events = model.events.to_frame()
    taken = events[events["enterprise"] < n]["path"].value_counts()
    counts = {option: int(taken.get(path, 0)) for option, path in PATH.items()}
    for option, count in (counts | {Option.STAY: n - sum(counts.values())}).items():
        assert_binomial(count, n, share[option], option.name)
