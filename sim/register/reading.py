"""The table of a register as it lies in a file: names over one or more rows, units, rows that are no enterprises."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.collector import resting
from sim.register.fields import FIELDS, UNITS
from sim.register.mapping import Mapping, spelled
from sim.register.notes import DOUBTED, REFUSED, Note
from sim.register.numbers import PLAIN, plain
from sim.spreadsheets import Line, Unreadable, content_of, read_lines, sheet_names
from sim.tables import near

PARQUET = b"PAR1"
HEADER_WITHIN, DEEPEST = 20, 3
"""Rows among which the names are looked for, and over how many rows they may be spread."""
TOTAL = re.compile(r"(合计|总计|小计|全市|总数)[:：]?|其中[:：].*")
TOTALS_BEGIN = frozenset("合总小全其")
BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]\s*$")
Names = list[tuple[str, ...]]
"""Of each column, what stands above it, from top to bottom."""


@dataclass(frozen=True)
class Raw:
    """What a mapping's columns hold, as text.

    ``cells``: by our name. ``rows``: numbers of the rows in the file. ``headings``: theirs by our name, as written.
    ``units``: of the numbers, by our name. ``unused``: how many columns were not asked for.
    """

    sheet: str
    rows: NDArray[np.int64]
    cells: Map[str, Sequence[str]]
    headings: Map[str, str]
    units: Map[str, str]
    notes: Sequence[Note]
    unused: int


def read_raw(path: Path, mapping: Mapping) -> Raw:
    """Read the columns a mapping asks for; what the names show to be wrong with it is noted in its source.

    Raises:
        Unreadable: the file is no table.
    """
    with resting():
        return _read_raw(path, mapping)


def _read_raw(path: Path, mapping: Mapping) -> Raw:
    sheet, lines = _lines(path, mapping.sheet)
    unread = [name for name in sheet_names(path) if name != sheet] if sheet else []
    first, names = _header(lines, mapping)
    if names is None:
        asked = "、".join(f"“{each.column}”" for each in mapping.columns.values())
        where = f"{path} 的工作表“{sheet}”" if sheet else f"{path} "
        said = f"{where}前 {HEADER_WITHIN} 行里找不到表头：映射文件里的列名 {asked} 一个也没有。"
        others = f"若在另一张工作表里（还有：{'、'.join(unread)}），请在映射文件里写 sheet: 表名。" if unread else ""
        raise Unreadable(said + _seen(lines) + others)
    places = _places(names, mapping)
    if any(re.fullmatch(PLAIN, plain(names[place][-1])) for name, place in places.items() if FIELDS[name].is_number):
        raise Unreadable(f"{path} 第 {lines[first - 1][0]} 行像是一家企业，不是表头：请改映射文件的 header_row。")
    below, beneath = _skip_units(lines[first:], names)
    units = {name: _unit(mapping, name, names[place], beneath, place) for name, place in places.items()
             if FIELDS[name].is_number}  # fmt: skip
    width = max((place + 1 for place, above in enumerate(names) if above), default=0)
    good, notes = _enterprises(below, width, places)
    if unread and mapping.sheet is None:
        said = f"只读了这一张，没有读 {'、'.join(unread)}：企业若分在几张表里，请并到一张；没有漏的，"
        notes.append(Note(DOUBTED, "", f"{said}在映射文件里写 sheet: {sheet}"))
    padding = [""] * width
    whole = (cells if len(cells) >= width else [*cells, *padding][:width] for _, cells in good)
    columns = list(zip(*whole, strict=False))
    cells = {name: columns[place] if columns else () for name, place in places.items()}
    headings = {name: re.sub(r"\s*\n\s*", "", names[place][-1]) for name, place in places.items()}
    rows = np.array([row for row, _ in good], dtype=np.int64)
    unused = sum(1 for place, above in enumerate(names) if above and place not in places.values())
    return Raw(sheet, rows, cells, headings, {name: unit for name, unit in units.items() if unit}, notes, unused)


def _lines(path: Path, sheet: str | None) -> tuple[str, list[Line]]:
    content = content_of(path)
    if path.suffix.lower() != ".parquet" and not content.startswith(PARQUET):
        return read_lines(path, sheet)
    return "", _parquet(path)


def _parquet(path: Path) -> list[Line]:
    """Rows of a Parquet file as text, its names being row 0 and its first enterprise row 1."""
    import pyarrow as pa
    from pyarrow import compute, parquet

    try:
        table = parquet.read_table(path)
        plain_columns = [
            column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            for column in table.columns
        ]
        columns = [compute.fill_null(column.cast(pa.string()), "").to_pylist() for column in plain_columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(f"{path} 不是完好的 Parquet 文件，或有的列不是数、文字、日期：{error}") from None
    names = [str(name).strip() for name in table.column_names]
    rows = [[cell.strip() for cell in row] for row in zip(*columns, strict=True)]
    return [(0, names), *((number, row) for number, row in enumerate(rows, 1) if any(row))]


def key_of(name: str) -> str:
    """A name as it is compared: half-width, without blanks, in lower case."""
    return re.sub(r"\s", "", plain(name)).lower()


def _bare(name: str) -> str:
    """A name without the unit in brackets at its end."""
    return BRACKETS.sub("", key_of(name))


READINGS: tuple[Callable[[tuple[str, ...]], list[str]], ...] = (
    lambda above: [key_of(above[-1])],
    lambda above: [_bare(above[-1])],
    lambda above: ["/".join(map(key_of, above)), "".join(map(key_of, above)), "/".join(map(_bare, above))],
    lambda above: [form(part) for part in above for form in (key_of, _bare)],
)
"""What a column may be called, by what stands above it; the first reading that tells one column from all others."""


def _header(lines: Sequence[Line], mapping: Mapping) -> tuple[int, Names | None]:
    """How many of the lines go up to the last of the names, and the names; those that most of the mapping fits."""
    best: tuple[int, int, Names | None] = (0, 0, None)
    for first in range(min(HEADER_WITHIN, len(lines))):
        for depth in range(1, DEEPEST + 1):
            last = first + depth
            if last > len(lines) or (mapping.header_row not in (None, lines[last - 1][0])):
                continue
            names = _names([cells for _, cells in lines[first:last]])
            score = sum(_place(names, theirs.column) is not None for theirs in mapping.columns.values())
            if score > best[0]:
                best = (score, last, names)
    return best[1], best[2]


def _names(rows: Sequence[Sequence[str]]) -> Names:
    """What stands above each column: a merged cell of an upper row stands above all the columns it spans."""
    width = max(map(len, rows))
    filled = []
    for row in rows[:-1]:
        above, whole = "", []
        for cell in [*row, *[""] * (width - len(row))]:
            above = cell or above
            whole.append(above)
        filled.append(whole)
    filled.append([*rows[-1], *[""] * (width - len(rows[-1]))])
    written = [[row[place] if place < len(row) else "" for row in rows] for place in range(width)]
    return [
        tuple(dict.fromkeys(filter(None, (row[place] for row in filled)))) if any(written[place]) else ()
        for place in range(width)
    ]


def _place(names: Names, wanted: str) -> int | None:
    """Where the column of a name is: by its lowest name, all of them joined, or without the unit; None if unclear."""
    key = key_of(wanted)
    for reading in READINGS:
        found = [place for place, above in enumerate(names) if above and key in reading(above)]
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            return None
    return None


def _places(names: Names, mapping: Mapping) -> dict[str, int]:
    """Where each of our columns is; one that is not there, or there twice, is noted at its place in the mapping."""
    places: dict[str, int] = {}
    listed = [above[-1] for above in names if above]
    for name, theirs in mapping.columns.items():
        place = _place(names, theirs.column)
        if place is not None:
            places[name] = place
            continue
        twice = [each for each in names if each and key_of(theirs.column) in map(key_of, each)]
        if len(twice) > 1:
            joined = "、".join("/".join(each) for each in twice)
            said = f"名录里不止一列叫“{theirs.column}”：{joined}。"
            mapping.refuse(name, f"{said}请写成“上级/下级”的全名，或改掉重复的列名。")
        else:
            hint = near(theirs.column, listed) or f"名录有：{'、'.join(listed[:30])}。"
            mapping.refuse(name, f"名录里没有叫“{theirs.column}”的列。{hint}")
    return places


def _seen(lines: Sequence[Line]) -> str:
    filled = sum(map(bool, lines[0][1]))  # not what stands in them: it may be an enterprise
    return f"内容自第 {lines[0][0]} 行起（{filled} 格）。若表头在别处，请在映射文件里写 header_row。"


def _skip_units(lines: Sequence[Line], names: Names) -> tuple[Sequence[Line], Sequence[str]]:
    """The lines without a row of units or of column numbers beneath the names, and that row of units."""
    units = {key_of(unit) for known in UNITS.values() for unit in known} | {"m2", "家", "万元/年"}
    beneath: Sequence[str] = ()
    while lines:
        filled = [key_of(cell) for cell in lines[0][1] if cell]
        numbered = [cell for cell in filled if cell not in ("甲", "乙", "丙", "丁", "-", "—")]
        counts = len(filled) > 2 and numbered == [str(place) for place in range(1, len(numbered) + 1)]
        if all(cell.strip("()") in units for cell in filled):
            beneath = lines[0][1]
        elif not counts:
            break
        lines = lines[1:]
    return lines, beneath


def _unit(mapping: Mapping, name: str, above: tuple[str, ...], beneath: Sequence[str], place: int) -> str:
    """The unit of a column of numbers: the mapping's, which must not contradict what the table says of itself."""
    kind, asked = FIELDS[name].kind, mapping.columns[name].unit
    bracket = [match[1] for text in reversed(above) if (match := BRACKETS.search(plain(text)))]
    said = [*bracket, beneath[place].strip("()（）") if place < len(beneath) else ""]
    written = next((unit for text in said if (unit := spelled(text.removeprefix("单位:"), kind))), "")
    stated = (spelled(asked, kind) or "") if asked else ""
    if stated and written and UNITS[kind][stated] != UNITS[kind][written]:
        mapping.refuse(name, f"映射文件写单位 {stated}，名录的表头写 {written}：请改成一样的。")
    if stated or written:
        return stated or written
    if len(UNITS[kind]) == 1 or kind == "people":
        return next(iter(UNITS[kind]))
    title = FIELDS[name].title_zh
    mapping.refuse(name, f"{title}没有写明单位。请写成 {{column: {mapping.columns[name].column}, unit: …}}，"
                   f"可用 {'、'.join(UNITS[kind])}。")  # fmt: skip
    return ""


