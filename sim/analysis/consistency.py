"""Targets against each other: which do not bind, which documents contradict each other, which are not met together."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim import evidence
from sim.analysis.attainment import met, reached_value
from sim.analysis.given import sound
from sim.analysis.intervals import wilson
from sim.ensemble.results import Results
from sim.registry import Target
from sim.registry import targets as registry
from sim.tables import rows

if TYPE_CHECKING:
    import pandas as pd

FILE, UNCLEAR = "policy/arithmetic.csv", "policy/unclear.csv"
LEAST_CHANCE = 0.05
"""Targets less likely than this alone say nothing about pairs."""
OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip
Kind = Literal["not_binding", "contradiction", "readings", "unclear"]


class ExpressionInvalid(ValueError):
    """Not an arithmetic expression of evidence ids and numbers."""

    def __init__(self, text: str) -> None:
        super().__init__(f"算式 {text} 只能由证据编号、数、加减乘除与乘方组成。")


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit: ``left`` should be at least ``right`` (both in ``unit``), or, for ``readings``, the
    least and the largest number that one target's words allow; None where a document's own figure or words say it.

    ``subject``: a target's id or group, or the id of a row of ``policy/arithmetic.csv`` or ``policy/unclear.csv``;
    ``sources``: rows of evidence.
    """

    kind: Kind
    subject: str
    statement: str
    left: float | None
    right: float | None
    unit: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Consistency:
    """``findings`` of the documents alone, and of the runs ``pairs`` (:func:`together`) and ``whole``
    (:func:`all_at_once`)."""

    scenario: str
    findings: list[Finding]
    pairs: pd.DataFrame
    whole: dict[str, tuple[int, int]]


def consistency(results: Results, scenario: str) -> Consistency:
    """Return whether the targets fit each other: in the documents, and in the runs of a scenario.

    Raises:
        TooManyFailures: more than 1 % of the runs failed.
    """
    return Consistency(scenario, findings(), together(results, scenario), all_at_once(results, scenario))


def findings() -> list[Finding]:
    """Return what the documents alone show: targets that do not bind, readings that differ, arithmetic that fails, and
    what is left unsaid.

    Raises:
        ExpressionInvalid, UnknownEvidence: a row of ``policy/arithmetic.csv`` cannot be computed.
    """
    return [*_idle(), *(finding for finding, holds in arithmetic() if not holds), *_readings(), *_unclear()]


def arithmetic() -> list[tuple[Finding, bool]]:
    """Return every relation between published figures, and whether it holds."""
    found = []
    for row in rows(FILE):
        left, right = value_of(row["left"]), value_of(row["right"])
        holds = left >= right
        kind: Kind = "not_binding" if row["kind"] == "not_binding" else "contradiction"
        statement = row["holds_zh"] if holds else row["fails_zh"]
        cited = [*_names(row["left"]), *_names(row["right"]), *evidence.ROW_ID.findall(statement)]
        sources = tuple(dict.fromkeys(cited))
        found.append((Finding(kind, row["id"], statement, left, right, row["unit"], sources), holds))
    return found


def value_of(text: str) -> float:
    """Return the value of an expression of evidence ids and numbers, such as ``S073*5*S074/100``.

    Raises:
        ExpressionInvalid: it is something else, or a row's value is not one number.
        UnknownEvidence: no row has an id.
    """

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return float(node.value)
        if isinstance(node, ast.Name):
            try:
                return float(evidence.clause(node.id).value)
            except ValueError as error:
                raise ExpressionInvalid(text) from error
        raise ExpressionInvalid(text)

    try:
        return value(ast.parse(text, mode="eval").body)
    except SyntaxError as error:
        raise ExpressionInvalid(text) from error


def together(results: Results, scenario: str) -> pd.DataFrame:
    """Return how often each two open targets are met in the same run, and whether one is in the way of the other.

    Returns:
        one, other (ids), p_one, p_other, both (probabilities), lo, hi (95 % Wilson interval of both), independent (what
        chance would give), apart (True where even the interval's upper end is below that), runs. Pairs of readings of
        one target, and targets that are almost never met, are left out.

    Raises:
        TooManyFailures: more than 1 % of the runs failed.
    """
    import pandas as pd

    sound(results)
    reach = {target.id: hit for target, hit in _hits(results, scenario) if hit.mean() >= LEAST_CHANCE}
    known, found = registry(), []
    for one, other in combinations(reach, 2):
        if known[one].group == known[other].group:
            continue
        pair = pd.concat([reach[one], reach[other]], axis=1, join="inner").to_numpy(bool)
        both, runs = int(pair.all(axis=1).sum()), len(pair)
        low, high = wilson(both, runs)
        chance = float(np.prod(pair.mean(axis=0)))
        found.append({
            "one": one, "other": other, "p_one": pair[:, 0].mean(), "p_other": pair[:, 1].mean(), "both": both / runs,
            "lo": low, "hi": high, "independent": chance, "apart": high < chance, "runs": runs,
        })  # fmt: skip
    columns = ["one", "other", "p_one", "p_other", "both", "lo", "hi", "independent", "apart", "runs"]
    return pd.DataFrame(found, columns=columns)


def all_at_once(results: Results, scenario: str) -> dict[str, tuple[int, int]]:
    """Return by reading (``started`` and the like; a target of one reading counts in all) in how many runs every open
    target is met, and of how many runs.

    Raises:
        TooManyFailures: more than 1 % of the runs failed.
    """
    import pandas as pd

    sound(results)
    hits = dict(_hits(results, scenario))
    names = sorted({target.id.partition(".")[2] for target in hits} - {""}) or [""]
    found = {}
    for name in names:
        mine = [hit for target, hit in hits.items() if target.id.partition(".")[2] in ("", name)]
        table = pd.concat(mine, axis=1, join="inner").to_numpy(bool)
        found[name] = int(table.all(axis=1).sum()), len(table)
    return found


def _hits(results: Results, scenario: str) -> list[tuple[Target, pd.Series[bool]]]:
    """Open targets that runs answer, with which runs meet them."""
    found = []
    for target in registry().values():
        values = None
        if target.state == "open" and target.basis != "tracked":
            values = reached_value(results, scenario, target)
        if values is not None:
            found.append((target, met(values.dropna(), target)))
    return found


def _idle() -> list[Finding]:
    """Targets that the documents' own figures show to be met or not to bind."""
    return [
        Finding("not_binding", target.id, f"{target.label_zh}：{target.state_note_zh}", None, None, target.unit,
                target.sources)
        for target in registry().values() if target.state in ("met", "not_binding")
    ]  # fmt: skip


def _readings() -> list[Finding]:
    """Targets whose words allow different numbers of one indicator, counted in one way."""
    groups: dict[tuple[str, str, str], list[Target]] = {}
    for target in registry().values():
        groups.setdefault((target.group, target.indicator, target.mode), []).append(target)
    found = []
    for (group, _, _), readings in groups.items():
        numbers = sorted({target.threshold for target in readings})
        if len(numbers) > 1:
            said = "；".join(target.reading_zh for target in readings)
            sources = tuple(dict.fromkeys(source for target in readings for source in target.sources))
            statement = f"{readings[0].label_zh}：{said}"
            found.append(Finding("readings", group, statement, numbers[0], numbers[-1], readings[0].unit, sources))
    return found


def _unclear() -> list[Finding]:
    """What the documents leave unsaid and how it is read here."""
    return [
        Finding("unclear", row["id"], row["statement_zh"], None, None, "", tuple(row["sources"].split(";")))
        for row in rows(UNCLEAR)
    ]


def _names(text: str) -> list[str]:
    return sorted(node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name))
