"""One's own figures: read whatever Excel made of them, set against the target, wrong ones named by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import own, registry
from sim.problems import DataInvalid
from sim.tables import near

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


DETAIL = "﻿行,列,处理,说明\n2,产值,改读,单位\n"
REGISTER = "企业名称,统一社会信用代码,年份,工业总产值,税收\n甲,1,2020,3,4\n"


def test_what_we_wrote_and_registers_in_the_folder_stop_nothing(folder: Path) -> None:
    for name, text in (("名录-检查.csv", DETAIL), ("产值预测.csv", "unique_id,ds,mean\n甲,2026-01,1\n"),
                       ("名录.csv", REGISTER)):  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8")
    assert own.files() == [] and own.figures() == {}
    told = {name: str(*own.check(f"data/own/{name}")) for name in ("名录-检查.csv", "产值预测.csv", "名录.csv")}
    assert told["名录-检查.csv"].startswith("data/own/名录-检查.csv：这是 tenglong check 写出的名录明细")
    assert "这是长表" in told["产值预测.csv"] and "企业名录须同时给 --mapping" in told["名录.csv"]


@pytest.mark.parametrize("name", ["年产值.csv", "output_montly.csv"])
def test_what_was_meant_as_a_figure_still_stops(folder: Path, name: str) -> None:
    (folder / name).write_text("year,value,source\n2025,1,年报\n", encoding="utf-8")
    with pytest.raises(DataInvalid, match="文件名应为指标编号"):
        own.figures()


@pytest.mark.parametrize("name", ["zh.csv", FILE, "output_monthly.csv"])
def test_a_title_is_told_under_the_path_as_typed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for place in (Path(name), folder / name):
        place.write_text("宁波市规上工业总产值,,\nperiod,value,kind\n2025-02,3600,cumulative\n", encoding="utf-8")
        problem, short = own.check(str(place))
        assert "第 1 行只有一格有字，首行像是标题，请删去：首行须是列名，列名像在第 2 行" in str(problem)
        assert own.is_series(str(place)) and "至少要有 3 个整年" in str(short)
        place.write_text("宁波市某指标,,\n单位：亿元,,\nyear,value,source\n2025,1,年报\n", encoding="utf-8")
        problem, *rest = own.check(str(place))
        assert "请删去（第 1—2 行）" in str(problem) and "列名像在第 3 行" in str(problem)
        assert bool(rest) == own.is_series(str(place)) and str(problem).startswith(f"{place}：") != bool(rest)


def test_a_yearly_file_elsewhere_is_read_where_it_is(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / FILE
    place.write_text("year,value,source\n2025,约31,年报\n", encoding="utf-8")
    assert str(*own.check(str(place))).startswith(f"{place}:2 列 value：应为数字")


def test_of_names_equally_near_the_one_with_more_signs_in_place_is_first() -> None:
    assert near("北伦区", ["江北区", "海曙区", "北仑区"]) == "是不是 北仑区、江北区？"
