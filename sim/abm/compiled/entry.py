"""Entry and the pipeline of projects; see ``processes/entry.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, part, picked, uniforms
from sim.abm.compiled.budgets import accrue, whole_units, whole_units_of_city
from sim.abm.compiled.ledger import (
    ENTERED,
    EXITED,
    MOVING,
    PARK,
    SCATTERED,
    TOWER,
    floor_for,
    interrupt,
    record,
)
from sim.abm.compiled.world import world
from sim.abm.processes.entry import COHORT_BITS, DISTRICT_BITS, ENTRY_RATE, PIPELINES
from sim.abm.randomness import Process
from sim.abm.state import M2_PER_MU, PARK_LAND, SCATTERED_LAND, TALLIES, State

ENTRY, PIPELINE = np.int64(Process.ENTRY), np.int64(Process.PIPELINE)
ENTRY_REFUSED = TALLIES.index("entry_refused")


def enter(state: State) -> None:
    wanted, most = _entrants(world(state), state.budgets.of("entry"), state.parameters[ENTRY_RATE])
    _found(state, ENTRY_RATE, wanted, most, state.models, 0, 0.0)


def land_projects(state: State) -> None:
    pace = state.parameters["pipeline.pace"]
    for lever, size, first_id in PIPELINES:
        wanted, most = _projects(state.budgets.of(lever), state.lever(lever), pace)
        _found(state, lever, wanted, most, state.large_models, first_id, state.parameters[size])


def _found(
    state: State,
    cause_id: str,
    wanted: np.ndarray,
    most: int,
    models: tuple[np.ndarray, np.ndarray],
    first_id: int,
    project_wan: float,
) -> None:
    firms = state.enterprises
    if most == 0:
        return
    firms.make_room(most)
    state.events.make_room(most)
    w, cause = world(state), state.events.code(cause_id)
    firms.extend_to(_enter(w, firms.n, state.month, wanted, most, *models, first_id, project_wan, cause))


@compiled
def _entrants(w, budget, rate):
    accrue(budget, w.living, rate)
    return whole_units(budget)


@compiled
def _projects(budget, yearly, pace):
    accrue(budget, yearly, pace)
    return whole_units_of_city(budget)


@compiled
def _enter(w, n, month, wanted, most, pools, bounds, first_id, project_wan, cause):
    """Found entrants, or projects of a size; returns the number of enterprises afterwards."""
    process = PIPELINE if project_wan > 0.0 else ENTRY
    ids, model, spare = _models(w, month, wanted, most, pools, bounds, first_id, process)
    if process == ENTRY:
        n, ids, model = _found_in_tower(w, n, month, ids, model, spare, cause)
    return _found_on_land(w, n, month, ids, model, project_wan, cause)


@part
def _models(w, month, wanted, most, pools, bounds, first_id, process):
    """Ids of the entrants, positions of those they are modelled on, and a spare draw of each."""
    ids, model, spare = np.empty(most, np.uint32), np.empty(most, np.intp), np.empty(most)
    count = 0
    for here in range(10):
        pool = pools[bounds[here] : bounds[here + 1]]
        for ordinal in range(wanted[here]):
            number = ((month + 1) << COHORT_BITS) + (here << DISTRICT_BITS) + first_id + ordinal
            luck = uniforms(w.key, process, month, np.uint32(number))
            row = _pick(w.firms, pool, luck[0])
            if row >= 0:
                ids[count], model[count], spare[count] = number, row, luck[1]
                count += 1
    return ids[:count], model[:count], spare[:count]


@part
def _found_in_tower(w, n, month, ids, model, spare, cause):
    """Found those who ask for floor, suit it and find it, in order of id; how many there are now, and who is left."""
    firms, p, used = w.firms, w.p, np.zeros(10)
    district, suitability = picked(firms.district, model), picked(firms.suitability, model)
    demand, output_per_m2 = picked(firms.demand_wan, model), picked(firms.output_per_m2, model)
    served, rest, floor = np.empty(ids.size, np.intp), np.empty(ids.size, np.intp), np.empty(ids.size)
    land, site, vacant = np.empty(ids.size), np.empty(ids.size, np.int8), np.empty(10)
    for here in range(10):
        vacant[here] = w.floor_open[here] - w.floor_let[here]
    inside = outside = 0
    for k in range(ids.size):
        here, suited = district[k], np.float64(suitability[k]) >= p.highrise_min_suitability
        demand[k] *= p.turnover_entrant_size
        floor[k] = floor_for(demand[k], output_per_m2[k], p.expansion_headroom)
        land[k], site[k] = floor[k] / (p.highrise_far * M2_PER_MU), TOWER
        asks = suited and spare[k] < p.turnover_entrant_tower_share and floor[k] <= p.highrise_max_floor_m2
        used[here] += floor[k] if asks else 0.0
        if asks and used[here] <= vacant[here]:
            w.floor_let[here] += floor[k]
            w.tenants[here] += 1.0
            served[inside] = k
            inside += 1
        else:
            rest[outside] = k
            outside += 1
    n = _append(w, n, month, served[:inside], ids, model, demand, floor, land, site, cause)
    return n, picked(ids, rest[:outside]), picked(model, rest[:outside])


@part
def _found_on_land(w, n, month, ids, model, project_wan, cause):
    """Found enterprises on vacant land of their kind, in order of id; those for whom there is none are counted."""
    firms, p, is_project = w.firms, w.p, project_wan > 0.0
    district, site, demand = picked(firms.district, model), picked(firms.site, model), picked(firms.demand_wan, model)
    floor_m2, land_mu = picked(firms.floor_m2, model), picked(firms.land_mu, model)
    floor, land = np.empty(ids.size), np.empty(ids.size)
    used, vacant, served, count = np.zeros((2, 10)), w.vacant.copy(), np.empty(ids.size, np.intp), 0
    for k in range(ids.size):
        here = district[k]
        extent = project_wan / max(demand[k], 1e-9) if is_project else 1.0
        demand[k] = project_wan if is_project else demand[k] * p.turnover_entrant_size
        floor[k], plot = np.float64(floor_m2[k]) * extent, np.float64(land_mu[k]) * extent
        if is_project:
            site[k], plot = PARK, min(plot, floor[k] / (w.lever.parks_far[month, here] * M2_PER_MU))
        land[k] = np.float64(np.float32(plot))
        kind = SCATTERED_LAND if site[k] == SCATTERED else PARK_LAND
        used[kind, here] += land[k]
        if used[kind, here] > vacant[kind, here]:
            w.tallies[ENTRY_REFUSED, here] += 1.0
            continue
        w.vacant[kind, here] -= land[k]
        w.occupied[here] += land[k]
        served[count] = k
        count += 1
    end = _append(w, n, month, served[:count], ids, model, demand, floor, land, site, cause)
    if is_project:
        for new in range(n, end):
            interrupt(w, month, new, MOVING, p.pipeline_ramp_months, p.pipeline_ramp_loss)
    return end


@part
def _append(w, n, month, served, ids, model, demand, floor_m2, land_mu, site, cause):
    """Enterprises that copy their models' trade and technique at their own size; what is not named is zero already."""
    firms, like = w.firms, picked(model, served)
    for column in (firms.district, firms.industry, firms.grade):
        _copy(column, like, n)
    _copy(firms.tenant, like, n)
    _copy(firms.output_per_m2, like, n)
    for column in (
        firms.value_added_rate, firms.tax_rate, firms.energy_per_output, firms.rd_share, firms.suitability,
        firms.volatility, firms.exit_hazard,
    ):  # fmt: skip
        _copy(column, like, n)
    for k in range(served.size):
        it, new, row = served[k], n + k, like[k]
        firms.id[new], firms.entered[new], firms.legal[new] = ids[it], month, True
        firms.demand_wan[new], firms.floor_m2[new], firms.land_mu[new] = demand[it], floor_m2[it], land_mu[it]
        firms.site[new] = site[it]
        firms.tenant[new] |= site[it] == TOWER
        firms.employees[new] = np.float64(firms.employees[row]) * demand[it] / max(firms.demand_wan[row], 1e-9)
        w.living[firms.district[new]] += 1.0
        record(w, month, ENTERED, cause, new)
    return n + served.size


@part
def _copy(column, rows, to):
    """A loop a column waits for many scattered places at once."""
    for k in range(rows.size):
        column[to + k] = column[rows[k]]


@part
def _pick(firms, pool, luck):
    """The one drawn, or the next in line that is still there; −1 where there is none."""
    start = int(luck * pool.size)
    for step in range(pool.size):
        row = pool[(start + step) % pool.size]
        if firms.stage[row] != EXITED and firms.site[row] != TOWER:
            return row
    return -1
