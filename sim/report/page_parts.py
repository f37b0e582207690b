"""Parts that the pages of findings are put together from: headings, sections, lists, tables, what made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from sim.report.display import DETAIL, PAGE_MIME, STAMP_MIME, Section
from sim.report.tables import field, table
from sim.report.wording import Wording

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def heading(words: Wording, name: str, scenario: Scenario, said: str, stamp: dict[str, Any]) -> Section:
    title = words(f"{name}.page.title", scenario=words.named(scenario.title))
    about = {PAGE_MIME: {"title": title, "lang": words.lang}, STAMP_MIME: stamp}
    return Section(header(title, words) + paragraph(said), about)


def header(title: str, words: Wording, rest: str = "") -> str:
    """Return the head of a page: the product's name, the title, and the HTML ``rest``."""
    return f'<header><p class="product">{escape(words("heading.product"))}</p><h1>{escape(title)}</h1>{rest}</header>'


def provenance(words: Wording, stamp: dict[str, Any], command: str) -> Section:
    facts = {"version": stamp["version"], "code": stamp["code"], "data": stamp["data"], "command": command}
    return Section(origin(words, facts))


def origin(words: Wording, facts: Mapping[str, str]) -> str:
    """Return what made a page, by ``record.provenance`` of the words."""
    listed = definitions((words(f"record.provenance.{name}"), escape(value)) for name, value in facts.items())
    return f'<section class="provenance"><h2>{escape(words("record.provenance.title"))}</h2>{listed}</section>'


def definitions(facts: Iterable[tuple[str, str]]) -> str:
    """Return a list of names, which are text, and what they stand for, which is HTML."""
    return "<dl>" + "".join(f"<div><dt>{escape(name)}</dt><dd>{html}</dd></div>" for name, html in facts) + "</dl>"


def section(title: str, parts: Iterable[str]) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def paragraph(said: str) -> str:
    return f"<p>{escape(said)}</p>"


def detail(html: str) -> str:
    """Mark trusted HTML as what the short form (Word) leaves to the page."""
    return f'<div class="{DETAIL}">{html}</div>'


def bullets(points: Iterable[str]) -> str:
    listed = "".join(f"<li>{escape(point)}</li>" for point in points)
    return f"<ul>{listed}</ul>" if listed else ""


def captioned(
    heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str, right: Sequence[int] = (),
    wide: Sequence[int] = (0,),
) -> str:  # fmt: skip
    import pandas as pd

    names = [str(place) for place in range(len(heads))]
    columns = [
        field(head, name, "number" if place in right else "wide" if place in wide else "")
        for place, (head, name) in enumerate(zip(heads, names, strict=True))
    ]
    return table(pd.DataFrame(list(rows), columns=pd.Index(names)), columns, caption)
