"""January's grades, prices and lists; see ``processes/grading.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, uniforms
from sim.abm.compiled.ledger import EXITED, TOWER
from sim.abm.compiled.world import world
from sim.abm.enterprises import Listed
from sim.abm.processes.grading import (
    GRADE_C,
    GRADE_D,
    INDICATORS,
    close_books,
    places,
    queue_up,
    surcharges,
)  # fmt: skip
from sim.abm.randomness import Process
from sim.abm.state import State
from sim.scenario.months import is_january

LISTING = np.int64(Process.LISTING)
OUTDATED, HIGH_CONSUMPTION, SCATTERED_POLLUTING = (int(flag) for flag in Listed)


def review_year(state: State) -> None:
    if not is_january(state.month):
        return
    close_books(state)
    order, bounds = _grade(state)
    _list(state)
    order, bounds = _outside_towers(order, bounds, state.enterprises.site)
    state.models = order[: bounds[10]], bounds[:11]
    state.large_models = order[bounds[10] :], bounds[10:] - bounds[10]


def _grade(state: State) -> tuple[np.ndarray, np.ndarray]:
    """Grade and price everybody; returns who is in which group."""
    w, firms, p = world(state), state.enterprises, state.parameters
    order, bounds = _by_group(w, firms.n)
    weights = np.array([p[f"grading.weight_{name}"] for name in INDICATORS])
    score = _scores(w, order, bounds, weights, p["grading.score_cap"])
    cut, equal = np.empty((20, 3)), np.zeros((20, 3), np.int64)
    for group in range(20):
        best = -score[bounds[group] : bounds[group + 1]]
        size, counts = best.size, places(state, group % 10, group >= 10, best.size)
        # the widest first: among those inside it are the ones inside the others
        for column in sorted(range(3), key=counts.__getitem__, reverse=True):
            count = counts[column]
            if 0 < count < size:
                best.partition(count - 1)
                best = best[:count]
                cut[group, column] = -best[-1]
                equal[group, column] = count - np.count_nonzero(best < best[-1])
            else:
                cut[group, column] = -np.inf if count > 0 else np.inf
    _give_grades(w, order, bounds, score, cut, equal, surcharges(state))
    return order, bounds


@compiled
def _by_group(w, n):
    """Live enterprises in groups: below scale by district, then above scale by district. Positions, bounds."""
    firms = w.firms
    stage_of, district_of, above_scale_of = firms.stage, firms.district, firms.above_scale
    group, counts = np.empty(n, np.int8), np.zeros(21, np.int64)
    for i in range(n):
        group[i] = 20 if stage_of[i] == EXITED else district_of[i] + 10 * above_scale_of[i]
        counts[group[i]] += 1
    bounds = np.zeros(21, np.int64)
    for k in range(20):
        bounds[k + 1] = bounds[k] + counts[k]
    at, order = bounds.copy(), np.empty(bounds[20], np.intp)
    for i in range(n):
        if group[i] < 20:
            order[at[group[i]]] = i
            at[group[i]] += 1
    return order, bounds


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


@compiled
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
    grade_of, years_in_d_of, district_of = firms.grade, firms.years_in_d, firms.district
    cost_burden_of, energy_per_output_of = firms.cost_burden, firms.energy_per_output
    for group in range(20):
        best, good, worst = cut[group]
        for k in range(bounds[group], bounds[group + 1]):
            row, mine = order[k], score[k]
            among_best, among_good, not_worst = mine > best, mine > good, mine > worst
            if mine in (best, good, worst):
                level = (equal[group] > 0) & (cut[group] == mine)
                equal[group] -= level
                among_best, among_good = among_best or level[0], among_good or level[1]
                not_worst = not_worst or level[2]
            # one grade down for each cut it is below
            grade = GRADE_C - among_good - among_best
            grade_of[row] = grade if not_worst else GRADE_D
            years_in_d_of[row] = 0 if not_worst else min(years_in_d_of[row] + 1, 100)
            years = min(years_in_d_of[row], 3)
            price = surcharge[years, district_of[row]]
            cost_burden_of[row] = price * np.float64(energy_per_output_of[row])


def _list(state: State) -> None:
    w, firms, p = world(state), state.enterprises, state.parameters
    _put_on_lists(
        w, firms.n, state.month, state.special_process, p["listing.probability_given_d"],
        state.lever("listing.special_process_multiplier"), 1 - state.lever("listing.exemption_share"),
        state.lever("listing.tax_threshold_wan_per_mu"), p["listing.exempt_output_wan"],
        p["listing.outdated_energy_ratio"],
    )  # fmt: skip
    for flag in Listed:
        queue_up(state, flag, np.flatnonzero((firms.listed & int(flag)) != 0))


@compiled
def _put_on_lists(
    w, n, month, special_process, chance, special, not_exempt, tax_threshold, exempt_output, ratio
):
    firms = w.firms
    stage_of, output_last_year_wan_of = firms.stage, firms.output_last_year_wan
    energy_per_output_of = firms.energy_per_output
    listed_of, grade_of, site_of = firms.listed, firms.grade, firms.site
    district_of, industry_of, land_mu_of = firms.district, firms.industry, firms.land_mu
    id_of, tax_per_mu_of, legal_of = firms.id, firms.tax_per_mu, firms.legal
    energy = output = 0.0
    for i in range(n):
        if stage_of[i] != EXITED:
            energy += np.float64(output_last_year_wan_of[i]) * np.float64(energy_per_output_of[i])
            output += np.float64(output_last_year_wan_of[i])
    wasteful_from = ratio * (energy / max(output, 1e-12))
    for i in range(n):
        listed_of[i] = 0
        if stage_of[i] == EXITED or grade_of[i] < GRADE_C or site_of[i] == TOWER:
            continue
        if output_last_year_wan_of[i] >= exempt_output:
            continue
        here, in_d = district_of[i], grade_of[i] == GRADE_D
        mine = min(chance * special[here], 1.0) if special_process[industry_of[i]] else chance
        mine *= not_exempt[here]
        large_plot = land_mu_of[i] >= w.p.listing_min_land_mu
        wasteful = energy_per_output_of[i] > wasteful_from
        low_tax = in_d and large_plot and tax_per_mu_of[i] < tax_threshold[here]
        polluting = (in_d and not large_plot) or not legal_of[i]
        if not (wasteful or low_tax or polluting):
            continue
        luck = uniforms(w.key, LISTING, month, id_of[i])
        flags = 0
        if wasteful and luck[0] < mine:
            flags |= OUTDATED
        if low_tax and luck[1] < mine:
            flags |= HIGH_CONSUMPTION
        if polluting and luck[2] < mine:
            flags |= SCATTERED_POLLUTING
        listed_of[i] = flags
