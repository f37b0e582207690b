"""The answer on one threshold of output, and how far it moves with the evidence it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.forecast.evidence_model import (
    ALL_GRADES,
    Attainment,
    OutputForecast,
    TooLittleEvidence,
    evidence_model,
)
from sim.forecast.outlook import Outlook

GRADES = (ALL_GRADES, "AB", "A")


@dataclass(frozen=True)
class Answer:
    """How likely output reaches ``threshold`` 亿元 in ``year``.

    On public evidence: ``without``, the probability without each source (source, probability, change), largest change
    first; ``grades``, the probability from evidence of these grades alone, None where it holds no level of output. On
    one's own series both are empty: there is nothing to leave out.
    """

    threshold: float
    year: int
    at: Attainment
    without: pd.DataFrame
    grades: dict[str, float | None]


def answers(outlook: Outlook, goals: Sequence[tuple[float, int]]) -> Iterator[Answer]:
    """Yield the answer on each (threshold in 亿元, year); the first takes some ten seconds on public evidence."""
    public = isinstance(outlook, OutputForecast)
    narrower = {grades: _of_grades(grades) for grades in GRADES} if public else {}
    for threshold, year in goals:
        at = outlook.probability(threshold, year)  # first: it refuses a year that is not forecast
        without = outlook.leave_one_out(threshold, year) if isinstance(outlook, OutputForecast) else pd.DataFrame()
        by_grade = {
            grades: None if model is None else model.probability(threshold, year).probability
            for grades, model in narrower.items()
        }
        yield Answer(threshold, year, at, without, by_grade)


def _of_grades(grades: str) -> OutputForecast | None:
    try:
        return evidence_model(grades)
    except TooLittleEvidence:
        return None
