"""What a notebook cell shows.

A section of text, or a figure that is a picture in Jupyter and live in the page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

PAGE_MIME = "application/vnd.tenglong.page+json"
TARGETS_MIME = "application/vnd.tenglong.targets+json"
STAMP_MIME = "application/vnd.tenglong.stamp+json"
FIGURE_MIME = "application/vnd.tenglong.figure+html"
DETAIL = "detail"
"""Class of what the short form (Word) leaves to the page."""


@dataclass(frozen=True)
class Section:
    """A part of a page as HTML, with what travels beside it under private types."""

    html: str
    attachments: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/html": self.html, **self.attachments}


@dataclass(frozen=True)
class Panel:
    """One chart of a figure, with a short heading when there is more than one."""

    spec: dict[str, Any]
    heading: str = ""


@dataclass(frozen=True)
class Figure:
    """A numbered figure under its heading.

    Title with unit, one or more panels, source line, text alternative and its data. ``detail``: the short form (Word)
    leaves it to the page.
    """

    key: str
    section: str
    label: str
    title: str
    alt: str
    note: str
    source: str
    panels: Sequence[Panel]
    data_html: str
    columns: int = 1
    remark: str = ""
    detail: bool = False

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {
            FIGURE_MIME: self.live_html(),
            "text/html": self.static_html(),
            "text/plain": f"{self.label} {self.title}",
        }

    def live_html(self) -> str:
        """Return the figure for the page: specs beside empty boxes which the page's one script fills; drawn as SVG
        where no script runs."""
        boxes = []
        for number, (panel, drawn) in enumerate(zip(self.panels, self._drawn, strict=True), start=1):
            name = f"{self.key}-{number}"
            spec = script_safe(json.dumps(panel.spec, ensure_ascii=False, separators=(",", ":")))
            boxes.append(
                f'<div class="panel">{_heading(panel)}<div class="chart" id="{name}" role="img" '
                f'aria-label="{escape(panel.heading or self.alt)}"></div><noscript>{drawn}</noscript>'
                f'<script type="application/json" data-chart="{name}">{spec}</script></div>'
            )
        return self._frame(boxes)

    def static_html(self) -> str:
        """Return the figure with its charts drawn as SVG, for Jupyter, PDF and Word, where no script runs."""
        pairs = zip(self.panels, self._drawn, strict=True)
        return self._frame([f'<div class="panel">{_heading(panel)}{drawn}</div>' for panel, drawn in pairs])

    @cached_property
    def _drawn(self) -> list[str]:
        import vl_convert

        from sim.report import fonts
        from sim.report.theme import config

        fonts.register()
        sized = {"config": config(), "width": 640 // self.columns, "autosize": "pad"}
        return [vl_convert.vegalite_to_svg({**panel.spec, **sized}) for panel in self.panels]

    def _frame(self, boxes: Sequence[str]) -> str:
        alt, kind = f"{self.key}-alt", f' class="{DETAIL}"' if self.detail else ""
        return (
            f'<section><h2>{escape(self.section)}</h2><figure id="{self.key}"{kind} aria-describedby="{alt}">'
            f"<figcaption><b>{escape(self.label)}</b>{escape(self.title)}</figcaption>"
            f'<p class="note">{escape(self.note)}</p>{_paragraph("remark", self.remark)}'
            f'<div class="panels columns-{self.columns}">{"".join(boxes)}</div>'
            f'<p class="alt" id="{alt}">{escape(self.alt)}</p>'
            f'<p class="source">{escape(self.source)}</p>{self.data_html}</figure></section>'
        )


def _paragraph(kind: str, words: str) -> str:
    return f'<p class="{kind}">{escape(words)}</p>' if words else ""


def _heading(panel: Panel) -> str:
    return f"<h4>{escape(panel.heading)}</h4>" if panel.heading else ""


def script_safe(text: str) -> str:
    """Make JSON safe inside a ``<script>`` element: no sequence in it can close or open a tag."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
