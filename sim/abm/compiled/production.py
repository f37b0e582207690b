"""Demand and output, see ``processes/production.py``.

They work in pieces that stay in the first-level cache: random words first, then one simple loop a formula, which LLVM
turns into vector instructions. Every number is computed by itself: its place and its neighbours do not change its bits.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.abm import randomness, shock
from sim.abm.compiled.arithmetic import compiled
from sim.abm.compiled.ledger import IN_PLACE, MOVING, RECTIFYING, SETTLED
from sim.abm.processes.production import growth, passed_on, reviewing, technique
from sim.abm.randomness import Process
from sim.abm.state import State

PIECE, TWELFTH = 1024, 1 / 12
_HALF = np.uint64(32)
chance, laplace_factor, splitmix = (
    njit(inline="always")(function) for function in (shock.chance, shock.laplace_factor, randomness.splitmix)
)


def grow_demand(state: State) -> None:
    firms = state.enterprises
    state.leaves, state.reconsiders = _luck(
        firms.id, state.draws.start(Process.MONTHLY, state.month), firms.demand_wan, firms.volatility,
        firms.exit_hazard, reviewing(state),
    )  # fmt: skip
    held = _cell_totals(firms.district, firms.industry, firms.demand_wan, state.industries)
    _apply(firms.district, firms.industry, firms.demand_wan, growth(state)[:, None] * passed_on(state, held))


def produce(state: State) -> None:
    firms = state.enterprises
    _finish_interruptions(state.month, firms.busy_until, firms.stage, firms.loss_share)
    state.output_wan = _produce(
        firms.district, firms.demand_wan, firms.output_per_m2, technique(state), firms.floor_m2, firms.loss_share,
        firms.output_year_wan, state.parameters["production.intensity_speed"] / 12,
    )  # fmt: skip


@compiled
def _luck(ids, start_of_month, demand, volatility, exit_hazard, reviewing):
    n = ids.size
    leaves, reconsiders = np.empty(n, np.bool_), np.empty(n, np.bool_)
    first, second, factor = np.empty(PIECE, np.uint32), np.empty(PIECE, np.uint32), np.empty(PIECE, np.float32)
    for start in range(0, n, PIECE):
        end = min(start + PIECE, n)
        _halves(ids[start:end], start_of_month, first, second)
        _shocks(first, volatility[start:end], factor)
        _scale(demand[start:end], factor)
        _happens(second, exit_hazard[start:end], reviewing, leaves[start:end], reconsiders[start:end])
    return leaves, reconsiders


@compiled
def _halves(ids, start, first, second):
    for i in range(ids.size):
        word = splitmix(start, np.uint64(ids[i]))
        first[i], second[i] = np.uint32(word >> _HALF), np.uint32(word)


@compiled
def _shocks(words, volatility, factor):
    for i in range(volatility.size):
        factor[i] = laplace_factor(words[i], volatility[i])


@compiled
def _scale(amount, factor):
    for i in range(amount.size):
        amount[i] *= np.float64(factor[i])


@compiled
def _happens(words, exit_hazard, reviewing, leaves, reconsiders):
    for i in range(exit_hazard.size):
        luck = chance(words[i])
        leaves[i], reconsiders[i] = luck < exit_hazard[i], luck >= reviewing


@compiled
def _cell_totals(district, industry, amount, industries):
    totals = np.zeros((10, industries))
    here, trade, held = district[0], industry[0], 0.0
    # enterprises lie sorted by cell, newcomers apart: a sum is put away only where the cell changes
    for i in range(amount.size):
        if district[i] != here or industry[i] != trade:
            totals[here, trade] += held
            here, trade, held = district[i], industry[i], 0.0
        held += amount[i]
    totals[here, trade] += held
    return totals


@compiled
def _apply(district, industry, amount, factor):
    for i in range(amount.size):
        # unsigned, since numba would ask of a signed index whether it counts from the end
        amount[i] *= factor[np.uint8(district[i]), np.uint8(industry[i])]


@compiled
def _finish_interruptions(month, busy_until, stage, loss_share):
    for i in range(busy_until.size):
        if busy_until[i] == month and (stage[i] == MOVING or stage[i] == RECTIFYING):
            stage[i] = SETTLED if stage[i] == MOVING else IN_PLACE
            loss_share[i] = 0.0


@compiled
def _produce(district, demand, output_per_m2, better, floor_m2, loss_share, output_year, intensity):
    n, total, made = demand.size, 0.0, np.empty(PIECE)
    for start in range(0, n, PIECE):
        end = min(start + PIECE, n)
        _improve(district[start:end], output_per_m2[start:end], better)
        _make(demand[start:end], output_per_m2[start:end], floor_m2[start:end], loss_share[start:end], made)
        _book(made, output_year[start:end])
        _use_harder(demand[start:end], output_per_m2[start:end], floor_m2[start:end], intensity)
        total += _sum(made, end - start)
    return total


@compiled
def _improve(district, output_per_m2, better):
    for i in range(district.size):
        output_per_m2[i] *= better[np.uint8(district[i])]


@compiled
def _make(demand, output_per_m2, floor_m2, loss_share, made):
    for i in range(demand.size):
        capacity = output_per_m2[i] * np.float64(floor_m2[i])
        made[i] = min(demand[i], capacity) * (1.0 - np.float64(loss_share[i]))


@compiled
def _book(made, output_year):
    for i in range(output_year.size):
        output_year[i] += np.float32(made[i] * TWELFTH)


@compiled
def _use_harder(demand, output_per_m2, floor_m2, intensity):
    for i in range(demand.size):
        gap = demand[i] / np.float64(floor_m2[i]) - output_per_m2[i]
        output_per_m2[i] += max(gap, 0.0) * intensity


@compiled
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
