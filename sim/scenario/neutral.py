"""Doing nothing: a scenario whose levers stop at some month."""

from __future__ import annotations

from sim.scenario.catalogue import Steps, catalogue
from sim.scenario.load import override
from sim.scenario.months import LAST_OBSERVED_YEAR, month_index
from sim.scenario.schema import Scenario

FROM = month_index(f"{LAST_OBSERVED_YEAR + 1}-01")
"""What happened is no longer to be decided: nothing is undone before the first year without published starts."""


def neutral(scenario: Scenario, since: int = FROM) -> Scenario:
    """Return the scenario with every lever, the districts' own as well, at its neutral value from ``since`` on."""
    entries = catalogue()

    def stopped(name: str, steps: Steps) -> Steps:
        rest = entries[name].neutral
        before = [value for month, value in steps if month <= since][-1:]
        resting = {rest} == {*before, *(value for month, value in steps if month > since)}
        return steps if resting else override(steps, ((since, rest),))

    return scenario.model_copy(update={
        "levers": {name: stopped(name, steps) for name, steps in scenario.levers.items()},
        "district_levers": {
            district: {name: stopped(name, steps) for name, steps in own.items()}
            for district, own in scenario.district_levers.items()
        },
    })  # fmt: skip
