"""A register in every form offices keep it in is read as the same enterprises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.ensemble.stamp import data_digest
from sim.population import industries
from sim.register import Register, clean, complete, read_mapping
from sim.register.notes import DOUBTED, FIXED, IMPUTED, cells_of, rows_of
from tests.registers import MAPPING, register, write

ROWS = 400


def read(path: Path) -> Register:
    found = clean(path, read_mapping(path.parent / "m.yaml", "m.yaml"), path.name)
    assert found.stops == []
    return found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return read(write(tmp_path_factory.mktemp("plain"), register(ROWS)))


def same(one: Register, other: Register) -> None:
    """The same enterprises under the same numbers, whatever the file looked like."""
    assert list(one.ids) == list(other.ids)
    for name, values in one.numbers.items():
        np.testing.assert_allclose(values, other.numbers[name], rtol=1e-9, err_msg=name)
    for name, codes in one.codes.items():
        np.testing.assert_array_equal(codes, other.codes[name], err_msg=name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_encoding(tmp_path: Path, plain: Register, encoding: str) -> None:
    path = write(tmp_path, register(ROWS))
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    same(plain, read(path))


@pytest.mark.parametrize("name", ["名录 2020.xlsx", "名录.parquet"])
def test_any_format(tmp_path: Path, plain: Register, name: str) -> None:
    same(plain, read(write(tmp_path, register(ROWS), name)))


def test_numbers_and_dates_that_excel_and_parquet_hold_as_such(tmp_path: Path, plain: Register) -> None:
    frame = register(ROWS)
    for column in frame.columns[3:9]:
        frame[column] = pd.to_numeric(frame[column])
    frame["成立日期"] = pd.to_datetime(frame["成立日期"])
    for name in ("a.xlsx", "a.parquet"):
        same(plain, read(write(tmp_path / name, frame, name)))


def test_full_width_thousands_units_in_the_cell_and_other_spellings_are_mended_and_counted(
    tmp_path: Path, plain: Register
) -> None:
    frame = register(ROWS)
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    frame["工业总产值"] = [f"{float(cell):,.2f}" for cell in frame["工业总产值"]]
    frame["增加值"] = [f"{cell}万" for cell in frame["增加值"]]
    frame.loc[::2, "增加值"] = [f"{float(cell[:-1]) / 1e4!r}亿" for cell in frame["增加值"][::2]]
    frame["实缴税收"] = [cell.translate(wide) for cell in frame["实缴税收"]]
    frame["用地面积"] = [f"{float(cell)!r} 亩" for cell in frame["用地面积"]]
    frame["所在区县"] = ["宁波市" + cell[:2] for cell in frame["所在区县"]]
    frame["行业代码"] = [f"C{cell}11" for cell in frame["行业代码"]]
    frame["成立日期"] = pd.to_datetime(frame["成立日期"]).dt.strftime("%Y年%m月%d日")
    found = read(write(tmp_path, frame))
    same(plain, found)
    counted = cells_of(found.notes, FIXED)
    assert rows_of(found.notes, FIXED) == ROWS
    assert counted["用地面积"] == counted["所在区县"] == counted["行业代码"] == counted["成立日期"] == ROWS


@pytest.mark.parametrize(
    ("column", "ours", "unit", "factor"),
    [
        ("用地面积", "land", "公顷", 1 / 15), ("用地面积", "land", "㎡", 2000 / 3),
        ("用地面积", "land", "m²", 2000 / 3), ("建筑面积", "floor", "亩", 3 / 2000),
        ("建筑面积", "floor", "万㎡", 1e-4),
        ("工业总产值", "output", "亿元", 1e-4), ("工业总产值", "output", "元", 1e4), ("实缴税收", "tax", "千元", 10),
    ],
)  # fmt: skip
def test_units_of_the_mapping_and_of_the_heading(
    tmp_path: Path, plain: Register, column: str, ours: str, unit: str, factor: float
) -> None:
    frame = register(ROWS)
    frame[column] = [repr(float(cell) * factor) for cell in frame[column]]
    lines = [line for line in MAPPING.splitlines() if not line.startswith(f"  {ours}:")]
    stated = "\n".join([*lines, f"  {ours}: {{column: {column}, unit: {unit}}}", ""])
    same(plain, read(write(tmp_path / "mapping", frame, mapping=stated)))
    silent = "\n".join([*lines, f"  {ours}: {column}", ""])
    renamed = frame.rename(columns={column: f"{column}（{unit}）"})
    same(plain, read(write(tmp_path / "heading", renamed, mapping=silent)))


def test_a_title_merged_names_a_row_of_units_and_one_of_numbers(tmp_path: Path, plain: Register) -> None:
    from openpyxl import Workbook

    frame = register(ROWS)
    book = Workbook()
    book.active.append(["说明：本表为内部资料"])
    sheet = book.create_sheet("企业 表")
    sheet.append(["宁波市工业企业名录（2020年）"])
    sheet.append([*frame.columns[:3], "2020年经济指标", None, None, None, "用地", None, "成立日期"])
    sheet.append([None, None, None, *frame.columns[3:9], None])
    sheet.append([None, None, None, "万元", "万元", "万元", "人", "亩", "㎡", None])
    sheet.append(["甲", "乙", "丙", *range(1, 8)])
    for row in frame.to_numpy().tolist():
        sheet.append(row)
    for merged in ("A1:J1", "D2:G2", "H2:I2", "A2:A3"):
        sheet.merge_cells(merged)
    path = write(tmp_path, frame)
    book.save(path.with_suffix(".xlsx"))
    silent = MAPPING.replace(", unit: 万元", "").replace(", unit: 亩", "").replace(", unit: ㎡", "")
    silent = "sheet: 企业 表\n" + silent.replace("{column: 用地面积}", "用地/用地面积")
    (tmp_path / "m.yaml").write_text(silent, encoding="utf-8")
    found = read(path.with_suffix(".xlsx"))
    same(plain, found)
    assert found.rows[0] == 6 and found.sheet == "企业 表"


def test_the_order_of_the_rows_is_no_matter(tmp_path: Path, plain: Register) -> None:
    frame = register(ROWS)
    frame.loc[::7, ["从业人数", "用地面积"]] = ""
    one, other = (
        complete(read(write(tmp_path / name, table)), data_digest()).filled.table
        for name, table in (("a", frame), ("b", frame.sample(frac=1, random_state=1)))
    )
    for name, column in one.items():
        np.testing.assert_array_equal(column, other[name], err_msg=name)


def test_what_is_missing_is_filled_from_the_nearest_and_counted(tmp_path: Path, plain: Register) -> None:
    frame = register(ROWS)
    frame.loc[:49, "从业人数"] = ["", "-", "—", "无", "N/A"] * 10
    frame.loc[50:54, "用地面积"] = "0"
    found = complete(read(write(tmp_path, frame)), data_digest())
    assert cells_of(found.filled.notes, IMPUTED) == {"从业人数": 50, "用地面积": 5}
    table = found.filled.table
    people = table["demand_wan"] / table["employees"]
    known = np.asarray(plain.numbers["output"][50:] / plain.numbers["employees"][50:])
    assert people.max() <= known.max() * 1.01 and people.min() >= known.min() * 0.99
    assert found.told()["imputed"] == {"从业人员": 50, "用地（自有或租用）": "<10"}


def test_a_lacking_column_comes_from_the_synthetic_enterprises(tmp_path: Path) -> None:
    lacking = ("税收", "用地", "建筑")
    bare = "\n".join(line for line in MAPPING.splitlines() if not any(word in line for word in lacking))
    found = complete(read(write(tmp_path, register(2_000), mapping=bare + "\n")), data_digest())
    t = found.filled.table
    above = t["above_scale"]
    tax = (t["tax_rate"] * t["demand_wan"])[above].sum() / t["land_mu"][above].sum()
    assert tax == pytest.approx(44.4, rel=0.35), "the published tax per mu of 2020, on a sample"
    assert {"税收", "用地（自有或租用）", "建筑面积（自有或租用）"} <= set(found.told()["synthesised"])


def test_what_was_done_with_a_cell_says_whether_its_unit_was_converted(tmp_path: Path) -> None:
    written = {2: "1.271亿元", 3: "1.3亿", 4: "12,710.5", 5: "1271万元", 6: "1270000元"}
    frame = register(ROWS)
    frame.loc[: len(written) - 1, "工业总产值"] = list(written.values())
    path = write(tmp_path, frame)
    found = clean(path, read_mapping(tmp_path / "m.yaml", "m.yaml"), path.name)
    said = {int(row): note.said for note in found.notes if note.kind == FIXED and note.column == "工业总产值"
            for row in note.rows}  # fmt: skip
    assert {row: text for row, text in said.items() if "换算" in text} == {
        2: "按格内写明的单位 亿元 换算", 3: "按格内写明的单位 亿元 换算", 6: "按格内写明的单位 元 换算",
    }  # fmt: skip
    assert said[4] == said[5] == "按全角、千分位、单位或空格去掉后的数读取"


def test_names_of_industries_days_counted_and_a_district_s_other_name(tmp_path: Path, plain: Register) -> None:
    """Industries by their full names with a space within, days as a spreadsheet counts them, a district renamed."""
    frame = register(ROWS)
    names = dict(zip(industries()["code"], industries()["name_zh"], strict=True))
    frame["行业代码"] = [f"{names[code][:2]} {names[code][2:]}" for code in frame["行业代码"]]
    first = frame["所在区县"].iloc[0]
    frame["所在区县"] = frame["所在区县"].replace(first, "我们区")
    days = pd.to_datetime(frame["成立日期"]) - pd.Timestamp("1899-12-30")
    late = days.dt.days >= 10_000
    frame["成立日期"] = [str(day) if counted else text
                     for day, counted, text in zip(days.dt.days, late, frame["成立日期"], strict=True)]  # fmt: skip
    assert late.any()
    same(plain, read(write(tmp_path, frame, mapping=f"codes: {{district: {{我们区: {first}}}}}\n{MAPPING}")))


def test_a_register_of_another_year_is_doubted(tmp_path: Path) -> None:
    found = read(write(tmp_path, register(ROWS), mapping=MAPPING.replace("year: 2020", "year: 2022")))
    assert [note.said for note in found.notes if "名录是 2022 年的" in note.said and note.kind == DOUBTED]


def test_a_number_with_its_unit_beside_it_is_told_as_it_is_written(tmp_path: Path) -> None:
    frame = register(ROWS)
    frame.loc[3, "实缴税收"] = "11亿元"
    frame.loc[3, "工业总产值"] = "5亿元"
    path = write(tmp_path, frame)
    [stop] = clean(path, read_mapping(path.parent / "m.yaml", "m.yaml"), path.name).stops
    assert stop.value == "11亿元（合 110,000 万元），工业总产值为 5亿元（合 50,000 万元）"


def test_a_register_without_any_number_but_output_has_no_cells_out_of_scale(tmp_path: Path) -> None:
    columns = {"district": "所在区县", "industry": "行业代码", "output": "{column: 工业总产值, unit: 万元}"}
    few = "\n  ".join(["year: 2020\ncolumns:", *(f"{name}: {theirs}" for name, theirs in columns.items())])
    found = read(write(tmp_path, register(ROWS), mapping=few))
    assert len(found.rows) == ROWS
    assert [note.said for note in found.notes if note.kind == DOUBTED] == ["没有企业编号一列：重复的企业认不出来"]
