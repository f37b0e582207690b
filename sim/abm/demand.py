"""From a yearly path of city output to monthly growth of demand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BASE_YEAR = 2020


class PathTooShort(ValueError):
    """The demand path does not cover the scenario's years."""

    def __init__(self, needed: int, given: int) -> None:
        self.needed, self.given = needed, given
        super().__init__(f"需求路径须覆盖 2020 年起的 {needed} 个年份，现只有 {given} 个。")


def monthly_growth(yearly: Sequence[float] | NDArray[np.float64], months: int) -> NDArray[np.float64]:
    """Log growth per month from the 2020 average; shape (months,).

    Yearly levels are placed at mid-year and joined by straight lines in logs; the last slope continues to December.

    Args:
        yearly: output of 2020, 2021, …; any unit, all positive.
        months: months from January 2021.

    Raises:
        PathTooShort: fewer years than the months need.
        ValueError: a level is not positive.
    """
    levels = np.asarray(yearly, dtype=float)
    needed = months // 12 + 1
    if levels.size < needed:
        raise PathTooShort(needed, levels.size)
    if not np.all(levels > 0):
        raise ValueError("需求路径的各年数值须为正。")
    logs = np.log(levels[:needed] / levels[0])
    middles = 12.0 * np.arange(needed) - 6.0
    at = np.arange(months) + 0.5
    path = np.interp(at, middles, logs)
    beyond = at > middles[-1]
    slope = (logs[-1] - logs[-2]) / 12 if needed > 1 else 0.0
    path[beyond] = logs[-1] + slope * (at[beyond] - middles[-1])
    return np.diff(path, prepend=0.0)
