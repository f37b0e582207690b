"""January: who is put on the three lists (outdated, high consumption, scattered and polluting), and in which order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Listed, Site
from sim.abm.randomness import Process
from sim.abm.state import State

GRADE_C, GRADE_D = 2, 3


def list_firms(state: State) -> None:
    """Put eligible enterprises on the three lists with the year's listing probability, less exemptions."""
    firms, parameters = state.enterprises, state.parameters
    important = firms.output_last_year_wan >= parameters["listing.exempt_output_wan"]
    weak = firms.live & (firms.grade >= GRADE_C) & (firms.site != Site.TOWER) & ~important
    rows = np.flatnonzero(weak)
    district = firms.district[rows]
    special = state.lever("listing.special_process_multiplier")[district]
    chance = np.full(rows.size, parameters["listing.probability_given_d"])
    chance = np.where(state.special_process[firms.industry[rows]], np.minimum(chance * special, 1.0), chance)
    chance *= 1 - state.lever("listing.exemption_share")[district]
    luck = state.draws.block(Process.LISTING, state.month, firms.id[rows])
    firms.listed[:] = 0
    for word, (flag, eligible) in enumerate(_eligible(state, rows).items()):
        listed = rows[eligible & (luck[word] < chance)]
        firms.listed[listed] |= flag
        queue_up(state, flag, listed)


def queue_up(state: State, flag: Listed, rows: NDArray[np.intp]) -> None:
    """Line up a list for the year's enforcement, the lowest tax per mu first."""
    firms = state.enterprises
    state.queues[flag] = rows[np.lexsort((firms.id[rows], firms.tax_per_mu[rows]))]


def _eligible(state: State, rows: NDArray[np.intp]) -> dict[Listed, NDArray[np.bool_]]:
    """Who may be listed, of enterprises of grade C or D outside towers that are not excused as important."""
    firms, parameters = state.enterprises, state.parameters
    large_plot = firms.land_mu[rows] >= parameters["listing.min_land_mu"]
    threshold = state.lever("listing.tax_threshold_wan_per_mu")[firms.district[rows]]
    low_tax = firms.tax_per_mu[rows] < threshold
    wasteful = firms.energy_per_output[rows] > parameters["listing.outdated_energy_ratio"] * _mean_energy(state)
    graded_d = firms.grade[rows] == GRADE_D
    return {
        Listed.OUTDATED: wasteful,
        Listed.HIGH_CONSUMPTION: graded_d & large_plot & low_tax,
        Listed.SCATTERED_POLLUTING: (graded_d & ~large_plot) | ~firms.legal[rows],
    }


def _mean_energy(state: State) -> float:
    """Energy per output of the whole city's industry last year, tce per 万元."""
    firms = state.enterprises
    output = np.where(firms.live, firms.output_last_year_wan, 0.0)
    return float(output @ firms.energy_per_output.astype(float)) / max(float(output.sum()), 1e-12)
