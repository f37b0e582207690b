"""What is given in Python is of the kind it must be, or is refused in a plain sentence."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np

from sim.scenario.changed import by_id
from sim.scenario.problems import WrongArgument


def whole(name: str, given: Any, signed: bool = False) -> int:
    """Return a whole number that is, unless ``signed``, not negative.

    Raises:
        WrongArgument: it is something else; True and False are no numbers.
    """
    if isinstance(given, bool) or not isinstance(given, Integral) or (given < 0 and not signed):
        raise WrongArgument(name, "整数（不带引号）" if signed else "不小于0的整数（不带引号）", given)
    return int(given)


TAKEN_APART = "（mesa.batch_run 会把它拆开一个个试，在那里请再套一层方括号：[…]）"


def values_by_id(drawn: Any) -> Any:
    """Return values of uncertainties by their ids.

    Raises:
        WrongArgument: it is no mapping.
    """
    return by_id("drawn", drawn, f'{{"turnover.entry_rate": 0.07}}{TAKEN_APART}')


def yearly(demand: Any) -> Any:
    """Return a path, a number a year.

    Raises:
        WrongArgument: it is no row of numbers.
    """
    if np.ndim(demand) != 1:
        raise WrongArgument("demand", f"2020年起逐年的一列数{TAKEN_APART}", demand)
    return demand
