"""Allocation of plots, places and floors; see ``processes/allocation.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, part, queue_order, uniform
from sim.abm.compiled.choice import EXPAND, LEAVE, STAY, TO_PARK, TO_TOWER, value_sites
from sim.abm.compiled.ledger import (
    COMMUNITY,
    EXPANDED,
    LEFT_CITY,
    OF_ITS_OWN,
    PARK,
    RELOCATED,
    TOWER,
    UPSTAIRS,
    arrive,
    depart,
    floor_wanted,
    interrupt_for_move,
    plot,
    record,
    vacate,
)  # fmt: skip
from sim.abm.compiled.world import world
from sim.abm.processes.allocation import BLOCKS, DRAWN_AWAY, PLACES, ROUNDS, SPACE
from sim.abm.processes.choice import Option, review_sites
from sim.abm.randomness import Process
from sim.abm.state import M2_PER_MU, OF_BLOCKS, OF_PROJECTS, PARK_LAND, TALLIES, State

LOTTERY = np.int64(Process.LOTTERY)
REFUSED_PARK, REFUSED_TOWER = TALLIES.index("refused_park"), TALLIES.index("refused_tower")
GRADE, PERFORMANCE = 0, 2


def choose_and_allocate(state: State) -> None:
    rule, code = state.option("decision_rule"), state.events.code
    if rule == "logit":
        rows, utility = value_sites(world(state), state.month, state.reconsiders)
    else:
        applications = review_sites(state)
        rows, utility = applications.rows, applications.utility
    known = SPACE | {Option.LEAVE: DRAWN_AWAY[rule]}
    causes = np.array([code(known[option]) if option in known else -1 for option in Option])
    _allocate(world(state), state.month, rows, utility, causes, code(PLACES), code(BLOCKS))


@compiled
def _allocate(w, month, rows, utility, causes, places, blocks):
    """Who stays is done with; the others ask in the order of the alternatives, then who was refused asks again."""
    firms = w.firms
    waiting, count = np.arange(rows.size), rows.size
    best, mine, asking = np.empty(rows.size, np.intp), np.empty(rows.size, np.intp), np.empty(rows.size, np.intp)
    for turn in range(ROUNDS):
        leaving = 0
        for j in range(count):
            k = waiting[j]
            best[k] = STAY
            for option in range(1, 5):
                if utility[k, option] > utility[k, best[k]]:
                    best[k] = option
            waiting[leaving] = k
            leaving += best[k] != STAY
        count = 0
        for option in range(1, 5):
            several = 0
            for k in waiting[:leaving]:
                if best[k] == option:
                    mine[several], asking[several] = k, rows[k]
                    several += 1
            served = _serve(w, month, option, asking[:several], causes[option], places, blocks)
            for j in range(several):
                if served[j]:
                    best[mine[j]] = STAY
                    continue
                utility[mine[j], option] = -np.inf
                if turn == 0:
                    tally = REFUSED_PARK if option == TO_PARK else REFUSED_TOWER
                    w.tallies[tally, firms.district[asking[j]]] += 1.0
        for k in waiting[:leaving]:
            waiting[count] = k
            count += best[k] != STAY


@part
def _serve(w, month, option, rows, cause, places, blocks):
    if option == TO_PARK:
        return move_to_park(w, month, rows, cause, places, OF_ITS_OWN)
    if option == TO_TOWER:
        return _move_to_tower(w, month, rows, cause, blocks)
    for row in rows:
        if option == EXPAND:
            _expand(w, month, row, cause)
        elif option == LEAVE:
            depart(w, month, row, LEFT_CITY, cause, 0.0)
    return np.ones(rows.size, np.bool_)


@part
def _expand(w, month, row, cause):
    firms = w.firms
    target = w.lever.expansion_far_target[month, firms.district[row]]
    firms.floor_m2[row] = firms.land_mu[row] * (M2_PER_MU * target)
    record(w, month, EXPANDED, cause, row)
    interrupt_for_move(w, month, row)


@part
def _queue(w, month, rows):
    """Order of applicants within their districts: ``processes.allocation.priority``."""
    firms = w.firms
    first, second = np.zeros(rows.size), np.empty(rows.size)
    for k in range(rows.size):
        row = rows[k]
        if w.priority == PERFORMANCE or w.lever.land_performance_priority[month, firms.district[row]] > 0.5:
            first[k] = -np.float64(firms.tax_per_mu[row])
        elif w.priority == GRADE:
            first[k] = firms.grade[row]
        second[k] = uniform(w.key, LOTTERY, month, firms.id[row])
    return first, second


@part
def _admit(order, district, asks, need, room):
    fits = np.zeros(order.size, np.bool_)
    here, used = -1, 0.0
    for j in range(order.size):
        k = order[j]
        if not asks[k]:
            continue
        if district[k] != here:
            here, used = district[k], 0.0
        used += need[k]
        fits[k] = used <= room[here]
    return fits


@part
def move_to_park(w, month, rows, for_plot, for_place, by_policy):
    firms, n = w.firms, rows.size
    district, small, asks = np.empty(n, np.int8), np.empty(n, np.bool_), np.empty(n, np.bool_)
    floor, land, one = np.empty(n), np.empty(n), np.empty(n)
    for k in range(n):
        row = rows[k]
        district[k], one[k] = firms.district[row], 1.0
        small[k] = not firms.above_scale[row] and firms.land_mu[row] < w.p.listing_min_land_mu
        floor[k] = floor_wanted(w, row)
        land[k] = plot(w, month, district[k], floor[k])
    first, second = _queue(w, month, rows)
    order = queue_order(district, first, second)
    placed = _admit(order, district, small, one, w.places)
    for k in range(n):
        asks[k] = placed[k] or not small[k]
    moved = _admit(order, district, asks, land, w.vacant[PARK_LAND])
    for k in range(n):
        if not moved[k]:
            continue
        row, here = rows[k], district[k]
        vacate(w, month, row, by_policy)
        w.vacant[PARK_LAND, here] -= land[k]
        w.occupied[here] += land[k]
        if small[k]:
            w.places[here] -= 1.0
        site, cause = (COMMUNITY, for_place) if small[k] else (PARK, for_plot)
        arrive(w, month, row, site, floor[k], land[k], RELOCATED, cause)
    return moved


@part
def _move_to_tower(w, month, rows, projects, blocks):
    n = rows.size
    district, floor, asks = np.empty(n, np.int8), np.empty(n), np.empty(n, np.bool_)
    for k in range(n):
        district[k], floor[k], asks[k] = w.firms.district[rows[k]], floor_wanted(w, rows[k]), True
    first, second = _queue(w, month, rows)
    served = np.zeros(n, np.bool_)
    for attempt in range(2 if w.spill else 1):
        vacant, most = np.empty(10), 0
        for here in range(10):
            vacant[here] = w.floor_open[here] - w.floor_let[here]
            most = here if vacant[here] > vacant[most] else most
        if attempt:
            for k in range(n):
                district[k] = most
        fits = _admit(queue_order(district, first, second), district, asks, floor, vacant)
        for k in range(n):
            if fits[k]:
                source = _move_into(w, district[k], floor[k])
                _rent(w, month, rows[k], floor[k], district[k], blocks if source == OF_BLOCKS else projects)
                served[k], asks[k] = True, False
    return served


@part
def _move_into(w, here, floor):
    """Source that a tenant's floor is put down to: ``state.Towers.move_into``."""
    offered, into = w.offered[:, here], w.moved_into[:, here]
    behind = into[OF_BLOCKS] * offered[OF_PROJECTS] <= into[OF_PROJECTS] * offered[OF_BLOCKS]
    source = OF_BLOCKS if behind and offered[OF_BLOCKS] > 0 else OF_PROJECTS
    into[source] += floor
    return source


@part
def _rent(w, month, row, floor, district, cause):
    firms = w.firms
    vacate(w, month, row, OF_ITS_OWN)
    w.living[firms.district[row]] -= 1.0
    firms.district[row] = district
    w.living[district] += 1.0
    w.floor_let[district] += floor
    w.tenants[district] += 1.0
    arrive(w, month, row, TOWER, floor, floor / (w.p.highrise_far * M2_PER_MU), UPSTAIRS, cause)
