"""Cells of Excel in the forms that Excel, WPS and other programs save, read as the text that is seen."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from sim.spreadsheets import Unreadable, read_lines
from tests.registers import register, write

SHEET = "xl/worksheets/sheet1.xml"


def book(path: Path, *rows: list[Any]) -> Path:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def edited(path: Path, change: Callable[[str], str], part: str = SHEET) -> Path:
    """Rewrite one part of a workbook, as another program would have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before = parts[part].decode()
    parts[part] = change(before).encode()
    assert parts[part] != before.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (3, None, "3"), (-3.2, None, "-3.2"), (143.62, "#,##0.0", "143.62"), (0.05, "0.00%", "0.05"),
        ("00123", "@", "00123"), (" １２，３４５．６　", None, "１２，３４５．６"), (True, None, "True"),
        ("a\nb", None, "a\nb"), ("=x", "@", ""), (datetime(2015, 7, 1), None, "2015-07-01"),
        (date(2015, 7, 1), None, "2015-07-01"), (datetime(2015, 7, 1, 13, 5), None, "2015-07-01 13:05:00"),
        (42186, '[$-804]yyyy"年"m"月"d"日"', "2015-07-01"), (2015, '0"年"', "2015"), (5, '0.00"亩"', "5"),
        (time(13, 5), None, "13:05:00"), (5.0, "G/通用格式", "5"),
        (CellRichText("海", TextBlock(InlineFont(b=True), "曙区")), None, "海曙区"),
    ],
)  # fmt: skip
def test_a_cell(tmp_path: Path, value: object, form: str | None, text: str) -> None:
    path = book(tmp_path / "a.xlsx", ["甲", "乙"])
    made = load_workbook(path)
    cell = made.active["B3"]
    cell.value = value
    if value == "=x":  # typed into a cell of text: no formula
        cell.data_type, text = "s", "=x"
    if form:
        cell.number_format = form
    made.save(path)
    assert read_lines(path)[1] == [(1, ["甲", "乙"]), (3, ["", text])]


@pytest.mark.parametrize("form", [14, 27, 31, 57, 58])
def test_dates_of_a_chinese_excel(tmp_path: Path, form: int) -> None:
    """Formats 27 to 58 are dates of Chinese Excel without their being written out (ECMA-376, part 1, 18.8.30)."""
    path = book(tmp_path / "a.xlsx", [42186])
    made = load_workbook(path)
    made.active["A1"].number_format = "yyyy"
    made.save(path)
    edited(path, lambda xml: xml.replace('numFmtId="164" fontId', f'numFmtId="{form}" fontId'), "xl/styles.xml")
    assert read_lines(path)[1] == [(1, ["2015-07-01"])]


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace('ref="A1:C3"', 'ref="A1"'),
        lambda xml: re.sub(r"<dimension[^>]*>", "", xml),
        lambda xml: re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x="),
        lambda xml: re.sub(r"(<(?:row|c)) r=\"\w+\"", r"\1", xml),
        lambda xml: xml.replace("<is><t>x</t></is>", '<is><t>x</t><rPh sb="0" eb="1"><t>hao</t></rPh></is>'),
        lambda xml: xml.replace("</row></sheetData>", '<c r="ZZZ3" s="0"/></row></sheetData>'),
    ],
    ids=["wrong size", "no size", "prefixed tags", "no addresses", "how it is spoken", "a bare cell far away"],
)
def test_what_other_programs_write(tmp_path: Path, change: Callable[[str], str]) -> None:
    rows = [["甲", "乙", "丙"], [1, 2.5, None], ["x", "z", "y"]]
    path = edited(book(tmp_path / "a.xlsx", *rows), change)
    assert read_lines(path)[1] == [(1, ["甲", "乙", "丙"]), (2, ["1", "2.5", ""]), (3, ["x", "z", "y"])]


def test_errors_of_excel_are_told_and_not_taken_for_empty(tmp_path: Path, tenglong) -> None:
    path = write(tmp_path, register(60), "名录.xlsx")
    made = load_workbook(path)
    made.active["F5"] = "#DIV/0!"
    made.active["H7"] = "#REF!"
    made.active["G9"] = "#N/A"  # which is how Excel writes that nothing is known
    made.create_sheet("另一张")["A1"] = "#NUM!"
    made.save(path)
    said = tenglong("check", str(path), "--mapping", str(tmp_path / "m.yaml"))
    assert said.code == 3 and "拒绝 2 行" in said.err and "第 9 行" not in said.err
    for row, column, shown in ((5, "实缴税收", "#DIV/0!"), (7, "用地面积", "#REF!")):
        place = f"第 {row} 行，“{column}”列：应为一个数"
        assert [line for line in said.err.splitlines() if place in line and f"现为“{shown}”" in line], said.err
    nowhere = edited(path, lambda xml: xml.replace('r="F5" ', ""))
    with pytest.raises(Unreadable, match="有出错的公式"):
        read_lines(nowhere)


def test_the_error_of_a_formula_is_read_at_its_sheet(tmp_path: Path) -> None:
    made = Workbook()
    made.active.title = "说明"
    made.create_chartsheet("图")
    made.create_sheet("空")
    made.create_sheet("企业 & 表").append(["甲", 1])
    made.save(tmp_path / "a.xlsx")
    formula = '<c r="AB3" s="0" t="e"><f>VLOOKUP(A1,C:D,2,0)</f><v>#N/A</v></c>'
    path = edited(
        tmp_path / "a.xlsx", lambda xml: xml.replace("</row>", f'</row><row r="3">{formula}</row>'),
        "xl/worksheets/sheet3.xml",
    )  # fmt: skip
    name, lines = read_lines(path)
    assert name == "企业 & 表" and lines[1] == (3, [*[""] * 27, "#N/A"])
    with pytest.raises(Unreadable, match="没有叫“图”的工作表；有：说明、空、企业 & 表。"):
        read_lines(path, "图")


@pytest.mark.parametrize("formula", ["<f>D6*2</f><v></v>", "<f>D6*2</f>", '<f t="shared" si="0"/>', "<f/><v />"])
def test_a_formula_without_its_result_is_told(tmp_path: Path, formula: str) -> None:
    path = book(tmp_path / "a.xlsx", ["甲"], [1])
    edited(path, lambda xml: xml.replace('<c r="A2" t="n"><v>1</v>', f'<c r="A2">{formula}'))
    with pytest.raises(Unreadable, match="A2 格是公式"):
        read_lines(path)


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["甲", "乙"], [1, 2])
    edited(path, lambda xml: xml.replace(
        '<c r="A2" t="n"><v>1</v>', '<c r="A2" t="str"><f>IF(B2="","",B2)</f><v></v>'
    ))  # fmt: skip
    assert read_lines(path)[1][1] == (2, ["", "2"])


def test_a_cell_far_away_is_told_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["甲"])
    made = load_workbook(path)
    made.active["XFD1048576"] = " "
    made.save(path)
    with pytest.raises(Unreadable, match="XFD1048576 格有内容，离表太远"):
        read_lines(path)


def test_another_spreadsheet_in_a_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(Unreadable, match="不是完好的 Excel 文件"):
        read_lines(path)
