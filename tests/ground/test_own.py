"""One's own figures: read whatever Excel made of them, set against the target, wrong ones named by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import own, registry
from sim.problems import DataInvalid

TARGET = "big_projects_per_year_2030"
FILE = "big_projects_per_year.csv"


@pytest.fixture
def folder(fresh_home: Path) -> Path:
    made = fresh_home / "data" / "own"
    made.mkdir()
    return made


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_figures_are_read_in_order_of_years(folder: Path, encoding: str) -> None:
    lines = "year,value,source\n2026,３１,年报\n2025,28.5,市投资局\n2031,60,以后\n"
    (folder / FILE).write_text(lines, encoding=encoding)
    known = own.figures()
    assert [figure.year for figure in known["big_projects_per_year"]] == [2025, 2026, 2031]
    assert own.latest(registry.target(TARGET), known) == own.Figure(2026, 31.0, "年报")
    assert own.latest(registry.target("quality_space_2027.started"), known) is None


def test_without_own_files_nothing_is_known(fresh_home: Path) -> None:
    assert own.figures() == {}


def test_every_problem_is_named_with_its_line_and_what_is_allowed(folder: Path) -> None:
    (folder / FILE).write_text("year,value,source\n2025,1,200,年报\n2026,约31,年报\n25年,30个,\n", encoding="utf-8")
    (folder / "big_project_per_year.csv").write_text("year,value,source\n2025,1,年报\n", encoding="utf-8")
    with pytest.raises(DataInvalid) as error:
        own.figures()
    said = str(error.value)
    for part in (
        "data/own/big_project_per_year.csv 列 文件名：", "是不是 big_projects_per_year",
        f"data/own/{FILE}:2 列 （多出的格）", f"data/own/{FILE}:3 列 value：应为数字",
        f"data/own/{FILE}:4 列 year：应为不重复的四位年份，现为“25年”", f"data/own/{FILE}:4 列 source",
    ):  # fmt: skip
        assert part in said


def test_a_wrong_heading_is_named(folder: Path) -> None:
    (folder / FILE).write_text("年份,value,source\n2025,1,年报\n", encoding="utf-8")
    with pytest.raises(DataInvalid, match="年份：多余的列") as error:
        own.figures()
    assert "列 year：缺少这一列" in str(error.value)
