"""Tables as offices save them: CSV in any usual encoding and separator, or a sheet of Excel, as rows of text."""

from __future__ import annotations

import csv
import io
import os
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import reduce
from pathlib import Path

from sim.refusals import reason

SEPARATORS = ",\t;"
EXCEL, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How files of Excel begin, whatever they are called."""
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
FIELD = 1_000_000
"""Characters of one cell beyond which a quote was surely left open."""
Line = tuple[int, list[str]]
"""Number of a row in its file, the first 1, and its cells."""
NO_RESULT = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"(?![^>]*\bt="str")[^>]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
"""A cell of Excel with a formula whose result was never saved, as programs other than Excel leave it; a result that is
an empty text is marked ``t="str"``."""
FAR = re.compile(rb'<c r="([A-Z]{3}[0-9]+)"(?:[^>]*[^/])?>(?!</|<v/>|<v></v>)')
"""A cell with something in it beyond the 702 columns that have one or two letters."""
ERROR = re.compile(rb'<c\b([^>]*\bt="e"[^>]*)>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>')
ADDRESS = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
FILLED, BEGINNING = re.compile(rb"<(?:\w+:)?(?:v|is)>"), 1_000_000
"""A cell with something in it, and the bytes of a sheet within which the first is looked for."""
UNPREFIXED = re.compile(rb"<(/?)\w+:")
"""A tag as some programs write it: x:row for row."""


SERIES, LONG = ("period", "value", "kind"), ("unique_id", "ds", "y")
"""Columns of the tables that a workbook's sheet is chosen by: the monthly series of one's own, and the long table."""


class Unreadable(ValueError):
    """A file that is no table of rows; the message says where and what to do."""


class Titled(Unreadable):
    """A table under a line with one cell, which is no heading."""


@dataclass(frozen=True)
class Sheet:
    """``header``: names as written, without spaces around them. ``rows``: those with anything in them."""

    header: list[str]
    rows: list[Line]


def read_sheet(path: Path) -> Sheet:
    """Read a table, its first row that is not empty being the names of the columns.

    Of a workbook the first sheet with anything in it, hidden ones last, is read, or where that has not the columns
    :data:`SERIES` or
    :data:`LONG`, the only one that has. Empty columns without a name, which trailing separators
    leave, are cut.

    Raises:
        Unreadable: not there, a folder, empty, of no such format, with cells beyond the columns, or with several sheets
            that might be meant.
    """
    name, lines = read_lines(path)
    return _cut(path, lines if not name or _has_columns(lines) else _likely(path, name, lines))


def read_lines(path: Path, sheet: str | None = None) -> tuple[str, list[Line]]:
    """Return the name of the sheet that was read (empty for a text file) and its rows with anything in them.

    Cells stay text without spaces around it: a date of Excel is written YYYY-MM-DD, a number in its shortest form.

    Args:
        sheet: of a workbook; if None the first with anything in it, hidden ones last.

    Raises:
        Unreadable: not there, a folder, empty, of no such format, without such a sheet, or with a formula of Excel
            whose result is not in the file.
    """
    content = content_of(path)
    if content.startswith(OLD_EXCEL):
        raise Unreadable(
            f"{path} 是旧式的 Excel 文件（.xls）或加了密码。请另存为不加密码的 .xlsx 或“CSV UTF-8（逗号分隔）”。"
        )
    if content.startswith(EXCEL) and path.suffix.lower() == ".xls":
        raise Unreadable(f"{path} 的扩展名是 .xls，内容却是新式的 Excel 文件，请改存为 .xlsx。")
    name, lines = _excel(path, content, sheet) if content.startswith(EXCEL) else ("", _text(path, content))
    try:
        filled = [(line, cells) for line, cells in lines if any(cells)]
    except csv.Error:
        raise Unreadable(f"{path} 读不出来：有引号没有配对，或某一格过长。") from None
    if not filled:
        raise Unreadable(f"{path} 是空的：没有列名，也没有数据行。")
    return name, filled


def below_title(path: Path) -> Sheet:
    """Read a table that stands below a title: the first row with more than one cell filled has the names.

    Raises:
        Unreadable: as :func:`read_sheet`.
    """
    _, lines = read_lines(path)
    heads = next((place for place, (_, cells) in enumerate(lines) if _filled(cells) > 1), 0)
    return _cut(path, lines[heads:])


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook with anything in them, in their order, hidden ones too."""
    return [name for name, begins in _parts(content_of(path), BEGINNING).items() if FILLED.search(begins)]


