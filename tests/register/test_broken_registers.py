"""Broken registers: each is told at its row and column, with what is allowed, and exit code 3; never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.register import MappingInvalid, clean, read_mapping
from sim.register.notes import DOUBTED, CellProblem, problems, rereadings
from sim.spreadsheets import Unreadable
from tests.often import often
from tests.registers import MAPPING, register, write

ROWS, ROW, ID = 60, 5, "统一社会信用代码"
"""Rows of the register, the row of the file that is broken unless said otherwise, and the heading of the ids."""
Change = Callable[[pd.DataFrame], None]


def cell(column: str, value: str, row: int = ROW) -> Change:
    return lambda frame: frame.__setitem__(column, [
        value if place == row - 2 else old for place, old in enumerate(frame[column])
    ])  # fmt: skip


def whole(column: str, how: Callable[[float], object]) -> Change:
    return lambda frame: frame.__setitem__(column, [str(how(float(old))) for old in frame[column]])


def scale(frame: pd.DataFrame) -> None:
    """Give a column of who is above scale, as output says, the broken row being one of them."""
    frame.loc[ROW - 2, ["工业总产值", "从业人数"]] = ["9000", "100"]
    frame["是否规上"] = ["是" if float(output) >= 2_000 else "否" for output in frame["工业总产值"]]


def told_by(column: str, value: str, others: str) -> Change:
    """Give a column of words, the broken row's being another."""
    return lambda frame: frame.__setitem__(column, [
        value if place == ROW - 2 else others for place in range(len(frame))
    ])  # fmt: skip


def remarked(frame: pd.DataFrame) -> pd.DataFrame:
    found = frame.copy()
    found.loc[ROW - 2] = ["注：内部资料", *[""] * (len(frame.columns) - 1)]
    return found


def signed(frame: pd.DataFrame) -> pd.DataFrame:
    found = remarked(frame)
    found.loc[ROW - 2] = ["", "", "", "填表人：张三", *[""] * (len(frame.columns) - 5), "2021年3月"]
    return found


