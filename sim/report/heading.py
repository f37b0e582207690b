"""The briefing's head: what it is of, what to know of all that follows, every target's answer, and what the scenario
changes."""

from __future__ import annotations

from html import escape

import pandas as pd

from sim.report.caveats import trial
from sim.report.display import PAGE_MIME, Section
from sim.report.glance import at_a_glance
from sim.report.known import with_known
from sim.report.material import Material
from sim.report.page_parts import header, paragraph
from sim.report.tables import field, folded, table
from sim.report.wording import Wording


def heading(material: Material, words: Wording) -> Section:
    """Title, scenario, date, every target at a glance, and what the scenario changes."""
    stamp = material.stamp
    title = words("heading.title", scenario=material.title)
    facts = words(
        "heading.facts", name=material.scenario, date=stamp["date"], runs=stamp["runs"], seed=stamp["seed"]
    )
    why = paragraph(words("heading.why", why=material.why)) if material.why else ""
    first = trial(stamp["runs"], None if material.register else stamp["enterprises"], words) + _whose(material, words)
    shown = first + at_a_glance(
        with_known(material.targets, material.outcomes, words), material.asked, words
    ) + why + _changes(material.changes, words)
    html = header(title, words, f'<p class="facts">{escape(facts)}</p>{shown}')
    page = words("heading.page", scenario=material.title, date=stamp["date"])
    return Section(html, {PAGE_MIME: {"title": page, "lang": words.lang}})


def _whose(material: Material, words: Wording) -> str:
    """Say at the head of a page on one's own register whose probabilities follow, and what is about the register."""
    told = material.register
    if told is None:
        return ""
    share = f"{100 * told['output_above_scale_share']:,.0f}%"
    said = words("heading.register", file=told["file"], stands_for=f"{told['stands_for']:,}", share=share)
    return paragraph(said)


def _changes(changes: pd.DataFrame, words: Wording) -> str:
    if changes.empty:
        return paragraph(words("heading.same"))
    columns = [field(name, key) for key, name in words.items("heading.columns").items()]
    inner = table(changes, columns, words("heading.changes_caption"))
    return folded(words("heading.changes", count=len(changes)), inner)
