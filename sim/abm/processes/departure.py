"""How an enterprise ends: what it leaves behind in land, floor, demand, jobs and energy; and where its workers go."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Site, Stage
from sim.abm.events import Cause
from sim.abm.processes.production import release_demand
from sim.abm.state import PARK_LAND, SCATTERED_LAND, State

POLICY_PATHS = ("eliminated", "closed", "merged")


def depart(state: State, rows: NDArray[np.intp], path: str, cause: Cause, captured: float) -> None:
    """Remove enterprises for good.

    Args:
        rows: positions of live enterprises.
        path: how they end, one of the ledger's paths.
        cause: the lever or parameter that decided it, one for all or one each.
        captured: share of their demand that local peers take over.
    """
    if rows.size == 0:
        return
    firms = state.enterprises
    by_policy = path in POLICY_PATHS
    release_demand(state, rows, captured)
    state.record(path, cause, rows)
    if path != "exited":
        displaced = state.by_district(rows, firms.employees[rows])
        state.tally("employees_displaced", displaced)
        state.jobless += displaced
    if by_policy:
        energy = firms.output_last_year_wan[rows].astype(float) * firms.energy_per_output[rows]
        state.tally("energy_freed_tce", state.by_district(rows, energy))
    vacate(state, rows, by_policy)
    state.living -= state.by_district(rows)
    firms.stage[rows] = Stage.EXITED
    firms.demand_wan[rows] = 0.0


def reemploy(state: State) -> None:
    """Of those who lost their jobs to closures and departures a share finds new ones in the city each month."""
    hired = state.jobless * hired_within_month(state)
    state.jobless -= hired
    state.tally("employees_reemployed", hired)


def hired_within_month(state: State) -> float:
    """Share of the jobless that finds work in a month."""
    return 1.0 - float((1 - state.parameters["labour.reemployed_within_year"]) ** (1 / 12))


def vacate(state: State, rows: NDArray[np.intp], by_policy: bool) -> None:
    """Give up plots and tower floor: owners' land lies idle first, tenants' premises return sooner."""
    firms = state.enterprises
    in_tower = firms.site[rows] == Site.TOWER
    upstairs, rows = rows[in_tower], rows[~in_tower]
    state.towers.let -= state.by_district(upstairs, firms.floor_m2[upstairs])
    state.towers.tenants -= state.by_district(upstairs)
    for tenant, months in ((False, "land.idle_months"), (True, "land.tenant_idle_months")):
        mine = rows[firms.tenant[rows] == tenant]
        release_land(state, mine, firms.land_mu[mine], state.parameters[months], by_policy)


def release_land(
    state: State, rows: NDArray[np.intp], land_mu: NDArray[np.floating], idle_months: float, by_policy: bool
) -> None:
    """Book land of these enterprises as coming back after its idle time; of scattered land a share leaves industry."""
    firms, land = state.enterprises, state.land
    back = state.month + max(1, round(idle_months))
    kind = np.where(firms.site[rows] == Site.SCATTERED, SCATTERED_LAND, PARK_LAND)
    freed = np.zeros_like(land.vacant)
    np.add.at(freed, (kind, firms.district[rows]), land_mu.astype(float))
    land.occupied -= freed.sum(axis=0)
    if by_policy:
        state.tally("land_freed_mu", freed.sum(axis=0))
    converted = freed[SCATTERED_LAND] * state.parameters["land.converted_share"]
    land.total -= converted
    freed[SCATTERED_LAND] -= converted
    land.returning[back] += freed
