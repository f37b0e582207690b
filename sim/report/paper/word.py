"""The briefing as Word document in the layout of official papers, in short form: what stands folded in the page, or is
marked there as detail, stays there. Pandoc makes it from our HTML and the reference document; what it cannot say is
set afterwards."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from lxml import html

from sim.report.display import DETAIL
from sim.report.page_parts import paragraph
from sim.report.paper.columns import set_widths
from sim.report.paper.finish import Widths, finish
from sim.report.paper.last_page import glossary, row_ids
from sim.report.paper.picture import SHIPPED_FAMILY, Drawn, png
from sim.report.paper.pieces import Pieces, drop, pieces, text
from sim.report.paper.reference import NOTE, TEXT_WIDTH_MM, reference
from sim.report.wording import OF_DATA

FIX = "python -m pip install --force-reinstall pypandoc-binary"
_TALLEST_MM = 135
"""No picture is higher, so that its caption stays on the page."""
_EMS, _EMS_TURNED = 49.0, 79.0
"""Width between the margins in ems of a table's text, and on a turned page."""
_MOST_COLUMNS = 9
"""A table with more of them stands on a turned page."""
_LONGEST_S = 120


class PandocMissing(RuntimeError):
    """The program that makes Word documents is not installed."""

    def __init__(self) -> None:
        super().__init__(f"缺少 pandoc，没有生成 Word 文件。修复：{FIX}")


