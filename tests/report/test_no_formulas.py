"""Nothing that a file of ours holds is computed by Excel, and numbers stay numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from sim.report.export import EXCEL_ROWS, CannotExport, no_formulas, write_frame
from tests.registers import MAPPING, register, write

DANGEROUS = ["=1+1", "=2", "+A1", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", " =2", "=HYPERLINK(\"x\")", "-", "+", "-1+2"]
HARMLESS = ["-12.5", "+3", "甲=乙", "2026-08", "a@b", "", "-0.5"]


@pytest.fixture
def frame() -> pd.DataFrame:
    words = [*DANGEROUS, *HARMLESS]
    return pd.DataFrame({
        "=name": words, "category": pd.Categorical(words), "number": [-1.5 * place for place in range(len(words))],
        "day": pd.Timestamp("2026-01-01"), "mixed": [*words[:-1], -3],
    })  # fmt: skip


def test_csv(frame: pd.DataFrame, tmp_path: Path) -> None:
    write_frame(frame, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "'=name"
    for place, (name, category, number, _, mixed) in enumerate(rows):
        word = frame.iloc[place, 0]
        assert name == category == (f"'{word}" if word in DANGEROUS else word)
        assert float(number) == -1.5 * place
        assert mixed == ("-3" if place == len(rows) - 1 else name)


def test_excel(frame: pd.DataFrame, tmp_path: Path) -> None:
    write_frame(frame, tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == frame["number"].tolist()
    assert sheet.cell(len(frame) + 1, 5).value == -3


def test_parquet_is_as_it_was(frame: pd.DataFrame, tmp_path: Path) -> None:
    plain = frame.drop(columns=["mixed"])
    write_frame(plain, tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), plain, check_dtype=False)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=8))
def test_no_text_begins_like_a_formula(texts: list[str]) -> None:
    for written in no_formulas(pd.DataFrame({"a": pd.Series(texts, dtype=object)}))["a"]:
        bare = written.strip()
        assert not bare or bare[0] not in "=@"
        assert not bare or bare[0] not in "+-" or bare[1:].replace(".", "", 1).isdecimal()


def test_numbers_without_text_are_not_even_copied() -> None:
    numbers = pd.DataFrame({"a": [-1.0, 2.0], "b": [1, -2]})
    pd.testing.assert_frame_equal(no_formulas(numbers), numbers)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_list_of_a_checked_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    from sim.cli.checks import _register

    head = "=cmd|' /C calc'!A0"
    rows = register(60).rename(columns={"用地面积": head})
    rows.loc[3, head] = "=1+1"
    mapping = MAPPING.replace("{column: 用地面积", f'{{column: "{head}"')
    path, out = write(tmp_path, rows, mapping=mapping), tmp_path / f"明细{ending}"
    stops, _ = _register(path, path.with_name("m.yaml"), out, with_values=True)
    assert stops[0].value == "=1+1", "the file's own text, on screen"
    if ending == ".csv":
        text = out.read_text(encoding="utf-8-sig")
        assert "\n5,'=cmd" in text and ",'=1+1" in text and ",=" not in text
    else:
        sheet = load_workbook(out).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells) and f"'{head}" in {cell.value for cell in cells}


def test_more_rows_than_a_sheet_holds_are_refused_with_what_holds_them(tmp_path: Path) -> None:
    many = pd.DataFrame({"a": np.zeros(EXCEL_ROWS + 1, dtype=np.int8)})
    with pytest.raises(CannotExport, match=r"共 1,048,576 行，一张 Excel 表只容 1,048,575 行。请改用"):
        write_frame(many, tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_leaves_no_draft_and_names_the_file_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OSError) as raised:
        write_frame(pd.DataFrame({"a": [1]}), tmp_path / "a.csv")
    assert raised.value.filename == str(tmp_path / "a.csv") and not list((tmp_path / "a.csv").parent.glob(".*"))
