"""Demand and output, see ``processes/production.py``.

They work in pieces that stay in the first-level cache: random words first, then one simple loop a formula, which LLVM
turns into vector instructions. Every number is computed by itself: its place and its neighbours do not change its bits.
The month passes over the columns twice: sums of demand are known only after the shocks.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.abm import randomness, shock
from sim.abm.compiled.arithmetic import LANES, compiled, part
from sim.abm.compiled.ledger import IN_PLACE, MOVING, RECTIFYING, SETTLED
from sim.abm.compiled.world import world
from sim.abm.processes.production import growth, reviewing, technique
from sim.abm.randomness import Process
from sim.abm.state import State

PIECE, TWELFTH = 1024, 1 / 12
"""Enterprises a piece."""
_HALF = np.uint64(32)
chance, laplace_factor, splitmix = (
    njit(inline="always")(function) for function in (shock.chance, shock.laplace_factor, randomness.splitmix)
)


def run_market(state: State) -> None:
    w, n = world(state), state.enterprises.n
    start = state.draws.start(Process.MONTHLY, state.month)
    factor, state.leaves, state.reconsiders = _demand(w, n, start, reviewing(state), growth(state))
    intensity = state.parameters["production.intensity_speed"] / 12
    state.output_wan = _output(w, n, state.month, factor, technique(state), intensity)


@compiled
def _demand(w, n, start_of_month, reviewing, growth):
    """Own shocks; then the factor each cell's demand is still to take, who leaves, and who reconsiders its site."""
    firms = w.firms
    ids, district, industry, demand = firms.id[:n], firms.district[:n], firms.industry[:n], firms.demand_wan[:n]
    volatility, exit_hazard = firms.volatility[:n], firms.exit_hazard[:n]
    first, second, factor = np.empty(PIECE, np.uint32), np.empty(PIECE, np.uint32), np.empty(PIECE, np.float32)
    happens, places, cell = np.zeros(PIECE, np.bool_), np.empty(PIECE, np.intp), np.empty(PIECE, np.uint16)
    leaves, reconsiders = np.empty(n, np.intp), np.empty(n, np.intp)
    leaving = reconsidering = 0
    trades = w.released.shape[1]
    held = np.zeros(w.released.size * LANES)
    for start in range(0, n, PIECE):
        end = min(start + PIECE, n)
        _halves(ids[start:end], start_of_month, first, second)
        _shocks(first, volatility[start:end], factor)
        _cells(district[start:end], industry[start:end], trades, cell)
        _scale_and_sum(cell, demand[start:end], factor, held)
        _something_happens(second, exit_hazard[start:end], reviewing, happens)
        for k in range(_marked(happens, end - start, places)):
            i = places[k]
            luck = chance(second[i])
            leaves[leaving] = reconsiders[reconsidering] = start + i
            leaving += luck < exit_hazard[start + i]
            reconsidering += luck >= reviewing
    return _passed_on(w.released, growth, held), leaves[:leaving], reconsiders[:reconsidering]


@part
def _halves(ids, start, first, second):
    for i in range(ids.size):
        word = splitmix(start, np.uint64(ids[i]))
        first[i], second[i] = np.uint32(word >> _HALF), np.uint32(word)


@part
def _shocks(words, volatility, factor):
    for i in range(volatility.size):
        factor[i] = laplace_factor(words[i], volatility[i])


@part
def _cells(district, industry, trades, cell):
    """Which district and industry, in one number. Unsigned: of others numba asks whether they count from the end."""
    for i in range(district.size):
        cell[i] = np.uint16(np.uint8(district[i])) * np.uint16(trades) + np.uint16(np.uint8(industry[i]))


@part
def _scale_and_sum(cell, amount, factor, held):
    for i in range(amount.size):
        amount[i] *= np.float64(factor[i])
        held[np.uint32(cell[i]) * np.uint32(LANES) + np.uint32(i % LANES)] += amount[i]


