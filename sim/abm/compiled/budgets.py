"""Quantities that accrue by the month and are spent in whole units; see ``Budgets`` in ``state.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import part


@part
def accrue(balance, yearly, factor):
    """A month's part of ``factor`` times a yearly amount by district."""
    for here in range(10):
        balance[here] += yearly[here] * factor / 12


@part
def keep_at_most(balance, carried):
    """January: what is left above this is lost."""
    for here in range(10):
        balance[here] = min(balance[here], carried)


@part
def whole_units(balance):
    """Units by district, and in all."""
    units, count = np.empty(10, np.intp), 0
    for here in range(10):
        units[here] = max(np.floor(balance[here] + 0.5), 0.0)
        balance[here] -= units[here]
        count += units[here]
    return units, count


@part
def whole_units_of_city(balance):
    """Units by district, and in all."""
    units, count = np.zeros(10, np.intp), max(int(np.floor(_sum_as_numpy(balance) + 0.5)), 0)
    for _ in range(count):
        here = 0
        for other in range(1, 10):
            if balance[other] > balance[here]:
                here = other
        units[here] += 1
        balance[here] -= 1.0
    return units, count


@part
def _sum_as_numpy(ten):
    """In numpy's order: parts of districts often add to exactly half a unit, where the last bit decides."""
    a = ((ten[0] + ten[1]) + (ten[2] + ten[3])) + ((ten[4] + ten[5]) + (ten[6] + ten[7]))
    return (a + ten[8]) + ten[9]
