"""Which targets a question is about, and what is held against them in variants of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.attainment import held, met
from sim.registry import HEADLINES, Target
from sim.registry import targets as registry
from sim.scenario.meant import asked as meant
from sim.scenario.meant import targets_called
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


class CannotAnswer(ValueError):
    """No run answers this target; the message says why or what was perhaps meant."""


def asked_targets(names: Sequence[str], scenario: Scenario) -> list[Target]:
    """Return the targets (ids or groups, all readings) that are named, or that the scenario asks for.

    Raises:
        CannotAnswer: a name is no target's, the target is only tracked, or falls due after the scenario's end; none of
            those that the scenario asks for can be answered.
    """
    known = registry()
    found: list[Target] = []
    for name in names or scenario.targets or HEADLINES:
        readings = [target for target in known.values() if target.called(name)]
        if not readings:
            names_known = {*known, *(target.group for target in known.values())}
            near = get_close_matches(name, sorted(names_known), n=3, cutoff=0.5)
            hint = meant(near or targets_called(name)) or "可用 tenglong targets 查看全部目标。"
            raise CannotAnswer(f"没有编号为“{name}”的目标。{hint}")
        usable = [target for target in readings if target.basis != "tracked"]
        late = [target for target in usable if int(target.deadline[:4]) > 2020 + scenario.months // 12]
        if names and not usable:
            raise CannotAnswer(f"目标 {name} 没有公开数据，只作跟踪，模拟回答不了。{readings[0].needs_zh}")
        if names and late:
            raise CannotAnswer(f"目标 {late[0].id} 期限为 {late[0].deadline}，晚于情景 {scenario.name} 的期限。")
        if names or (usable and not late and usable[0].state == "open"):
            found += [target for target in usable if target not in found]
    if not found:
        why = "或已有定论，或没有公开数据，或晚于它的期限"
        raise CannotAnswer(f"情景 {scenario.name} 所问的目标{why}；请用 --target 写明一个。")
    return found


def as_targets(names: Sequence[Target | str], scenario: Scenario) -> list[Target]:
    """Return targets given as such, or by id or group (:func:`asked_targets`).

    Raises:
        CannotAnswer: as :func:`asked_targets`.
    """
    given = [name for name in names if isinstance(name, Target)]
    texts = [name for name in names if isinstance(name, str)]
    return [*given, *(asked_targets(texts, scenario) if texts or not given else [])]


def last_year(targets: Sequence[Target]) -> int:
    """Return the year in which the last of them falls due."""
    return max(int(target.deadline[:4]) for target in targets)


def reached(values: pd.DataFrame, target: Target) -> pd.DataFrame:
    """Return what is held against a target as replicate × variant, from a table of variants' values."""
    columns = ["variant", "replicate"]
    yearly = values.pivot(index=columns, columns="year", values=target.indicator)
    against = held(yearly, target)
    assert against is not None  # the variants run to the last deadline
    return against.unstack("variant")


def hits(values: pd.DataFrame, target: Target) -> NDArray[np.float64]:
    """Return 1 where a value reaches the target, else 0, as an array of the table's shape."""
    return np.column_stack([met(values[column], target).to_numpy(float) for column in values])
