"""Entry, kept apart from policy, and the pipeline of big projects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Site, Stage, stored
from sim.abm.processes.production import interrupt
from sim.abm.randomness import Process
from sim.abm.state import M2_PER_MU, PARK_LAND, SCATTERED_LAND, State, admit, whole_units, whole_units_of_city
from sim.regions import DISTRICTS

COHORT_BITS, DISTRICT_BITS = 24, 20
ENTRY_RATE = "turnover.entry_rate"
EXITED, TOWER = int(Stage.EXITED), int(Site.TOWER)


def enter(state: State) -> None:
    """New small enterprises, each modelled on one of its district's, where floor or land is vacant."""
    firms = state.enterprises
    ids, district = _new_ids(state, entrants_wanted(state), 0)
    model, luck = _pick(state, state.models, Process.ENTRY, ids, district)
    ids, model, luck = ids[model >= 0], model[model >= 0], luck[model >= 0]
    demand = firms.demand_wan[model] * state.parameters["turnover.entrant_size"]
    suited = firms.suitability[model] >= state.parameters["highrise.min_suitability"]
    asks = suited & (luck < state.parameters["turnover.entrant_tower_share"])
    upstairs = _found_in_tower(state, ids[asks], model[asks], demand[asks])
    rest = np.ones(ids.size, bool)
    rest[np.flatnonzero(asks)[upstairs]] = False
    _found(state, ids[rest], model[rest], ENTRY_RATE, demand=demand[rest], extent=np.ones(rest.sum()))


def entrants_wanted(state: State) -> NDArray[np.intp]:
    """Small enterprises to be founded this month, by district; shape (10,)."""
    yearly = state.living * state.parameters["turnover.entry_rate"]
    return whole_units(state.budgets.accrue("entry", yearly, state.month, carried=np.inf))


def projects_wanted(state: State, lever: str) -> NDArray[np.intp]:
    """Projects of a pipeline to land this month, by district; shape (10,)."""
    yearly = state.lever(lever) * state.parameters["pipeline.pace"]
    return whole_units_of_city(state.budgets.accrue(lever, yearly, state.month, carried=np.inf))


PIPELINES = (
    ("pipeline.big_projects_per_year", "pipeline.output_per_project_wan", 1 << 19),
    ("pipeline.medium_projects_per_year", "pipeline.output_per_medium_project_wan", 1 << 18),
)
"""Lever, output at full run, and first ordinal of the ids (which never meet those of small entrants)."""
PROJECT_BITS = np.uint32(sum(first_id for _, _, first_id in PIPELINES))
"""Set, one or the other, in the id of a newcomer that is a project."""


def land_projects(state: State) -> None:
    """Investment projects: modelled on a large local enterprise, scaled to a project's output, on park land."""
    firms, parameters = state.enterprises, state.parameters
    for lever, size, first_id in PIPELINES:
        ids, district = _new_ids(state, projects_wanted(state, lever), first_id)
        model, _ = _pick(state, state.large_models, Process.PIPELINE, ids, district)
        ids, model = ids[model >= 0], model[model >= 0]
        output = np.full(ids.size, parameters[size])
        extent = output / np.maximum(firms.demand_wan[model], 1e-9)
        rows = _found(state, ids, model, lever, demand=output, extent=extent, site=Site.PARK)
        interrupt(state, rows, Stage.MOVING, parameters["pipeline.ramp_months"], parameters["pipeline.ramp_loss"])


def _new_ids(state: State, wanted: NDArray[np.intp], offset: int) -> tuple[NDArray[np.uint32], NDArray[np.int8]]:
    """Ids by (cohort month, district, ordinal): nothing that happens elsewhere changes who an entrant is."""
    district = np.repeat(np.arange(len(DISTRICTS), dtype=np.int8), wanted)
    ordinal = np.concatenate([np.arange(count) for count in wanted]) if district.size else np.empty(0, np.intp)
    ids = ((state.month + 1) << COHORT_BITS) + (district.astype(np.int64) << DISTRICT_BITS) + offset + ordinal
    return ids.astype(np.uint32), district


