"""What is given in Python is of the kind it should be, or is refused in a plain sentence."""

from __future__ import annotations

from numbers import Integral
from pathlib import Path
from typing import Any

from sim.scenario import load
from sim.scenario.problems import brief
from sim.scenario.schema import Scenario


class WrongArgument(TypeError):
    """An argument is of another kind than it must be."""

    def __init__(self, name: str, wanted: str, given: object) -> None:
        told = brief(repr(given)) if isinstance(given, str | int | float) else type(given).__name__
        super().__init__(f"参数 {name} 应为{wanted}，给的是 {told}。")


def whole(name: str, given: Any, signed: bool = False) -> int:
    """Return a whole number that is, unless ``signed``, not negative.

    Raises:
        WrongArgument: it is something else; True and False are no numbers.
    """
    if isinstance(given, bool) or not isinstance(given, Integral) or (given < 0 and not signed):
        raise WrongArgument(name, "整数（不带引号）" if signed else "不小于0的整数（不带引号）", given)
    return int(given)


def as_scenario(given: Scenario | str) -> Scenario:
    """Return a scenario given as such, or by name or path.

    Raises:
        WrongArgument: it is something else.
        ScenarioNotFound, ScenarioInvalid: it cannot be read.
    """
    if not isinstance(given, Scenario | str | Path):
        raise WrongArgument("scenario", "情景：名字、文件路径，或 sim.load_scenario(…)、sim.changed(…) 所得", given)
    return load.as_scenario(given)
