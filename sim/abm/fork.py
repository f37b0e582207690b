"""One past, several futures: a run is copied in mid-course and goes on under other levers.

Scenarios that differ only from some month on share every month before it, luck included. Making that past once lets
a question that needs hundreds of scenarios be answered in minutes; what a copy gives is bit for bit what a run from the
start would have given.
"""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import fields

import numpy as np

from sim.abm.events import EVENT_COLUMNS, EventLog
from sim.abm.parameters import resolve
from sim.abm.state import State, Tallies
from sim.scenario.months import month_text
from sim.scenario.schema import Scenario

SHARED = ("special_process", "parameters", "draws", "demand_growth", "models", "large_models")
"""What no month changes in place."""
OWN_COPY = ("enterprises", "events", "tallies", "world")


class PastDiffers(ValueError):
    """The other scenario is not the same until the month where the run is."""

    def __init__(self, what: str, month: int) -> None:
        super().__init__(
            f"两个情景在 {month_text(month)} 以前已不相同（{what}），不能从那时分开。"
            f"请让另一个情景的改动从 {month_text(month)} 或更晚开始，或从头运行它。"
        )


class NoCopy(TypeError):
    """A model was to be copied or pickled."""

    def __init__(self) -> None:
        super().__init__(
            "模型不能用 copy、deepcopy 复制，也不能用 pickle 存盘。要从此刻分出一个副本请用 model.fork()；"
            "要存下来或交给别的进程，请记下情景、seed、replicate，照样再建一个走到同一个月：逐位相同。"
        )


def forked(state: State, setting: Scenario, scenario: Scenario) -> State:
    """Copy the state of a run under ``setting``; the copy reads ``scenario``, the original is untouched.

    Raises:
        PastDiffers: ``scenario`` has another structure or horizon, or other levers in a month that is past.
    """
    old = state.parameters
    if scenario.structure != setting.structure or scenario.horizon != setting.horizon:
        raise PastDiffers("结构开关或期限", state.month)
    parameters = resolve(scenario, *old.origin)
    for name, table in parameters.levers.items():
        if not np.array_equal(table[: state.month], old.levers[name][: state.month]):
            raise PastDiffers(name, state.month)
    new = _copied(state)
    new.parameters = parameters
    return new


def _copied(state: State) -> State:
    new = copy(state)
    for item in fields(state):
        if item.name not in (*SHARED, *OWN_COPY) and hasattr(state, item.name):
            setattr(new, item.name, deepcopy(getattr(state, item.name)))
    new.enterprises = copy(state.enterprises)
    new.events = _events(state.events)
    new.tallies = Tallies()
    new.tallies.table[:] = state.tallies.table
    new.world = None  # made again from the copied arrays
    return new


def _events(log: EventLog) -> EventLog:
    new = copy(log)
    new.used, new._causes = log.used.copy(), log._causes.copy()
    for name in EVENT_COLUMNS:
        setattr(new, name, getattr(log, name).copy())
    return new
