"""A long table as people bring it: the columns, the numbers, the files, and what is refused with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.forecast.series import Refused, Series, TableInvalid, check_columns, read_table, split
from tests.forecast.frames import frame, months


@pytest.mark.parametrize(
    ("values", "part"),
    [
        (["1,234", "2", "3"], "“1,234”不是数字（不带千位逗号和单位）"),
        (["1", "2万", "3"], "“2万”"),
        (["１２３", "2", "3"], "“１２３”"),
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
