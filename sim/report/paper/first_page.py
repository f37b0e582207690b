"""What the Word document puts on its first page and its last: every target's answer at a glance, and what its terms
mean."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report import numbers, sentences
from sim.report.page_parts import paragraph
from sim.report.tables import Column, Row, table
from sim.report.wording import Wording


def at_a_glance(rows: list[Row], words: Wording) -> str:
    """Return the open targets that are answered as an HTML table, those due first above: probability with its
    interval, and by how much the median misses; nothing without any.

    Args:
        rows: as ``sim.targets`` gives them, for machines.
    """
    import pandas as pd

    answered = sentences.modelled(pd.DataFrame(rows)) if rows else pd.DataFrame()
    if answered.empty:
        return ""
    head = words.items("paper.glance.columns")
    columns = [
        Column(head["name"], lambda row: _name(row, words), "wide"),
        Column(head["chance"], lambda row: numbers.share(row["probability"], int(row["runs"]), words), "number"),
        Column(head["interval"], lambda row: numbers.percent_interval(row["ci_low"], row["ci_high"], words), "number"),
        Column(head["short"], lambda row: _short(row, words), "number"),
    ]
    return table(answered.sort_values("deadline", kind="stable"), columns, words("paper.glance.title"))


def glossary(said: str, words: Wording) -> Iterator[str]:
    """Yield a sentence, as an HTML paragraph, on each of our terms that stands in what the document says, or in such a
    sentence."""
    terms, meanings = words.items("glossary.terms"), words.items("glossary.meanings")

    def used(text: str) -> list[str]:
        return [key for key, term in terms.items() if term.casefold() in text.casefold()]

    for key in used("".join([said, *(meanings[key] for key in used(said))])):
        yield paragraph(words("mark.colon", label=terms[key], said=meanings[key]))


def _name(row: Row, words: Wording) -> str:
    return words("paper.glance.target", year=str(row["deadline"])[:4], name=sentences.target_name(row, words))


def _short(row: Row, words: Wording) -> str:
    gap = (row["threshold"] - row["median"]) * (1 if row["direction"] == ">=" else -1)
    if gap <= 0:
        return words("paper.glance.met")
    value = numbers.amount(gap, row["unit"], words, sentences.largest(row))
    return words.aside(value, f"{100 * gap / abs(row['threshold']):.0f}%" if row["threshold"] else "")
