"""The targets: what was promised, by when, on which reading, and how it is answered.

Read from ``data/policy/targets.csv``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from sim.problems import Absent
from sim.tables import Row, near, rows

FILE = "policy/targets.csv"
HEADLINES = ("gross_output_2027", "quality_space_2027", "gross_output_2030", "quality_space_2030")
"""Groups of the targets that are asked about first."""
Direction = Literal[">=", "<="]
Mode = Literal["level_in_year", "cumulative", "every_year"]
Basis = Literal["simulated", "forecast", "tracked"]
State = Literal["open", "met", "not_binding", "past"]


class UnknownTarget(Absent):
    """No target has this id."""

    def __init__(self, target_id: str, known: list[str]) -> None:
        self.target_id = target_id
        super().__init__(f"没有编号为“{target_id}”的目标。{near(target_id, known)}")


@dataclass(frozen=True)
class Target:
    """One published target on one reading.

    A target whose words allow several readings has one row each: same ``group``, ids ``group.reading``.
    ``threshold`` is in the indicator's ``unit``, counted from ``period_start`` where ``mode`` is cumulative.
    ``deadline`` is YYYY-MM. ``basis``: simulated (model of enterprises), forecast (output model), or tracked:
    no public data, then ``needs_zh`` names the file and columns a user would supply. ``state_note_zh`` cites
    the rows that show the state.
    """

    id: str
    group: str
    label_zh: str
    indicator: str
    period_start: str
    deadline: str
    threshold: float
    unit: str
    direction: Direction
    mode: Mode
    reading_zh: str
    basis: Basis
    needs_zh: str
    sources: tuple[str, ...]
    document: str
    article: str
    state: State
    state_note_zh: str

    def called(self, name: str) -> bool:
        """Whether a name means this target: its id, or its group's, which means every reading."""
        return name in (self.id, self.group)

    def reached_by(self, values: Any) -> Any:
        """Whether a number reaches the threshold; of an array or a table, which of its numbers do."""
        return values >= self.threshold if self.direction == ">=" else values <= self.threshold

    def columns(self) -> dict[str, object]:
        """Return what tables say of a target beside its id."""
        return {
            "label": self.label_zh, "reading": self.reading_zh, "deadline": self.deadline,
            "threshold": self.threshold, "unit": self.unit, "direction": self.direction,
        }  # fmt: skip


def chosen(only: Sequence[str]) -> list[Target]:
    """Return the targets that are called by any of these names, all when there is none, in the order of the
    documents."""
    return [entry for entry in targets().values() if not only or any(map(entry.called, only))]


def targets() -> dict[str, Target]:
    """Return all targets by id, in the order of the documents."""
    return {row["id"]: _target(row) for row in rows(FILE)}


def target(target_id: str) -> Target:
    """Return one target.

    Raises:
        UnknownTarget: no target has this id.
    """
    found = targets()
    if target_id not in found:
        raise UnknownTarget(target_id, list(found))
    return found[target_id]


def readings(group: str) -> list[Target]:
    """Return every reading of one target, one of them when its words are clear.

    Raises:
        UnknownTarget: no target belongs to this group.
    """
    found = [entry for entry in targets().values() if entry.group == group]
    if not found:
        raise UnknownTarget(group, [entry.group for entry in targets().values()])
    return found


def _target(row: Row) -> Target:
    return Target(
        id=row["id"],
        group=row["group"],
        label_zh=row["label_zh"],
        indicator=row["indicator"],
        period_start=row["period_start"],
        deadline=row["deadline"],
        threshold=float(row["threshold"]),
        unit=row["unit"],
        direction=cast("Direction", row["direction"]),
        mode=cast("Mode", row["mode"]),
        reading_zh=row["reading_zh"],
        basis=cast("Basis", row["basis"]),
        needs_zh=row["needs_zh"],
        sources=tuple(row["sources"].split(";")),
        document=row["document"],
        article=row["article"],
        state=cast("State", row["state"]),
        state_note_zh=row["state_note_zh"],
    )