def content_of(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        Unreadable: it is not there, is a folder, or may not be read.
    """
    if os.path.isdir(path):  # which a name too long for the system is not
        raise Unreadable(f"{path} 是文件夹。请指明其中的一个文件。")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        there = [each.name for each in path.parent.iterdir()] if os.path.isdir(path.parent) else []
        near = get_close_matches(path.name, there, n=1)
        raise Unreadable(f"没有文件 {path}。{f'是不是 {near[0]}？' if near else ''}") from None
    except OSError as error:
        raise Unreadable(f"{path} 读不出来：{reason(error)}。") from None


def decoded(content: bytes) -> str:
    """Decode a text file: UTF-8, UTF-16 (Excel's “Unicode text”), or what Excel on a Chinese Windows saves.

    Raises:
        UnicodeDecodeError: none of these.
    """
    if content[:2] in MARKS:
        return content.decode(MARKS[content[:2]])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _text(path: Path, content: bytes) -> Iterator[Line]:
    """Rows of a text file, each under the number of the line it begins on."""
    try:
        text = decoded(content)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Unreadable(f"{path} 不是文本文件。请在 Excel 里另存为 .xlsx 或“CSV UTF-8（逗号分隔）”。")
    csv.field_size_limit(FIELD)
    first = next((line for line in text.splitlines() if line.strip()), "")
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count), strict=True)
    line = 1
    for cells in table:
        yield line, [cell.strip() for cell in cells]
        line = table.line_num + 1


def _excel(path: Path, content: bytes, sheet: str | None) -> tuple[str, Iterator[Line]]:
    """Name and rows of the sheet asked for, or of the first with anything in it."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        parts = _parts(content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
        names = [each.name for each in sorted(tables, key=lambda each: each.visible != SheetVisibleEnum.Visible)]
        if sheet is not None and sheet not in names:
            raise Unreadable(f"{path} 里没有叫“{sheet}”的工作表；有：{'、'.join(names)}。")
        for name in [sheet] if sheet is not None else names:
            part = UNPREFIXED.sub(rb"<\1", parts[name]) if b":sheetData" in parts[name] else parts[name]
            _require_results_and_bounds(path, part)
            table = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            rows = [(line, [_cell(value) for value in row]) for line, row in enumerate(table, 1)]
            for row, column, said in _errors(path, part):
                cells = rows[row][1]
                cells[column] = said
            if any(any(cells) for _, cells in rows):
                return name, iter(rows)
    except Unreadable:
        raise
    except Exception as error:  # a broken file fails anywhere inside the library
        raise Unreadable(f"{path} 不是完好的 Excel 文件（.xlsx）：{error}") from None
    return "", iter(())


def _has_columns(lines: list[Line]) -> bool:
    first = {cell.lower() for cell in lines[0][1]}
    return first.issuperset(SERIES) or first.issuperset(LONG)


def _likely(path: Path, name: str, lines: list[Line]) -> list[Line]:
    """Rows of the only other sheet with the columns; those of the first where none has, unless it is a mere cover."""
    others = {}
    for other in _parts(content_of(path)):
        try:
            others[other] = read_lines(path, other)[1] if other != name else lines
        except Unreadable:  # empty, or no sheet of cells
            continue
    fit = [other for other, rows in others.items() if _has_columns(rows)]
    if len(fit) == 1:
        return others[fit[0]]
    if fit:
        raise Unreadable(
            f"{path} 的第一张工作表“{name}”没有所需的列，而不止一张有：{'、'.join(fit)}。"
            "请只留要用的那张，或把它移到最前。"
        )
    if len(others) > 1 and _filled(lines[0][1]) == 1:
        raise Unreadable(
            f"{path} 的工作表（{'、'.join(others)}）首行都没有 {'、'.join(SERIES)} 或 {'、'.join(LONG)} 这几列。"
            "首行须是列名；首行像是标题的，请删去。"
        )
    return lines


def _filled(cells: list[str]) -> int:
    return sum(map(bool, cells))


def _parts(content: bytes, most: int = -1) -> dict[str, bytes]:
    """The XML of each sheet, or so many bytes of it, by its name (ECMA-376, part 1, 12.3.24 and 18.2.19)."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book, links = (etree.fromstring(archive.read(f"xl/{name}"), etree.XMLParser(resolve_entities=False))
                       for name in ("workbook.xml", "_rels/workbook.xml.rels"))  # fmt: skip
        places = {each.get("Id"): posixpath.join("/xl", each.get("Target")).lstrip("/") for each in links}
        sheets = [(each.get("name"), next(value for name, value in each.items() if name.endswith("}id")))
                  for each in book.iterfind(".//{*}sheet")]  # fmt: skip
        return {name: archive.open(posixpath.normpath(places[link])).read(most) for name, link in sheets}


def _require_results_and_bounds(path: Path, part: bytes) -> None:
    """Refuse formulas without a result, which would be read as empty cells, and cells so far to the right that the
    rows would not fit into memory."""
    if b"><f" in part and (found := NO_RESULT.search(part)):
        raise Unreadable(f"{path} 的 {found[1].decode()} 格是公式，文件里没有它的结果。请用 Excel 打开并保存一次。")
    if found := FAR.search(part):
        raise Unreadable(f"{path} 的 {found[1].decode()} 格有内容，离表太远，多半是误按的。请清除它，或删去多余的列。")


def _errors(path: Path, part: bytes) -> Iterator[tuple[int, int, str]]:
    """Row and column, from 0, of cells that hold an error of Excel, such as #N/A, which the library leaves empty."""
    if b't="e"' not in part:
        return
    for found in ERROR.finditer(part):
        place = ADDRESS.search(found[1])
        if place is None:
            raise Unreadable(f"{path} 里有出错的公式，文件没有写明在哪一格。请用 Excel 打开并保存一次。")
        column = reduce(lambda before, letter: 26 * before + letter - 64, place[1], 0)
        yield int(place[2]) - 1, column - 1, found[2].decode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _cut(path: Path, filled: list[Line]) -> Sheet:
    (_, names), *rows = filled
    width = max(place + 1 for place, name in enumerate(names) if name)
    for line, cells in rows:
        surplus = next((place for place in range(width, len(cells)) if cells[place]), None)
        if surplus is not None and _filled(names) == 1:
            first, heads = filled[0][0], next(line for line, cells in filled if _filled(cells) > 1)
            which = f"（第 {first}—{heads - 1} 行）" if heads > first + 1 else ""
            raise Titled(
                f"{path} 第 {first} 行只有一格有字，首行像是标题，请删去{which}：首行须是列名，列名像在第 {heads} 行。"
            )
        if surplus is not None:
            raise Unreadable(
                f"{path} 第 {line} 行第 {surplus + 1} 列的“{cells[surplus]}”不在任何列名之下。"
                "数里若有千位逗号，请去掉，或把整个数用英文双引号括起。"
            )
    padding = [""] * width
    return Sheet(names[:width], [(line, [*cells, *padding][:width]) for line, cells in rows])
