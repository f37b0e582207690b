"""Parts that the pages of findings are put together from: headings, sections, lists, tables, what made them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.report.display import PAGE_MIME, STAMP_MIME, Section
from sim.report.tables import field, table
from sim.report.wording import Wording

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def heading(words: Wording, name: str, scenario: Scenario, said: str, stamp: dict[str, Any]) -> Section:
    title = words(f"{name}.page.title", scenario=words.named(scenario.title))
    html = f'<header><p class="product">{escape(words("heading.product"))}</p><h1>{escape(title)}</h1></header>'
    about = {PAGE_MIME: {"title": title, "lang": words.lang}, STAMP_MIME: stamp}
    return Section(html + paragraph(said), about)


def provenance(words: Wording, stamp: dict[str, Any], command: str) -> Section:
    facts = {"version": stamp["version"], "code": stamp["code"], "data": stamp["data"], "command": command}
    rows = "".join(
        f"<div><dt>{escape(words(f'record.provenance.{name}'))}</dt><dd>{escape(value)}</dd></div>"
        for name, value in facts.items()
    )
    title = escape(words("record.provenance.title"))
    return Section(f'<section class="provenance"><h2>{title}</h2><dl>{rows}</dl></section>')


def section(title: str, parts: Iterable[str]) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def paragraph(said: str) -> str:
    return f"<p>{escape(said)}</p>"


def bullets(points: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(point)}</li>" for point in points) + "</ul>" if points else ""


def captioned(
    heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str, right: Sequence[int] = (),
    wide: int = 0,
) -> str:  # fmt: skip
    names = [str(place) for place in range(len(heads))]
    columns = [
        field(head, name, "number" if place in right else "wide" if place == wide else "")
        for place, (head, name) in enumerate(zip(heads, names, strict=True))
    ]
    return table(pd.DataFrame(list(rows), columns=pd.Index(names)), columns, caption)