BROKEN_CELLS: dict[str, tuple[Change, int, str, str]] = {
    "negative land": (cell("用地面积", "-3.2"), ROW, "用地面积", "不能为负（亩），现为“-3.2”"),
    "negative in brackets": (cell("用地面积", "(3.2)"), ROW, "用地面积", "不能为负"),
    "tax above output": (cell("实缴税收", "99999999"), ROW, "实缴税收", "税收大于产值（“工业总产值”列）"),
    "value added above output": (cell("增加值", "99999999"), ROW, "增加值", "增加值大于产值"),
    "unknown district": (cell("所在区县", "海署区"), ROW, "所在区县", "是不是 海曙区"),
    "half a district": (cell("所在区县", "鄞洲"), ROW, "所在区县", "是不是 鄞州区？"),
    "district of another city": (cell("所在区县", "330102"), ROW, "所在区县", "没有这个区县（市）"),
    "no district": (cell("所在区县", ""), ROW, "所在区县", "合并单元格"),
    "unknown industry": (cell("行业代码", "专用设备制照业"), ROW, "行业代码", "是不是 专用设备制造业"),
    "mining": (cell("行业代码", "0610"), ROW, "行业代码", "13—46"),
    "services": (cell("行业代码", "F51"), ROW, "行业代码", "13—46"),
    "no industry": (cell("行业代码", "不详"), ROW, "行业代码", "不能为空"),
    "words for a number": (cell("工业总产值", "三千万"), ROW, "工业总产值", "应为一个数（单位 万元），现为“三千万”"),
    "about": (cell("工业总产值", "约3000"), ROW, "工业总产值", "应为一个数"),
    "a span": (cell("从业人数", "30-40"), ROW, "从业人数", "应为一个数"),
    "thousands misplaced": (cell("工业总产值", '12,34'), ROW, "工业总产值", "千分位逗号应每三位一个"),
    "two points": (cell("用地面积", "1.2.3"), ROW, "用地面积", "应为一个数"),
    "another quantity's unit": (cell("用地面积", "12万元"), ROW, "用地面积", "数后的单位只认"),
    "an error of Excel": (cell("实缴税收", "#DIV/0!"), ROW, "实缴税收", "Excel 的出错标记"),
    "too large": (cell("工业总产值", "9" * 40), ROW, "工业总产值", "数大得不可能"),
    "no output": (cell("工业总产值", ""), ROW, "工业总产值", "不能为空"),
    "output zero": (cell("工业总产值", "0"), ROW, "工业总产值", "应大于 0（万元）；停产的企业请删去"),
    "no such day": (cell("成立日期", "2015-02-30"), ROW, "成立日期", "没有这一天"),
    "no date": (cell("成立日期", "去年"), ROW, "成立日期", "应为日期，如 2015-07-01"),
    "founded later": (cell("成立日期", "2023-05-01"), ROW, "成立日期", "设立晚于名录的年份 2020"),
    "founded long ago": (cell("成立日期", "1015-07-01"), ROW, "成立日期", "不早于 1840 年"),
    "the same id": (cell(ID, "91330200MA0000000X"), ROW, ID, "编号重复（第 2 行已有）"),
    "the same id in full width": (cell(ID, "９１３３０２００ma0000000x"), ROW, ID, "编号重复（第 2 行已有）"),
    "no id": (cell(ID, "-"), ROW, ID, "编号不能为空"),
    "a row of sums": (cell(ID, "合 计"), ROW, "", "这一行是合计"),
    "sums below": (cell(ID, "总计：", ROWS + 1), ROWS + 1, "", "这一行是合计"),
    "a remark": (lambda frame: frame.__setitem__(frame.columns, remarked(frame)), ROW, "", "这一行只有一格有字"),
    "a part of the sums": (cell(ID, "其中： 规上"), ROW, "", "这一行是合计"),
    "who filled it in": (lambda frame: frame.__setitem__(frame.columns, signed(frame)), ROW, "",
                         "这一行的编号、区县、行业都空着"),
    "output of one beyond the city's": (cell("工业总产值", "300000000"), ROW, "工业总产值", "这一格多半写错了单位"),
    "output in yuan": (whole("工业总产值", lambda old: old * 1e4), 0, "工业总产值", "单位写错了，像是 元"),
    "land in square metres": (whole("用地面积", lambda old: old * 667), 0, "用地面积", "单位写错了，像是 ㎡"),
    "people in ten thousands": (whole("从业人数", lambda old: old / 1e4), 0, "从业人数", "单位写错了，像是 万人"),
    "floor in ten thousands": (whole("建筑面积", lambda old: old / 1e4), 0, "建筑面积", "单位写错了，像是 万㎡"),
    "a place that is none of ours": (told_by("场所", "海边", "园区"), ROW, "场所", "应为 零散、小微园、园区"),
    "neither yes nor no": (told_by("是否规上", "也许", "否"), ROW, "是否规上", "应为 是 或 否"),
    "tax in yi": (whole("实缴税收", lambda old: old / 1e4), 0, "实缴税收", "单位写错了，像是 亿元"),
}  # fmt: skip
DOUBTED_CELLS: dict[str, tuple[Change, int, str, str]] = {
    "land in hectares": (whole("用地面积", lambda old: old / 15), 0, "用地面积", "亩，像是 万㎡、万平方米、公顷"),
    "land fifteenfold": (whole("用地面积", lambda old: old * 15), 0, "用地面积", "每亩产值的中位数是"),
    "one output in yuan": (lambda frame: cell("工业总产值", str(1e4 * float(frame.at[ROW - 2, "工业总产值"])))(frame),
                           ROW, "工业总产值", "每人的工业总产值与同行业的中位数相差 100 倍以上"),
    "one land beyond measure": (cell("用地面积", "29999"), ROW, "用地面积",
                                "容积率（建筑面积÷用地）与同行业的中位数相差 30 倍以上"),
    "above scale without output": (lambda frame: (scale(frame), cell("工业总产值", "90")(frame)), ROW, "是否规上",
                                   "写着规上，产值却不到标准（年 2,000 万元）的三分之一"),
    "half a person": (cell("从业人数", "12.5"), ROW, "从业人数", "人数不是整数"),
    "below scale with output": (lambda frame: (scale(frame), cell("是否规上", "否")(frame)), ROW, "是否规上",
                                "写着不是规上，产值却超过标准（年 2,000 万元）的三倍"),
}  # fmt: skip
BROKEN_MAPPINGS: dict[str, tuple[str, str, str]] = {
    "a full-width colon": ("  land: {", "  land：{", "m.yaml:10:7: 全角冒号"),
    "no such column of theirs": (
        "{column: 实缴税收", "{column: 实交税收", "m.yaml:8:17: 名录里没有叫“实交税收”的列。是不是 实缴税收？"),
    "no such column of ours": ("  employees:", "  employee:", "m.yaml:9:3: 没有叫 employee 的列。是不是 employees？"),
    "an unknown unit": ("unit: 亩", "unit: 坪", "land 的单位 坪 不认识，可用 ㎡、"),
    "no unit": ("{column: 用地面积, unit: 亩}", "用地面积", "没有写明单位"),
    "needed column not there": ("  district: 所在区县\n", "", "缺少必需的列 district（区县（市））"),
    "one column twice": ("{column: 增加值", "{column: 实缴税收", "“实缴税收”已用作 value_added"),
    "the same key twice": ("  founded:", "  land:", "键 land 重复"),
    "an unknown key": ("year: 2020", "yaer: 2020", "未知的键 yaer。是不是 year？"),
    "year out of bounds": ("year: 2020", "year: 1999", "year 应是名录所属的年份，2011 至 2030"),
    "code of nothing of ours": (
        "year: 2020", "year: 2020\ncodes: {district: {高新区: 江东区}}", "“江东区”不是我们的写法"),
    "too many stood for": ("year: 2020", "year: 2020\nrepresents: 7", "represents 是 7，少于名录能用的 60 行"),
    "a tag of Python": ("year: 2020", "year: !!python/object/apply:os.getcwd []", "不用 YAML 的标签"),
    "a reference to itself": ("year: 2020", "codes: &x {district: *x}", "不用 YAML 的锚点与引用"),
    "nested without end": ("year: 2020", "codes: " + "[" * 2000, "套得太深"),
    "an invisible character": ("year: 2020", "year: 20\x0720", "有一个看不见的字符（U+0007），请删去"),
    "age and date of founding": (
        "  founded: 成立日期", "  age: 成立日期\n  founded: 成立日期", "age 与 founded 只用其一"),
    "a unit of what is no number": (
        "district: 所在区县", "district: {column: 所在区县, unit: 亩}", "district 不是数，没有单位"),
    "a list where words are paired": (
        "year: 2020", "year: 2020\ncodes: {district: [高新区]}", "应由“名录里的写法: 我们的写法”组成"),
    "no mapping at all": (MAPPING, "[1, 2]", "应由“键: 值”组成"),
}  # fmt: skip
BROKEN_FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "是空的"),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "不是文本文件"),
    "half a workbook": ("a.xlsx", b"PK\x03\x04" + b"\0" * 200, "不是完好的 Excel 文件"),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 200, "旧式的 Excel 文件（.xls）或加了密码"),
    "no Parquet": ("a.parquet", b"PAR1 nothing", "不是完好的 Parquet 文件"),
    "an open quote": ("a.csv", "统一社会信用代码,所在区县\n\"1,海曙区\n".encode(), "有引号没有配对"),
    "other columns": ("a.csv", "甲,乙\n1,2\n".encode(), "找不到表头"),
}


