"""The levers that are offered as sliders: those that move the headline targets, each with range, step and evidence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim import evidence
from sim.analysis.pushes import SINCE
from sim.scenario.catalogue import GRADE_ZH, Entry, catalogue
from sim.scenario.load import override
from sim.scenario.schema import Scenario

LEVERS = (
    "highrise.project_starts_per_year",
    "demand.price_shift",
    "demand.growth_shift",
    "redevelopment.investment_yi_yuan_per_year",
    "pipeline.big_projects_per_year",
    "redevelopment.land_mu_per_year",
    "pipeline.medium_projects_per_year",
    "fund.buyout_yi_yuan_per_year",
    "redevelopment.continuity_share",
    "highrise.credit_yi_yuan_per_year",
)
"""In the order of how far they move the number held against a headline target when pushed to an end of their range,
in standard deviations of the baseline's runs: 9.3 down to 0.06; every other lever moves none by more than 0.02
(``benchmarks/bench.md``; ``python -m benchmarks.bench levers`` ranks them anew)."""

PER_YEAR = "1/年"
STEPS = 200
"""A slider has at most so many steps."""


@dataclass(frozen=True)
class Dial:
    """A lever as a slider: ``start`` is the scenario's value in force at :data:`sim.analysis.pushes.SINCE`."""

    entry: Entry
    start: float
    step: float

    @property
    def low(self) -> float:
        return self.entry.bounds[0]

    @property
    def high(self) -> float:
        return self.entry.bounds[1]

    @property
    def scale(self) -> float:
        """How many of the unit that is shown one of the scenario file's is: rates of growth are shown in points."""
        return 100.0 if self.entry.unit == PER_YEAR else 1.0

    @property
    def unit(self) -> str:
        """The unit that is shown."""
        return "个百分点/年" if self.entry.unit == PER_YEAR else self.entry.unit

    @property
    def places(self) -> list[tuple[str, float]]:
        """Where the slider can stand, as shown and as a number: every step of the range, and the start."""
        count = round((self.high - self.low) / self.step)
        grid = [round(self.low + number * self.step, 9) for number in range(count + 1)]
        return [(f"{self.scale * value:,.10g}", value) for value in sorted({*grid, self.high, self.start})]

    @property
    def facts(self) -> str:
        """Range, unit, starting value and what it rests on, in one line."""
        rests = "、".join(self.entry.clauses) or "无条款"
        low, high, start = (self.scale * value for value in (self.low, self.high, self.start))
        return f"{low:g} 至 {high:g} {self.unit}，情景现值 {start:g}；{rests}（{GRADE_ZH[self.entry.grade]}）"

    @property
    def hover(self) -> str:
        """Meaning, range, basis, and each clause with its document and words."""
        clauses = [_cited(name) for name in self.entry.clauses]
        written = ["情景文件里写成小数：1个百分点为0.01。"] if self.scale != 1 else []
        lines = [f"{self.entry.title.zh}：{self.entry.meaning}", self.facts, *written, *clauses, self.entry.basis]
        return "\n".join(lines).strip()


def dials(scenario: Scenario, more: Iterable[str] = ()) -> list[Dial]:
    """Return a dial for each of :data:`LEVERS`, and for ``more`` ids of levers.

    Raises:
        UnknownEntry: the catalogue has no such lever.
    """
    entries = [catalogue()[name] for name in dict.fromkeys([*LEVERS, *more])]
    return [Dial(entry, in_force(scenario, entry.id), _step(entry)) for entry in entries]


def in_force(scenario: Scenario, lever: str) -> float:
    """Return a lever's city-wide value in the first month that is still to be decided."""
    return [value for month, value in scenario.levers[lever] if month <= SINCE][-1]


def turned(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return the scenario with these levers at these values from :data:`SINCE` on; districts' own stay."""
    if not values:
        return scenario
    moved = {name: override(scenario.levers[name], ((SINCE, value),)) for name, value in values.items()}
    return scenario.model_copy(update={"levers": scenario.levers | moved})


def _step(entry: Entry) -> float:
    """Return a round step: one for what is counted or switched, else 1, 2 or 5 times a power of ten."""
    low, high = entry.bounds
    raw = (high - low) / STEPS
    power = 10.0 ** math.floor(math.log10(raw))
    rough = next(power * times for times in (1, 2, 5, 10) if raw <= power * times * (1 + 1e-9))
    return max(rough, 1.0) if entry.unit.startswith(("个", "家", "0或1")) else rough


def _cited(name: str) -> str:
    found = evidence.clause(name)
    place = f"{found.document}{found.article}" if found.article else found.document
    return f"{name} {place}：{found.quote or found.statement}"
