"""Entry and the pipeline of projects; see ``processes/entry.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, uniforms
from sim.abm.compiled.ledger import ENTERED, EXITED, MOVING, PARK, SCATTERED, TOWER, interrupt, record
from sim.abm.compiled.world import world
from sim.abm.processes.entry import COHORT_BITS, DISTRICT_BITS, PIPELINES, entrants_wanted, projects_wanted
from sim.abm.randomness import Process
from sim.abm.state import M2_PER_MU, PARK_LAND, SCATTERED_LAND, TALLIES, State

ENTRY, PIPELINE = np.int64(Process.ENTRY), np.int64(Process.PIPELINE)
ENTRY_REFUSED = TALLIES.index("entry_refused")


def enter(state: State) -> None:
    wanted = entrants_wanted(state)
    _found(state, wanted, state.models, 0, 0.0)


def land_projects(state: State) -> None:
    for lever, size, first_id in PIPELINES:
        _found(state, projects_wanted(state, lever), state.large_models, first_id, state.parameters[size])


def _found(
    state: State, wanted: np.ndarray, models: tuple[np.ndarray, np.ndarray], first_id: int, project_wan: float
) -> None:
    firms = state.enterprises
    firms.make_room(int(wanted.sum()))
    state.events.make_room(int(wanted.sum()))
    w, cause = world(state), state.events.code("turnover.entry_rate")
    firms.extend_to(_enter(w, firms.n, state.month, wanted, *models, first_id, project_wan, cause))


@compiled
def _enter(w, n, month, wanted, pools, bounds, first_id, project_wan, cause):
    """Found entrants, or projects of a size; returns the number of enterprises afterwards."""
    most, is_project = wanted.sum(), project_wan > 0.0
    ids, model, spare = np.empty(most, np.uint32), np.empty(most, np.intp), np.empty(most)
    count = 0
    for here in range(10):
        pool = pools[bounds[here] : bounds[here + 1]]
        for ordinal in range(wanted[here]):
            number = ((month + 1) << COHORT_BITS) + (here << DISTRICT_BITS) + first_id + ordinal
            luck = uniforms(w.key, PIPELINE if is_project else ENTRY, month, np.uint32(number))
            row = _pick(w.firms, pool, luck[0])
            if row >= 0:
                ids[count], model[count], spare[count] = number, row, luck[1]
                count += 1
    ids, model = ids[:count], model[:count]
    if is_project:
        return _found_on_land(w, n, month, ids, model, np.ones(count, np.bool_), project_wan, cause)
    n, rest = _found_in_tower(w, n, month, ids, model, spare, cause)
    return _found_on_land(w, n, month, ids, model, rest, 0.0, cause)


@compiled
def _found_in_tower(w, n, month, ids, model, spare, cause):
    """Found those who ask for floor, suit it and find it, in order of id; says who is left."""
    firms, p = w.firms, w.p
    vacant, rest = w.floor_open - w.floor_let, np.ones(ids.size, np.bool_)
    used = np.zeros(10)
    for k in range(ids.size):
        row, here = model[k], firms.district[model[k]]
        suited = np.float64(firms.suitability[row]) >= p.highrise_min_suitability
        demand = firms.demand_wan[row] * p.turnover_entrant_size
        floor = np.float64(np.float32(demand / firms.output_per_m2[row] * p.expansion_headroom))
        if not suited or spare[k] >= p.turnover_entrant_tower_share or floor > p.highrise_max_floor_m2:
            continue
        used[here] += floor
        if used[here] <= vacant[here]:
            rest[k] = False
            w.floor_let[here] += floor
            w.tenants[here] += 1.0
            _append(w, n, month, ids[k], row, demand, floor, floor / (p.highrise_far * M2_PER_MU), TOWER, cause)
            n += 1
    return n, rest


@compiled
def _found_on_land(w, n, month, ids, model, asks, project_wan, cause):
    """Found enterprises on vacant land of their kind, in order of id; those for whom there is none are counted."""
    firms, p, is_project = w.firms, w.p, project_wan > 0.0
    used, vacant = np.zeros((2, 10)), w.vacant.copy()
    for k in range(ids.size):
        if not asks[k]:
            continue
        row, here = model[k], firms.district[model[k]]
        extent = project_wan / max(firms.demand_wan[row], 1e-9) if is_project else 1.0
        demand = project_wan if is_project else firms.demand_wan[row] * p.turnover_entrant_size
        floor, land = np.float64(firms.floor_m2[row]) * extent, np.float64(firms.land_mu[row]) * extent
        if is_project:
            land = min(land, floor / (w.lever.parks_far[month, here] * M2_PER_MU))
        land = np.float64(np.float32(land))
        site = PARK if is_project else firms.site[row]
        kind = SCATTERED_LAND if site == SCATTERED else PARK_LAND
        used[kind, here] += land
        if used[kind, here] > vacant[kind, here]:
            w.tallies[ENTRY_REFUSED, here] += 1.0
            continue
        w.vacant[kind, here] -= land
        w.occupied[here] += land
        _append(w, n, month, ids[k], row, demand, floor, land, site, cause)
        if is_project:
            interrupt(w, month, n, MOVING, p.pipeline_ramp_months, p.pipeline_ramp_loss)
        n += 1
    return n


@compiled
def _append(w, new, month, number, model, demand, floor_m2, land_mu, site, cause):
    """An enterprise that copies its model's trade and technique at its own size; what is not named is zero already."""
    firms = w.firms
    firms.id[new], firms.entered[new], firms.legal[new] = number, month, True
    firms.demand_wan[new], firms.floor_m2[new], firms.land_mu[new], firms.site[new] = demand, floor_m2, land_mu, site
    firms.district[new], firms.industry[new] = firms.district[model], firms.industry[model]
    firms.tenant[new] = firms.tenant[model] or site == TOWER
    firms.value_added_rate[new], firms.tax_rate[new] = firms.value_added_rate[model], firms.tax_rate[model]
    firms.energy_per_output[new], firms.output_per_m2[new] = firms.energy_per_output[model], firms.output_per_m2[model]
    firms.rd_share[new], firms.suitability[new] = firms.rd_share[model], firms.suitability[model]
    firms.volatility[new], firms.exit_hazard[new] = firms.volatility[model], firms.exit_hazard[model]
    firms.grade[new] = firms.grade[model]
    firms.employees[new] = np.float64(firms.employees[model]) * demand / max(firms.demand_wan[model], 1e-9)
    w.living[firms.district[new]] += 1.0
    record(w, month, ENTERED, cause, new)


@compiled
def _pick(firms, pool, luck):
    """The one drawn, or the next in line that is still there; −1 where there is none."""
    start = int(luck * pool.size)
    for step in range(pool.size):
        row = pool[(start + step) % pool.size]
        if firms.stage[row] != EXITED and firms.site[row] != TOWER:
            return row
    return -1
