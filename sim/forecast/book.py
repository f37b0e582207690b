"""The published rows a forecast may read: value, growth, grade and note by row id; targets are refused."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, cast

import pandas as pd

from sim.figures import last_day, published_date
from sim.scenario.catalogue import catalogue


class TargetIsNotData(ValueError):
    """A plan target was asked for as an observation; ``row`` is its id."""

    def __init__(self, row: str) -> None:
        self.row = row
        super().__init__(f"{row} 是规划目标，不是统计数据，不能进入预测。请改用实绩数据行。")


class FigureMissing(ValueError):
    """A row lacks the figure a reading needs; ``row`` and ``what`` name it."""

    def __init__(self, row: str, what: str) -> None:
        self.row, self.what = row, what
        super().__init__(f"{row} 没有“{what}”，无法作为观测。请核对 data/ 中该行。")


def is_target(row: pd.Series[Any]) -> bool:
    """Whether a published row states a plan's number and not an outcome."""
    named = "target" in str(row.get("indicator_id"))
    return named or bool(row.get("is_target", False)) or row.get("kind") == "target"


class Book:
    """Published rows by id, and the error parameters of the catalogue.

    Raises:
        TargetIsNotData: a row of plan targets is asked for.
        FigureMissing: the row holds no such figure.
    """

    def __init__(self) -> None:
        from sim import evidence

        self.table = evidence.observations()
        self._facts = evidence.facts()
        self._catalogue = catalogue()

    def row(self, name: str) -> pd.Series[Any]:
        """Return one published row, never a target."""
        source = self.table if name in self.table.index else self._facts
        found: Any = source.loc[name]
        if is_target(found):
            raise TargetIsNotData(name)
        return cast("pd.Series[Any]", found)

    def value(self, name: str) -> float:
        """Return the published figure in its own unit."""
        return self._number(name, "value", "数值")

    def rounding(self, name: str) -> float:
        """Return the step to which the published figure is rounded."""
        return self._number(name, "rounding", "取整单位")

    def growth(self, name: str) -> float:
        """Return the published year-on-year growth in percent, from its column or as the row's value."""
        own = self.row(name).get("measure")
        return self._number(name, "value" if str(own).startswith("yoy") else "growth_pct", "增速")

    def quoted(self, name: str, percent: float) -> float:
        """Return ``percent`` if the row's note quotes it: a share that stands only in prose is checked."""
        if not re.search(rf"(?<![\d.]){percent:g}%", str(self.row(name)["note"])):
            raise FigureMissing(name, f"{percent:g}%")
        return percent

    def grade(self, names: Sequence[str]) -> str:
        """Return the worst evidence grade of the rows (A official, B press or government, C secondary)."""
        return max(str(self.row(name)["grade"]) for name in names)

    def published(self, names: Sequence[str]) -> str:
        """Return the day (YYYY-MM-DD) by which all rows had been published on the pages they were read from.

        A date known or inferred only to the year or month counts as its last day; a row without any date as
        published at the end of the year after its period. The figure may have been out earlier elsewhere.
        """
        return max(self._published(name) for name in names)

    def parameter(self, name: str) -> float:
        """Return ``forecast.<name>`` of the catalogue."""
        return self._catalogue[f"forecast.{name}"].value

    def _published(self, name: str) -> str:
        row = self.row(name)
        stated = published_date(str(row["published"]))[0]
        period = str(row.get("period") or row.get("period_end") or row.get("period_start") or "")
        if not stated and not period:
            raise FigureMissing(name, "公布日期")
        return last_day(stated or str(int(period[:4]) + 1))

    def _number(self, name: str, column: str, what: str) -> float:
        number = float(str(self.row(name).get(column, math.nan)) or math.nan)
        if math.isnan(number):
            raise FigureMissing(name, what)
        return number
