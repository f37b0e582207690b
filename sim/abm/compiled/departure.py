"""Who finds work again; see ``processes/departure.py``. How an enterprise ends is in ``ledger.py``."""

from __future__ import annotations

from sim.abm.compiled.arithmetic import compiled
from sim.abm.compiled.world import world
from sim.abm.processes.departure import hired_within_month
from sim.abm.state import TALLIES, State

REEMPLOYED = TALLIES.index("employees_reemployed")


def reemploy(state: State) -> None:
    _reemploy(world(state), hired_within_month(state))


@compiled
def _reemploy(w, monthly):
    for here in range(10):
        hired = w.jobless[here] * monthly
        w.jobless[here] -= hired
        w.tallies[REEMPLOYED, here] += hired
