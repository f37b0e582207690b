"""Files to fill in: a register with its mapping, and a monthly output series, as Excel or as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.own.cells import KINDS
from sim.population import industries
from sim.regions import DISTRICTS
from sim.register.fields import CODES, FIELDS, OURS, Field
from sim.register.words import SITES_ZH

SHEET, LISTS, NOTES = "企业名录", "代码", "说明"
NOTED = ("列", "必填", "单位", "怎样填", "例")
"""Columns of the sheet of notes, which is read by people alone."""
LEFT_OUT = ("age",)
"""Fields that a form does not ask for, since another says the same."""
LAST_ROW = 200_000
"""Rows that the lists to choose from reach to."""


@dataclass(frozen=True)
class Asked:
    """One column of a form: its heading, what to write, for instance what, and the words to choose from, if only those
    are allowed."""

    heading: str
    unit: str
    said: str
    words: Sequence[str] = ()
    form: str = "General"
    needed: bool = False
    example: str = ""


def write_register(out: Path) -> Path:
    """Write a register to fill in, and beside it the mapping that fits it; return the mapping's path."""
    fields = [field for field in FIELDS.values() if field.name not in LEFT_OUT]
    _write(out, SHEET, [_asked(field) for field in fields], units=True)
    mapping = out.with_suffix(".yaml")
    mapping.write_text(_mapping(fields, out), encoding="utf-8")
    return mapping


def write_series(out: Path) -> None:
    """Write a monthly output series to fill in."""
    _write(out, "产值序列", [
        Asked("period", "", "月份，写成 2026-08。1、2 月可只在 2 月填合计", form="@", needed=True, example="2026-08"),
        Asked("value", "亿元", "规上工业总产值，亿元；当月数或年初至本月的累计数", needed=True, example="2134.5"),
        Asked("kind", "", "month 为当月，cumulative 为年初至本月累计；一年只用一种", KINDS, needed=True,
              example=KINDS[0]),
        Asked("growth_pct", "%", "公布的 1 月至本月累计同比，%（可空）", example="6.2"),
        Asked("source", "", "来源或备注（可空）", example="统计月报"),
    ], units=False)  # fmt: skip


def notes_said(out: Path) -> str:
    """Say where the notes of a form are: in a workbook's sheet, or nowhere in what has no place for them."""
    if out.suffix.lower() == ".csv":
        return "CSV 里放不下填写说明；要各列的单位、填法与例，写成 .xlsx"
    return f"各列的单位、填法与例在“{NOTES}”页"


def _asked(field: Field) -> Asked:
    said = {"text": "每家企业一个，不能重复；只用来认重复，不进入结果", "date": "如 2015-07-01",
            "district": "从列表里选", "industry": "从列表里选；也可只写两位代码",
            "site": "2020 年末在哪里，从列表里选", "yes_no": "是 或 否"}  # fmt: skip
    words = {"district": DISTRICTS, "industry": industry_words(), "site": SITES_ZH, "yes_no": ("是", "否")}
    form = {"text": "@", "date": "yyyy-mm-dd"}.get(field.kind, "General")
    what = said.get(field.kind, f"数，单位 {OURS.get(field.kind, '')}")
    about = f"{field.title_zh}。{what}。" + ("必填。" if field.needed else "没有可空着，会按规则补并计数。")
    offered = words.get(field.kind, ())
    example = {"text": "91330200XXXXXXXXXX", "date": "2015-07-01"}.get(field.kind, "")
    return Asked(
        field.called[0], OURS.get(field.kind, ""), about, offered, form, field.needed or field.name == "id",
        example or next(iter(offered), ""),
    )  # fmt: skip


def industry_words() -> list[str]:
    """Industries as a form lists them: ``35 专用设备制造业``."""
    table = industries()
    return [f"{code} {name}" for code, name in zip(table["code"], table["name_zh"], strict=True)]


