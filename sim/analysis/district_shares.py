"""What every district gets of a quantity a year: its share of the city's, or what a scenario gives it as its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.regions import DISTRICTS
from sim.scenario.catalogue import Entry, Steps, catalogue
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Spread:
    """A lever from its last change on, in its unit.

    Attributes:
        month: the last from which somebody's value differs from the base's.
        city: what is written for the whole city.
        districts: what each district gets.
        own: those whose value is their own and no share.
    """

    entry: Entry
    month: int
    city: float
    districts: Mapping[str, float]
    own: tuple[str, ...]

    @property
    def total(self) -> float:
        """What all districts get: the city's, unless some have their own."""
        return sum(self.districts.values())


def changed_names(scenario: Scenario, base: Scenario) -> list[str]:
    """Return the levers, quantities a year, that differ for the city or for a district."""
    return [
        name
        for name, entry in catalogue().of_kind("lever").items()
        if entry.spread_by and _written(scenario, name) != _written(base, name)
    ]


def spreads(scenario: Scenario, base: Scenario) -> list[Spread]:
    """Return what districts get of every quantity a year that differs from ``base``, as the model has it at full size.
    """
    names = changed_names(scenario, base)
    if not names:
        return []
    from sim.abm.model import IndustrialUpgradeModel
    from sim.ensemble.batch import population_of
    from sim.population import ENTERPRISES

    state = IndustrialUpgradeModel(scenario, population=population_of(scenario, ENTERPRISES)).state
    found = []
    for name in names:
        mine = _written(scenario, name)
        month = _last_change(mine, _written(base, name))
        values = state.parameters.lever(name, month) / state.scale
        own = tuple(district for district in DISTRICTS if _at(mine.get(district, ()), month) is not None)
        amounts = dict(zip(DISTRICTS, map(float, values), strict=True))
        found.append(Spread(catalogue()[name], month, scenario.lever(name, month), amounts, own))
    return found


def _written(scenario: Scenario, name: str) -> dict[str, Steps]:
    """The city's steps, under an empty name, and the districts' own."""
    own = {district: levers[name] for district, levers in scenario.district_levers.items() if name in levers}
    return {"": scenario.levers[name], **own}


def _last_change(mine: Mapping[str, Steps], theirs: Mapping[str, Steps]) -> int:
    """Return the last month of a step from which the values of somebody differ, for the city or a district."""
    months = {since for written in (mine, theirs) for steps in written.values() for since, _ in steps}
    who = {*mine, *theirs}
    return max(month for month in months
               if any(_at(mine.get(one, ()), month) != _at(theirs.get(one, ()), month) for one in who))  # fmt: skip


def _at(steps: Steps, month: int) -> float | None:
    """The value that holds in a month, if one does."""
    return next((value for since, value in reversed(steps) if since <= month), None)
