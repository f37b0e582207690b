"""Sums that the year's indicators are made of; see ``measures.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import LANES, compiled
from sim.abm.compiled.ledger import EXITED
from sim.abm.compiled.world import world
from sim.abm.measures import SUMS
from sim.abm.state import State, Vector

OUTPUT, VALUE_ADDED, TAX, LAND, WORKERS, FIRMS, JOBS = range(len(SUMS))


def yearly_sums(state: State) -> dict[str, Vector]:
    return dict(zip(SUMS, _sums(world(state), state.enterprises.n), strict=True))


@compiled
def _sums(w, n):
    """In one pass; those above scale in the order of the table, as ``bincount`` adds."""
    firms, sums, jobs = w.firms, np.zeros((len(SUMS), 10)), np.zeros((10, LANES))
    stage_of, district_of, above_scale_of = firms.stage[:n], firms.district[:n], firms.above_scale[:n]
    employees_of, land_mu_of, made_of = firms.employees[:n], firms.land_mu[:n], firms.output_year_wan[:n]
    for i in range(n):
        live, here = stage_of[i] != EXITED, np.uint8(district_of[i])
        jobs[here, np.uint32(i % LANES)] += np.float64(employees_of[i]) * live
        if not above_scale_of[i]:
            continue
        made = np.float64(made_of[i])
        sums[OUTPUT, here] += made
        sums[VALUE_ADDED, here] += made * np.float64(firms.value_added_rate[i])
        sums[TAX, here] += made * np.float64(firms.tax_rate[i])
        sums[LAND, here] += np.float64(land_mu_of[i]) * live
        sums[WORKERS, here] += np.float64(employees_of[i]) * live
        sums[FIRMS, here] += live
    for district in range(10):
        sums[JOBS, district] = jobs[district].sum()
    return sums
