"""A long table as people bring it: the columns, the numbers, the files, and what is refused with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.forecast.long_table import NOTE, TableInvalid, check_columns, read_table
from sim.forecast.series import Refused, Series, split
from tests.forecast.frames import frame, months


@pytest.mark.parametrize(
    ("values", "part"),
    [
        (["1,23", "2", "3"], "“1,23”不是数字（不带单位和文字）"),
        (["1", "2万", "3"], "“2万”"),
        (["1_000", "2", "3"], "“1_000”"),
        (["5%", "2", "3"], "带 %，而别处不带"),
        (["1", "2", "-"], "“-”"),
        ([1, 2, float("inf")], "无穷大"),
        ([1e300, 1e301, 1e302], "超过"),
        ([1, 2, None], "只有 2 个数，至少要 3 个"),
        (["", " ", "3"], "只有 1 个数"),
        ([1, None, 3, 4], "缺 1 期，第一处是 2001"),
    ],
)
def test_what_is_no_usable_number_is_refused_with_the_reason(values: list[Any], part: str) -> None:
    [found] = split(frame(values))
    assert isinstance(found, Refused) and part in found.reason


@pytest.mark.parametrize("empty", [None, float("nan"), pd.NA, "", " ", "nan", "None"])
def test_empty_cells_at_either_end_are_left_out(empty: Any) -> None:
    [found] = split(frame([empty, 1, 2, 3, empty]))
    assert isinstance(found, Series) and found.values.tolist() == [1, 2, 3] and found.calendar.last == 2003


@pytest.mark.parametrize("kind", ["Int64", "float64", "string"])
def test_missing_cells_of_any_column_type_are_left_out(kind: str) -> None:
    [found] = split(frame(pd.array(["1", "2", "3", None], dtype="string").astype(kind)))
    assert isinstance(found, Series) and found.values.tolist() == [1, 2, 3]


def test_rows_without_a_name_are_not_lost() -> None:
    table = pd.concat([frame([1, 2, 3], name=None), frame([1, 2, 3], name="b")])
    assert [found.name for found in split(table)] == ["", "b"]


def test_series_come_in_order_of_first_appearance_and_sorted_within() -> None:
    table = pd.concat([frame([3, 1], [2003, 2001], "b"), frame([1, 2, 3], name="a"), frame([2], [2002], "b")])
    assert [(found.name, list(found.values)) for found in split(table)] == [("b", [1, 2, 3]), ("a", [1, 2, 3])]


def test_missing_columns_are_named_with_what_may_have_been_meant() -> None:
    with pytest.raises(TableInvalid, match=r"缺少列 unique_id、ds；.*是不是 uniqueid？"):
        check_columns(pd.DataFrame({"uniqueid": ["a"], "when": [1], "y": [1]}))
    with pytest.raises(TableInvalid, match="日期 似应改名为 ds；产值 似应改名为 y"):
        check_columns(pd.DataFrame({"unique_id": ["a"], "日期": [1], "产值": [1]}))
    with pytest.raises(TableInvalid, match="没有数据行"):
        check_columns(frame([1]).iloc[:0])
    padded = pd.DataFrame([["a", 1, 1]], columns=["\ufeffunique_id", " ds", "y "])
    assert list(check_columns(padded)) == ["unique_id", "ds", "y"]


@pytest.mark.parametrize("written", [["1,234.5", "２", "3"], ["1234.5%", "2 %", "3％"], [" 1234.5", "+2", "3.0"]])
def test_numbers_are_read_as_offices_write_them(written: list[str]) -> None:
    [found] = split(frame(written))
    assert isinstance(found, Series) and found.values.tolist() == [1234.5, 2, 3]


def test_a_column_that_is_there_twice_is_told_with_both_places() -> None:
    twice = pd.DataFrame([["a", 1, 1, 2]], columns=["Unique_ID ", "DS", "y", "Y"])
    with pytest.raises(TableInvalid, match="列 y 出现 2 次（第 3、4 列）"):
        check_columns(twice)
    assert list(check_columns(twice.iloc[:, :3])) == ["unique_id", "ds", "y"]


def test_a_file_of_periods_and_numbers_alone_is_one_series_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "产值.csv"
    path.write_text("DS,y\n2020-01,1\n2020-02,2\n", encoding="utf-8")
    found = read_table(path)
    assert found["unique_id"].tolist() == ["产值"] * 2 and found["y"].tolist() == ["1", "2"]
    assert found.attrs[NOTE] == "表里没有 unique_id 一列，当作一个序列，取文件名 产值。"
    path.write_text("ds,y,区县\n2020-01,1,甲\n2020-02,2,乙\n", encoding="utf-8")
    with pytest.raises(TableInvalid, match="缺少列 unique_id"):
        read_table(path)


def test_a_wide_table_is_told_how_to_become_long() -> None:
    with pytest.raises(TableInvalid, match=r"若 甲、乙各是一个序列，这是宽表，请改成长表：.*甲,2020,12\.3"):
        check_columns(pd.DataFrame({"ds": [2020], "甲": [1], "乙": [2]}))


LINES = "unique_id,ds,y\n宁波,2020年1月,100\n宁波,2020年2月,\n宁波,2020年3月,102\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_every_usual_encoding_and_stays_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "月度.csv"
    path.write_bytes(LINES.replace("\n", "\r\n").encode(encoding))
    assert read_table(path).to_numpy().tolist()[1] == ["宁波", "2020年2月", ""]


def test_a_parquet_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    frame([1.0, 2.0, 3.0], months(3)).to_parquet(path)
    [found] = split(read_table(path))
    assert isinstance(found, Series) and found.calendar.label(found.calendar.last) == "2015-03-01"


def test_names_such_as_na_and_007_stay_as_written(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("unique_id,ds,y\n" + "".join(f"{name},{year},1\n" for name in ("NA", "007") for year in (1, 2, 3)))
    assert [found.name for found in split(read_table(path))] == ["NA", "007"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01", b"unique_id,ds,y\n\"a,1,2\n", b"PK\x03\x04\xff\xff"])
def test_a_file_that_is_no_table_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "坏.csv"
    path.write_bytes(content)
    with pytest.raises(TableInvalid):
        list(read_table(path))
    path.with_suffix(".parquet").write_bytes(content)
    for broken in (path.with_suffix(".parquet"), tmp_path / "没有.csv", tmp_path):
        with pytest.raises(TableInvalid, match=str(broken.name)):
            read_table(broken)


ROWS = [["宁波", "2020年1月", "100"], ["宁波", "2020年2月", ""], ["宁波", "2020年3月", "102"]]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(LINES.replace(",", "\t").encode("utf-16"), id="unicode text of Excel"),
        pytest.param(LINES.replace(",", ";").encode(), id="semicolons"),
        pytest.param(LINES.replace("\n", ",,\n").encode(), id="trailing commas"),
        pytest.param(LINES.replace("unique_id,ds,y", " Unique_ID ,DS,Y").encode(), id="capitals and spaces"),
        pytest.param(("\n,,\n" + LINES.replace("\n", "\n,,\n")).encode(), id="rows of commas"),
        pytest.param(LINES.replace("宁波,2020年3月,102", "宁波,2020年3月,102,").encode(), id="one comma too many"),
    ],
)
def test_a_text_file_is_read_as_offices_save_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "月度.txt"
    path.write_bytes(content)
    assert read_table(path).to_numpy().tolist() == ROWS


@pytest.mark.parametrize("name", ["月度.xlsx", "月度.csv"])
def test_a_workbook_is_read_whatever_its_name_and_numbers_its_rows(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    days = pd.date_range("2020-01-01", periods=3, freq="MS")
    table = pd.DataFrame({"unique_id": "a", "ds": days, "y": [1.5, 2, 3]})
    table.to_excel(tmp_path / "as.xlsx", index=False)
    (tmp_path / "as.xlsx").rename(path)
    found = read_table(path)
    assert found.to_numpy().tolist() == [["a", "2020-01-01", "1.5"], ["a", "2020-02-01", "2"], ["a", "2020-03-01", "3"]]
    assert found.index.tolist() == [2, 3, 4]


@pytest.mark.parametrize(
    ("lines", "part"),
    [
        ("a,2001,1\na,二月,2\na,2003,3\n", "第 3 行 ds 列：时间“二月”没有年份"),
        ("a,2001,1\n\na,2002,很多\na,2003,3\n", "第 4 行 y 列：“很多”不是数字"),
        ("a,2001,1\na,2002,2\na,2002,3\n", "第 3、4 行 ds 列：时间重复：2002"),
        ("a,2001,1\na,2002,2\na,2009,3\n", "第 4 行 ds 列：缺 6 期，第一处是 2003"),
        ("a,2001,1\na,,2\na,2003,3\n", "第 3 行 ds 列：1 行没有时间"),
    ],
)
def test_a_fault_is_told_with_its_line_and_column(tmp_path: Path, lines: str, part: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("unique_id,ds,y\n" + lines, encoding="utf-8")
    [found] = split(read_table(path))
    assert isinstance(found, Refused) and found.reason.startswith(part)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "是空的"),
        (b"\n,,\n", "是空的"),
        (b"unique_id,ds,y\n", "没有数据行"),
        (b"unique_id,ds,y\na,2001,1,234\n", "第 2 行第 4 列的“234”不在任何列名之下"),
        (b"unique_id,ds,y,y\na,2001,1,2\n", "列 y 出现 2 次（第 3、4 列）"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "旧式的 Excel"),
        (b"\x00\x01\x02", "不是文本文件"),
        (b"unique_id,ds,y\n\"a,1,2\n", "引号没有配对"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path, content: bytes, part: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(TableInvalid, match=part):
        read_table(path)
    with pytest.raises(TableInvalid, match="是文件夹"):
        read_table(tmp_path)
