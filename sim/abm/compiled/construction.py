"""Towers and blocks, see ``processes/construction.py``: a call for what takes numpy dozens on ten districts."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, part, uniforms
from sim.abm.compiled.budgets import accrue, whole_units_of_city
from sim.abm.compiled.ledger import months
from sim.abm.compiled.world import world
from sim.abm.processes.construction import BLOCKS, TOWERS, WAN, YI, opening_shares, pace
from sim.abm.randomness import Process
from sim.abm.state import (
    LONGEST_WAIT,
    M2_PER_MU,
    OF_BLOCKS,
    OF_PROJECTS,
    PARK_LAND,
    SCATTERED_LAND,
    TALLIES,
    State,
)

PROJECT = np.int64(Process.PROJECT)
REDEVELOPED, STARTED, COMPLETED, PROJECTS, NO_LAND, NO_FINANCE = (
    TALLIES.index(name)
    for name in (
        "redeveloped_mu", "quality_started_m2", "quality_completed_m2", "highrise_projects",
        "projects_waiting_for_land", "projects_waiting_for_finance",
    )
)  # fmt: skip


def build_towers(state: State) -> None:
    queue = np.array(state.waiting_projects, np.int64).reshape(-1, 2)
    waiting = _build(world(state), state.month, pace(state, TOWERS), state.scale, queue)
    state.waiting_projects = [(district, ordinal) for district, ordinal in waiting.tolist()]


def redevelop_blocks(state: State) -> None:
    _redevelop(world(state), state.month, pace(state, BLOCKS))


def deliver(state: State) -> None:
    _deliver(world(state), state.month, opening_shares(state))


@compiled
def _build(w, month, pace, scale, waiting):
    """Start what can be started; district and ordinal of the projects that wait."""
    queue, left, blocked = _with_planned(w, month, pace, scale, waiting), 0, np.zeros(10, np.bool_)
    for k in range(queue.shape[0]):
        here, ordinal = queue[k, 0], queue[k, 1]
        blocked[here] = blocked[here] or not _start(w, month, scale, here, ordinal)
        queue[left, 0], queue[left, 1] = here, ordinal
        left += blocked[here]
    return queue[:left]


@part
def _with_planned(w, month, pace, scale, waiting):
    """Those that wait already, then this month's."""
    for here in range(10):
        w.starts[here] += w.lever.highrise_project_starts_per_year[month, here] / scale * pace / 12
    accrue(w.credit, w.lever.highrise_credit_yi_yuan_per_year[month], YI)
    planned, count = whole_units_of_city(w.starts)
    queue, at = np.empty((waiting.shape[0] + count, 2), np.int64), waiting.shape[0]
    for k in range(at):
        queue[k, 0], queue[k, 1] = waiting[k, 0], waiting[k, 1]
    for here in range(10):
        for _ in range(planned[here]):
            queue[at, 0], queue[at, 1] = here, w.project_count[here]
            w.project_count[here] += 1.0
            at += 1
    return queue


@part
def _start(w, month, scale, here, ordinal):
    p, luck = w.p, uniforms(w.key, PROJECT, 0, np.uint32((here << 20) + ordinal))
    area = p.highrise_project_area_wan_m2 * WAN * (1.0 + p.highrise_area_spread * (2.0 * luck[0] - 1.0)) * scale
    cost, land = area * p.construction_cost_highrise, area / (p.highrise_far * M2_PER_MU)
    if land > w.vacant[SCATTERED_LAND, here] + w.vacant[PARK_LAND, here]:
        w.tallies[NO_LAND, here] += 1.0
        return False
    if cost > w.credit[here]:
        w.tallies[NO_FINANCE, here] += 1.0
        return False
    w.credit[here] -= cost
    from_park = min(land, w.vacant[PARK_LAND, here])
    w.vacant[PARK_LAND, here] -= from_park
    w.vacant[SCATTERED_LAND, here] -= land - from_park
    w.under_towers[here] += land
    lag = p.highrise_delivery_lag_months * (1.0 + p.highrise_lag_spread * (2.0 * luck[1] - 1.0))
    _schedule_floor(w, month, OF_PROJECTS, here, area, lag)
    w.tallies[PROJECTS, here] += 1.0
    return True


@compiled
def _redevelop(w, month, pace):
    p, lever = w.p, w.lever
    compensation = p.fund_compensation_wan_per_mu * WAN
    assembled, freed = month + int(np.rint(p.redevelopment_assembly_months)), int(np.rint(p.redevelopment_lag_months))
    accrue(w.fund, lever.fund_buyout_yi_yuan_per_year[month], YI)
    for here in range(10):
        started = lever.redevelopment_land_mu_per_year[month, here] / 12 * pace
        w.tallies[REDEVELOPED, here] += started
        vacant = w.vacant[SCATTERED_LAND, here]
        bought = min(min(started * p.redevelopment_demolition_share, vacant), w.fund[here] / compensation)
        w.fund[here] -= bought * compensation
        w.vacant[SCATTERED_LAND, here] = vacant - bought
        many_owners = bought * p.redevelopment_many_owner_share
        w.assembling[assembled, here] += many_owners
        demolished = bought - many_owners + w.assembling[month, here]
        w.assembling[month, here] = 0.0
        w.returning[month + freed, PARK_LAND, here] += demolished
        yearly = lever.redevelopment_investment_yi_yuan_per_year[month, here] * YI * p.redevelopment_quality_share
        affordable = yearly / 12 * pace / p.construction_cost_highrise
        area = min(affordable, demolished * M2_PER_MU * p.highrise_far)
        _schedule_floor(w, month, OF_BLOCKS, here, area, p.redevelopment_lag_months)


@part
def _schedule_floor(w, month, source, here, area, lag):
    w.tallies[STARTED, here] += area
    w.due[min(month + months(lag), month + LONGEST_WAIT - 1), source, here] += area


@compiled
def _deliver(w, month, shares):
    for here in range(10):
        w.tallies[COMPLETED, here] += w.due[month, OF_PROJECTS, here] + w.due[month, OF_BLOCKS, here]
        on_offer = 0.0
        for source in range(2):
            floor = w.due[month, source, here] * w.p.highrise_on_offer_share
            w.offered[source, here] += floor
            on_offer += floor
        for wait in range(shares.size):
            w.opening[month + wait, here] += on_offer * shares[wait]
        w.floor_open[here] += w.opening[month, here]
