"""January: above-scale status, land-productivity grades, price escalation and the three lists (亩均论英雄)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Enterprises, Listed, Site
from sim.abm.processes.production import yearly_volatility
from sim.abm.processes.turnover import yearly_hazard
from sim.abm.randomness import Process
from sim.abm.state import State
from sim.regions import DISTRICTS
from sim.scenario.months import is_december, is_january

GRADE_A, GRADE_B, GRADE_C, GRADE_D = range(4)


def review_year(state: State) -> None:
    """Close the books of last year and grade, price and list every enterprise."""
    if not is_january(state.month):
        return
    firms = state.enterprises
    if state.month > 0:
        firms.output_last_year_wan[:] = firms.output_year_wan
        firms.output_year_wan[:] = 0.0
    firms.tax_per_mu[:] = firms.output_last_year_wan * firms.tax_rate / firms.land_mu
    grade(state)
    price_energy(state)
    list_firms(state)
    yearly_volatility(state)
    yearly_hazard(state)
    _choose_models(state)


def update_scale(state: State) -> None:
    """December, two thresholds: in at 2000 万元 of the year's output, out only below a lower one.

    Statistics of a year count who is above the threshold by that year's revenue, so the list moves before the books
    of the year are read. An enterprise that left during the year stays what it was: a part of a year says nothing.
    """
    if not is_december(state.month):
        return
    firms, parameters = state.enterprises, state.parameters
    output = firms.output_year_wan
    promoted = np.flatnonzero(firms.live & ~firms.above_scale & (output >= parameters["scale.entry_wan"]))
    state.tally("promoted", state.by_district(promoted))
    firms.above_scale[promoted] = True
    firms.above_scale[firms.live & (output < parameters["scale.exit_wan"])] = False


def grade(state: State) -> None:
    """Grades A to D by rank within district: above scale by a weighted score, below by tax per mu alone (F157)."""
    firms, parameters = state.enterprises, state.parameters
    rows = np.flatnonzero(firms.live)
    above = firms.above_scale[rows]
    score = np.where(above, _score(state, rows), firms.tax_per_mu[rows])
    group = firms.district[rows].astype(np.intp) * 2 + above
    standing = _standing(group, score)
    d_share = np.where(
        above,
        state.lever("grading.d_share_above_scale")[firms.district[rows]],
        state.lever("grading.d_share_below_scale")[firms.district[rows]],
    )
    cut_a, cut_b = parameters["grading.share_a"], parameters["grading.share_b"]
    grades = np.full(rows.size, GRADE_C, np.int8)
    grades[standing < cut_a + cut_b] = GRADE_B
    grades[standing < cut_a] = GRADE_A
    grades[standing >= 1 - d_share] = GRADE_D
    firms.grade[rows] = grades
    firms.years_in_d[rows] = np.where(grades == GRADE_D, np.minimum(firms.years_in_d[rows] + 1, 100), 0)


def price_energy(state: State) -> None:
    """Electricity surcharge of grade D, rising with consecutive years, as a multiple of the profit margin."""
    firms, parameters = state.enterprises, state.parameters
    years = np.clip(firms.years_in_d, 0, 3)
    by_years = np.stack([np.zeros(len(DISTRICTS)), *(state.lever(f"energy.d_surcharge_year_{n}") for n in (1, 2, 3))])
    kwh_per_wan = firms.energy_per_output * parameters["energy.electricity_kwh_per_tce"]
    share_of_output = by_years[years, firms.district] * kwh_per_wan / 10_000
    firms.cost_burden[:] = share_of_output / parameters["turnover.profit_margin"]


def list_firms(state: State) -> None:
    """Put eligible enterprises on the three lists with the year's listing probability, less exemptions."""
    firms, parameters = state.enterprises, state.parameters
    chance = np.full(firms.n, parameters["listing.probability_given_d"])
    special = state.lever("listing.special_process_multiplier")[firms.district]
    chance = np.where(firms.special_process, np.minimum(chance * special, 1.0), chance)
    chance *= 1 - state.lever("listing.exemption_share")[firms.district]
    luck = state.draws.block(Process.LISTING, state.month, firms.id)
    firms.listed[:] = 0
    for word, (flag, eligible) in enumerate(_eligible(state).items()):
        firms.listed[eligible & (luck[word] < chance)] |= flag


def _eligible(state: State) -> dict[Listed, NDArray[np.bool_]]:
    firms, parameters = state.enterprises, state.parameters
    large_plot = firms.land_mu >= parameters["listing.min_land_mu"]
    low_tax = firms.tax_per_mu < state.lever("listing.tax_threshold_wan_per_mu")[firms.district]
    live = firms.live
    energy_mean = np.average(firms.energy_per_output[live], weights=firms.output_last_year_wan[live])
    wasteful = firms.energy_per_output > parameters["listing.outdated_energy_ratio"] * energy_mean
    important = firms.output_last_year_wan >= parameters["listing.exempt_output_wan"]
    outside_tower = live & (firms.site != Site.TOWER) & ~important
    graded_d = outside_tower & (firms.grade == GRADE_D)
    informal = outside_tower & (firms.grade >= GRADE_C) & ~firms.legal
    return {
        Listed.OUTDATED: outside_tower & (firms.grade >= GRADE_C) & wasteful,
        Listed.HIGH_CONSUMPTION: graded_d & large_plot & low_tax,
        Listed.SCATTERED_POLLUTING: (graded_d & ~large_plot) | informal,
    }


def _score(state: State, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Weighted score above scale (weights F161): each indicator over its district mean, capped."""
    firms, parameters = state.enterprises, state.parameters
    total = np.zeros(rows.size)
    district = firms.district[rows]
    above = firms.above_scale[rows]
    for weight, indicator in _indicators(firms, rows).items():
        sums = np.bincount(district[above], indicator[above], minlength=len(DISTRICTS))
        counts = np.maximum(np.bincount(district[above], minlength=len(DISTRICTS)), 1)
        mean = np.maximum(sums / counts, 1e-12)
        total += parameters[f"grading.weight_{weight}"] * np.minimum(
            indicator / mean[district], parameters["grading.score_cap"]
        )
    return total


def _indicators(firms: Enterprises, rows: NDArray[np.intp]) -> dict[str, NDArray[np.float64]]:
    output = firms.output_last_year_wan[rows]
    value_added_rate = firms.value_added_rate[rows]
    return {
        "tax": firms.tax_per_mu[rows],
        "sales": output / firms.land_mu[rows],
        "energy": value_added_rate / np.maximum(firms.energy_per_output[rows], 1e-9),
        "rd": firms.rd_share[rows],
        "productivity": output * value_added_rate / np.maximum(firms.employees[rows], 1.0),
    }


def _standing(group: NDArray[np.intp], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place within the group from the top: 0 is best, towards 1 worst."""
    order = np.lexsort((-score, group))
    sorted_group = group[order]
    starts = np.searchsorted(sorted_group, sorted_group, side="left")
    sizes = np.searchsorted(sorted_group, sorted_group, side="right") - starts
    standing = np.empty(group.size)
    standing[order] = (np.arange(group.size) - starts + 0.5) / sizes
    return standing


def _choose_models(state: State) -> None:
    """Enterprises that this year's entrants are modelled on, by district: below scale, and above for big projects."""
    firms = state.enterprises
    usable = firms.live & (firms.site != Site.TOWER)
    for large in (False, True):
        rows = np.flatnonzero(usable & (firms.above_scale == large))
        by_district = [rows[firms.district[rows] == district] for district in range(len(DISTRICTS))]
        if large:
            state.large_models = by_district
        else:
            state.models = by_district
