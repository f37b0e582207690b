"""Decision of an enterprise that reviews its site: stay, expand in place, park, tower, or leave the city."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Site, stored
from sim.abm.processes.production import pressure
from sim.abm.randomness import Process
from sim.abm.state import M2_PER_MU, State


class Option(IntEnum):
    """The five alternatives."""

    STAY = 0
    EXPAND = 1
    PARK = 2
    TOWER = 3
    LEAVE = 4


@dataclass(frozen=True)
class Applications:
    """Enterprises that reviewed their site this month and the utility of each alternative; −inf is not open to them."""

    rows: NDArray[np.intp]
    utility: NDArray[np.float64]


def review_sites(state: State) -> Applications:
    """Draw who reviews, and value the alternatives by the scenario's decision rule."""
    return RULES[state.option("decision_rule")](state)


def _by_utility(state: State) -> Applications:
    """A part reviews each month and takes the best alternative.

    The extreme-value errors are keyed by enterprise, month and alternative: improving one alternative can only
    draw enterprises into it.
    """
    firms = state.enterprises
    rows = state.reconsiders[firms.idle_at(state.reconsiders)]
    utility = systematic_utility(state, rows)
    utility += state.draws.gumbel(Process.CHOICE, state.month, firms.id[rows], len(Option))
    utility[~open_to(state, rows)] = -np.inf
    return Applications(rows, utility)


def _at_fixed_rates(state: State) -> Applications:
    """Each alternative has its yearly rate, whatever the enterprise's situation; who is refused stays."""
    firms = state.enterprises
    luck = state.draws.uniform(Process.RATES, state.month, firms.id)
    ceilings = np.cumsum([state.parameters[f"rates.{option.name.lower()}"] / 12 for option in MOVES])
    rows = np.flatnonzero(luck < ceilings[-1])
    rows = rows[firms.idle_at(rows)]
    utility = np.full((rows.size, len(Option)), -np.inf)
    utility[:, Option.STAY] = 0.0
    utility[np.arange(rows.size), np.array(MOVES)[np.searchsorted(ceilings, luck[rows], side="right")]] = 1.0
    utility[~open_to(state, rows)] = -np.inf
    return Applications(rows, utility)


MOVES = (Option.EXPAND, Option.PARK, Option.TOWER, Option.LEAVE)
RULES = {"logit": _by_utility, "fixed_rates": _at_fixed_rates}


def systematic_utility(state: State, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Utility without luck; shape (n, 5)."""
    firms, p = state.enterprises, state.parameters
    district = firms.district[rows]
    short_of_floor = np.log(np.maximum(pressure(state, rows), 1.0)) * p["choice.pressure_weight"]
    cost = firms.cost_burden[rows] * p["choice.cost_weight"]
    size = np.clip(np.log10(np.maximum(firms.demand_wan[rows], 1.0) / p["scale.entry_wan"]), -2, 3)
    heavy = size * p["choice.size_tie"]
    age = firms.age_years[rows] + (state.month - np.maximum(firms.entered[rows], 0)) / 12
    moving = p["choice.moving_cost"] * (1 - state.lever("parks.relocation_subsidy")[district])
    premium = p["choice.premium_disutility"] * (1 - state.lever("expansion.premium_waived")[district])
    push = short_of_floor + cost - heavy
    utility = np.empty((rows.size, len(Option)))
    utility[:, Option.STAY] = p["choice.stay"] + p["choice.age_tie"] * np.minimum(age, 30)
    utility[:, Option.EXPAND] = p["choice.expand"] + short_of_floor - premium
    utility[:, Option.PARK] = p["choice.park"] + push - moving
    suited = p["choice.suitability_weight"] * firms.suitability[rows]
    utility[:, Option.TOWER] = p["choice.tower"] + push + suited - moving
    utility[:, Option.LEAVE] = p["choice.leave"] + push
    return utility


def open_to(state: State, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which alternatives the rules leave open; shape (n, 5)."""
    firms, p = state.enterprises, state.parameters
    site = firms.site[rows]
    target = state.lever("expansion.far_target")[firms.district[rows]]
    below_far = firms.floor_m2[rows] < firms.land_mu[rows] * (M2_PER_MU * target)
    owner = ~firms.tenant[rows] & (site != Site.TOWER)
    allowed = np.ones((rows.size, len(Option)), bool)
    short = pressure(state, rows) > 1
    allowed[:, Option.EXPAND] = owner & below_far & short
    # inside a park or community, a new plot is for those who have outgrown theirs
    allowed[:, Option.PARK] = (site == Site.SCATTERED) | ((site != Site.TOWER) & short)
    suited = firms.suitability[rows] >= p["highrise.min_suitability"]
    fits = floor_wanted(state, rows) <= p["highrise.max_floor_m2"]
    allowed[:, Option.TOWER] = (site != Site.TOWER) & suited & fits
    return allowed


def floor_wanted(state: State, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Floor for today's demand with some headroom, m², as the column will hold it."""
    firms = state.enterprises
    headroom = state.parameters["expansion.headroom"]
    return stored(firms.demand_wan[rows] / firms.output_per_m2[rows] * headroom)