def _pick(
    state: State,
    models: tuple[NDArray[np.intp], NDArray[np.intp]],
    process: Process,
    ids: NDArray[np.uint32],
    district: NDArray[np.int8],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Position of the enterprise each entrant is modelled on (−1 where the district has none), and a spare draw."""
    firms = state.enterprises
    luck, spare = state.draws.block(process, state.month, ids)[:2]
    pools, bounds = models
    chosen = np.full(ids.size, -1, np.intp)
    for here in np.unique(district):
        pool = pools[bounds[here] : bounds[here + 1]]
        usable = np.flatnonzero((firms.stage[pool] != EXITED) & (firms.site[pool] != TOWER))
        mine = np.flatnonzero(district == here)
        if usable.size:
            # the one drawn, or the next in line that is still there
            after = np.searchsorted(usable, (luck[mine] * pool.size).astype(np.intp)) % usable.size
            chosen[mine] = pool[usable[after]]
    return chosen, spare


COPIED = (
    "district", "industry", "tenant", "value_added_rate", "tax_rate", "energy_per_output", "output_per_m2",
    "rd_share", "suitability", "volatility", "exit_hazard", "grade",
)  # fmt: skip


def _found_in_tower(
    state: State, ids: NDArray[np.uint32], model: NDArray[np.intp], demand: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Found enterprises on vacant tower floor, in order of id; returns the positions in ``ids`` of those who got it."""
    firms = state.enterprises
    floor = stored(demand / firms.output_per_m2[model] * state.parameters["expansion.headroom"])
    district = firms.district[model]
    queue = ids.astype(float)
    small = np.flatnonzero(floor <= state.parameters["highrise.max_floor_m2"])
    fits = small[admit(district[small], floor[small], state.towers.vacant, queue[small])]
    state.towers.let += np.bincount(district[fits], floor[fits], minlength=len(DISTRICTS))
    state.towers.tenants += np.bincount(district[fits], minlength=len(DISTRICTS))
    land = floor / (state.parameters["highrise.far"] * M2_PER_MU)
    _append(state, ids[fits], model[fits], ENTRY_RATE, demand[fits], floor[fits], land[fits], np.int8(Site.TOWER))
    return fits


def _found(
    state: State,
    ids: NDArray[np.uint32],
    model: NDArray[np.intp],
    cause: str,
    demand: NDArray[np.float64],
    extent: NDArray[np.float64],
    site: Site | None = None,
) -> NDArray[np.intp]:
    """Found enterprises on vacant land, in order of id; those for whom there is none are counted and dropped."""
    firms = state.enterprises
    sites = firms.site[model] if site is None else np.full(model.size, site, np.int8)
    floor = firms.floor_m2[model] * extent
    land = firms.land_mu[model] * extent
    if site == Site.PARK:
        land = np.minimum(land, floor / (state.lever("parks.far")[firms.district[model]] * M2_PER_MU))
    land = stored(land)
    fits = np.zeros(ids.size, bool)
    for kind in (SCATTERED_LAND, PARK_LAND):
        mine = np.flatnonzero((sites == Site.SCATTERED) == (kind == SCATTERED_LAND))
        room = state.land.vacant[kind]
        fits[mine] = admit(firms.district[model[mine]], land[mine], room, ids[mine].astype(float))
        settled = mine[fits[mine]]
        taken = np.bincount(firms.district[model[settled]], land[settled], minlength=room.size)
        room -= taken
        state.land.occupied += taken
    state.tally("entry_refused", np.bincount(firms.district[model[~fits]], minlength=len(DISTRICTS)).astype(float))
    return _append(state, ids[fits], model[fits], cause, demand[fits], floor[fits], land[fits], sites[fits])


def _append(
    state: State,
    ids: NDArray[np.uint32],
    model: NDArray[np.intp],
    cause: str,
    demand: NDArray[np.float64],
    floor: NDArray[np.float64],
    land: NDArray[np.float64],
    site: NDArray[np.int8] | np.int8,
) -> NDArray[np.intp]:
    """Add enterprises that copy their model's trade and technique at their own size."""
    firms = state.enterprises
    rows = {name: getattr(firms, name)[model] for name in COPIED}
    rows |= {
        "id": ids, "land_mu": land, "floor_m2": floor, "site": np.broadcast_to(site, ids.shape), "demand_wan": demand,
        "employees": firms.employees[model] * demand / np.maximum(firms.demand_wan[model], 1e-9),
        "legal": np.ones(ids.size, bool), "entered": np.full(ids.size, state.month, np.int16),
    }  # fmt: skip
    new = firms.append(rows)
    firms.tenant[new] |= firms.site[new] == Site.TOWER
    state.living += state.by_district(new)
    state.record("entered", cause, new)
    return new
