"""The last touches to pandoc's document: tables, Chinese punctuation, what the file says about itself, fixed bytes."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocumentType
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table

from sim.report.paper.pieces import Pieces
from sim.report.paper.reference import (
    CELL,
    HEI,
    PAGE_MM,
    TEXT_WIDTH_MM,
    TURNED_CELL,
    TURNED_FOOT_MM,
    TURNED_MM,
    TURNED_WIDTH_MM,
    named,
)  # fmt: skip
from sim.report.wording import OF_DATA

_WITH_TABLE = ("Heading 1", "Heading 2", "Table Caption")
"""Styles of what stands directly before a table and goes with it."""
_PROGRAM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
"""In place of what the template says of the program and the size of the document it was once saved from."""


@dataclass(frozen=True)
class Widths:
    """The columns' shares of a table's width, and whether its page is turned."""

    shares: list[float]
    turned: bool


def finish(made: bytes, parts: Pieces, widths: list[Widths]) -> bytes:
    """Return the document with tables of these widths, and with bytes that depend on nothing but what it says."""
    document = Document(BytesIO(made))
    for table, width in zip(document.tables, widths, strict=True):
        _table(document, table, width)
        if width.turned:
            _turn(document, table._tbl)
    if parts.words.lang == OF_DATA:
        for run in document.element.body.iter(qn("w:r")):
            _chinese(run)
    _pictures(document, parts)
    _about(document, parts)
    held = BytesIO()
    document.save(held)
    return _packed(held.getvalue())


def _turn(document: DocumentType, table: Any) -> None:
    """Put a table with its caption and the headings directly before it on turned pages of their own."""
    headings = {document.styles[name].style_id for name in _WITH_TABLE}
    first = table
    while (before := first.getprevious()) is not None and before.tag == qn("w:p") and before.style in headings:
        first = before
    upright = document.element.body.sectPr
    before, after = first.getprevious(), table.makeelement(qn("w:p"), {})
    table.addnext(after)
    _small(after)
    after.get_or_add_pPr().append(_sideways(upright))
    if before is None:
        return  # the document begins with it
    if before.tag != qn("w:p"):
        first.addprevious(between := table.makeelement(qn("w:p"), {}))
        _small(between)
        before = between
    before.get_or_add_pPr().append(deepcopy(upright))


def _sideways(upright: Any) -> Any:
    """Return what is said of a section, with the page turned."""
    turned = deepcopy(upright)
    size, margins = turned.find(qn("w:pgSz")), turned.find(qn("w:pgMar"))
    for name, millimetres in (("w", PAGE_MM[1]), ("h", PAGE_MM[0])):
        size.set(qn(f"w:{name}"), str(Mm(millimetres).twips))
    size.set(qn("w:orient"), "landscape")
    for side, millimetres in {**TURNED_MM, "footer": TURNED_FOOT_MM}.items():
        margins.set(qn(f"w:{side}"), str(Mm(millimetres).twips))
    return turned


def _small(paragraph: Any) -> None:
    """Make an empty paragraph, which only ends a section, one point high."""
    spacing = OxmlElement("w:spacing")
    for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    paragraph.get_or_add_pPr().append(spacing)


def _table(document: DocumentType, table: Table, width: Widths) -> None:
    """Fix the width of each column, repeat the head on every page, keep rows whole, and set the small letters."""
    across_mm, look = (TURNED_WIDTH_MM, TURNED_CELL) if width.turned else (TEXT_WIDTH_MM, CELL)
    shares, table.autofit = width.shares, False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Mm(across_mm * share)
    for row in table.rows:
        _flag(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = Mm(across_mm * share)
            for paragraph in cell.paragraphs:
                paragraph.style = document.styles[look]
    head = table.rows[0]
    _flag(head._tr.get_or_add_trPr(), "w:tblHeader")
    for cell in head.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True
            for run in paragraph.runs:
                named(run._r.get_or_add_rPr(), HEI)
                run.font.bold = False


def _flag(properties: Any, name: str) -> None:
    if properties.find(qn(name)) is None:
        properties.append(OxmlElement(name))


def _chinese(run: Any) -> None:
    """Say that marks which both scripts have (quotation marks, dashes) are Chinese ones here."""
    properties = run.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        place = 1 if properties.find(qn("w:rStyle")) is not None else 0
        properties.insert(place, fonts)
    fonts.set(qn("w:hint"), "eastAsia")


def _pictures(document: DocumentType, parts: Pieces) -> None:
    """Name each picture by its number, and describe it by its text instead of the name of a file."""
    shown = document.element.body.iter(qn("wp:inline"))
    for number, picture in enumerate(shown, 1):
        outer = picture.find(qn("wp:docPr"))
        for properties in (outer, *picture.iter(qn("pic:cNvPr"))):
            properties.set("name", parts.words("figure.label", number=number))
            properties.set("descr", outer.get("descr", ""))


def _about(document: DocumentType, parts: Pieces) -> None:
    about, day = document.core_properties, datetime.fromisoformat(parts.date).replace(tzinfo=UTC)
    about.title, about.author, about.last_modified_by = parts.title, parts.words("paper.author"), ""
    about.subject, about.keywords, about.comments, about.category = "", "", "", ""
    about.language, about.revision = parts.words("page.lang"), 1
    about.created = about.modified = day.replace(tzinfo=None)


def _packed(made: bytes) -> bytes:
    """Pack the parts anew, in order and without the time of day."""
    held = BytesIO()
    with ZipFile(BytesIO(made)) as given, ZipFile(held, "w", ZIP_DEFLATED) as packed:
        for name in given.namelist():
            part = _PROGRAM if name == "docProps/app.xml" else given.read(name)
            packed.writestr(ZipInfo(name), part, ZIP_DEFLATED)
    return held.getvalue()
