"""One's own monthly output: read whole, or refused with every problem at once.

Columns period (YYYY-MM), value (亿元), kind (month, or cumulative: January to this month), and if one likes
growth_pct (published growth of January to this month on a comparable sample, %) and source. January and February
may stand apart or as one figure in February's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.own import cells, checks, published
from sim.own.cells import Fault, Month
from sim.own.file import shown
from sim.own.series import USUAL, SeriesFile
from sim.problems import WHOLE, DataInvalid, Problem
from sim.relations import FIRST_LINE
from sim.spreadsheets import Sheet, Titled, Unreadable, below_title, read_sheet
from sim.tables import SURPLUS, Row, rows

ENDINGS = (".csv", ".xlsx")


def months(series: SeriesFile) -> list[Month]:
    """Return the rows of a series, oldest first.

    Raises:
        SeriesChanged: the file is no longer the one the digest was taken of.
        DataInvalid: with every problem.
    """
    series.require_unchanged()
    wrong = problems(series.location)
    if wrong:
        raise DataInvalid(wrong)
    return sorted(_parsed(series.location)[0], key=lambda row: (row.year, row.month))


def problems(location: Path) -> list[Problem]:
    """Return all that must be mended before the series can be used, by line."""
    good, found = _parsed(location)
    whole = not found or (bool(good) and all(column == WHOLE for _, column, *_ in found))
    return _problems(location, found + checks.faults(good, whole))


def doubts(location: Path) -> list[Problem]:
    """Return what should be looked at again, but stops nothing."""
    return _problems(location, checks.doubts(_parsed(location)[0]))


def far_from_published(location: Path) -> list[Problem]:
    """Return the years of a series without problems whose total differs from the published one; it stops nothing."""
    return [] if problems(location) else _problems(location, published.doubts(_parsed(location)[0]))


def doubted(location: Path) -> tuple[list[published.Far], int, bool]:
    """Return what is doubted of a series in so far as reports may tell it: whole years far from the published, how many
    figures of growth contradict the levels, and whether all growth looks like fractions."""
    found = _parsed(location)[0]
    lines = [line for line, *_ in checks.doubts(found)]
    return published.far(found), sum(line > 0 for line in lines), 0 in lines


def contents(location: Path) -> str:
    """Return in words what a series without problems holds."""
    return checks.contents(_parsed(location)[0])


def is_series(location: Path) -> bool:
    """Whether a file is a monthly series and not of years: by its name, or by a column of periods or of kinds."""
    if shown(location) == USUAL:
        return True
    try:
        table = _table(location)
    except (UnicodeDecodeError, Unreadable):
        return False
    header = [*table[0][1]] if table else _first_line(location)
    if location.suffix.lower() == ".csv" and titled(location):
        header = below_title(location).header
    names = {cells.meant_column(name) for name in header if name}
    return bool(names & {"period", "kind"})


def is_misnamed(location: Path) -> bool:
    """Whether a file has a monthly series' column of periods, or one of kinds by any name, and is neither such a series
    by all its columns nor a long table by its ``unique_id``."""
    try:
        header = {name.strip().lower() for name in read_sheet(location).header}
    except Unreadable:
        return False
    named = bool(header & {"period"}) or "kind" in map(cells.meant_column, header)
    return named and not header >= set(cells.REQUIRED) and "unique_id" not in header


def _parsed(location: Path) -> tuple[list[Month], list[Fault]]:
    """Return the readable rows, and the faults of the others."""
    try:
        table = _table(location)
    except UnicodeDecodeError:
        return [], [(0, WHOLE, "", "不是文本文件，请在 Excel 里另存为 .xlsx 或“CSV UTF-8（逗号分隔）”")]
    except Unreadable as error:
        return [], [(0, WHOLE, "", str(error))]
    if not table:
        return [], [(0, WHOLE, "", "还没有填：首行应为列名，其后每月一行")]
    header = [name for name in table[0][1] if name != SURPLUS]
    found = cells.heading_faults(header, [name for name in header if _mostly_numbers(table, name)])
    if found and (said := titled(location)):
        good, found = _below_title(location)
        return good, [(0, WHOLE, "", said), *found]
    return ([], found) if found else _rows(table)


def _below_title(location: Path) -> tuple[list[Month], list[Fault]]:
    """The readable rows of a table below its title, and the faults of the others, so that all is told at once."""
    try:
        table = _by_name(below_title(location))
    except Unreadable as error:
        return [], [(0, WHOLE, "", str(error).removeprefix(f"{location} "))]
    header = [*table[0][1]] if table else [*below_title(location).header]
    found = cells.heading_faults(header, [name for name in header if _mostly_numbers(table, name)])
    unplaced = [(0, column, value, said) for _, column, value, said in found]  # the first line is the title's
    return ([], unplaced) if found else _rows(table)


def _table(location: Path) -> Sequence[tuple[int, Row]]:
    """Line and cells of each row, by the names of the columns.

    Raises:
        UnicodeDecodeError, Unreadable: it is no table.
    """
    if location.suffix.lower() not in (".xlsx", ".xls"):
        return list(enumerate(rows(str(location)), start=FIRST_LINE))
    return _by_name(read_sheet(location))


def _by_name(sheet: Sheet) -> list[tuple[int, Row]]:
    return [(line, dict(zip(sheet.header, row, strict=True))) for line, row in sheet.rows]


def titled(location: Path) -> str:
    """Say that the table stands under a title, if it does."""
    try:
        read_sheet(location)
    except Titled as error:
        return str(error).removeprefix(f"{location} ")
    except Unreadable:
        pass
    return ""


def _first_line(location: Path) -> Sequence[str]:
    """Return the columns of a file without a row."""
    try:
        return read_sheet(location).header
    except Unreadable:
        return ()


def _rows(table: Sequence[tuple[int, Row]]) -> tuple[list[Month], list[Fault]]:
    good, found = [], []
    for line, row in table:
        if not any(row.values()):  # spreadsheets leave lines of nothing but commas
            continue
        month, wrong = cells.parse(line, row)
        good += [month] if month else []
        found += wrong
    return good, found


def _mostly_numbers(table: Sequence[tuple[int, Row]], name: str) -> bool:
    filled = [row[name] for _, row in table if (row.get(name) or "").strip()]
    return 2 * sum(map(cells.is_number, filled)) > len(filled)


def _problems(location: Path, found: Iterable[Fault]) -> list[Problem]:
    file = shown(location)
    first = sorted(found, key=lambda fault: (fault[1] != WHOLE, fault))  # what is wrong with the whole file
    return [Problem(file, line, column, value, said, folder="") for line, column, value, said in first]