def _enterprises(lines: Sequence[Line], width: int, places: Map[str, int]) -> tuple[list[Line], list[Note]]:
    """The rows that are enterprises; sums, remarks and rows with cells beyond the names are refused."""
    good: list[Line] = []
    refused: dict[str, list[int]] = {"合计": [], "说明": [], "无名": [], "多格": []}
    words = {"合计": "这一行是合计，不是一家企业，请删去", "说明": "这一行只有一格有字，像是说明而不是企业，请删去",
             "无名": "这一行的编号、区县、行业都空着，像是小计或说明而不是企业，请删去",
             "多格": "格数多于表头。数里若有千位逗号，请去掉，或把整个数用英文双引号括起"}  # fmt: skip
    wanted = set(places.values())
    named = [places[name] for name in ("id", "district", "industry") if name in places]
    for row, cells in lines:
        if len(cells) > width and any(cells[width:]):
            refused["多格"].append(row)
            continue
        first = next(filter(None, cells))
        if first[0] in TOTALS_BEGIN and TOTAL.fullmatch(re.sub(r"\s", "", first)):
            refused["合计"].append(row)
        elif len(cells) - cells.count("") == 1 and len(wanted) > 1:
            refused["说明"].append(row)
        elif len(named) == 3 and not any(cells[place] for place in named if place < len(cells)):
            refused["无名"].append(row)
        else:
            good.append((row, cells))
    notes = [Note(REFUSED, "", words[why], np.array(rows, dtype=np.int64)) for why, rows in refused.items() if rows]
    return good, notes
