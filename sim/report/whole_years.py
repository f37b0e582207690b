"""The last whole year that a series knows, and a target that is out of scale with its total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

FAR = 20.0
"""Times the last whole year's total beyond which a target is rather in another unit (assumption): units that are
mistaken lie mostly ten-thousandfold apart (元, 万元, 亿元, 万亿元); growth of 10 % a year needs three decades for
it."""


@dataclass(frozen=True)
class WholeYear:
    """A year that a series knows to its end, and its total in the series' unit."""

    year: int
    total: float


def last_whole_years(frame: pd.DataFrame, freq: str | None = None) -> dict[str, WholeYear]:
    """Return the last whole year of each series of a long table that has one.

    Raises:
        FrequencyUnknown: ``freq`` is none of MS, QS, YS and their aliases.
    """
    from sim.forecast.series import Series, split

    found: dict[str, WholeYear] = {}
    for one in split(frame, freq):
        if isinstance(one, Series):
            calendar = one.calendar
            years = np.array([calendar.year(period) for period in calendar.back(one.values.size)])
            size = calendar.season if calendar.dated else 1
            whole = [int(year) for year in np.unique(years) if np.sum(years == year) == size]
            if whole:
                found[one.name] = WholeYear(whole[-1], float(one.values[years == whole[-1]].sum()))
    return found


def out_of_scale(target: float, asked: Mapping[str, WholeYear]) -> list[str]:
    """Return a sentence on each series with whose last whole year a target has hardly the unit in common."""
    return [
        f"{name}：目标 {_plain(target)} 与序列最近全年（{last.year} 年）{_plain(last.total)} 相差悬殊，"
        "单位是否一致（如万亿元与亿元）？"
        for name, last in asked.items()
        if last.total > 0 and target > 0 and not 1 / FAR <= target / last.total <= FAR
    ]  # fmt: skip


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"
