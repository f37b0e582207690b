"""From a register's file to columns in our units, with a note of everything that was mended, refused or doubted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.register import checks
from sim.register.doubts import doubts
from sim.register.fields import CODES, FIELDS, LEAST, OURS, UNITS
from sim.register.mapping import BASE_YEAR, Mapping, MappingInvalid, read_mapping
from sim.register.notes import DOUBTED, FIXED, REFUSED, CellProblem, Note, problems
from sim.register.numbers import Parsed, is_missing, numbers, years
from sim.register.reading import Raw, read_raw
from sim.register.words import Read, shown_word, words
from sim.scenario.problems import Problem
from sim.spreadsheets import Unreadable

if TYPE_CHECKING:
    from sim.own.register import RegisterFile

POSITIVE = ("output",)
"""Numbers that must be more than zero."""
EMPTY_AT_ZERO = ("land", "floor", "employees")
"""Numbers whose zero says that nothing is known: every enterprise works somewhere, by somebody."""
REREAD = "按通行的叫法或代码读取"
Said = Map[int, str]


@dataclass(frozen=True)
class Register:
    """A register as far as it could be read.

    ``numbers``: by our name, in ours of :data:`sim.register.fields.OURS` (``founded`` in years), NaN where nothing is
    said. ``codes``: districts, industries, sites, yes (1) or no (0); -1 where nothing is said. ``ids``: as written,
    empty without such a column. All hold the rows that can be used, whose numbers in the file are ``rows``; ``read``
    rows were there.
    """

    file: str
    sheet: str
    year: int
    rows: NDArray[np.int64]
    ids: Sequence[str]
    numbers: dict[str, NDArray[np.float64]]
    codes: dict[str, NDArray[np.int64]]
    headings: dict[str, str]
    notes: tuple[Note, ...]
    read: int
    leave_out: bool
    represents: int | None = None

    @property
    def stops(self) -> list[CellProblem]:
        """What must be mended before a run: every refusal, or those of no single row where such are left out."""
        kept = [note for note in self.notes if not (self.leave_out and len(note.rows))]
        return problems(kept, self.file, self.sheet)

    @property
    def refused(self) -> int:
        """Rows that cannot be used."""
        return self.read - len(self.rows)


class RegisterInvalid(ValueError):
    """A register that no run can use. The message names rows and columns, and nothing that stands in them."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        self.problems = list(problems)
        places = [str(replace(one, value="")) for one in self.problems[:20]]
        more = [f"……另有 {len(self.problems) - 20:,} 处。"] if len(self.problems) > 20 else []
        again = "用 tenglong check 名录 --mapping 映射文件 可看全部与原值。"
        super().__init__("企业名录不能用：\n" + "\n".join([*places, *more, again]))


def read_register(file: RegisterFile) -> Register:
    """Read and clean the register of a scenario.

    Raises:
        RegisterChanged, Unreadable, MappingInvalid: it cannot be read.
    """
    file.require_unchanged()
    return clean(file.location, read_mapping(file.mapping_location, file.mapping), file.path)


def clean(path: Path, mapping: Mapping, shown: str) -> Register:
    """Read and clean a file; ``shown`` is what messages call it.

    Raises:
        Unreadable: it is no table.
        MappingInvalid: the mapping does not fit it.
    """
    raw = read_raw(path, mapping)
    notes = list(raw.notes)
    parsed = {name: _number(raw, name, notes) for name in raw.cells if FIELDS[name].is_number or name == "founded"}
    if mapping.source.problems:
        raise MappingInvalid(mapping.source.problems)
    coded = {name: _words(raw, name, mapping, notes) for name in raw.cells if FIELDS[name].kind in CODES}
    values = {name: each.values for name, each in parsed.items()}
    parts = [*checks.relations(values, raw.headings, raw.rows, raw.cells)]
    notes += [*parts, *checks.units_of_the_whole(values, raw.headings, raw.rows, parts, raw.cells)]
    notes += checks.fractions(values, raw.headings, raw.rows)
    ids = list(raw.cells.get("id", [""] * len(raw.rows)))
    if "id" in raw.cells:
        notes += _without_id(ids, raw)
        notes += checks.numeric_ids(ids, raw.headings["id"])
        notes += checks.repeats(ids, raw.headings["id"], raw.rows)
    notes += _dates(raw, values, mapping)
    notes += _whole(raw, mapping)
    good = _usable(raw.rows, notes)
    read = len(raw.rows) + sum(len(note.rows) for note in raw.notes)
    values = {name: each[good] for name, each in values.items()}
    codes = {name: each.values[good] for name, each in coded.items()}
    if not any(note.kind == REFUSED and not len(note.rows) for note in notes):  # else whole columns come first
        notes += doubts(raw, values, codes, good)
    notes += [] if len(good) >= LEAST else [Note(REFUSED, "", _too_few(len(good), read))]
    if mapping.represents is not None and mapping.represents < len(good):
        said = f"represents 是 {mapping.represents:,}，少于名录能用的 {len(good):,} 行：应是这些行共代表的企业数。"
        mapping.source.at_value(("represents",), said)
        raise MappingInvalid(mapping.source.problems)
    return Register(
        shown, raw.sheet, mapping.year, raw.rows[good], [ids[at] for at in good],
        values, codes, dict(raw.headings), tuple(notes), read, mapping.leave_out, mapping.represents,
    )  # fmt: skip