@part
def _something_happens(words, exit_hazard, reviewing, happens):
    for i in range(exit_hazard.size):
        luck = chance(words[i])
        happens[i] = (luck < exit_hazard[i]) | (luck >= reviewing)


@part
def _marked(mask, n, places):
    """Which of the first ``n`` are marked, and how many. Marks are rare: eight at a time are passed over."""
    mask[n:] = False
    eights, count = mask.view(np.uint64), 0
    for eight in range(eights.size):
        if eights[eight]:
            for i in range(8 * eight, 8 * eight + 8):
                places[count] = i
                count += mask[i]
    return count


@part
def _passed_on(released, growth, held):
    """Factor on what each cell holds: ``growth`` times ``processes.production.passed_on``; the orders are gone then."""
    factor = np.empty(released.size)
    for here in range(released.shape[0]):
        for trade in range(released.shape[1]):
            cell = here * released.shape[1] + trade
            all_of = _sum(held[cell * LANES : (cell + 1) * LANES], LANES)
            factor[cell] = growth[here] * (1.0 + (released[here, trade] / all_of if all_of > 0.0 else 0.0))
            released[here, trade] = 0.0
    return factor


@compiled
def _output(w, n, month, factor, better, intensity):
    """Demand takes the factor of its cell; what is made of it, in all."""
    firms, trades = w.firms, w.released.shape[1]
    district, industry, demand = firms.district[:n], firms.industry[:n], firms.demand_wan[:n]
    output_per_m2, floor_m2, loss_share = firms.output_per_m2[:n], firms.floor_m2[:n], firms.loss_share[:n]
    busy_until, stage, output_year = firms.busy_until[:n], firms.stage[:n], firms.output_year_wan[:n]
    made, due, places, total = np.empty(PIECE), np.zeros(PIECE, np.bool_), np.empty(PIECE, np.intp), 0.0
    cell = np.empty(PIECE, np.uint16)
    for start in range(0, n, PIECE):
        end = min(start + PIECE, n)
        _is_due(busy_until[start:end], month, due)
        for k in range(_marked(due, end - start, places)):
            _finish(stage, loss_share, start + places[k])
        _cells(district[start:end], industry[start:end], trades, cell)
        _grow(cell, district[start:end], demand[start:end], output_per_m2[start:end], factor, better)
        _make(
            demand[start:end], output_per_m2[start:end], floor_m2[start:end], loss_share[start:end],
            output_year[start:end], intensity, made,
        )  # fmt: skip
        total += _sum(made, end - start)
    return total


@part
def _is_due(busy_until, month, due):
    this = np.int16(month)
    for i in range(busy_until.size):
        due[i] = busy_until[i] == this


@part
def _finish(stage, loss_share, row):
    """A move or mending is over."""
    if stage[row] == MOVING or stage[row] == RECTIFYING:
        stage[row] = SETTLED if stage[row] == MOVING else IN_PLACE
        loss_share[row] = 0.0


@part
def _grow(cell, district, demand, output_per_m2, factor, better):
    for i in range(demand.size):
        demand[i] *= factor[cell[i]]
        output_per_m2[i] *= better[np.uint8(district[i])]


@part
def _make(demand, output_per_m2, floor_m2, loss_share, output_year, intensity, made):
    """Output of the month is booked; where demand exceeds capacity, floor is used harder."""
    for i in range(demand.size):
        floor = np.float64(floor_m2[i])
        made[i] = min(demand[i], output_per_m2[i] * floor) * (1.0 - np.float64(loss_share[i]))
        output_year[i] += np.float32(made[i] * TWELFTH)
        gap = demand[i] / floor - output_per_m2[i]
        output_per_m2[i] += max(gap, 0.0) * intensity


@part
def _sum(amount, count):
    """Four running sums, since one would wait for itself at each step."""
    a = b = c = d = 0.0
    whole = count - count % 4
    for i in range(0, whole, 4):
        a += amount[i]
        b += amount[i + 1]
        c += amount[i + 2]
        d += amount[i + 3]
    for i in range(whole, count):
        a += amount[i]
    return (a + b) + (c + d)