class PandocFailed(RuntimeError):
    """Pandoc did not make the document."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"没有生成 Word 文件：pandoc 出错：{reason}")


def docx(notebook: Path) -> bytes:
    """Return the Word document of an executed notebook; the same notebook gives the same bytes.

    Raises:
        PandocMissing, PandocFailed: pandoc is not there, or did not make the document.
        FontMissing: the package with the font for the pictures is not installed.
        PageIncomplete: a part of the briefing is missing from the notebook.
    """
    parts = pieces(notebook, SHIPPED_FAMILY, "docx")
    widths: list[Widths] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "briefing.html").write_text(word_html(parts, widths), encoding="utf-8")
        for shown in parts.body.iter("img"):
            name = shown.get("src")
            (folder / name).with_suffix(".png").write_bytes(png(parts.drawings[name]))
        default = _pandoc(folder, "--print-default-data-file", "reference.docx")
        (folder / "reference.docx").write_bytes(reference(default, parts.words.lang == OF_DATA))
        made = _pandoc(
            folder, "--from", "html-auto_identifiers", "--to", "docx", "--reference-doc", "reference.docx",
            "--output", "-", "briefing.html",
        )  # fmt: skip
    return finish(made, parts, widths)


def pandoc() -> str:
    """Return the program's path.

    Raises:
        PandocMissing: it is not installed.
    """
    import pypandoc

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise PandocMissing from error


def word_html(parts: Pieces, widths: list[Widths]) -> str:
    """Return the short form as plain HTML with named styles; ``widths`` gets those of each table."""
    for left in [*parts.body.iter("details"), *parts.body.find_class(DETAIL)]:
        drop(left)
    blocks = "".join(_blocks(parts, widths))
    lang = parts.words("page.lang")
    return f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"></head><body>{blocks}</body></html>'


def _blocks(parts: Pieces, widths: list[Widths]) -> Iterator[str]:
    words, said = parts.words, ""
    for section in parts.body:
        if section.tag == "header":
            said = "".join(_heading(section, parts, widths))
            yield said
    yield paragraph(words("paper.short"))
    number = 0
    for section in parts.body:
        told = list(_section(section, parts, widths)) if section.tag == "section" else []
        if told:
            number, said = number + 1, said + "".join(told)
            yield f"<h1>{_headed('heading', number, text(section.find('h2')), parts)}</h1>{''.join(told)}"
    last = {"glossary.title": list(glossary(said, words)), "cited.title": list(row_ids(said, words))}
    for title, told in last.items():
        if told:
            number += 1
            yield f"<h1>{_headed('heading', number, words(title), parts)}</h1>{''.join(told)}"


def _heading(header: Any, parts: Pieces, widths: list[Widths]) -> Iterator[str]:
    """Title, what it is of, the date line, what to know of all that follows, every target's answer; then what the
    scenario is about."""
    yield _styled("Title", text(header.find("h1")))
    for name, style in (("product", "Subtitle"), ("facts", "Date")):
        yield from (_styled(style, text(said)) for said in header.find_class(name))
    for element in header:
        if element.tag == "p" and not element.get("class"):
            yield paragraph(text(element))
        else:
            yield from (_table(table, widths) for table in element.iter("table"))


def _section(section: Any, parts: Pieces, widths: list[Widths]) -> Iterator[str]:
    number, words = 0, parts.words
    for element in section:
        match element.tag:
            case "h3":
                number += 1
                yield f"<h2>{_headed('subheading', number, text(element), parts)}</h2>"
            case "ul":
                for place, item in enumerate(element, 1):
                    yield paragraph(words("paper.item", number=place, said=text(item)))
            case "dl":
                for pair in element:
                    yield paragraph(words("mark.colon", label=text(pair[0]), said=text(pair[1])))
            case "div":
                yield from (_table(table, widths) for table in element.iter("table"))
            case "figure":
                yield from _figure(element, parts)
            case "p":
                yield paragraph(text(element))


def _figure(figure: Any, parts: Pieces) -> Iterator[str]:
    """Picture, caption below it, notes and source in small letters, and the remark as text."""
    for picture in figure.iter("img"):
        name, alt = Path(picture.get("src")).with_suffix(".png").name, escape(picture.get("alt"))
        width, height = Drawn("", parts.drawings[picture.get("src")]).size
        across = min(TEXT_WIDTH_MM, _TALLEST_MM * width / height)
        image = f'<p><img src="{name}" alt="{alt}" width="{across:.0f}mm"></p>'
        yield f'<div data-custom-style="Captioned Figure">{image}</div>'
    label, title = figure.find("figcaption/b"), text(figure.find("figcaption"))
    said = text(label)
    yield _styled("Image Caption", parts.words("paper.caption", label=said, title=title.removeprefix(said)))
    yield from (_styled(NOTE, text(note)) for name in ("note", "source") for note in figure.find_class(name))
    yield from (paragraph(text(remark)) for remark in figure.find_class("remark"))


def _table(table: Any, widths: list[Widths]) -> str:
    turned = len(table.xpath(".//th")) > _MOST_COLUMNS
    widths.append(Widths(set_widths(table, _EMS_TURNED if turned else _EMS), turned))
    for cell in table.find_class("number"):
        cell.set("style", "text-align:right")
    caption = table.find("caption")
    title = "" if caption is None else _styled("Table Caption", text(caption))
    if caption is not None:
        table.remove(caption)
    return title + str(html.tostring(table, encoding="unicode"))


def _styled(style: str, said: str) -> str:
    return f'<div data-custom-style="{style}">{paragraph(said)}</div>'


def _headed(kind: str, number: int, title: str, parts: Pieces) -> str:
    """Return a heading as HTML with its number before it."""
    numeral = _numeral(number, parts.words("paper.numerals"))
    return escape(parts.words(f"paper.{kind}", number=numeral, title=title))


def _numeral(number: int, numerals: str) -> str:
    """Write 1 to 99 in Chinese, with the numerals from zero to ten; in digits without them."""
    tens, ones = divmod(number, 10)
    if not numerals:
        return str(number)
    if tens == 0:
        return numerals[ones]
    return ("" if tens == 1 else numerals[tens]) + numerals[10] + (numerals[ones] if ones else "")


def _pandoc(folder: Path, *words: str) -> bytes:
    """Run pandoc in ``folder``, so that only names of files reach the document; dates in it are set afterwards."""
    try:
        done = subprocess.run(
            [pandoc(), *words], cwd=folder, env=os.environ | {"SOURCE_DATE_EPOCH": "0"}, capture_output=True,
            check=True, timeout=_LONGEST_S,
        )  # fmt: skip
    except subprocess.SubprocessError as error:
        said = getattr(error, "stderr", None) or b""
        raise PandocFailed(said.decode("utf-8", "replace").strip()[-300:] or str(error)) from error
    return done.stdout
