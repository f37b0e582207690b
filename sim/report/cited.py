"""Row ids on a page: each leads to the list of what they name, which stands folded before the page's provenance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from sim import evidence
from sim.report.page_parts import paragraph
from sim.report.tables import folded
from sim.report.wording import OF_DATA, NotTranslated, Wording
from sim.tables import rows as table_rows

FOLD = "sources data"
"""Class of the folded list: printed from a browser it is left out, as the data of figures are."""
_ORDER = "SFAMDI"
PROVENANCE = '<section class="provenance">'
"""How the part of a page begins that says what made it; the list of row ids stands before it."""
_NAMED = re.compile(
    r"(?P<kept><(script|style|svg|noscript|code|pre|a|title|summary)\b.*?</\2>|<[^>]*>)"
    rf"|(?<![A-Za-z0-9_.#-])(?P<id>[{_ORDER}]\d{{3}})(?![A-Za-z0-9_])",
    re.S,
)
"""Tags, and elements whose text is no prose or leads elsewhere; else a row id."""
_HEADED = re.compile(r"<section([^>]*)><h2>(.*?)</h2>")
_FEW = 4


def with_sources(html: str, words: Wording) -> str:
    """Return a page with every row id in its text leading to the row's place in a list put before its provenance.

    A page that names no row is returned as it is.
    """
    rows = cited_rows(html)
    if not rows:
        return html
    linked = _NAMED.sub(lambda found: _link(found, rows), html)
    before, place, after = linked.rpartition(PROVENANCE)
    return before + _listed(rows.values(), words) + place + after if place else linked + _listed(rows.values(), words)


def with_contents(html: str, words: Wording) -> str:
    """Return a page with a list of its sections below its title, each leading there; a page of few goes without."""
    titles = [found[2] for found in _HEADED.finditer(html)]
    if len(titles) < _FEW:
        return html
    numbers = iter(range(1, len(titles) + 1))
    links = "".join(f'<a href="#part-{at}">{title}</a>' for at, title in enumerate(titles, 1))
    listed = f'<nav class="contents" aria-label="{escape(words("cited.contents"))}">{links}</nav>'
    numbered = _HEADED.sub(lambda found: f'<section id="part-{next(numbers)}"{found[1]}><h2>{found[2]}</h2>', html)
    return numbered.replace("</header>", f"</header>{listed}", 1)


def cited_rows(html: str) -> dict[str, evidence.Clause]:
    """Return the rows that a page names, by letter and number."""
    names = {found["id"] for found in _NAMED.finditer(html) if found["id"]}
    rows = {}
    for name in sorted(names, key=lambda name: (_ORDER.index(name[0]), name)):
        try:
            rows[name] = evidence.clause(name)
        except evidence.UnknownEvidence:
            continue
    return rows


def _link(found: re.Match[str], rows: Iterable[str]) -> str:
    name = found["id"]
    return f'<a href="#{name}">{name}</a>' if name in rows else found[0]


def _listed(rows: Iterable[evidence.Clause], words: Wording) -> str:
    """Rows under the document or page they are from, with what they say there."""
    rows = list(rows)
    parts = [
        f'<p class="document">{named}</p><ul>{"".join(_row(row, words) for row in same)}</ul>'
        for named, same in by_document(rows, words)
    ]
    inner = paragraph(words("cited.read")) + "".join(parts)
    title = f'<h2>{escape(words("cited.title"))}</h2>'
    return f'<section class="cited">{title}{folded(words("cited.fold", count=len(rows)), inner, FOLD)}</section>'


def by_document(rows: Iterable[evidence.Clause], words: Wording) -> Iterator[tuple[str, list[evidence.Clause]]]:
    """Yield the document or page with its grade, as HTML, and its rows that follow each other."""
    for _, group in groupby(rows, key=lambda row: (row.document, row.grade, row.id[0])):
        same = list(group)
        grade = escape(words(f"grade.{same[0].grade}"))
        yield words("cited.document", name=document_name(same[0].document, words), grade=grade), same


def titles() -> dict[str, str]:
    """Return the titles of the policy documents by document number."""
    return {row["document"]: row["title"] for row in table_rows(evidence.DOCUMENTS)}


def document_name(name: str, words: Wording) -> str:
    """Return a policy document by number and title, as HTML; another page by the title it has."""
    title = titles().get(name, "")
    full = _chinese(f"{name}《{title}》" if title and title not in name else name, words)
    if words.lang == OF_DATA:
        return full
    try:
        return f"{escape(words.of(name))} {full}"
    except NotTranslated:
        return full


def row_said(row: evidence.Clause, words: Wording) -> str:
    """Return where a row stands and what it says there, as HTML."""
    said = f"「{row.quote}」" if row.quote else f"{row.statement} {row.value}{row.unit}".strip()
    return _chinese(f"{row.article} {said}".strip(), words)


def _row(row: evidence.Clause, words: Wording) -> str:
    return f'<li id="{row.id}"><b>{row.id}</b> {row_said(row, words)}</li>'


def _chinese(said: str, words: Wording) -> str:
    return escape(said) if words.lang == OF_DATA else f'<span lang="zh">{escape(said)}</span>'
