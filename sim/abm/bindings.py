"""Which constraint binds in a month, district by district, and who waits for it: read off, changing nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Listed
from sim.abm.processes.enforcement import PROGRAMMES, still_listed
from sim.abm.state import PARK_LAND, State, Vector
from sim.regions import DISTRICTS

WAN, YI = 1e4, 1e8
CONSTRAINTS = (
    "plots", "places", "entry_land", "tower_land", "block_land", "floors", "delivery", "starts", "credit", "fund",
    "outdated", "high_consumption", "scattered_polluting", "demand",
)  # fmt: skip
"""Park plots; places in micro-enterprise parks; land for newcomers, for towers, for blocks; tower floor; floor that is
being built while applicants are refused; the number of towers planned, where none of them waits for anything; finance
of towers; the buy-out fund; quotas of the three lists; the market."""
FLOWS = ("plots", "places", "entry_land", "block_land", "floors", "fund")
"""Constraints whose queue is counted month by month (refusals, mu not bought); of the others it is a stock."""
HALF = 0.5
"""Demand is said to bind where enterprises without a shortage of floor make more than this part of the output."""


@dataclass(frozen=True)
class Before:
    """What a month's reading is compared with: tallies (names, 10), and the buy-out fund of each district, yuan."""

    tallies: NDArray[np.float64]
    fund: Vector


def before(state: State) -> Before:
    """Take down what the month that follows will change."""
    return Before(state.tallies.table.copy(), state.budgets.of("fund.buyout_yi_yuan_per_year").copy())


def read_month(state: State, was: Before) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which constraint bound in the month just simulated, and how long its queue is; each (constraints, 10).

    Queues are of the real city: refused first choices of the month (plots, places, floors) and newcomers turned away
    (entry_land), mu that could not be bought (block_land, fund), projects that wait (tower_land, credit), floor being
    built while others are refused (delivery, 万㎡), listed enterprises that wait (the three lists), and the share of
    output that the market limits (demand).

    Args:
        was: taken by :func:`before` right before the step.
    """
    added = dict(zip(state.tallies, state.tallies.table - was.tallies, strict=True))
    found = _parks(state, added) | _land_and_money(state, added, was) | _floors(state, added) | _lists(state)
    found["demand"] = _demand(state)
    bound = np.array([found[name][0] for name in CONSTRAINTS], dtype=bool)
    queue = np.array([np.where(found[name][0], found[name][1], 0.0) for name in CONSTRAINTS])
    return bound, queue


Found = tuple[NDArray[np.bool_], NDArray[np.float64]]


def _parks(state: State, added: dict[str, Vector]) -> dict[str, Found]:
    """Who is refused a park lacks a place while less than one is left, and else, or where no plot is left, land."""
    refused = added["refused_park"]
    no_place = state.budgets.of("parks.micro_places_per_year") < 1
    no_plot = state.land.vacant[PARK_LAND] < state.parameters["listing.min_land_mu"]
    real = refused / state.scale
    return {
        "places": ((refused > 0) & no_place, real),
        "plots": ((refused > 0) & (no_plot | ~no_place), real),
    }


def _land_and_money(state: State, added: dict[str, Vector], was: Before) -> dict[str, Found]:
    month, p = state.month - 1, state.parameters
    waiting = np.bincount([district for district, _ in state.waiting_projects], minlength=len(DISTRICTS)).astype(float)
    accrued = p.lever("fund.buyout_yi_yuan_per_year", month) * YI / 12
    left = state.budgets.of("fund.buyout_yi_yuan_per_year")
    price = p["fund.compensation_wan_per_mu"] * WAN
    wanted = added["redeveloped_mu"] * p["redevelopment.demolition_share"]
    missing = wanted - (was.fund + accrued - left) / price
    short = missing > 1e-6 * np.maximum(wanted, 1.0)
    spent = left <= 1e-6 * price
    planned = p.lever("highrise.project_starts_per_year", month) > 0
    return {
        "starts": (planned & (waiting == 0), np.zeros(len(DISTRICTS))),
        "entry_land": (added["entry_refused"] > 0, added["entry_refused"] / state.scale),
        "tower_land": (added["projects_waiting_for_land"] > 0, waiting),
        "credit": (added["projects_waiting_for_finance"] > 0, waiting),
        "block_land": (short & ~spent, missing / state.scale),
        "fund": (short & spent, missing / state.scale),
    }


def _floors(state: State, added: dict[str, Vector]) -> dict[str, Found]:
    refused, building = added["refused_tower"], state.towers.due[state.month :].sum(axis=(0, 1))
    return {
        "floors": (refused > 0, refused / state.scale),
        "delivery": ((refused > 0) & (building > 0), building / state.scale / WAN),
    }


def _lists(state: State) -> dict[str, Found]:
    """Listed enterprises that nothing but the quota keeps from being treated."""
    firms, found = state.enterprises, {}
    for flag in PROGRAMMES:
        queue = still_listed(firms, state.queues.get(flag, np.zeros(0, np.intp)), flag)
        waiting = state.by_district(queue[firms.idle_at(queue)])
        found[Listed(flag).name.lower()] = waiting > 0, waiting / state.scale
    return found


def _demand(state: State) -> Found:
    firms = state.enterprises
    output = firms.output_wan
    unhurried = firms.demand_wan <= firms.floor_m2 * firms.output_per_m2
    whole = np.bincount(firms.district, output, minlength=len(DISTRICTS))
    limited = np.bincount(firms.district, output * unhurried, minlength=len(DISTRICTS))
    share = np.divide(limited, whole, out=np.zeros(len(DISTRICTS)), where=whole > 0)
    return share > HALF, share