def checked(tenglong, path: Path):  # type: ignore[no-untyped-def]
    return tenglong("check", str(path), "--mapping", str(path.parent / "m.yaml"))


@pytest.mark.parametrize("name", BROKEN_CELLS)
def test_a_broken_cell_is_told_at_its_place(tmp_path: Path, tenglong, name: str) -> None:
    change, row, column, words = BROKEN_CELLS[name]
    frame = register(ROWS)
    change(frame)
    words_of = {"场所": "  site: 场所\n", "是否规上": "  above_scale: 是否规上\n"}
    path = write(tmp_path, frame, mapping=MAPPING + words_of.get(column, ""))
    said = checked(tenglong, path)
    assert said.code == 3 and "Traceback" not in said.err
    place = path.name + (f" 第 {row} 行，" if row else " ") + (f"“{column}”列：" if column else "")
    place = place.removesuffix("，")
    assert [line for line in said.err.splitlines() if place in line and words in line], said.err


@pytest.mark.parametrize("name", DOUBTED_CELLS)
def test_what_is_hardly_so_is_doubted_and_stops_nothing(tmp_path: Path, name: str) -> None:
    change, row, column, words = DOUBTED_CELLS[name]
    frame = register(200)
    mapping = f"{MAPPING}  above_scale: 是否规上\n" if "scale" in name else MAPPING

    def doubted() -> list[CellProblem]:
        path = write(tmp_path, frame, mapping=mapping)
        found = clean(path, read_mapping(tmp_path / "m.yaml", "m.yaml"), path.name)
        return problems(found.notes, found.file, found.sheet, DOUBTED)

    if "scale" in name:
        scale(frame)
    assert [one for one in doubted() if one.column] == []
    change(frame)
    assert [(one.row, one.column) for one in doubted() if words in one.expected] == [(row, column)]
    assert clean(tmp_path / "企业 名录.csv", read_mapping(tmp_path / "m.yaml", "m.yaml"), "").stops == []


