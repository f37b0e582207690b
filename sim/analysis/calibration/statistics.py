"""The published figures that the model is calibrated to, and how a run measures each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ensemble.calibrated import STATISTICS
from sim.tables import Row, rows

if TYPE_CHECKING:
    import pandas as pd

LEFT_OUT = "calibration/left_out.csv"


@dataclass(frozen=True)
class Statistic:
    """``form``: how it is read off an indicator between two Decembers: the last one's ``level``; the yearly difference
    (``per_year``); last over first (``ratio``); the yearly ``growth`` in percent. ``value`` as published, in ``unit``;
    ``error`` the standard deviation of all that sets the model's figure apart from it beside parameters: other years,
    other definitions, rounding. ``sources`` are row ids of the evidence."""

    id: str
    label: str
    indicator: str
    region: str
    form: str
    first: int
    last: int
    value: float
    error: float
    unit: str
    sources: tuple[str, ...]
    basis: str

    def measure(self, cells: pd.DataFrame) -> float:
        """Read the figure off one run's cells (year, district, an indicator a column); 2020, before the first month, is
        nought for what is counted from 2021 on."""
        mine = cells.loc[cells["district"] == self.region].set_index("year")[self.indicator]
        last = float(mine[self.last])
        if self.form == "level":
            return last
        first = float(mine[self.first]) if self.first in mine.index else 0.0
        years = self.last - self.first
        if self.form == "per_year":
            return (last - first) / years
        return last / first if self.form == "ratio" else 100 * ((last / first) ** (1 / years) - 1)


def statistics() -> list[Statistic]:
    """Return what the model is calibrated to, in file order."""
    return [_statistic(row) for row in rows(STATISTICS)]


def left_out() -> tuple[Row, ...]:
    """Return published figures that might be thought of and were not used: id, label_zh, sources, reason_zh."""
    return rows(LEFT_OUT)


def values(asked: Sequence[Statistic]) -> NDArray[np.float64]:
    """Published values, (statistics,)."""
    return np.array([each.value for each in asked])


def errors(asked: Sequence[Statistic]) -> NDArray[np.float64]:
    """Standard deviations, (statistics,)."""
    return np.array([each.error for each in asked])


def _statistic(row: Row) -> Statistic:
    return Statistic(
        id=row["id"], label=row["label_zh"], indicator=row["indicator"], region=row["region"], form=row["form"],
        first=int(row["first"]), last=int(row["last"]), value=float(row["value"]), error=float(row["error"]),
        unit=row["unit"], sources=tuple(row["sources"].split(";")), basis=row["basis_zh"],
    )  # fmt: skip
