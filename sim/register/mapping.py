"""The mapping file of a register: which of its columns is which of ours, in what unit, and what its words stand for."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.own.cells import FIRST_YEAR, LAST_YEAR
from sim.register.fields import CODES, FIELDS, UNITS
from sim.register.numbers import plain, unit_key
from sim.register.words import READERS
from sim.scenario.problems import Problem, ScenarioInvalid
from sim.scenario.source import Source, read
from sim.spreadsheets import content_of, decoded
from sim.tables import near

KEYS = ("sheet", "header_row", "year", "represents", "refused", "columns", "codes")
BASE_YEAR = 2020
"""The model starts in January 2021, from enterprises as they were at the end of 2020."""
STOP, LEAVE_OUT = "stop", "leave_out"


@dataclass(frozen=True)
class Theirs:
    """One of their columns: its name, and its unit where the mapping states one."""

    column: str
    unit: str = ""


@dataclass(frozen=True)
class Mapping:
    """A mapping without mistakes of form.

    ``columns``: theirs by our name. ``codes``: one of our words by one of theirs, by our name of the column.
    ``header_row``: row of the last line of names, None where it is to be found. ``leave_out``: whether rows that
    cannot be used are left out, instead of stopping a run. ``represents``: how many enterprises the rows stand for,
    None where they are all there are. ``source`` holds the positions, for what the register's own names show to be
    wrong.
    """

    columns: Map[str, Theirs]
    codes: Map[str, Map[str, str]]
    sheet: str | None = None
    header_row: int | None = None
    year: int = BASE_YEAR
    represents: int | None = None
    leave_out: bool = False
    source: Source = field(compare=False, repr=False, default_factory=lambda: Source("", {}, {}, {}, []))

    def refuse(self, name: str, message: str) -> None:
        """Note a mistake at one of our columns."""
        path = ("columns", name)
        self.source.at_value((*path, "column") if (*path, "column") in self.source.values else path, message)


class MappingInvalid(ScenarioInvalid):
    """A mapping file that cannot be used, with every mistake and its place.

    ``partly``: what of it could be read, against which the register's own names can still be held.
    """

    def __init__(self, problems: list[Problem], partly: Mapping | None = None) -> None:
        super().__init__(problems)
        self.partly = partly


def read_mapping(path: Path, shown: str) -> Mapping:
    """Read and check a mapping file; ``shown`` is what messages call it.

    Raises:
        Unreadable: it is not there.
        MappingInvalid: with every mistake.
    """
    try:
        text = decoded(content_of(path))
    except UnicodeDecodeError:
        raise MappingInvalid([Problem(shown, 1, 1, "不是文本文件。映射文件应为 UTF-8 的 YAML。")]) from None
    source = read(shown, text)
    if not isinstance(source.data, dict):
        if not source.problems:
            source.at_value((), "应由“键: 值”组成，至少有 columns。可用 tenglong template register 写一份来改。")
        raise MappingInvalid(source.problems)
    data: dict[str, Any] = source.data
    for key in data:
        if key not in KEYS:
            source.at_key((key,), f"未知的键 {key}。{near(key, list(KEYS)) or _allowed(KEYS)}")
    _check_heading(source, data)
    columns, codes = _columns(source, data.get("columns")), _codes(source, data.get("codes"))
    if source.problems:
        sheet, row = data.get("sheet"), data.get("header_row")
        form = isinstance(sheet, str | None) and (row is None or type(row) is int)
        raise MappingInvalid(source.problems, Mapping(columns, codes, sheet, row, source=source) if form else None)
    return Mapping(
        columns, codes, data.get("sheet"), data.get("header_row"), data.get("year", BASE_YEAR),
        data.get("represents"), data.get("refused", STOP) == LEAVE_OUT, source,
    )  # fmt: skip


def _check_heading(source: Source, data: dict[str, Any]) -> None:
    if "sheet" in data and not isinstance(data["sheet"], str):
        source.at_value(("sheet",), "sheet 应是工作表的名字；纯数字的名字请加引号。")
    row = data.get("header_row", 1)
    if isinstance(row, bool) or not isinstance(row, int) or row < 1:
        source.at_value(("header_row",), "header_row 应是表头最后一行的行号，从 1 数起。")
    year = data.get("year", BASE_YEAR)
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
        source.at_value(("year",), f"year 应是名录所属的年份，{FIRST_YEAR} 至 {LAST_YEAR}。")
    stand_for = data.get("represents", 1)
    if isinstance(stand_for, bool) or not isinstance(stand_for, int) or stand_for < 1:
        source.at_value(("represents",), "represents 应是名录这些行共代表多少家企业的整数；名录齐全时不写。")
    if data.get("refused", STOP) not in (STOP, LEAVE_OUT):
        source.at_value(("refused",), f"refused 应为 {STOP}（有拒绝的行就不运行）或 {LEAVE_OUT}（不要这些行）。")


def _columns(source: Source, data: Any) -> dict[str, Theirs]:
    if not isinstance(data, dict):
        source.at_value(("columns",), "缺少 columns，或它不是由“我们的列名: 名录的列名”组成。")
        return {}
    found: dict[str, Theirs] = {}
    for name, value in data.items():
        if name not in FIELDS:
            hint = near(str(name), list(FIELDS)) or _meant(str(name)) or _allowed(FIELDS)
            source.at_key(("columns", name), f"没有叫 {name} 的列。{hint}左边写我们的列名，右边写名录里的列名。")
            continue
        theirs = _theirs(source, name, value)
        if theirs and (twice := next((other for other, known in found.items() if known.column == theirs.column), "")):
            source.at_value(("columns", name), f"“{theirs.column}”已用作 {twice}，一列只能用作一个。")
        elif theirs:
            found[name] = theirs
    missing = [f"{each.name}（{each.title_zh}）" for each in FIELDS.values() if each.needed and each.name not in data]
    if missing:
        source.at_key(("columns",), f"缺少必需的列 {'、'.join(missing)}。")
    if "age" in data and "founded" in data:
        source.at_key(("columns", "age"), "age 与 founded 只用其一。")
    return found


def _allowed(names: Iterable[str]) -> str:
    return f"可用：{'、'.join(names)}。"


def _meant(name: str) -> str:
    ours = next((each.name for each in FIELDS.values() if name in each.called), "")
    return f"是不是 {ours}？" if ours else ""


def _theirs(source: Source, name: str, value: Any) -> Theirs | None:
    path = ("columns", name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and value.strip():
        return Theirs(value.strip())
    if not isinstance(value, dict) or not isinstance(value.get("column"), str):
        source.at_value(path, f"{name} 应写名录里的列名，或 {{column: 列名, unit: 单位}}。")
        return None
    for key in value:
        if key not in ("column", "unit"):
            source.at_key((*path, key), f"未知的键 {key}。{near(key, ['column', 'unit']) or '可用：column、unit。'}")
    unit, kind = value.get("unit", ""), FIELDS[name].kind
    if unit and kind not in UNITS:
        source.at_value((*path, "unit"), f"{name} 不是数，没有单位。")
    elif unit and (not isinstance(unit, str) or spelled(unit, kind) is None):
        source.at_value((*path, "unit"), f"{name} 的单位 {unit} 不认识，可用 {'、'.join(UNITS[kind])}。")
        return None  # else it would be told to have none as well
    return Theirs(value["column"].strip(), str(unit))


def spelled(unit: str, kind: str) -> str | None:
    """Return a unit as our list spells it, None where it is not in the list: m² and ㎡ are the same."""
    wanted = unit_key(unit).removesuffix("/年")
    return next((known for known in UNITS[kind] if unit_key(known) == wanted), None)


def _codes(source: Source, data: Any) -> dict[str, dict[str, str]]:
    if data is None:
        return {}
    if not isinstance(data, dict):
        source.at_value(("codes",), "codes 应由“列: {名录里的写法: 我们的写法}”组成。")
        return {}
    found: dict[str, dict[str, str]] = {}
    for name, table in data.items():
        kind = FIELDS[name].kind if name in FIELDS else ""
        if kind not in CODES:
            allowed = [each.name for each in FIELDS.values() if each.kind in CODES]
            hint = near(str(name), allowed) or _allowed(allowed)
            source.at_key(("codes", name), f"{name} 没有可译的写法。{hint}")
        elif not isinstance(table, dict):
            source.at_value(("codes", name), "应由“名录里的写法: 我们的写法”组成。")
        else:
            found[name] = {}
            for word, ours in table.items():
                text = {True: "是", False: "否"}[ours] if isinstance(ours, bool) else str(ours)
                _, _, said = READERS[kind](plain(text))
                if said:
                    source.at_value(("codes", name, word), f"“{text}”不是我们的写法：{said}")
                found[name][str(word)] = text
    return found
