"""Rows of one document stand or fall together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sim.evidence import clause

BETWEEN = ";"
"""Between the rows of a document, as in the table of observations."""


def documents(rows: Iterable[str]) -> list[list[str]]:
    """Group rows of evidence (ids) by the page they were read from, or by its title where no address is known."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(rows):
        read = clause(name)
        found[read.url or read.document or name].append(name)
    return list(found.values())
