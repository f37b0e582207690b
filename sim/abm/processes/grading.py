"""January: land-productivity grades and prices (亩均论英雄); December: who is above scale."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Site
from sim.abm.processes.listing import GRADE_C, GRADE_D, list_firms
from sim.abm.state import State, zeros
from sim.regions import DISTRICTS
from sim.scenario.months import is_december, is_january

GRADE_A, GRADE_B = 0, 1


def review_year(state: State) -> None:
    """Close the books of last year and grade, price and list every enterprise."""
    if not is_january(state.month):
        return
    close_books(state)
    grade(state)
    price_energy(state)
    list_firms(state)
    _choose_models(state)


def close_books(state: State) -> None:
    """The year's output becomes last year's, and with it tax per mu.

    Who was founded during the year is judged by the output of a whole one: some months would look like a poor year.
    """
    firms = state.enterprises
    if state.month > 0:
        firms.output_last_year_wan[:] = firms.output_year_wan
        newcomers = np.flatnonzero(firms.entered >= state.month - 12)
        firms.output_last_year_wan[newcomers] = firms.output_of(newcomers)
        firms.output_year_wan[:] = 0.0
    firms.tax_per_mu[:] = firms.output_last_year_wan.astype(float) * firms.tax_rate / firms.land_mu


def update_scale(state: State) -> None:
    """December, two thresholds: in at 2000 万元 of the year's output, out only below a lower one.

    Statistics of a year count who is above the threshold by that year's revenue, so the list moves before the books
    of the year are read. An enterprise that left during the year stays what it was: a part of a year says nothing.
    """
    if not is_december(state.month):
        return
    firms, parameters = state.enterprises, state.parameters
    live = firms.live
    promoted = live & ~firms.above_scale & (firms.output_year_wan >= parameters["scale.entry_wan"])
    state.tally("promoted", state.by_district(np.flatnonzero(promoted)))
    firms.above_scale[promoted] = True
    firms.above_scale[live & (firms.output_year_wan < parameters["scale.exit_wan"])] = False


def grade(state: State) -> None:
    """Grades A to D by rank within district: above scale by a weighted score, below by tax per mu alone (F157)."""
    firms = state.enterprises
    live = np.flatnonzero(firms.live)
    firms.grade[live] = GRADE_C
    for district, rows in enumerate(_rows_by_district(state, firms.live)):
        above = firms.above_scale[rows]
        for large, group in ((True, rows[above]), (False, rows[~above])):
            score = _score(state, group) if large else firms.tax_per_mu[group]
            best, good, worst = places(state, district, large, group.size)
            firms.grade[group[_first(score, good)]] = GRADE_B
            firms.grade[group[_first(score, best)]] = GRADE_A
            firms.grade[group[~_first(score, worst)]] = GRADE_D
    in_d = firms.grade[live] == GRADE_D
    firms.years_in_d[live] = np.where(in_d, np.minimum(firms.years_in_d[live] + 1, 100), 0)


def places(state: State, district: int, large: bool, size: int) -> tuple[int, int, int]:
    """How many of a group are A, how many A or B, and how many not D: those whose standing is above the cut."""
    d_share = state.lever(f"grading.d_share_{'above' if large else 'below'}_scale")[district]
    cut_a, cut_b = state.parameters["grading.share_a"], state.parameters["grading.share_b"]
    return _above(cut_a, size), _above(cut_a + cut_b, size), _above(1 - d_share, size)


def _above(cut: float, size: int) -> int:
    """How many of a group's places, each in the middle of its share of the whole, stand above a cut."""
    # rounding may put the product beside the quotient that decides
    count = min(max(round(cut * size) - 1, 0), size)
    while count < size and (count + 0.5) / size < cut:
        count += 1
    return count


def _first(score: NDArray[np.floating], count: int) -> NDArray[np.bool_]:
    """The ``count`` highest scores; of equal ones the earlier."""
    if count <= 0 or count >= score.size:
        return np.full(score.size, count > 0)
    last = -np.partition(-score, count - 1)[count - 1]
    first: NDArray[np.bool_] = score > last
    first[np.flatnonzero(score == last)[: count - np.count_nonzero(first)]] = True
    return first


def _rows_by_district(state: State, mask: NDArray[np.bool_]) -> Iterator[NDArray[np.intp]]:
    """Positions of the masked enterprises of each district, in order."""
    rows = np.flatnonzero(mask)
    district = state.enterprises.district[rows]
    order = np.argsort(district, kind="stable")
    bounds = np.searchsorted(district[order], np.arange(1, len(DISTRICTS)))
    yield from np.split(rows[order], bounds)


def _pools(state: State, mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the masked enterprises one district after the other, and where each district begins and ends."""
    rows = list(_rows_by_district(state, mask))
    return np.concatenate(rows), np.cumsum([0, *(pool.size for pool in rows)])


def price_energy(state: State) -> None:
    """Electricity surcharge of grade D, rising with consecutive years, as a multiple of the profit margin."""
    firms = state.enterprises
    rows = np.flatnonzero(firms.live)
    price = surcharges(state)[np.minimum(firms.years_in_d[rows], 3), firms.district[rows]]
    firms.cost_burden[rows] = price * firms.energy_per_output[rows]


def surcharges(state: State) -> NDArray[np.float64]:
    """Surcharge over profit for each tce that 1 万元 of output takes, by years in D and district; shape (4, 10)."""
    by_years = np.stack([zeros(), *(state.lever(f"energy.d_surcharge_year_{n}") for n in (1, 2, 3))])
    kwh_per_tce, margin = state.parameters["energy.electricity_kwh_per_tce"], state.parameters["turnover.profit_margin"]
    result: NDArray[np.float64] = by_years * kwh_per_tce / 10_000 / margin
    return result


def _score(state: State, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Weighted score above scale (F161, F157): each indicator over the district's mean, capped."""
    cap = state.parameters["grading.score_cap"]
    total = np.zeros(rows.size)
    for weight, indicator in zip(INDICATORS, _indicators(state, rows), strict=True):
        mean = max(indicator.mean(), 1e-12) if rows.size else 1.0
        total += state.parameters[f"grading.weight_{weight}"] * np.minimum(indicator / mean, cap)
    return total


INDICATORS = ("tax", "value_added", "sales", "energy", "rd", "productivity")
"""Six of the rule's indicators, by the name of their weight; emissions have no data on enterprises."""


def _indicators(state: State, rows: NDArray[np.intp]) -> list[NDArray[np.float64]]:
    firms = state.enterprises
    output, land = firms.output_last_year_wan[rows].astype(float), firms.land_mu[rows].astype(float)
    rate = firms.value_added_rate[rows].astype(float)
    return [
        firms.tax_per_mu[rows].astype(float),
        output * rate / land,
        output / land,
        rate / np.maximum(firms.energy_per_output[rows].astype(float), 1e-9),
        firms.rd_share[rows].astype(float),
        output * rate / np.maximum(firms.employees[rows].astype(float), 1.0),
    ]


def _choose_models(state: State) -> None:
    """Enterprises that this year's entrants are modelled on, by district: below scale, and above for big projects."""
    firms = state.enterprises
    usable = firms.live & (firms.site != Site.TOWER)
    state.models = _pools(state, usable & ~firms.above_scale)
    state.large_models = _pools(state, usable & firms.above_scale)
