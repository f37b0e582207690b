"""Allocation of park plots, places and tower floors; who is refused takes the next best, and that is recorded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Site, stored
from sim.abm.events import Cause
from sim.abm.processes.choice import Applications, Option, floor_wanted
from sim.abm.processes.departure import depart, vacate
from sim.abm.processes.production import move_interruption
from sim.abm.randomness import Process
from sim.abm.state import M2_PER_MU, PARK_LAND, State, admit

ROUNDS = 2
"""First choice and next best; who is refused twice stays."""

SPACE = {
    Option.EXPAND: "expansion.far_target",
    Option.PARK: "land.new_industrial_mu_per_year",
    Option.TOWER: "highrise.project_starts_per_year",
}
"""The lever that makes room for who goes there."""
BLOCKS = "redevelopment.land_mu_per_year"
"""The same where tower floor stands on a redeveloped block."""
PLACES = "parks.micro_places_per_year"
"""The same for small enterprises, which go to places in micro-enterprise parks and not to plots."""
DRAWN_AWAY = {"logit": "choice.leave", "fixed_rates": "rates.leave"}
"""Who leaves the city needs no room: what the decision rule goes by."""


def allocate(state: State, applications: Applications) -> None:
    """Serve every reviewing enterprise its best open alternative, then the refused their next best."""
    rows, utility = applications.rows, applications.utility.copy()
    waiting = np.ones(rows.size, bool)
    for turn in range(ROUNDS):
        best = utility.argmax(axis=1)
        for option, serve in SERVE.items():
            mine = np.flatnonzero(waiting & (best == option))
            refused = mine[~serve(state, rows[mine])]
            if turn == 0 and refused.size:
                state.tally(f"refused_{option.name.lower()}", state.by_district(rows[refused]))
            utility[refused, option] = -np.inf
            waiting[np.setdiff1d(mine, refused, assume_unique=True)] = False


def _stay(state: State, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    return np.ones(rows.size, bool)


def _leave(state: State, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    depart(state, rows, "left_city", DRAWN_AWAY[state.option("decision_rule")], 0.0)
    return np.ones(rows.size, bool)


def _expand(state: State, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Rebuild the own plot to the target floor-area ratio (S170)."""
    firms = state.enterprises
    target = state.lever("expansion.far_target")[firms.district[rows]]
    firms.floor_m2[rows] = firms.land_mu[rows] * (M2_PER_MU * target)
    state.record("expanded", SPACE[Option.EXPAND], rows)
    move_interruption(state, rows)
    return np.ones(rows.size, bool)


