"""The executed notebook taken apart for paper: its sections as one tree, each figure's panels as one drawing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import html

from sim.report.cited import PROVENANCE, with_sources
from sim.report.display import PAGE_MIME, STAMP_MIME
from sim.report.page import PageIncomplete, attachment
from sim.report.paper.picture import Drawn, compose
from sim.report.wording import Wording, wording

_BLANKS = re.compile(r"[ \t\r\n]+")
_WRITTEN = re.compile(r"(?<=>)[^<>]+")
_SENTENCE = re.compile(r".+?(?:。|\.(?=\s|$)|$)\s*", re.S)
_COMMAND = re.compile(r"\btenglong [a-z]")
_EMPTY = re.compile(r"<p[^>]*>\s*</p>")
_SVG = re.compile(r"<svg\b.*?</svg>", re.S)
_MOST_COLUMNS = 4
"""Panels side by side at most: of five, a line of the axis would be too small to read on paper."""


@dataclass(frozen=True)
class Pieces:
    """A briefing ready to be set on paper.

    ``body``: a ``main`` element of sections; where a figure had its panels stands one ``img`` whose ``src`` is a key of
    ``drawings`` (SVG). ``date``: ISO date of the runs.
    """

    title: str
    date: str
    words: Wording
    body: Any
    drawings: Mapping[str, str]


def pieces(notebook: Path, family: str, where: str) -> Pieces:
    """Read an executed notebook; text in drawings is set in ``family``.

    ``where`` is a key below ``paper.where`` and ``paper.misses``: what stands there takes the place of "below this
    figure" and the like, and words about the mouse go.

    Raises:
        PageIncomplete: a part of the briefing is missing from the notebook.
    """
    import nbformat

    executed = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    head, stamp = attachment(executed, PAGE_MIME), attachment(executed, STAMP_MIME)
    words = wording(head["lang"])
    told = "".join(_outputs(executed))
    if where == "pdf":
        told = with_sources(told, words)
    told = _without_commands(told)
    on_paper = words.items("paper.instead")
    there = {name: words(f"paper.{name}.{where}") for name in ("where", "misses")}
    for name, on_screen in words.items("paper.on_screen").items():
        told = told.replace(on_screen, on_paper[name].format(**there))
    panels = _SVG.findall(told)
    numbers = iter(range(len(panels)))
    # The drawings are kept out of the tree: a reader of HTML would lose the capitals of SVG's attributes.
    body = html.fragment_fromstring(_SVG.sub(lambda _: f'<img src="{next(numbers)}">', told), create_parent="main")
    _unfold_heading(body)
    for again in list(body.find_class("again")):
        drop(again)
    return Pieces(head["title"], _date(stamp), words, body, _drawings(body, panels, family))


def _without_commands(told: str) -> str:
    """Drop the sentences that name a command of ours, which is of no use on paper; those of the page's provenance
    stay, the one place where paper tells how its numbers are made again."""
    before, place, after = told.rpartition(PROVENANCE)

    def kept(found: re.Match[str]) -> str:
        return "".join(said for said in _SENTENCE.findall(found[0]) if not _COMMAND.search(said))

    return _EMPTY.sub("", _WRITTEN.sub(kept, before)) + place + after


def text(element: Any) -> str:
    """Return all the text inside an element on one line."""
    return _BLANKS.sub(" ", str(element.text_content())).strip()


def drop(element: Any) -> None:
    """Take an element out of its tree; what follows it stays."""
    element.drop_tree()


def _outputs(notebook: Any) -> list[str]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.outputs]
    return [str(data["text/html"]) for data in outputs if "text/html" in data]


def _date(stamp: Mapping[str, Any]) -> str:
    if "date" not in stamp:
        raise PageIncomplete("笔记本的出处里缺少日期。")
    return str(stamp["date"])[:10]


def _unfold_heading(body: Any) -> None:
    """Show what the scenario changes: on paper it is not folded under the title."""
    for folded in list(body.xpath("./header/details")):
        folded.find("summary").tag = "p"
        folded.drop_tag()


def _drawings(body: Any, panels: list[str], family: str) -> dict[str, str]:
    """Put one picture in the place of each figure's panels; return name -> SVG."""
    drawn = {}
    for figure in body.iter("figure"):
        for box in figure.find_class("panels"):
            name = f"{figure.get('id')}.svg"
            columns = min(_columns(box), _MOST_COLUMNS)
            drawn[name] = compose([_panel(panel, panels) for panel in box.find_class("panel")], columns, family)
            alt = " ".join(text(said) for said in figure.find_class("alt"))
            box.getparent().replace(box, html.Element("img", src=name, alt=alt))
        for said in figure.find_class("alt"):
            drop(said)
    return drawn


def _panel(panel: Any, panels: list[str]) -> Drawn:
    heading, picture = panel.find("h4"), panel.find("img")
    return Drawn("" if heading is None else text(heading), panels[int(picture.get("src"))])


def _columns(box: Any) -> int:
    return next(int(name.removeprefix("columns-")) for name in box.classes if name.startswith("columns-"))
