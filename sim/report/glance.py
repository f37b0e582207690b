"""Every target's answer at a glance: one table, first on the page, on paper and in the Word document."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.report import numbers, sentences
from sim.report.page_parts import paragraph
from sim.report.tables import Column, Row, table
from sim.report.wording import Wording

MARK = "glance"
"""Class of what holds the table."""


def at_a_glance(targets: pd.DataFrame, asked: Sequence[str], words: Wording) -> str:
    """Return the open targets that are answered as an HTML table, those due first above, among them the asked ones in
    their order: probability with its interval, and by how much the median misses; nothing without any.

    Args:
        targets: as :func:`sim.report.known.with_known` returns them.
        asked: as that of :class:`sim.report.material.Material`.
    """
    answered = sentences.modelled(targets)
    if answered.empty:
        return ""
    head = words.items("glance.columns")
    columns = [
        Column(head["name"], lambda row: _name(row, words), "wide"),
        Column(head["chance"], lambda row: numbers.share(row["probability"], int(row["runs"]), words), "number"),
        Column(head["interval"], lambda row: numbers.percent_interval(row["ci_low"], row["ci_high"], words), "number"),
        Column(head["short"], lambda row: _short(row, words), "number"),
    ]
    places = {name: place for place, name in enumerate(asked)}
    first = answered["id"].map(places).fillna(answered["group"].map(places)).fillna(len(places))
    in_order = answered.assign(first=first).sort_values(["deadline", "first"], kind="stable")
    shown = table(in_order, columns, words("glance.title"))
    known = dict.fromkeys(filter(None, in_order["known"]))
    note = paragraph(words("glance.known", known=words("mark.clause").join(known))) if known else ""
    return f'<div class="{MARK}">{shown}{note}</div>'


def _name(row: Row, words: Wording) -> str:
    name = sentences.target_name(row, words) + (words("glance.mark") if row["known"] else "")
    return words("glance.target", year=str(row["deadline"])[:4], name=name)


def _short(row: Row, words: Wording) -> str:
    gap = (row["threshold"] - row["median"]) * (1 if row["direction"] == ">=" else -1)
    if gap <= 0:
        return words("glance.met")
    value = numbers.amount(gap, row["unit"], words, sentences.largest(row))
    return words.aside(value, f"{100 * gap / abs(row['threshold']):.0f}%" if row["threshold"] else "")