def _tower(state: State, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Rent tower floor while it lasts, within the district; if districts are coupled, then wherever most is vacant."""
    firms, towers = state.enterprises, state.towers
    floor, keys = floor_wanted(state, rows), priority(state, rows)
    served = admit(firms.district[rows], floor, towers.vacant, *keys)
    _rent(state, rows[served], floor[served], firms.district[rows[served]])
    if state.option("district_coupling") == "spill":
        rest = np.flatnonzero(~served)
        host = np.full(rest.size, towers.vacant.argmax(), np.int8)
        fits = admit(host, floor[rest], towers.vacant, *(key[rest] for key in keys))
        _rent(state, rows[rest[fits]], floor[rest[fits]], host[fits])
        served[rest[fits]] = True
    return served


def _rent(state: State, rows: NDArray[np.intp], floor: NDArray[np.float64], district: NDArray[np.int8]) -> None:
    """Let tower floor in these districts; an enterprise from elsewhere belongs to its new district from now on."""
    firms, towers = state.enterprises, state.towers
    vacate(state, rows, by_policy=False)
    state.living -= state.by_district(rows)
    firms.district[rows] = district
    state.living += state.by_district(rows)
    towers.let += state.by_district(rows, floor)
    towers.tenants += state.by_district(rows)
    sources = [towers.move_into(here, m2) for here, m2 in zip(district.tolist(), floor.tolist(), strict=True)]
    causes = np.array([state.events.code(lever) for lever in (SPACE[Option.TOWER], BLOCKS)])[np.array(sources, np.intp)]
    # for per-mu grading a tenant upstairs answers for its share of the tower's plot
    land = floor / (state.parameters["highrise.far"] * M2_PER_MU)
    _arrive(state, rows, np.full(rows.size, Site.TOWER, np.int8), floor, land, "upstairs", causes)


def move_to_park(state: State, rows: NDArray[np.intp], programme: str | None = None) -> NDArray[np.bool_]:
    """Move scattered enterprises into parks: small ones to a place in a community, others to a plot; say who moved.

    ``programme`` is the lever that sends them; who goes of its own accord does so for the room that others make.
    """
    firms = state.enterprises
    small = ~firms.above_scale[rows] & (firms.land_mu[rows] < state.parameters["listing.min_land_mu"])
    places = state.budgets.of("parks.micro_places_per_year")
    district, keys = firms.district[rows], priority(state, rows)
    candidates = ~small
    candidates[small] = admit(district[small], np.ones(small.sum()), places, *(key[small] for key in keys))
    floor = floor_wanted(state, rows)
    land = stored(floor / (state.lever("parks.far")[district] * M2_PER_MU))
    # the small ones admitted to a place still need its ground, so both kinds queue for park land
    moved = np.zeros(rows.size, bool)
    room = state.land.vacant[PARK_LAND]
    moved[candidates] = admit(
        district[candidates], land[candidates], room, *(key[candidates] for key in keys)
    )
    going, taken = rows[moved], state.by_district(rows[moved], land[moved])
    places -= state.by_district(rows[moved & small])
    vacate(state, going, by_policy=programme is not None)
    room -= taken
    state.land.occupied += taken
    site = np.where(small[moved], Site.COMMUNITY, Site.PARK).astype(np.int8)
    place, plot = (state.events.code(programme or offer) for offer in (PLACES, SPACE[Option.PARK]))
    causes = np.where(small[moved], place, plot)
    _arrive(state, going, site, floor[moved], land[moved], "relocated", causes)
    return moved


SERVE: dict[Option, Callable[[State, NDArray[np.intp]], NDArray[np.bool_]]] = {
    Option.STAY: _stay,
    Option.EXPAND: _expand,
    Option.PARK: move_to_park,
    Option.TOWER: _tower,
    Option.LEAVE: _leave,
}
"""Each takes positions of enterprises, moves those it can, and answers who was served."""


def _arrive(
    state: State,
    rows: NDArray[np.intp],
    site: NDArray[np.int8],
    floor: NDArray[np.float64],
    land: NDArray[np.float64],
    path: str,
    cause: Cause,
) -> None:
    """Settle movers on their new floor and land; old premises must have been vacated."""
    firms = state.enterprises
    # a larger plot for one who already was in a park is an expansion, not 入园
    again = (firms.site[rows] != Site.SCATTERED) & (site != Site.TOWER)
    firms.site[rows] = site
    firms.floor_m2[rows] = floor
    firms.land_mu[rows] = land
    firms.tenant[rows] |= site != Site.PARK
    firms.legal[rows] = True
    if state.option("productivity") == "on_arrival":
        firms.output_per_m2[rows] *= 1 + state.parameters["park.productivity_effect"]
    for what, these in ((path, ~again), ("expanded", again)):
        state.record(what, cause if isinstance(cause, str) else cause[these], rows[these])
    move_interruption(state, rows)


def priority(state: State, rows: NDArray[np.intp]) -> tuple[NDArray[np.float64], ...]:
    """Queueing keys, smallest first, by the scenario's order; under 数据得地 (S028) tax per mu decides in any case."""
    firms = state.enterprises
    lottery = state.draws.uniform(Process.LOTTERY, state.month, firms.id[rows])
    performance = -firms.tax_per_mu[rows].astype(float)
    standard = {"grade": firms.grade[rows].astype(float), "lottery": np.zeros(rows.size), "performance": performance}
    by_performance = state.lever("land.performance_priority")[firms.district[rows]] > 0.5
    return np.where(by_performance, performance, standard[state.option("priority")]), lottery