def test_a_converted_number_is_told_as_the_sheet_has_it_with_ours_in_brackets(tmp_path: Path) -> None:
    frame = register(ROWS)
    frame["用地面积"] = [f"{float(old) * 2000 / 3:.2f}" for old in frame["用地面积"]]
    frame["实缴税收"] = [f"{float(old) * 1e4:.0f}" for old in frame["实缴税收"]]
    cell("用地面积", "9900000000")(frame)
    cell("实缴税收", "1,100,000,000,000", ROW + 1)(frame)
    cell("所在区县", "高新区", ROW + 2)(frame)
    mapping = MAPPING.replace("用地面积, unit: 亩", "用地面积, unit: ㎡").replace("税收, unit: 万元", "税收, unit: 元")
    path = write(tmp_path, frame, mapping=mapping)
    found = clean(path, read_mapping(tmp_path / "m.yaml", "m.yaml"), path.name)
    told = {one.row: one.value for one in found.stops}
    assert told[ROW] == "9900000000（合 14,850,000 亩）"
    assert told[ROW + 1].startswith("1,100,000,000,000（合 110,000,000 万元），工业总产值为 ")
    assert told[ROW + 1].endswith(" 万元") and "合" not in told[ROW + 1].partition("，工业总产值")[2]
    assert rereadings(found.notes) == ["“所在区县”列：“高新区”读作鄞州区（1 行）"]


@pytest.mark.parametrize(
    ("column", "line", "size", "words"),
    [
        ("研发费用", "rd: {column: 研发费用, unit: 万元}", 0.02, ""),
        ("研发费用", "rd: {column: 研发费用, unit: 万元}", None, "像是研发费用占产值的比例"),
        ("研发费用", "rd: {column: 研发费用, unit: 万元}", 2e2, "单位写错了，像是 元"),
        ("综合能耗", "energy: {column: 综合能耗, unit: 吨标煤}", 0.15, ""),
        ("综合能耗", "energy: {column: 综合能耗, unit: 吨标煤}", 1.5e-5, "单位写错了，像是 万吨标煤"),
    ],
)
def test_research_and_energy_out_of_scale_are_told(
    tmp_path: Path, column: str, line: str, size: float | None, words: str
) -> None:
    """Research of every second enterprise; ``size``: of output, or none for a column of shares."""
    frame = register(200)
    output = pd.to_numeric(frame["工业总产值"])
    frame[column] = [f"{0.0 if row % 2 else (size * each if size else 0.001 * (row % 50)):.8f}"
                     for row, each in enumerate(output)]  # fmt: skip
    path = write(tmp_path, frame, mapping=f"{MAPPING}  {line}\n")
    found = clean(path, read_mapping(tmp_path / "m.yaml", "m.yaml"), path.name).stops
    assert [(one.column, one.row) for one in found] == ([(column, 0)] if words else [])
    assert all(words in one.expected for one in found)


@pytest.mark.parametrize("name", BROKEN_MAPPINGS)
def test_a_broken_mapping_is_told_at_its_line(tmp_path: Path, tenglong, name: str) -> None:
    old, new, words = BROKEN_MAPPINGS[name]
    assert old in MAPPING
    path = write(tmp_path, register(ROWS), mapping=MAPPING.replace(old, new, 1))
    said = checked(tenglong, path)
    assert said.code == 3 and "Traceback" not in said.err
    assert words in said.err and "m.yaml:" in said.err


