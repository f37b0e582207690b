"""Numbers that are given in Python are numbers, or are refused in a plain sentence."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from sim.scenario.problems import WrongArgument


def whole(name: str, given: Any, signed: bool = False) -> int:
    """Return a whole number that is, unless ``signed``, not negative.

    Raises:
        WrongArgument: it is something else; True and False are no numbers.
    """
    if isinstance(given, bool) or not isinstance(given, Integral) or (given < 0 and not signed):
        raise WrongArgument(name, "整数（不带引号）" if signed else "不小于0的整数（不带引号）", given)
    return int(given)
