"""Where a number comes from, as a notebook shows it: facts, clauses and the documents' own words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sim.analysis.explain import Explanation
from sim.analysis.explain import explain as explanation
from sim.evidence import Clause
from sim.report.display import Section
from sim.report.page_parts import captioned, definitions, paragraph, section
from sim.report.wording import Wording, chinese


def explain(*names: str, lang: str = "zh") -> Section:
    """Show where each of these comes from: a parameter, target, indicator, figure (``fig:space``), row of evidence or
    page that rows are from (``P001``).

    Raises:
        UnknownId: with the nearest names.
    """
    words = chinese(lang)
    return Section(section(words("explained.title"), [explained(explanation(name), words) for name in names]))


def explained(found: Explanation, words: Wording) -> str:
    """Return one explanation as HTML; all text is escaped."""
    facts = definitions((label, escape(said)) for label, said in found.facts if said)
    return f"<h3>{escape(found.heading)}</h3>{facts}{clauses(found.clauses, words)}"


def clauses(found: Sequence[Clause], words: Wording) -> str:
    """Return rows of evidence as a table: where each stands, what it says in its own words, its grade and what is
    noted of it."""
    if not found:
        return paragraph(words("explained.none"))
    heads = list(words.items("explained.columns").values())
    rows = [
        [one.id, " ".join(filter(None, (one.document, one.article))), one.quote or one.statement,
         words.aside(one.grade, one.note)]
        for one in found
    ]  # fmt: skip
    return captioned(heads, rows, words("explained.clauses"), wide=(2, 3))
