"""Natural exit and its yearly rates; see ``processes/turnover.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, exp, log, logs
from sim.abm.compiled.ledger import EXITED, LEFT_MARKET, depart_all
from sim.abm.compiled.ranking import median
from sim.abm.compiled.world import world
from sim.abm.processes.entry import PROJECT_BITS
from sim.abm.processes.turnover import RATES, monthly_scale, size_exponents
from sim.abm.state import State
from sim.scenario.months import is_january

TWELFTH = 1 / 12


def yearly_rates(state: State) -> None:
    if not is_january(state.month):
        return
    firms, p = state.enterprises, state.parameters
    exits, falls = size_exponents(state)
    below, above = (median(sizes) for sizes in _sizes(world(state), firms.n))
    largest, widest = p["demand.largest_size_ratio"], 100.0
    demand, above_scale, entry = firms.demand_wan, firms.above_scale, p["scale.entry_wan"]
    size = logs(demand)
    _fall_with_size(size, above_scale, entry, entry, monthly_scale(state), falls, largest, firms.volatility)
    _fall_with_size(size, above_scale, below, above, 1.0, exits, widest, firms.exit_hazard)
    _hazard(world(state), firms.n, state.month, firms.exit_hazard)
    _monthly(firms.exit_hazard)


def exit_naturally(state: State) -> None:
    below, above = (state.events.code(rate) for rate in RATES)
    causes = _rates_behind(world(state), state.month, state.leaves, below, above)
    captured = state.parameters["turnover.natural_capture"]
    depart_all(world(state), state.month, state.leaves, LEFT_MARKET, causes, captured)


@compiled
def _rates_behind(w, month, rows, below, above):
    firms, causes = w.firms, np.empty(rows.size, np.int64)
    for k in range(rows.size):
        row = rows[k]
        landed = firms.entered[row] >= month - month % 12 and firms.id[row] & PROJECT_BITS
        causes[k] = above if firms.above_scale[row] or landed else below
    return causes


@compiled
def _sizes(w, n):
    """Demand of live enterprises below and above scale."""
    firms = w.firms
    stage_of, above_scale_of, demand_wan_of = firms.stage, firms.above_scale, firms.demand_wan
    small, large = np.empty(n), np.empty(n)
    below = above = 0
    for i in range(n):
        small[below] = large[above] = demand_wan_of[i]
        live, is_large = stage_of[i] != EXITED, above_scale_of[i]
        below += live & (not is_large)
        above += live & is_large
    return small[:below], large[:above]


@compiled
def _fall_with_size(size, above_scale, below, above, scale, exponent, most, result):
    """``size`` is a logarithm, taken relative to a reference below scale or above, from 1 / most to most."""
    below, above, most = log(below), log(above), log(most)
    for i in range(size.size):
        relative = min(max(size[i] - (above if above_scale[i] else below), -most), most)
        result[i] = scale * exp(relative * -exponent)


@compiled
def _hazard(w, n, month, factor):
    """Yearly probability of exit: the class's rate by age and surcharge, times the factor of size that is there."""
    firms, p = w.firms, w.p
    age_years_of, entered_of, above_scale_of = firms.age_years, firms.entered, firms.above_scale
    cost_burden_of = firms.cost_burden
    for i in range(n):
        age = np.float64(age_years_of[i]) + (month - max(entered_of[i], 0)) * TWELFTH
        yearly = p.turnover_exit_above_scale if above_scale_of[i] else p.turnover_exit_below_scale
        if p.turnover_young_from_years <= age <= p.turnover_young_to_years:
            yearly *= p.turnover_young_multiplier
        if age >= p.turnover_old_from_years:
            yearly *= p.turnover_old_multiplier
        yearly *= np.float64(factor[i]) * (1.0 + p.turnover_cost_sensitivity * np.float64(cost_burden_of[i]))
        factor[i] = min(max(yearly, 0.0), 0.95)


@compiled
def _monthly(chance):
    for i in range(chance.size):
        chance[i] = 1.0 - exp(log(1.0 - np.float64(chance[i])) * TWELFTH)
