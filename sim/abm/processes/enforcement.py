"""Enforcement against the three lists: worst first, until the month's capacity is used (D2 三(一)1, S038–S041)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Enterprises, Listed, Site, Stage
from sim.abm.processes.allocation import move_to_park
from sim.abm.processes.departure import depart, release_land
from sim.abm.processes.production import interrupt
from sim.abm.randomness import Process
from sim.abm.state import State, first_in_district

PROGRAMMES = {
    Listed.OUTDATED: "enforcement.eliminations_per_year",
    Listed.HIGH_CONSUMPTION: "enforcement.high_consumption_per_year",
    Listed.SCATTERED_POLLUTING: "enforcement.scattered_per_year",
}
CARRIED = 1.0
"""Most of a quota that survives the turn of the year: the fraction of an enterprise, which is indivisible."""


def enforce(state: State) -> None:
    """Treat listed enterprises under each programme's quota; outdated capacity goes, the others are rectified."""
    for flag, lever in PROGRAMMES.items():
        budget = quota(state, lever)
        rows = _worst(state, flag, budget)
        budget -= state.by_district(rows)
        state.enterprises.listed[rows] = 0
        if flag == Listed.OUTDATED:
            depart(state, rows, "eliminated", lever, state.parameters["demand.capture_share"])
        else:
            state.tally(f"rectified_{flag.name.lower()}", state.by_district(rows))
            rectify(state, rows, lever)


def quota(state: State, lever: str) -> NDArray[np.float64]:
    """What a programme may still treat this month, by district, a view that is spent from; shape (10,)."""
    yearly = state.lever(lever) * state.parameters["enforcement.execution_rate"]
    return state.budgets.accrue(lever, yearly, state.month, carried=CARRIED)


def _worst(state: State, flag: Listed, budget: NDArray[np.float64]) -> NDArray[np.intp]:
    """The worst on a list who are not moving or being mended, as many as the quota allows in their district."""
    firms = state.enterprises
    queue = state.queues[flag] = still_listed(firms, state.queues[flag], flag)
    rows = queue[firms.idle_at(queue)]
    return rows[first_in_district(firms.district[rows], np.floor(budget + 1e-9))]


def still_listed(firms: Enterprises, queue: NDArray[np.intp], flag: Listed) -> NDArray[np.intp]:
    """Drop those who were treated under another list or have left; whoever moves stays in the queue."""
    result: NDArray[np.intp] = queue[(firms.listed[queue] & flag > 0) & (firms.stage[queue] != Stage.EXITED)]
    return result


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
    moved = move_to_park(state, wanting, cause)
    staying = rows[luck >= merged]
    upgrade_in_place(state, np.setdiff1d(staying, wanting[moved], assume_unique=True), cause)


def upgrade_in_place(state: State, rows: NDArray[np.intp], cause: str) -> None:
    """Mend on the spot: legal afterwards, less energy, part of a large plot given back."""
    firms, parameters = state.enterprises, state.parameters
    state.record("rectified", cause, rows)
    firms.legal[rows] = True
    saving = parameters["rectify.energy_saving"]
    energy = firms.energy_per_output[rows].astype(float)
    state.tally("energy_freed_tce", state.by_district(rows, firms.output_last_year_wan[rows] * energy * saving))
    firms.energy_per_output[rows] = energy * (1 - saving)
    large = rows[firms.land_mu[rows] >= parameters["listing.min_land_mu"]]
    before = firms.land_mu[large].astype(float)
    firms.land_mu[large] = before * (1 - parameters["rectify.land_release_share"])
    release_land(state, large, before - firms.land_mu[large], parameters["land.idle_months"], by_policy=True)
    interrupt(
        state, rows, Stage.RECTIFYING, parameters["rectify.duration_months"], parameters["rectify.loss_share"]
    )
