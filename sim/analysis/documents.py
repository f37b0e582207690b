"""The forecast on public evidence, left without one document at a time: rows of one page stand or fall together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.forecast_alone import BETWEEN
from sim.evidence import clause
from sim.forecast.evidence_model import ALL_GRADES, OutputForecast, TooLittleEvidence, evidence_model

if TYPE_CHECKING:
    from sim.forecast.outlook import Outlook


@dataclass(frozen=True)
class ByDocument(OutputForecast):
    """The same, of evidence of these ``grades``; what is left out one at a time are documents and not rows."""

    grades: str = ALL_GRADES

    def leave_one_out(self, threshold: float, year: int) -> pd.DataFrame:
        """Return source (rows of a document), probability without it and change, largest first.

        A document without which no level is left is not tried.
        """
        full = self.exceeds(threshold, year)
        each = {source: other.exceeds(threshold, year) for source, other in self._without_documents.items()}
        rows = [{"source": source, "probability": found, "change": found - full} for source, found in each.items()]
        table = pd.DataFrame(rows, columns=["source", "probability", "change"])
        return table.sort_values("change", key=abs, ascending=False, ignore_index=True)

    @cached_property
    def _without_documents(self) -> dict[str, OutputForecast]:
        used = [reading.sources for reading in self.fit.observed]
        leading = {sources[0] for sources in used}
        found = {}
        for rows in documents(name for sources in used for name in sources):
            if not leading & set(rows):  # only beside rows of other documents, which are left out themselves
                continue
            try:
                without = evidence_model(self.grades, rows, self.fit.first, self.fit.last, prior=self.fit.means)
            except TooLittleEvidence:
                continue
            found[BETWEEN.join(rows)] = without
        return found


def by_document(outlook: Outlook, grades: str = ALL_GRADES) -> Outlook:
    """Return a forecast whose sources are documents; one on one's own series as it is, which has none.

    Args:
        grades: those that it was fitted to.
    """
    if not isinstance(outlook, OutputForecast):
        return outlook
    same = {field.name: getattr(outlook, field.name) for field in fields(OutputForecast)}
    return ByDocument(**same, grades=grades)


def documents(rows: Iterable[str]) -> list[list[str]]:
    """Group rows of evidence (ids) by the page they were read from, or by its title where no address is known."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(rows):
        found[_document(name)].append(name)
    return list(found.values())


def _document(name: str) -> str:
    read = clause(name)
    return read.url or read.document or name
