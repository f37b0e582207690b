"""What differs between two scenarios: from, to, unit and the clauses behind it; and scenarios between the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.regions import CITY
from sim.scenario.catalogue import Entry, Steps, catalogue
from sim.scenario.distribution import Distribution
from sim.scenario.months import month_text
from sim.scenario.schema import Scenario, steps_text

OF_CITY = "按份额分摊全市的"
"""Before the city's quantity a year, of which a district without its own has a share."""


@dataclass(frozen=True)
class Change:
    """One parameter that differs; ``before`` and ``after`` as a reader would write them."""

    entry: Entry
    scope: str
    before: str
    after: str


def changes(scenario: Scenario, other: Scenario) -> list[Change]:
    """Changes from ``other`` to ``scenario``, levers first, in catalogue order."""
    entries = catalogue()
    found = [
        Change(entries[name], CITY, steps_text(other.levers[name]), steps_text(steps))
        for name, steps in scenario.levers.items()
        if steps != other.levers[name]
    ]
    for district in sorted(scenario.district_levers.keys() | other.district_levers.keys()):
        mine, theirs = scenario.district_levers.get(district, {}), other.district_levers.get(district, {})
        for name in sorted(mine.keys() | theirs.keys()):
            if mine.get(name) != theirs.get(name):
                since = min(own[name][0][0] for own in (mine, theirs) if name in own)
                before, after = (
                    _dated(own[name]) if name in own else _of_city(entries[name], whole.levers[name], since)
                    for own, whole in ((theirs, other), (mine, scenario))
                )
                found.append(Change(entries[name], district, before, after))
    found += [
        Change(entries[name], CITY, _text(other.uncertainties[name]), _text(value))
        for name, value in scenario.uncertainties.items()
        if value != other.uncertainties[name]
    ]
    found += [
        Change(entries[name], CITY, _option(entries[name], other.structure[name]), _option(entries[name], option))
        for name, option in scenario.structure.items()
        if option != other.structure[name]
    ]
    return found


def beside(scenario: Scenario, other: Scenario) -> list[str]:
    """Keys of what decides runs beside those changes, and differs: how far they go, and the user's own files."""
    pairs = {
        "horizon": (scenario.horizon, other.horizon), "output_series": (scenario.output_series, other.output_series),
        "register": (scenario.register_file, other.register_file),
        "calibration": (scenario.calibration, other.calibration),
    }  # fmt: skip
    return [key for key, (mine, theirs) in pairs.items() if mine != theirs]


def taking(scenario: Scenario, source: Scenario, chosen: Iterable[Change]) -> Scenario:
    """Return ``scenario`` with some of what differs in ``source`` as it is there."""
    levers, districts = dict(scenario.levers), {name: dict(own) for name, own in scenario.district_levers.items()}
    uncertainties, structure = dict(scenario.uncertainties), dict(scenario.structure)
    for change in chosen:
        name = change.entry.id
        if change.entry.kind == "uncertainty":
            uncertainties[name] = source.uncertainties[name]
        elif change.entry.kind == "switch":
            structure[name] = source.structure[name]
        elif change.scope == CITY:
            levers[name] = source.levers[name]
        elif name in source.district_levers.get(change.scope, {}):
            districts.setdefault(change.scope, {})[name] = source.district_levers[change.scope][name]
        else:
            districts[change.scope].pop(name, None)
    return scenario.model_copy(update={
        "levers": levers, "district_levers": {name: own for name, own in districts.items() if own},
        "uncertainties": uncertainties, "structure": structure,
    })  # fmt: skip


def _dated(steps: Steps) -> str:
    """A district's own steps; before the first it has what the city's give it, so that a single one has its month."""
    month, value = steps[0]
    return f"{month_text(month)} 起 {value:g}" if len(steps) == 1 and month else steps_text(steps)


def _of_city(entry: Entry, steps: Steps, since: int) -> str:
    """What a district has from a month on where it has no value of its own: of a quantity a year its share only."""
    held = [step for step in steps if step[0] <= since][-1:]
    said = steps_text((*held, *(step for step in steps if step[0] > since)))
    return f"{said}（与全市相同）" if entry.spread_by is None else f"{OF_CITY}{said}"


def _option(entry: Entry, option: str) -> str:
    return f"{option}（{entry.options[option]}）"


def _text(distribution: Distribution) -> str:
    return f"{distribution.kind} {' / '.join(f'{number:g}' for number in distribution.numbers)}"
