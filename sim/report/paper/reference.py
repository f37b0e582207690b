"""The styles of a Chinese official paper (GB/T 9704—2012) as a reference document for pandoc: A4, margins, fonts by
name for Chinese and Western letters, headings 一、 in 黑体 and （一） in 楷体, body in 仿宋 三号, page number
in the foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

WESTERN = "Times New Roman"
TITLE, SONG, HEI, KAI, BODY = "方正小标宋简体", "宋体", "黑体", "楷体", "仿宋"
STAND_INS = {TITLE: SONG, KAI: "楷体_GB2312", BODY: "仿宋_GB2312"}
"""What Word takes where a font is not installed."""
PAGE_MM = (210, 297)
MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}
TURNED_MM = {"top": 28, "bottom": 26, "left": 37, "right": 35}
"""Of a page that is turned, whose left side was the foot's."""
FOOT_MM, TURNED_FOOT_MM = 28, 15
TEXT_WIDTH_MM = PAGE_MM[0] - MARGINS_MM["left"] - MARGINS_MM["right"]
TURNED_WIDTH_MM = PAGE_MM[1] - TURNED_MM["left"] - TURNED_MM["right"]
CELL, TURNED_CELL, NOTE = "Table Text", "Turned Table Text", "Figure Note"
_ER_HAO, _SAN_HAO, _SI_HAO, _XIAO_SI, _WU_HAO, _XIAO_WU = 22.0, 16.0, 14.0, 12.0, 10.5, 9.0
_TURNED = 8.0
"""Points of a wide table: ten rows with their remarks stay on one page, which they do not in 9."""
_BESIDE = "57"
"""Twentieths of a point between a line of a table and its text."""
_LINE = 29.0
"""Points from line to line, for 22 lines a page; lines that hold pictures or small letters are set by their content."""


@dataclass(frozen=True)
class Look:
    """How paragraphs of a style are set: font, size in points, indent in letters, space around in points."""

    font: str
    size: float
    indent: int = 0
    centred: bool = False
    line: float | None = _LINE
    before: float = 0
    after: float = 0
    with_next: bool = False
    bold: bool = False


LOOKS: Mapping[str, Look] = {
    "Normal": Look(BODY, _SAN_HAO),
    "Body Text": Look(BODY, _SAN_HAO, indent=2),
    "First Paragraph": Look(BODY, _SAN_HAO, indent=2),
    "Compact": Look(BODY, _SAN_HAO, indent=2),
    "Title": Look(TITLE, _ER_HAO, centred=True, line=35, before=12, after=6, with_next=True),
    "Subtitle": Look(KAI, _SAN_HAO, centred=True, with_next=True),
    "Date": Look(KAI, _SI_HAO, centred=True, after=14),
    "Heading 1": Look(HEI, _SAN_HAO, indent=2, before=6, with_next=True),
    "Heading 2": Look(KAI, _SAN_HAO, indent=2, with_next=True),
    "Captioned Figure": Look(BODY, _SAN_HAO, centred=True, line=None, before=6, with_next=True),
    "Image Caption": Look(HEI, _XIAO_SI, centred=True, line=None, before=2, after=2, with_next=True),
    "Table Caption": Look(HEI, _XIAO_SI, centred=True, line=None, before=8, after=3, with_next=True),
    NOTE: Look(BODY, _WU_HAO, line=None, after=2),
    CELL: Look(BODY, _XIAO_WU, line=None),
    TURNED_CELL: Look(BODY, _TURNED, line=None),
}


LATIN_SIZE = {_ER_HAO: 20.0, _SAN_HAO: 11.5, _SI_HAO: 11.0, _XIAO_SI: 10.5, _WU_HAO: 9.0, _XIAO_WU: 8.0, _TURNED: 7.5}
"""Points in which a text in Latin letters is set where a Chinese one takes the size before."""
_LATIN_HEADING = {"Heading 1": 14.0, "Heading 2": 12.0}


