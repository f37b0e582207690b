"""Levers pushed from what a scenario has towards the end of what is allowed, and scenarios so pushed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.scenario.catalogue import Entry, catalogue
from sim.scenario.load import override
from sim.scenario.months import LAST_OBSERVED_YEAR, month_index
from sim.scenario.schema import Scenario

SINCE = month_index(f"{LAST_OBSERVED_YEAR + 2}-01")
"""The first month that is still to be decided: from here on the shipped scenarios differ."""


@dataclass(frozen=True)
class Push:
    """A lever, its value in force when it is pushed, and the bound of its range that it is pushed to.

    ``apart``: the districts that have a value of their own, which is not pushed.
    """

    entry: Entry
    now: float
    bound: float
    apart: tuple[str, ...] = ()

    def value(self, effort: float) -> float:
        """Return the value after a share (0 … 1) of the way; levers that are on or off jump half-way."""
        way = float(effort >= 0.5) if self.entry.unit == "0或1" else effort
        return self.now + way * (self.bound - self.now)


def possible(scenario: Scenario, since: int) -> list[Push]:
    """Return every push that a clause lets somebody decide: each lever towards each end of its range.

    Levers without a clause (the demand shifts) are futures, not decisions.
    """
    found = []
    for name, entry in catalogue().of_kind("lever").items():
        now = scenario.lever(name, since)
        apart = tuple(district for district, own in scenario.district_levers.items() if name in own)
        found += [Push(entry, now, bound, apart) for bound in entry.bounds if entry.clauses and bound != now]
    return found


def pushed(scenario: Scenario, pushes: Iterable[Push], effort: float, since: int) -> Scenario:
    """Return the scenario with each lever a share ``effort`` of its way from ``since`` on; districts' own stay."""
    if effort == 0:
        return scenario
    moved = {
        push.entry.id: override(scenario.levers[push.entry.id], ((since, push.value(effort)),)) for push in pushes
    }
    return scenario.model_copy(update={"levers": scenario.levers | moved})
