"""Enforcement against the three lists, see ``processes/enforcement.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.allocation import move_to_park
from sim.abm.compiled.arithmetic import compiled, part, uniform
from sim.abm.compiled.budgets import accrue, keep_at_most
from sim.abm.compiled.ledger import (
    BY_POLICY,
    CLOSED,
    ELIMINATED,
    ENERGY_FREED,
    EXITED,
    IN_PLACE,
    MERGED,
    RECTIFIED,
    RECTIFYING,
    SCATTERED,
    SETTLED,
    depart,
    depart_all,
    interrupt,
    record,
    release_land,
)  # fmt: skip
from sim.abm.compiled.world import world
from sim.abm.enterprises import Listed
from sim.abm.processes.enforcement import CARRIED, PROGRAMMES
from sim.abm.randomness import Process
from sim.abm.state import TALLIES, State

FATE = np.int64(Process.FATE)
OUTDATED, HIGH = int(Listed.OUTDATED), int(Listed.HIGH_CONSUMPTION)
HIGH_CONSUMPTION, SCATTERED_POLLUTING = (
    TALLIES.index(f"rectified_{name}") for name in ("high_consumption", "scattered_polluting")
)


def enforce(state: State) -> None:
    w, rate = world(state), state.parameters["enforcement.execution_rate"]
    for flag, lever in PROGRAMMES.items():
        cause, budget, yearly = state.events.code(lever), state.budgets.of(lever), state.lever(lever)
        state.queues[flag] = _treat(w, state.month, int(flag), state.queues[flag], budget, yearly, rate, cause)


@compiled
def _treat(w, month, flag, queue, budget, yearly, rate, cause):
    """Add the month to a programme's quota and spend it on the worst of the list; who is left in the queue."""
    if month % 12 == 0:
        keep_at_most(budget, CARRIED)
    accrue(budget, yearly, rate)
    treated = np.empty(queue.size, np.intp)
    waiting, count = _worst(w, queue, flag, budget, treated)
    if flag == OUTDATED:
        depart_all(w, month, treated[:count], ELIMINATED, np.full(count, cause), w.p.demand_capture_share)
    else:
        _rectify(w, month, treated[:count], cause, HIGH_CONSUMPTION if flag == HIGH else SCATTERED_POLLUTING)
    return queue[:waiting]


@part
def _worst(w, queue, flag, budget, treated):
    """Take the first of each district's queue; what stays is moved up in ``queue``. Counts of waiting and treated."""
    firms, allowed = w.firms, np.empty(10)
    for here in range(10):
        allowed[here] = np.floor(budget[here] + 1e-9)
    stage_of, district_of, listed_of = firms.stage, firms.district, firms.listed
    waiting = count = 0
    for row in queue:
        here = district_of[row]
        # where nothing is left to spend, nobody need be looked up
        if allowed[here] >= 1.0:
            stage = stage_of[row]
            if stage == EXITED or not listed_of[row] & flag:
                continue
            if stage in (IN_PLACE, SETTLED):
                allowed[here] -= 1.0
                budget[here] -= 1.0
                listed_of[row] = 0
                treated[count] = row
                count += 1
                continue
        queue[waiting] = row
        waiting += 1
    return waiting, count


@part
def _rectify(w, month, rows, cause, tally):
    firms, p = w.firms, w.p
    staying, wanting = np.empty(rows.size, np.intp), np.empty(rows.size, np.intp)
    stay = want = 0
    for row in rows:
        w.tallies[tally, firms.district[row]] += 1.0
        legal = firms.legal[row] and firms.land_mu[row] >= p.listing_min_land_mu
        closed = p.enforcement_close_share_legal if legal else p.enforcement_close_share_workshop
        merged = closed + (p.enforcement_merge_share_legal if legal else 0.0)
        park = p.enforcement_park_share_legal if legal else p.enforcement_park_share_workshop
        luck = uniform(w.key, FATE, month, firms.id[row])
        if luck < closed:
            depart(w, month, row, CLOSED, cause, p.demand_capture_share)
        elif luck < merged:
            depart(w, month, row, MERGED, cause, 1.0)
        elif luck < merged + park and firms.site[row] == SCATTERED:
            wanting[want] = row
            want += 1
        else:
            staying[stay] = row
            stay += 1
    moved = move_to_park(w, month, wanting[:want], cause, cause, BY_POLICY)
    for k in range(stay):
        _upgrade_in_place(w, month, staying[k], cause)
    for k in range(want):
        if not moved[k]:
            _upgrade_in_place(w, month, wanting[k], cause)


@part
def _upgrade_in_place(w, month, row, cause):
    firms, p = w.firms, w.p
    record(w, month, RECTIFIED, cause, row)
    firms.legal[row] = True
    energy, saving = np.float64(firms.energy_per_output[row]), p.rectify_energy_saving
    w.tallies[ENERGY_FREED, firms.district[row]] += np.float64(firms.output_last_year_wan[row]) * energy * saving
    firms.energy_per_output[row] = energy * (1.0 - saving)
    before = np.float64(firms.land_mu[row])
    if before >= p.listing_min_land_mu:
        firms.land_mu[row] = before * (1.0 - p.rectify_land_release_share)
        given_back = before - np.float64(firms.land_mu[row])
        release_land(w, month, row, given_back, p.land_idle_months, BY_POLICY)
    interrupt(w, month, row, RECTIFYING, p.rectify_duration_months, p.rectify_loss_share)
