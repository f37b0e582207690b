"""January's grades and prices; see ``processes/grading.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, part
from sim.abm.compiled.ledger import EXITED, TOWER
from sim.abm.compiled.listing import list_firms
from sim.abm.compiled.ranking import cuts
from sim.abm.compiled.world import world
from sim.abm.processes.grading import INDICATORS, places, surcharges
from sim.abm.processes.listing import GRADE_C, GRADE_D
from sim.abm.state import TALLIES, State
from sim.scenario.months import is_december, is_january

PROMOTED = TALLIES.index("promoted")


def review_year(state: State) -> None:
    if not is_january(state.month):
        return
    _close_books(world(state), state.enterprises.n, state.month)
    order, bounds = _grade(state)
    list_firms(state)
    order, bounds = _outside_towers(order, bounds, state.enterprises.site)
    state.models = order[: bounds[10]], bounds[:11]
    state.large_models = order[bounds[10] :], bounds[10:] - bounds[10]


def update_scale(state: State) -> None:
    if is_december(state.month):
        entry, exit = state.parameters["scale.entry_wan"], state.parameters["scale.exit_wan"]
        _update_scale(world(state), state.enterprises.n, np.float32(entry), np.float32(exit))


@compiled
def _update_scale(w, n, entry_wan, exit_wan):
    firms = w.firms
    stage, output_year_wan, above_scale = firms.stage[:n], firms.output_year_wan[:n], firms.above_scale[:n]
    for i in range(n):
        if above_scale[i] != (output_year_wan[i] >= (exit_wan if above_scale[i] else entry_wan)) and stage[i] != EXITED:
            w.tallies[PROMOTED, firms.district[i]] += not above_scale[i]
            above_scale[i] = not above_scale[i]


@compiled
def _close_books(w, n, month):
    firms = w.firms
    last, year, tax_per_mu = firms.output_last_year_wan[:n], firms.output_year_wan[:n], firms.tax_per_mu[:n]
    tax_rate, land_mu, entered = firms.tax_rate[:n], firms.land_mu[:n], firms.entered[:n]
    if month > 0:
        for i in range(n):
            last[i], year[i] = year[i], 0.0
        for i in range(n):
            if entered[i] >= month - 12:
                capacity = np.float64(firms.floor_m2[i]) * firms.output_per_m2[i]
                last[i] = min(firms.demand_wan[i], capacity) * (1.0 - np.float64(firms.loss_share[i]))
    for i in range(n):
        tax_per_mu[i] = np.float64(last[i]) * np.float64(tax_rate[i]) / np.float64(land_mu[i])


def _grade(state: State) -> tuple[np.ndarray, np.ndarray]:
    """Grade and price everybody; returns who is in which group."""
    w, firms, p = world(state), state.enterprises, state.parameters
    order, bounds = _by_group(w, firms.n)
    weights = np.array([p[f"grading.weight_{name}"] for name in INDICATORS])
    score = _scores(w, order, bounds, weights, p["grading.score_cap"])
    cut, equal = np.empty((20, 3)), np.zeros((20, 3), np.int64)
    for group in range(20):
        mine = score[bounds[group] : bounds[group + 1]]
        cuts(mine, np.array(places(state, group % 10, group >= 10, mine.size)), cut[group], equal[group])
    _give_grades(w, order, bounds, score, cut, equal, surcharges(state))
    return order, bounds


@compiled
def _by_group(w, n):
    """Live enterprises in groups: below scale by district, then above scale by district. Positions, bounds.

    Who is gone forms a last group, cut off at the end, since a question that one in five answers with yes costs more.
    """
    firms = w.firms
    stage_of, district_of, above_scale_of = firms.stage, firms.district, firms.above_scale
    group, at = np.empty(n, np.uint8), np.zeros(22, np.int64)
    for i in range(n):
        group[i] = 20 if stage_of[i] == EXITED else district_of[i] + 10 * above_scale_of[i]
    for i in range(n):
        at[group[i] + 1] += 1
    for g in range(21):
        at[g + 1] += at[g]
    bounds, order = at[:21].copy(), np.empty(n, np.intp)
    for i in range(n):
        order[at[group[i]]] = i
        at[group[i]] += 1
    return order[: bounds[20]], bounds


@compiled
def _outside_towers(order, bounds, site):
    """The same groups without tenants of towers."""
    kept, ends, count = np.empty_like(order), np.zeros_like(bounds), 0
    for group in range(bounds.size - 1):
        for k in range(bounds[group], bounds[group + 1]):
            kept[count] = order[k]
            count += site[order[k]] != TOWER
        ends[group + 1] = count
    return kept[:count], ends


@compiled
def _scores(w, order, bounds, weights, cap):
    """Tax per mu below scale; above scale the weighted score. One number for each place of ``order``."""
    score, firms = np.empty(order.size), w.firms
    tax_per_mu_of = firms.tax_per_mu
    for k in range(bounds[10]):
        score[k] = np.float64(tax_per_mu_of[order[k]])
    values = np.empty((order.size - bounds[10], 6))
    for k in range(bounds[10], order.size):
        _indicators(firms, order[k], values[k - bounds[10]])
    for group in range(10, 20):
        start, end = bounds[group] - bounds[10], bounds[group + 1] - bounds[10]
        for k in range(start, end):
            score[bounds[10] + k] = 0.0
        for column in range(6):
            total = 0.0
            for k in range(start, end):
                total += values[k, column]
            mean = max(total / max(end - start, 1), 1e-12)
            for k in range(start, end):
                score[bounds[10] + k] += weights[column] * min(values[k, column] / mean, cap)
    return score


@part
def _indicators(firms, row, out):
    """In the order of ``processes.grading.INDICATORS``."""
    output, land = np.float64(firms.output_last_year_wan[row]), np.float64(firms.land_mu[row])
    rate = np.float64(firms.value_added_rate[row])
    out[0] = np.float64(firms.tax_per_mu[row])
    out[1] = output * rate / land
    out[2] = output / land
    out[3] = rate / max(np.float64(firms.energy_per_output[row]), 1e-9)
    out[4] = np.float64(firms.rd_share[row])
    out[5] = output * rate / max(np.float64(firms.employees[row]), 1.0)


@compiled
def _give_grades(w, order, bounds, score, cut, equal, surcharge):
    """Above a cut, or level with it among the first so many, is inside; price and years in D follow the grade."""
    firms = w.firms
    grade_of, years_in_d_of = firms.grade, firms.years_in_d
    cost_burden_of, energy_per_output_of = firms.cost_burden, firms.energy_per_output
    grade, level = np.empty(order.size, np.int8), np.empty(order.size, np.bool_)
    for group in range(20):
        start, end, here = bounds[group], bounds[group + 1], group % 10
        _above_cuts(score[start:end], cut[group], grade[start:end], level[start:end])
        _among_equals(score[start:end], cut[group], equal[group], level[start:end], grade[start:end])
        for k in range(start, end):
            row = order[k]
            # multiplied, since a question that one in five answers with yes costs more
            years = min(years_in_d_of[row] + 1, 100) * (grade[k] == GRADE_D)
            grade_of[row], years_in_d_of[row] = grade[k], years
            cost_burden_of[row] = surcharge[np.uint8(min(years, 3)), here] * np.float64(energy_per_output_of[row])


@part
def _above_cuts(score, cut, grade, level):
    """Grades of those above or below every cut; who is level with one is marked."""
    best, good, worst = cut[0], cut[1], cut[2]
    for k in range(score.size):
        mine = score[k]
        grade[k] = GRADE_C - (mine > good) - (mine > best) if mine > worst else GRADE_D
        level[k] = (mine == best) | (mine == good) | (mine == worst)


@part
def _among_equals(score, cut, left, level, grade):
    """Of those level with a cut the first are inside, as many as are ``left``."""
    inside = np.empty(3, np.bool_)
    for k in range(score.size):
        if not level[k]:
            continue
        for column in range(3):
            first = score[k] == cut[column] and left[column] > 0
            left[column] -= first
            inside[column] = first or score[k] > cut[column]
        grade[k] = GRADE_C - inside[1] - inside[0] if inside[2] else GRADE_D
