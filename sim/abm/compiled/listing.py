"""The three lists of January; see ``processes/listing.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, uniforms
from sim.abm.compiled.ledger import EXITED, TOWER
from sim.abm.compiled.world import world
from sim.abm.enterprises import Listed
from sim.abm.processes.listing import GRADE_C, GRADE_D, queue_up
from sim.abm.randomness import Process
from sim.abm.state import State

LISTING = np.int64(Process.LISTING)
OUTDATED, HIGH_CONSUMPTION, SCATTERED_POLLUTING = (int(flag) for flag in Listed)


def list_firms(state: State) -> None:
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
