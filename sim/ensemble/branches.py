"""Several scenarios from one shared past: what they have in common is made once, then copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.ensemble.batch import model_of
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.abm.model import IndustrialUpgradeModel
    from sim.ensemble.batch import Job


def of_one_past(scenarios: list[Scenario]) -> list[list[Scenario]]:
    """Scenarios that read the same draw and rules, and so can share a past."""
    found: dict[str, list[Scenario]] = {}
    for scenario in scenarios:
        drawn = {name: value.model_dump() for name, value in scenario.uncertainties.items()}
        found.setdefault(repr((drawn, scenario.structure, scenario.horizon)), []).append(scenario)
    return list(found.values())


def branches(
    group: Sequence[Scenario], job: Job, seed: int, enterprises: int, until: int
) -> Iterator[tuple[Scenario, IndustrialUpgradeModel]]:
    """Yield each scenario of a group that can share a past, with its model run to the end of year ``until``."""
    end = min(12 * (until - 2021) + 12, group[0].months)
    trunk = model_of(group[0], job, seed, enterprises)
    _advance(trunk, min(first_difference(group), end))
    for scenario in group:
        branch = trunk.fork(scenario) if len(group) > 1 else trunk
        _advance(branch, end)
        yield scenario, branch


def _advance(model: IndustrialUpgradeModel, month: int) -> None:
    while model.running and model.state.month < month:
        model.step()


def first_difference(scenarios: Sequence[Scenario]) -> int:
    """Return the first month in which any lever differs between scenarios; that after the last if none does."""
    from sim.abm.parameters import series

    first = min(scenario.months for scenario in scenarios)
    for scenario in scenarios[1:]:
        pairs = [(scenario.levers[name], steps) for name, steps in scenarios[0].levers.items()]
        for one, other in pairs:
            if one != other:
                differ = np.flatnonzero(series(one, first) != series(other, first))
                first = min([first, *differ[:1].tolist()])
        if scenario.district_levers != scenarios[0].district_levers:
            first = min(first, _first_district_step(scenario, scenarios[0]))
    return first


def _first_district_step(one: Scenario, other: Scenario) -> int:
    """Earliest month of any district step that only one of the two has."""
    found = [
        {(district, name, *step) for district, levers in item.district_levers.items() for name, steps in levers.items()
         for step in steps}
        for item in (one, other)
    ]  # fmt: skip
    return min((int(step[2]) for step in found[0] ^ found[1]), default=one.months)
