"""How an enterprise ends: what it leaves behind in land, floor, demand, jobs and energy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Site, Stage
from sim.abm.processes.production import release_demand
from sim.abm.state import PARK_LAND, SCATTERED_LAND, State

POLICY_PATHS = ("eliminated", "closed", "merged")


def depart(state: State, rows: NDArray[np.intp], path: str, cause: str, captured: float) -> None:
    """Remove enterprises for good.

    Args:
        rows: positions of live enterprises.
        path: how they end, one of the ledger's paths.
        cause: id of the lever or parameter behind it.
        captured: share of their demand that local peers take over.
    """
    if rows.size == 0:
        return
    firms = state.enterprises
    by_policy = path in POLICY_PATHS
    release_demand(state, rows, captured)
    state.record(path, cause, rows)
    if path != "exited":
        state.tally("employees_displaced", state.by_district(rows, firms.employees[rows]))
    if by_policy:
        energy = firms.output_last_year_wan[rows] * firms.energy_per_output[rows]
        state.tally("energy_freed_tce", state.by_district(rows, energy))
    vacate(state, rows, by_policy)
    firms.stage[rows] = Stage.EXITED
    firms.demand_wan[rows] = 0.0
    firms.output_wan[rows] = 0.0


def vacate(state: State, rows: NDArray[np.intp], by_policy: bool) -> None:
    """Give up plots and tower floor: owners' land lies idle first, tenants' premises return sooner."""
    firms = state.enterprises
    in_tower = firms.site[rows] == Site.TOWER
    state.towers.let -= state.by_district(rows[in_tower], firms.floor_m2[rows[in_tower]])
    for tenant, months in ((False, "land.idle_months"), (True, "land.tenant_idle_months")):
        back = state.month + max(1, round(state.parameters[months]))
        for kind in (SCATTERED_LAND, PARK_LAND):
            outside = firms.site[rows] == Site.SCATTERED
            mine = rows[~in_tower & (firms.tenant[rows] == tenant) & (outside == (kind == SCATTERED_LAND))]
            release_land(state, firms.district[mine], firms.land_mu[mine], kind, back, by_policy)


def release_land(
    state: State,
    district: NDArray[np.int8],
    land_mu: NDArray[np.float64],
    kind: int,
    back: int,
    by_policy: bool,
) -> None:
    """Book land as returning in month ``back``; of scattered land a share leaves industrial use."""
    freed = np.bincount(district, land_mu, minlength=state.land.total.size).astype(float)
    if by_policy:
        state.tally("land_freed_mu", freed)
    if kind == SCATTERED_LAND:
        converted = freed * state.parameters["land.converted_share"]
        state.land.total -= converted
        freed = freed - converted
    state.land.returning[back, kind] += freed
