"""The briefing as PDF: A4, what is read first, then what stood folded in the page as numbered appendices."""

from __future__ import annotations

import contextlib
import io
import warnings
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from lxml import html

from sim.report.fonts import shipped_font
from sim.report.page import TEMPLATES
from sim.report.paper.columns import set_widths
from sim.report.paper.picture import SHIPPED_FAMILY
from sim.report.paper.pieces import Pieces, drop, pieces, text
from sim.report.remedies import remedy

FIX = remedy("pango")
_EMS, _EMS_SMALL, _EMS_TURNED = 60.0, 69.0, 105.0
"""Width between the margins in ems of a table's text: in the body, in an appendix, and there on a turned page."""
_MANY, _WIDE = 10, 12
"""From so many columns on, a table of the body is set as small as one in an appendix; from so many on, one in an
appendix stands on turned pages of its own."""
_STYLE = TEMPLATES / "paper" / "paper.css"


class PangoMissing(RuntimeError):
    """The system library with which text is set is not installed."""

    def __init__(self) -> None:
        super().__init__(f"缺少排版 PDF 的系统库 Pango，没有生成 PDF。请安装：{FIX}")


def pdf(notebook: Path) -> bytes:
    """Return the PDF of an executed notebook; the same notebook gives the same bytes on one machine.

    Raises:
        PangoMissing: the system lacks a library.
        FontMissing: the font package is not installed.
        PageIncomplete: a part of the briefing is missing from the notebook.
    """
    weasyprint = typesetter()
    with warnings.catch_warnings(action="ignore"):  # that the system has no fonts: ours is brought along
        document = weasyprint.HTML(string=paper_html(pieces(notebook, SHIPPED_FAMILY, "pdf")))
        return bytes(document.write_pdf())


def typesetter() -> Any:
    """Return WeasyPrint.

    Raises:
        PangoMissing: it cannot be loaded.
    """
    try:
        # It prints a page of advice before it raises.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            import weasyprint
    except OSError as error:
        raise PangoMissing from error
    return weasyprint


def paper_html(parts: Pieces) -> str:
    """Return the whole document with its drawings, style and font inside or by name."""
    for picture in parts.body.iter("img"):
        picture.set("src", _data(parts.drawings[picture.get("src")]))
    for table in parts.body.iter("table"):
        set_widths(table, _ems(table))
        if _columns(table) >= _MANY:
            table.set("class", "many")
    folded = list(_appendices(parts))
    title, words = escape(parts.title), parts.words
    body = html.tostring(parts.body, encoding="unicode")
    return (
        f'<!DOCTYPE html><html lang="{words("page.lang")}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="author" content="{escape(words("paper.author"))}">'
        f'<meta name="generator" content="{escape(words("paper.author"))}">'
        f'<meta name="dcterms.created" content="{parts.date}"><meta name="dcterms.modified" content="{parts.date}">'
        f"<style>{_style(parts)}</style></head><body>{body}{_appendix(folded, parts)}</body></html>"
    )


def _appendices(parts: Pieces) -> Iterator[tuple[str, str, bool]]:
    """Take what stands folded out of the body, leaving where it has gone; yield title and HTML of each,
    and whether its pages are turned."""
    last, words = {}, parts.words
    for element in list(parts.body.iter("h2", "h3", "details")):
        if element.tag != "details":
            last["title"] = text(element)
            continue
        summary = element.find("summary")
        # Several answers fold their tables under the same words; these alone need the question beside them.
        said, generic = text(summary), words("answers.fold")
        title = words("mark.colon", label=last["title"], said=said) if said == generic else said
        drop(summary)
        inner = "".join(html.tostring(child, encoding="unicode") for child in element)
        number = last["number"] = last.get("number", 0) + 1  # type: ignore[operator, assignment]
        see = html.fromstring(f'<p class="see">{escape(words("paper.see", title=said, number=number))}</p>')
        see.tail = element.tail
        element.getparent().replace(element, see)
        yield title, inner, any(_columns(table) >= _WIDE for table in element.iter("table"))


def _appendix(folded: list[tuple[str, str, bool]], parts: Pieces) -> str:
    words = parts.words
    names = [words("paper.appendix", number=number, title=title) for number, (title, *_) in enumerate(folded, 1)]
    listed = "".join(
        f'<li><a href="#appendix-{number}">{escape(name)}</a></li>' for number, name in enumerate(names, 1)
    )
    shown = "".join(
        f'<section class="folded{" wide" if turned else ""}" id="appendix-{number}">'
        f"<h3>{escape(name)}</h3>{inner}</section>"
        for number, (name, (_, inner, turned)) in enumerate(zip(names, folded, strict=True), 1)
    )
    left_out = escape(words("paper.left_out"))
    return (
        f'<section class="appendix"><h2>{escape(words("paper.appendices"))}</h2><p>{left_out}</p>'
        f'<ol class="contents">{listed}</ol>{shown}</section>'
    )


def _ems(table: Any) -> float:
    folded, columns = next(table.iterancestors("details"), None) is not None, _columns(table)
    if folded and columns >= _WIDE:
        return _EMS_TURNED
    return _EMS_SMALL if folded or columns >= _MANY else _EMS


def _columns(table: Any) -> int:
    return len(table.xpath(".//th"))


def _style(parts: Pieces) -> str:
    face = f'@font-face{{font-family:"{SHIPPED_FAMILY}";src:url("{shipped_font().as_uri()}")}}'
    footer = parts.words("paper.page")
    before, between, after = footer.replace("{page}", "|").replace("{pages}", "|").split("|")
    counted = f'"{before}" counter(page) "{between}" counter(pages) "{after}"'
    style = _STYLE.read_text(encoding="utf-8")
    return face + style.replace("FONT_FAMILY", f'"{SHIPPED_FAMILY}"').replace("PAGE_COUNT", counted)


def _data(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode('ascii')}"