def more_problems(path: Path, partly: Mapping) -> list[Problem]:
    """Return all that is wrong with a mapping that has mistakes of form: those, and what the register's own names show
    of the rest; only the former where the register cannot be read by what is left."""
    with suppress(Unreadable):  # which may be for want of the names that could not be read
        read_raw(path, partly)
    return MappingInvalid(partly.source.problems).problems


def _too_few(count: int, read: int) -> str:
    if not read:
        return "还没有填：列名之下每家企业一行"
    return f"能用的企业只有 {count} 家，至少要 {LEAST} 家：结果只以 {LEAST} 家以上的合计示人"


def _number(raw: Raw, name: str, notes: list[Note]) -> Parsed:
    """Read a column of numbers or dates and note what was mended, is wrong, missing, negative or zero."""
    cells, heading = raw.cells[name], raw.headings[name]
    if name == "founded":
        parsed = years(cells)
    elif name not in raw.units:
        return Parsed(np.full(len(cells), np.nan), {}, {})
    else:
        parsed = numbers(cells, raw.units[name], UNITS[FIELDS[name].kind])
    notes += _noted(cells, heading, raw.rows, parsed.fixed, parsed.wrong)
    values, unit = parsed.values, OURS.get(FIELDS[name].kind, "")
    refused: list[tuple[NDArray[np.intp], str]] = []
    if FIELDS[name].needed:
        refused.append((np.flatnonzero(parsed.missing), f"不能为空：每家企业都要有{FIELDS[name].title_zh}"))
    with np.errstate(invalid="ignore"):
        if name in POSITIVE:
            refused.append((np.flatnonzero(values <= 0), f"应大于 0（{unit}）；停产的企业请删去"))
        else:
            refused.append((np.flatnonzero(values < 0), f"不能为负（{unit}）"))
        if FIELDS[name].kind == "share":
            refused.append((np.flatnonzero(values > 1), "应在 0 至 1 之间；百分数请写明单位 %"))
        if name in EMPTY_AT_ZERO:
            values[values == 0] = np.nan
    for places, said in refused:
        if places.size:
            notes.append(Note(REFUSED, heading, said, raw.rows[places], [cells[at] for at in places]))
    return parsed


def _words(raw: Raw, name: str, mapping: Mapping, notes: list[Note]) -> Read:
    cells, heading = raw.cells[name], raw.headings[name]
    read = words(cells, FIELDS[name].kind, mapping.codes.get(name, {}))
    notes += _noted(cells, heading, raw.rows, {}, read.wrong)
    reread = np.flatnonzero(read.fixed).tolist()
    if reread:
        meant = [shown_word(FIELDS[name].kind, int(read.values[at])) for at in reread]
        notes.append(Note(FIXED, heading, REREAD, raw.rows[reread], [cells[at] for at in reread], meant))
    missing = np.flatnonzero(read.missing)
    if FIELDS[name].needed and missing.size:
        said = "不能为空；若表里用了合并单元格，请取消合并并逐行填满"
        notes.append(Note(REFUSED, heading, said, raw.rows[missing]))
    return read


def _noted(
    cells: Sequence[str], heading: str, rows: NDArray[np.int64], fixed: Said, wrong: Said
) -> Iterator[Note]:
    """A note of everything that was said of several cells alike, by place."""
    for kind, said_of in ((FIXED, fixed), (REFUSED, wrong)):
        by_reason: dict[str, list[int]] = {}
        for place, said in said_of.items():
            by_reason.setdefault(said, []).append(place)
        for said, places in by_reason.items():
            yield Note(kind, heading, said, rows[places], [cells[at] for at in places])


def _without_id(ids: Sequence[str], raw: Raw) -> Iterator[Note]:
    empty = [place for place, each in enumerate(ids) if is_missing(each)]
    if empty:
        yield Note(REFUSED, raw.headings["id"], "编号不能为空：重复的企业要靠它认出来", raw.rows[empty])


def _dates(raw: Raw, values: dict[str, NDArray[np.float64]], mapping: Mapping) -> Iterator[Note]:
    """Say which enterprises were founded after the register's year."""
    if "founded" in values:
        with np.errstate(invalid="ignore"):
            late = np.flatnonzero(values["founded"] >= mapping.year + 1).tolist()
        if late:
            said = f"设立晚于名录的年份 {mapping.year}；名录若是别的年份的，请改映射文件的 year"
            cells = raw.cells["founded"]
            yield Note(REFUSED, raw.headings["founded"], said, raw.rows[late], [cells[at] for at in late])


def _whole(raw: Raw, mapping: Mapping) -> Iterator[Note]:
    """Say what should be looked at in the register as a whole."""
    if mapping.year != BASE_YEAR:
        said = f"名录是 {mapping.year} 年的；模型从 2021 年 1 月起步，会把它当作 {BASE_YEAR} 年末的企业"
        yield Note(DOUBTED, "", said)
    if "id" not in raw.cells:
        yield Note(DOUBTED, "", "没有企业编号一列：重复的企业认不出来")


def _usable(rows: NDArray[np.int64], notes: Sequence[Note]) -> NDArray[np.intp]:
    """Places of the rows that nothing was refused of."""
    refused = [note.rows for note in notes if note.kind == REFUSED and len(note.rows)]
    return np.flatnonzero(~np.isin(rows, np.concatenate(refused))) if refused else np.arange(len(rows))
