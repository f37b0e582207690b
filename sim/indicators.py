"""The indicators: stable ids with unit, labels and a definition sentence (``data/indicators.csv``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from sim.problems import Absent
from sim.tables import Row, near, rows

FILE = "indicators.csv"
FIGURES = {
    "output": ("gross_output_above_scale",),
    "space": ("quality_space_started", "quality_space_completed"),
    "flows": (
        "firms_eliminated", "firms_rectified_high_consumption", "firms_rectified_scattered", "firms_relocated",
        "firms_upstairs", "firms_left_city",
    ),
    "attainment": (),
    "districts": ("land_freed", "firms_relocated", "firms_upstairs", "quality_space_completed"),
}  # fmt: skip
"""Figures of a briefing, in their order, and the indicators they draw; none: every target that is answered."""
Kind = Literal["stock", "flow", "cumulative", "ratio", "level"]


class UnknownIndicator(Absent):
    """No indicator has this id."""

    def __init__(self, indicator_id: str, known: list[str]) -> None:
        self.indicator_id = indicator_id
        super().__init__(f"没有编号为“{indicator_id}”的指标。{near(indicator_id, known)}")


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    ``kind``: stock (a number at the year's end), flow (of the year), cumulative (since the start of
    ``since``), ratio or level. ``since`` is set for cumulative ones only. ``simulated``: every run
    gives it each year, by the model of enterprises or, for all-industry value added, by the forecast's path; the
    others are tracked against the user's own figures. ``decimals``: how many to show.
    """

    id: str
    unit: str
    label_zh: str
    label_en: str
    definition_zh: str
    kind: Kind
    since: int | None
    decimals: int
    simulated: bool


def indicators() -> dict[str, Indicator]:
    """Return all indicators by id, in file order."""
    return {row["id"]: _indicator(row) for row in rows(FILE)}


def indicator(indicator_id: str) -> Indicator:
    """Return one indicator.

    Raises:
        UnknownIndicator: no indicator has this id.
    """
    found = indicators()
    if indicator_id not in found:
        raise UnknownIndicator(indicator_id, list(found))
    return found[indicator_id]


def _indicator(row: Row) -> Indicator:
    return Indicator(
        id=row["id"],
        unit=row["unit"],
        label_zh=row["label_zh"],
        label_en=row["label_en"],
        definition_zh=row["definition_zh"],
        kind=cast("Kind", row["kind"]),
        since=int(row["since"]) if row["since"] else None,
        decimals=int(row["decimals"]),
        simulated=row["simulated"] == "true",
    )
