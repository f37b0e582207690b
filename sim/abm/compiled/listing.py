"""The three lists of January; see ``processes/listing.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import LANES, compiled, uniforms
from sim.abm.compiled.ledger import EXITED, TOWER
from sim.abm.compiled.world import world
from sim.abm.enterprises import Listed
from sim.abm.processes.listing import GRADE_C, GRADE_D, queue_up
from sim.abm.randomness import Process
from sim.abm.state import State

LISTING = np.int64(Process.LISTING)
OUTDATED, HIGH_CONSUMPTION, POLLUTING = (int(flag) for flag in Listed)


def list_firms(state: State) -> None:
    w, n, p = world(state), state.enterprises.n, state.parameters
    weak, eligible = _eligible(
        w, n, state.lever("listing.tax_threshold_wan_per_mu"), p["listing.exempt_output_wan"],
        p["listing.outdated_energy_ratio"] * _mean_energy(w, n),
    )  # fmt: skip
    listed = _put_on_lists(
        w, state.month, weak, eligible, state.special_process, p["listing.probability_given_d"],
        state.lever("listing.special_process_multiplier"), 1 - state.lever("listing.exemption_share"),
    )  # fmt: skip
    for flag, rows in zip(Listed, listed, strict=True):
        queue_up(state, flag, rows)


@compiled
def _mean_energy(w, n):
    firms = w.firms
    stage_of, output_last_year_wan_of = firms.stage, firms.output_last_year_wan
    energy_per_output_of = firms.energy_per_output
    energy, output = np.zeros(LANES), np.zeros(LANES)
    for i in range(n):
        made, lane = np.float64(output_last_year_wan_of[i]) * (stage_of[i] != EXITED), np.uint32(i % LANES)
        energy[lane] += made * np.float64(energy_per_output_of[i])
        output[lane] += made
    return energy.sum() / max(output.sum(), 1e-12)


@compiled
def _eligible(w, n, tax_threshold, exempt_output, wasteful_from):
    """Who may be listed, and on which lists; nobody is on one any more."""
    firms, min_land_mu = w.firms, w.p.listing_min_land_mu
    stage_of, output_last_year_wan_of = firms.stage, firms.output_last_year_wan
    energy_per_output_of, listed_of = firms.energy_per_output, firms.listed
    grade_of, site_of, district_of = firms.grade, firms.site, firms.district
    land_mu_of, tax_per_mu_of, legal_of = firms.land_mu, firms.tax_per_mu, firms.legal
    weak, count = np.empty(n, np.intp), 0
    for i in range(n):
        listed_of[i] = 0
        weak[count] = i
        count += (
            (stage_of[i] != EXITED) & (grade_of[i] >= GRADE_C) & (site_of[i] != TOWER)
            & (output_last_year_wan_of[i] < exempt_output)
        )  # fmt: skip
    eligible, several = np.empty(count, np.int8), 0
    for i in weak[:count]:
        in_d, large_plot = grade_of[i] == GRADE_D, land_mu_of[i] >= min_land_mu
        low_tax = tax_per_mu_of[i] < tax_threshold[np.uint8(district_of[i])]
        flags = OUTDATED * (energy_per_output_of[i] > wasteful_from)
        flags |= HIGH_CONSUMPTION * (in_d & large_plot & low_tax)
        flags |= POLLUTING * ((in_d & (not large_plot)) | (not legal_of[i]))
        weak[several], eligible[several] = i, flags
        several += flags != 0
    return weak[:several], eligible[:several]


@compiled
def _put_on_lists(w, month, weak, eligible, special_process, chance, special, not_exempt):
    """Draw for each of the weak who is listed; positions by list."""
    firms = w.firms
    outdated, high, scattered = np.empty_like(weak), np.empty_like(weak), np.empty_like(weak)
    first = second = third = 0
    for k in range(weak.size):
        row, flags = weak[k], eligible[k]
        here = firms.district[row]
        mine = min(chance * special[here], 1.0) if special_process[firms.industry[row]] else chance
        mine *= not_exempt[here]
        luck = uniforms(w.key, LISTING, month, firms.id[row])
        flags &= OUTDATED * (luck[0] < mine) | HIGH_CONSUMPTION * (luck[1] < mine) | POLLUTING * (luck[2] < mine)
        firms.listed[row] = flags
        outdated[first] = high[second] = scattered[third] = row
        first += flags & OUTDATED != 0
        second += flags & HIGH_CONSUMPTION != 0
        third += flags & POLLUTING != 0
    return outdated[:first], high[:second], scattered[:third]
