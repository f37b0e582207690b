"""The numbers one run reads: constants, one draw of the uncertainties, switches, and levers by month and district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from sim.regions import DISTRICTS
from sim.scenario.catalogue import Entry, Steps, catalogue
from sim.scenario.months import month_text
from sim.scenario.problems import brief
from sim.scenario.schema import Scenario
from sim.tables import near


class HorizonBeforeStart(ValueError):
    """The scenario ends before the model's first month."""

    def __init__(self) -> None:
        super().__init__(f"情景的期限早于模型的第一个月 {month_text(0)}。")


class LeverTooLow(ValueError):
    """A lever below what the catalogue allows, such as a capacity below zero."""

    def __init__(self, entry: Entry, value: float) -> None:
        self.entry, self.value = entry, value
        super().__init__(f"{entry.id}（{entry.title.zh}）为 {value:g}，不得低于 {entry.bounds[0]:g}（{entry.unit}）。")


class DrawRefused(ValueError):
    """A value given for an uncertainty is for something else, no number, or outside the catalogue's bounds."""

    def __init__(self, name: str, value: object, uncertain: Mapping[str, Entry]) -> None:
        if (entry := uncertain.get(name)) is None:
            hint = near(name, list(uncertain)) or "编号见 sim/scenario/catalogue/uncertainties.yaml；杠杆写在情景里。"
            super().__init__(f"drawn 里的 {name} 不是不确定参数。{hint}")
        else:
            (low, high), called = entry.bounds, f"{name}（{entry.title.zh}）"
            super().__init__(
                f"drawn 里的 {called}应为 {low:g} 到 {high:g} 之间的数（{entry.unit}），给的是 {brief(value)}。"
            )


@dataclass(frozen=True)
class Parameters:
    """``parameters["id"]`` is a constant or drawn value; ``parameters.lever("id", month)`` one number a district;
    ``structure`` the option of each structural switch.

    Levers with ``spread_by`` are quantities per year: the city's is shared out by district weights and scaled to
    the number of simulated enterprises (a sample of 2,000 gets 2,000/73,000 of the city's quota). ``origin``: the
    draw, weights and scale that :func:`resolve` was given with the scenario.
    """

    values: Mapping[str, float]
    levers: Mapping[str, NDArray[np.float64]]
    structure: Mapping[str, str]
    origin: tuple[Mapping[str, float], Mapping[str, NDArray[np.float64]], float]

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    def lever(self, name: str, month: int) -> NDArray[np.float64]:
        """Value in force in a month; shape (10,)."""
        row: NDArray[np.float64] = self.levers[name][month]
        return row


def resolve(
    scenario: Scenario, drawn: Mapping[str, float], weights: Mapping[str, NDArray[np.float64]], scale: float
) -> Parameters:
    """Bring a scenario and one draw into the arrays the processes read.

    Args:
        drawn: value of each uncertainty; those left out take the catalogue's default.
        weights: district shares by ``spread_by`` kind, each of shape (10,) adding to 1.
        scale: simulated enterprises per real one.

    Raises:
        DrawRefused: ``drawn`` names something that is not an uncertainty, or gives one what its bounds do not allow.
        HorizonBeforeStart, LeverTooLow: a scenario made in Python, past the checks of its file.
    """
    if scenario.months < 1:
        raise HorizonBeforeStart
    entries = catalogue()
    uncertain = entries.of_kind("uncertainty")
    for name, value in drawn.items():
        if name not in uncertain or not _allowed(value, *uncertain[name].bounds):
            raise DrawRefused(name, value, uncertain)
    values = {name: entry.value for name, entry in entries.items() if entry.kind == "constant"}
    values |= {name: float(drawn.get(name, entry.value)) for name, entry in uncertain.items()}
    levers = {
        name: _expand(entries[name], name, steps, scenario, weights, scale) for name, steps in scenario.levers.items()
    }
    return Parameters(values, levers, scenario.structure, (drawn, weights, scale))


def _allowed(value: object, low: float, high: float) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and low <= float(value) <= high


def _expand(
    entry: Entry, name: str, steps: Steps, scenario: Scenario, weights: Mapping[str, NDArray[np.float64]], scale: float
) -> NDArray[np.float64]:
    share = np.ones(len(DISTRICTS)) if entry.spread_by is None else weights[entry.spread_by] * scale
    for steps_of in (steps, *(levers.get(name, ()) for levers in scenario.district_levers.values())):
        if (least := min((value for _, value in steps_of), default=entry.bounds[0])) < entry.bounds[0]:
            raise LeverTooLow(entry, least)
    own_scale = 1.0 if entry.spread_by is None else scale
    table = series(steps, scenario.months)[:, None] * share[None, :]
    for district, levers in scenario.district_levers.items():
        for month, value in levers.get(name, ()):
            table[month:, DISTRICTS.index(district)] = value * own_scale
    return table


def series(steps: Steps, months: int) -> NDArray[np.float64]:
    """Value of a dated lever in each month."""
    monthly = np.zeros(months)
    for month, value in steps:
        monthly[month:] = value
    return monthly
