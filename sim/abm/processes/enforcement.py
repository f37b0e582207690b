"""Enforcement against the three lists: worst first, until the month's capacity is used (D2 三(一)1, S038–S041)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Listed, Site, Stage
from sim.abm.processes.allocation import move_to_park
from sim.abm.processes.departure import depart, release_land
from sim.abm.processes.production import interrupt
from sim.abm.randomness import Process
from sim.abm.state import PARK_LAND, SCATTERED_LAND, State, within_district_rank

PROGRAMMES = {
    Listed.OUTDATED: "enforcement.eliminations_per_year",
    Listed.HIGH_CONSUMPTION: "enforcement.high_consumption_per_year",
    Listed.SCATTERED_POLLUTING: "enforcement.scattered_per_year",
}


def enforce(state: State) -> None:
    """Treat listed enterprises under each programme's quota; outdated capacity goes, the others are rectified."""
    for flag, lever in PROGRAMMES.items():
        yearly = state.lever(lever) * state.parameters["enforcement.execution_rate"]
        budget = state.budgets.accrue(lever, yearly, state.month, carried=1.0)
        rows = _worst(state, flag, budget)
        budget -= state.by_district(rows)
        state.enterprises.listed[rows] = 0
        if flag == Listed.OUTDATED:
            depart(state, rows, "eliminated", lever, state.parameters["demand.capture_share"])
        else:
            state.tally(f"rectified_{flag.name.lower()}", state.by_district(rows))
            rectify(state, rows, lever)


def _worst(state: State, flag: Listed, budget: NDArray[np.float64]) -> NDArray[np.intp]:
    firms = state.enterprises
    rows = np.flatnonzero((firms.listed & flag > 0) & firms.idle)
    rank = within_district_rank(firms.district[rows], firms.tax_per_mu[rows], firms.id[rows].astype(float))
    chosen: NDArray[np.intp] = rows[rank < np.floor(budget + 1e-9)[firms.district[rows]]]
    return chosen


def rectify(state: State, rows: NDArray[np.intp], cause: str) -> None:
    """Close, merge, move into a park, or upgrade in place; the split depends on plot size and legality."""
    firms, parameters = state.enterprises, state.parameters
    legal = firms.legal[rows] & (firms.land_mu[rows] >= parameters["listing.min_land_mu"])
    p = parameters
    closed = np.where(legal, p["enforcement.close_share_legal"], p["enforcement.close_share_workshop"])
    merged = closed + np.where(legal, parameters["enforcement.merge_share_legal"], 0.0)
    park = np.where(legal, parameters["enforcement.park_share_legal"], parameters["enforcement.park_share_workshop"])
    luck = state.draws.uniform(Process.FATE, state.month, firms.id[rows])
    captured = parameters["demand.capture_share"]
    depart(state, rows[luck < closed], "closed", cause, captured)
    depart(state, rows[(luck >= closed) & (luck < merged)], "merged", cause, 1.0)
    wanting = rows[(luck >= merged) & (luck < merged + park) & (firms.site[rows] == Site.SCATTERED)]
    moved = move_to_park(state, wanting, cause, by_policy=True)
    staying = rows[luck >= merged]
    upgrade_in_place(state, np.setdiff1d(staying, wanting[moved], assume_unique=True), cause)


def upgrade_in_place(state: State, rows: NDArray[np.intp], cause: str) -> None:
    """Mend on the spot: legal afterwards, less energy, part of a large plot given back."""
    firms, parameters = state.enterprises, state.parameters
    state.record("rectified", cause, rows)
    firms.legal[rows] = True
    saving = parameters["rectify.energy_saving"]
    energy = firms.output_last_year_wan[rows] * firms.energy_per_output[rows] * saving
    state.tally("energy_freed_tce", state.by_district(rows, energy))
    firms.energy_per_output[rows] *= 1 - saving
    large = rows[firms.land_mu[rows] >= parameters["listing.min_land_mu"]]
    given_back = firms.land_mu[large] * parameters["rectify.land_release_share"]
    firms.land_mu[large] -= given_back
    back = state.month + max(1, round(parameters["land.idle_months"]))
    outside = firms.site[large] == Site.SCATTERED
    for kind, mine in ((SCATTERED_LAND, outside), (PARK_LAND, ~outside)):
        release_land(state, firms.district[large[mine]], given_back[mine], kind, back, by_policy=True)
    interrupt(
        state, rows, Stage.RECTIFYING, parameters["rectify.duration_months"], parameters["rectify.loss_share"]
    )