def latin(name: str, look: Look) -> Look:
    """Return how a style looks in a text of Latin letters, headings told by weight, paragraphs by space."""
    running = look.indent and not look.with_next
    return replace(
        look, size=_LATIN_HEADING.get(name, LATIN_SIZE[look.size]), indent=0, line=None,
        before=10 if name in _LATIN_HEADING else look.before, after=5 if running else look.after,
        bold=look.with_next and name != "Subtitle",
    )  # fmt: skip


def reference(default: bytes, chinese: bool = True) -> bytes:
    """Return pandoc's own reference document with our styles, page and foot in place of its own."""
    document = Document(BytesIO(default))
    _defaults(document)
    for name, look in LOOKS.items():
        _set(_style(document, name), look if chinese else latin(name, look))
    _borders(document.styles["Table"].element)
    _page(document)
    _fonts(document)
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def named(properties: Any, font: str) -> None:
    """Name the font of Chinese letters, and the one of all others, in run properties."""
    old = properties.find(qn("w:rFonts"))
    if old is not None:
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for letters, name in (("ascii", WESTERN), ("hAnsi", WESTERN), ("eastAsia", font), ("cs", WESTERN)):
        fonts.set(qn(f"w:{letters}"), name)
    properties.insert(0, fonts)


def _style(document: DocumentType, name: str) -> Any:
    if name in [style.name for style in document.styles]:
        return document.styles[name]
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    return style


def _set(style: Any, look: Look) -> None:
    for old in (style.element.rPr, style.element.pPr):
        if old is not None:
            style.element.remove(old)
    named(style.element.get_or_add_rPr(), look.font)
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    page = style.paragraph_format
    page.space_before, page.space_after = Pt(look.before), Pt(look.after)
    page.line_spacing_rule = WD_LINE_SPACING.SINGLE if look.line is None else WD_LINE_SPACING.EXACTLY
    if look.line is not None:
        page.line_spacing = Pt(look.line)
    page.alignment = WD_ALIGN_PARAGRAPH.CENTER if look.centred else WD_ALIGN_PARAGRAPH.LEFT
    page.keep_with_next, page.widow_control = look.with_next, True
    page.first_line_indent = Pt(look.size * look.indent)
    if look.indent:  # in letters, so that it holds when the reader changes the size
        style.element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), str(100 * look.indent))


def _defaults(document: DocumentType) -> None:
    """Set the language and fonts of everything that no style speaks for."""
    properties = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    named(properties, BODY)
    language = properties.find(qn("w:lang"))
    language.set(qn("w:val"), "en-US")  # of Western letters: with zh-CN numbers are broken anywhere
    language.set(qn("w:eastAsia"), "zh-CN")
    spacing = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:pPrDefault')}/{qn('w:pPr')}")
    spacing.getparent().remove(spacing)
    document.settings.element.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")


def _borders(style: Any) -> None:
    """Give every table thin lines around and between its cells."""
    properties = style.find(qn("w:tblPr"))
    lines = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        lines.append(line)
    margins = properties.find(qn("w:tblCellMar"))
    properties.insert(list(properties).index(margins), lines)
    for side in ("left", "right"):
        margins.find(qn(f"w:{side}")).set(qn("w:w"), _BESIDE)
    for conditional in style.findall(qn("w:tblStylePr")):
        style.remove(conditional)


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = map(Mm, PAGE_MM)
    for side, distance in MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(distance))
    section.header_distance, section.footer_distance = Mm(15), Mm(FOOT_MM)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words in ("— ", None, " —"):
        run = foot.add_run(words or "")
        named(run._r.get_or_add_rPr(), SONG)
        run.font.size = Pt(_SI_HAO)
        if words is None:
            _number(run._r)


def _number(run: Any) -> None:
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = words or None
        run.append(part)


def _fonts(document: DocumentType) -> None:
    """Write the table of fonts: ours, each with its stand-in."""
    part = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    fonts = OxmlElement("w:fonts")
    for name in (WESTERN, TITLE, SONG, HEI, KAI, BODY):
        font = OxmlElement("w:font")
        font.set(qn("w:name"), name)
        if name in STAND_INS:
            other = OxmlElement("w:altName")
            other.set(qn("w:val"), STAND_INS[name])
            font.append(other)
        fonts.append(font)
    part._blob = etree.tostring(fonts, xml_declaration=True, encoding="UTF-8", standalone=True)
