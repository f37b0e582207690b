"""The check of the land ledger; see ``processes/land.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled
from sim.abm.compiled.ledger import EXITED, TOWER
from sim.abm.compiled.world import world
from sim.abm.processes.land import verify
from sim.abm.state import State
from sim.scenario.months import is_december


def close_ledger(state: State) -> None:
    w, land = world(state), state.land
    least = _least(w)
    missing = _missing_land(w, land.assembling, land.under_towers)
    unheld = _unheld_land(w, state.enterprises.n) if is_december(state.month) else 0.0
    verify(state, missing, unheld, least)


@compiled
def _least(w):
    least = 0.0
    for here in range(10):
        floor_let, floor_open = w.floor_let[here], w.floor_open[here]
        least = min(least, w.vacant[0, here], w.vacant[1, here], floor_let, floor_open - floor_let)
    return least


@compiled
def _missing_land(w, assembling, under_towers):
    booked = w.occupied + w.vacant[0] + w.vacant[1] + under_towers
    for month in range(assembling.shape[0]):
        for here in range(10):
            booked[here] += w.returning[month, 0, here] + w.returning[month, 1, here] + assembling[month, here]
    return np.abs(w.total - booked).max()


@compiled
def _unheld_land(w, n):
    firms, held = w.firms, np.zeros(10)
    stage, site, district, land_mu = firms.stage[:n], firms.site[:n], firms.district[:n], firms.land_mu[:n]
    for i in range(n):
        holds = (stage[i] != EXITED) & (site[i] != TOWER)
        held[np.uint8(district[i])] += np.float64(land_mu[i]) * holds
    return np.abs(w.occupied - held).max()