def _write(out: Path, title: str, asked: Sequence[Asked], units: bool) -> None:
    rows = [[one.heading for one in asked], *([[one.unit for one in asked]] if units else [])]
    if out.suffix.lower() == ".csv":
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    sheet.freeze_panes = sheet.cell(len(rows) + 1, 1)
    lists: Any = book.create_sheet(LISTS) if any(len(one.words) > 0 for one in asked) else None
    for place, one in enumerate(asked, 1):
        head, letter = sheet.cell(1, place), get_column_letter(place)
        head.comment = Comment(one.said, "tenglong")
        head.font = Font(bold=True)
        if one.needed:
            head.fill = PatternFill("solid", start_color="FFF2CC")
        sheet.column_dimensions[letter].width = max(12, 2 * len(one.heading) + 4)
        sheet.column_dimensions[letter].number_format = one.form
        for below in range(len(rows) + 1, len(rows) + 1001):
            sheet.cell(below, place).number_format = one.form
        if one.words:
            _choose(sheet, lists, letter, one, len(rows) + 1)
    _note(book.create_sheet(NOTES), asked)
    book.save(out)


def _note(sheet: Any, asked: Sequence[Asked]) -> None:
    """Say of each column, in a sheet that no command reads, what belongs into it."""
    from openpyxl.styles import Alignment, Font

    sheet.append(NOTED)
    for one in asked:
        sheet.append((one.heading, "是" if one.needed else "", one.unit, one.said, one.example))
    sheet.append(())
    sheet.append(("本页只是说明，不会读入；数据填在第一页，从列名之下的第一个空行起，一行一条。",))
    for head in sheet[1]:
        head.font = Font(bold=True)
    for column, width in zip("ABCDE", (18, 6, 10, 64, 22), strict=True):
        sheet.column_dimensions[column].width = width
        for cell in sheet[column]:
            cell.alignment = Alignment(wrap_text=column == "D", vertical="top")


def _choose(sheet: Any, lists: Any, letter: str, one: Asked, first: int) -> None:
    """Let a column's cells be chosen from a list, which stands in a sheet of its own."""
    from openpyxl.worksheet.datavalidation import DataValidation

    column = 1 if lists.max_row == 1 and lists.cell(1, 1).value is None else lists.max_column + 1
    for row, word in enumerate((one.heading, *one.words), 1):
        lists.cell(row, column, word)
    where = lists.cell(2, column).column_letter
    rule = DataValidation(
        "list", formula1=f"'{LISTS}'!${where}$2:${where}${len(one.words) + 1}", allow_blank=True, showErrorMessage=True,
        errorTitle="不在列表里", error="请从列表里选。", errorStyle="warning",
    )  # fmt: skip
    sheet.add_data_validation(rule)
    rule.add(f"{letter}{first}:{letter}{LAST_ROW}")


def _mapping(fields: Sequence[Field], out: Path) -> str:
    lines = [
        "# 名录的列是我们的哪一列：左边是我们的列名，右边是名录里的列名（可带单位）。",
        f"# 检查：tenglong check {out.name} --mapping {out.with_suffix('.yaml').name}",
        "# 使用：在情景里写 register: {file: 名录, mapping: 本文件}",
        *([f"sheet: {SHEET}"] if out.suffix.lower() != ".csv" else []),
        "year: 2020             # 名录的年份；模型从 2021 年 1 月起步",
        "# represents: 73000    # 名录只是样本时：这些行共代表多少家企业；齐全时不写",
        "# refused: leave_out   # 不能用的行不要，其余照常；默认有这样的行就不运行",
        "columns:",
    ]
    for field in fields:
        unit = OURS.get(field.kind, "")
        named = f"{{column: {field.called[0]}, unit: {unit}}}" if unit else field.called[0]
        lines.append(f"  {field.name}: {named}" + ("    # 必需" if field.needed else ""))
    words = "、".join(name for name, field in FIELDS.items() if field.kind in CODES)
    lines += [
        f"# codes:               # 名录里的写法与我们的不同时，逐个译过来（{words}）",
        "#   district: {高新区: 鄞州区}",
        "#   industry: {模具: '35'}",
    ]
    return "\n".join(lines) + "\n"
