"""Land supplied, and the check of its ledger; see ``processes/land.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import LANES, compiled
from sim.abm.compiled.budgets import accrue
from sim.abm.compiled.ledger import EXITED, TOWER
from sim.abm.compiled.world import world
from sim.abm.processes.land import verify
from sim.abm.state import PARK_LAND, SCATTERED_LAND, TALLIES, State
from sim.scenario.months import is_december

NEW_LAND, NEW_PARK_LAND, NEW_PLACES = (
    TALLIES.index(name) for name in ("new_land_mu", "new_park_land_mu", "micro_places")
)


def supply_land(state: State) -> None:
    _supply(world(state), state.month)


def close_ledger(state: State) -> None:
    w = world(state)
    unheld = _unheld_land(w, state.enterprises.n) if is_december(state.month) else 0.0
    verify(state, _missing_land(w), unheld, _least(w))


@compiled
def _supply(w, month):
    new_land, park_share = w.lever.land_new_industrial_mu_per_year[month], w.lever.land_park_share[month]
    places = w.lever.parks_micro_places_per_year[month]
    accrue(w.places, places, 1.0)
    for here in range(10):
        new = new_land[here] / 12
        w.vacant[PARK_LAND, here] += new * park_share[here]
        w.vacant[SCATTERED_LAND, here] += new * (1 - park_share[here])
        w.total[here] += new
        w.tallies[NEW_LAND, here] += new
        w.tallies[NEW_PARK_LAND, here] += new * park_share[here]
        w.tallies[NEW_PLACES, here] += places[here] / 12
        for kind in range(2):
            w.vacant[kind, here] += w.returning[month, kind, here]
            w.returning[month, kind, here] = 0.0


@compiled
def _least(w):
    least = 0.0
    for here in range(10):
        floor_let, floor_open = w.floor_let[here], w.floor_open[here]
        least = min(least, w.vacant[0, here], w.vacant[1, here], floor_let, floor_open - floor_let)
    return least


@compiled
def _missing_land(w):
    booked, missing = np.empty(10), 0.0
    for here in range(10):
        booked[here] = w.occupied[here] + w.vacant[0, here] + w.vacant[1, here] + w.under_towers[here]
    for month in range(w.assembling.shape[0]):
        for here in range(10):
            booked[here] += w.returning[month, 0, here] + w.returning[month, 1, here] + w.assembling[month, here]
    for here in range(10):
        missing = max(missing, abs(w.total[here] - booked[here]))
    return missing


@compiled
def _unheld_land(w, n):
    firms, held, missing = w.firms, np.zeros((10, LANES)), 0.0
    stage, site, district, land_mu = firms.stage[:n], firms.site[:n], firms.district[:n], firms.land_mu[:n]
    for i in range(n):
        holds = (stage[i] != EXITED) & (site[i] != TOWER)
        held[np.uint8(district[i]), np.uint32(i % LANES)] += np.float64(land_mu[i]) * holds
    for here in range(10):
        missing = max(missing, abs(w.occupied[here] - held[here].sum()))
    return missing