def test_a_mapping_that_is_no_text_is_told(tmp_path: Path, tenglong) -> None:
    path = write(tmp_path, register(ROWS))
    (tmp_path / "m.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
    said = checked(tenglong, path)
    assert said.code == 3 and "m.yaml:1:1: 不是文本文件。映射文件应为 UTF-8 的 YAML" in said.err


def test_what_the_names_of_the_table_contradict_is_told(tmp_path: Path, tenglong) -> None:
    frame = register(ROWS)
    said = checked(tenglong, write(tmp_path, frame.rename(columns={"用地面积": "用地面积（㎡）"})))
    assert said.code == 3 and "映射文件写单位 亩，名录的表头写 ㎡：请改成一样的" in said.err
    twice = frame.assign(从业=frame["从业人数"]).rename(columns={"从业": "从业人数 "})
    said = checked(tenglong, write(tmp_path, twice))
    assert said.code == 3 and "名录里不止一列叫“从业人数”：从业人数、从业人数" in said.err
    said = checked(tenglong, write(tmp_path, frame, mapping=f"header_row: 2\n{MAPPING}"))
    assert said.code == 3 and "第 2 行像是一家企业，不是表头：请改映射文件的 header_row" in said.err


def test_mistakes_of_form_do_not_hide_those_that_the_register_shows(tmp_path: Path, tenglong) -> None:
    mapping = MAPPING.replace("year: 2020", "yaer: 2020").replace("{column: 实缴税收", "{column: 实交税收")
    mapping = mapping.replace("{column: 用地面积, unit: 亩}", "用地面积")
    said = checked(tenglong, write(tmp_path, register(ROWS), mapping=mapping))
    assert said.code == 3 and "共 3 处问题" in said.err
    for words in ("未知的键 yaer", "没有叫“实交税收”的列", "用地（自有或租用）没有写明单位"):
        assert words in said.err
    said = checked(tenglong, write(tmp_path, register(ROWS), mapping=MAPPING.replace("unit: 亩", "unit: 坪")))
    assert "land 的单位 坪 不认识" in said.err and "共 1 处问题" in said.err


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_broken_file_is_told(tmp_path: Path, tenglong, name: str) -> None:
    file, content, words = BROKEN_FILES[name]
    path = write(tmp_path, register(ROWS)).with_name(file)
    path.write_bytes(content)
    said = checked(tenglong, path)
    assert said.code == 3 and words in said.err and "Traceback" not in said.err


def test_cells_beyond_the_names_a_wrong_sheet_and_a_formula_without_result(tmp_path: Path, tenglong) -> None:
    from openpyxl import load_workbook

    path = write(tmp_path, register(ROWS))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[ROW - 1] = lines[ROW - 1].replace(",", ",1,", 1) + ",x"
    path.write_text("\n".join(lines), encoding="utf-8")
    said = checked(tenglong, path)
    assert said.code == 3 and f"第 {ROW} 行：格数多于表头" in said.err

    path = write(tmp_path, register(ROWS), "名录.xlsx")
    book = load_workbook(path)
    book.worksheets[0]["D7"] = "=D6*2"
    book.save(path)
    said = checked(tenglong, path)
    assert said.code == 3 and "D7 格是公式" in said.err

    path = write(tmp_path, register(ROWS), "名录.xlsx", f"sheet: 企业\n{MAPPING}")
    said = checked(tenglong, path)
    assert said.code == 3 and "没有叫“企业”的工作表；有：Sheet1" in said.err


def test_a_hidden_sheet_is_read_last_and_other_sheets_are_named(tmp_path: Path, tenglong) -> None:
    from openpyxl import load_workbook

    path = write(tmp_path, register(400), "名录.xlsx")
    book = load_workbook(path)
    book.worksheets[0]["A1"] = "统一社会\n信用代码"
    old = book.create_sheet("2019年", 0)
    old.append(["甲", "乙"])
    old.sheet_state = "hidden"
    book.save(path)
    assert "没有必须改的问题" in (said := checked(tenglong, path).err)
    assert "存疑" in said and "只读了这一张，没有读 2019年：" in said
    (tmp_path / "m.yaml").write_text(f"sheet: 2019年\n{MAPPING}", encoding="utf-8")
    said = checked(tenglong, path)
    assert said.code == 3 and "的工作表“2019年”前 20 行里找不到表头" in said.err and "还有：Sheet1" in said.err
    book["Sheet1"]["A6"] = book["Sheet1"]["A2"].value
    book.save(path)
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    assert "第 6 行，“统一社会信用代码”列：编号重复" in checked(tenglong, path).err


def test_a_cell_that_is_refused_by_itself_does_not_make_the_unit_wrong(tmp_path: Path, tenglong) -> None:
    frame = register(ROWS)
    frame.loc[[ROW - 2, ROW], "实缴税收"] = "99999999"
    said = checked(tenglong, write(tmp_path, frame))
    assert said.err.count("税收大于产值") == 2 and "单位写错了" not in said.err and "共 2 处问题" in said.err
    assert "现为“99999999，工业总产值为" in said.err


def test_the_sheet_and_the_row_of_excel_are_told(tmp_path: Path, tenglong) -> None:
    frame = register(ROWS)
    frame.loc[ROW - 2, "用地面积"] = "-1"
    said = checked(tenglong, write(tmp_path, frame, "名录.xlsx"))
    assert f"工作表“Sheet1” 第 {ROW} 行，“用地面积”列：不能为负" in said.err


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_ids_kept_as_numbers_are_told_once_and_not_as_repeats(tmp_path: Path, name: str) -> None:
    """Codes of eighteen digits that a spreadsheet took for numbers; those with a letter stayed text."""
    frame = register(ROWS)
    codes = [913302000000000000 + 7 * place for place in range(ROWS - 10)]
    frame[ID] = [*(codes if name == "a.xlsx" else ["9.13302E+17"] * len(codes)), *frame[ID][-10:]]
    path = write(tmp_path, frame, name)
    found = clean(path, read_mapping(tmp_path / "m.yaml", "m.yaml"), path.name).stops
    assert [(one.row, one.column) for one in found] == [(0, ID)]
    assert "Excel 只保 15 位，50 行" in found[0].expected and "设为“文本”后重新导出" in found[0].expected
    frame[ID] = [str(913302000000000000 + place) for place in range(ROWS)]  # whole, as text
    path = write(tmp_path, frame, name)
    assert clean(path, read_mapping(tmp_path / "m.yaml", "m.yaml"), path.name).stops == []


def test_the_same_problem_of_many_rows_is_told_a_few_times(tmp_path: Path, tenglong) -> None:
    frame = register(ROWS)
    frame.loc[:19, "从业人数"] = "-1"
    said = checked(tenglong, write(tmp_path, frame))
    assert said.err.count("不能为负") == 5 and "另有 15 行" in said.err and "共 20 处问题" in said.err
    listed = pd.read_csv(tmp_path / "企业 名录-检查.csv")
    assert (listed["处理"] == "拒绝").sum() == 20 and list(listed.columns) == ["行", "列", "处理", "说明"]


def test_many_repeats_are_told_together(tmp_path: Path, tenglong) -> None:
    frame = register(ROWS)
    again = pd.concat([frame] * 5, ignore_index=True)
    said = checked(tenglong, write(tmp_path, again))
    assert said.code == 3 and "编号重复，前面的行已有，请只留一行" in said.err
    assert f"拒绝 {4 * ROWS} 行" in said.err and "行已有），请" not in said.err


def test_a_list_of_what_is_mended_since_does_not_stay(tmp_path: Path, tenglong) -> None:
    frame = register(ROWS)
    frame.loc[0, "从业人数"] = "-1"
    path, listed = write(tmp_path, frame), tmp_path / "企业 名录-检查.csv"
    assert checked(tenglong, path).code == 3 and listed.is_file()
    said = checked(tenglong, write(tmp_path, register(ROWS)))
    assert "拒绝 0 行" in said.err and not listed.exists()


def test_a_name_mistyped_on_the_command_line_is_guessed(tmp_path: Path, tenglong) -> None:
    path = write(tmp_path, register(ROWS))
    said = tenglong("check", str(path), "--mapping", str(tmp_path / "m.yml"))
    assert said.code == 3 and "是不是 m.yaml？" in said.err
    said = tenglong("check", str(path.with_name("企业名录.csv")), "--mapping", str(tmp_path / "m.yaml"))
    assert said.code == 3 and "是不是 企业 名录.csv？" in said.err
    said = tenglong("check", str(tmp_path / "m.yaml"))
    assert said.code == 2 and "是企业名录的映射文件，不是情景" in said.err


def test_what_is_asked_wrongly_is_a_matter_of_usage(tmp_path: Path, tenglong) -> None:
    path = write(tmp_path, register(ROWS), "名录.xlsx")
    said = tenglong("check", str(path))
    assert said.code == 2 and "--mapping" in said.err and "tenglong template register" in said.err
    said = tenglong("check", str(path), str(path), "--mapping", str(tmp_path / "m.yaml"))
    assert said.code == 2 and "--mapping 一次只用于一份企业名录" in said.err
    (tmp_path / "folder.yaml").mkdir()
    said = tenglong("check", str(tmp_path / "folder.yaml"))
    assert said.code != 0 and "folder.yaml" in said.err and "Traceback" not in said.err
    said = tenglong("check", "baseline", "--out", str(tmp_path / "明细.csv"))
    assert said.code == 2 and "须同时给 --mapping" in said.err
    mine = tmp_path / "名录-检查.csv"
    mine.write_text("mine", encoding="utf-8")
    said = checked(tenglong, path)
    assert said.code == 2 and mine.read_text(encoding="utf-8") == "mine"


GARBAGE = st.one_of(
    st.text(max_size=12), st.floats().map(repr), st.integers().map(str), st.dates().map(str),
    st.sampled_from(["", "-", "（3）", "１２，３４５", "1e999", "-0", "=1+1", "@x", "是", "海曙",
                     "C35", "99/99", "\ud7ff", "%", "5%"]),
)  # fmt: skip


@pytest.mark.slow
@given(
    cells=st.lists(st.tuples(st.integers(0, 19), st.integers(0, 9), GARBAGE), max_size=25),
    header=st.one_of(st.none(), st.tuples(st.integers(0, 9), GARBAGE)),
    ending=st.sampled_from([".csv", ".csv", ".csv", ".parquet"]),
)
@often(150)
def test_no_garbage_brings_a_traceback(tmp_path: Path, cells, header, ending: str) -> None:  # type: ignore[no-untyped-def]
    frame = register(20)
    for row, column, value in cells:
        frame.iloc[row, column] = value
    if header is not None:
        frame.columns = [header[1] if place == header[0] else name for place, name in enumerate(frame.columns)]
    try:
        path = write(tmp_path, frame, f"a{ending}")
        found = clean(path, read_mapping(tmp_path / "m.yaml", "m.yaml"), path.name)
    except (Unreadable, MappingInvalid) as error:
        assert str(error)
        return
    assert len(found.rows) + found.refused == found.read
    for values in found.numbers.values():
        assert not (values < 0).any()


@given(text=st.text(max_size=200))
@often(100)
def test_no_garbage_in_a_mapping_brings_a_traceback(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(MappingInvalid):
        read_mapping(tmp_path / "m.yaml", "m.yaml")


@given(st.data())
@often(100)
def test_no_odd_value_in_a_mapping_brings_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    import json

    leaves = st.one_of(st.none(), st.booleans(), st.integers(-5, 3000), st.floats(allow_nan=False), st.text(max_size=5))
    values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
        st.sampled_from(["column", "unit", "district", "x", "高新区"]), inner, max_size=3), max_leaves=4)  # fmt: skip
    keys = st.sampled_from(["sheet", "header_row", "year", "represents", "refused", "columns", "codes", "z"])
    content = data.draw(st.dictionaries(keys, values, max_size=4))
    if data.draw(st.booleans()):
        content["columns"] = {name: data.draw(values) for name in ("district", "industry", "output", "land", "age")}
    (tmp_path / "m.yaml").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    try:
        read_mapping(tmp_path / "m.yaml", "m.yaml")
    except MappingInvalid as error:
        assert error.problems
