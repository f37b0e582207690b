"""A monthly series with mistakes: each is named with its line, all at once, in the words of a statistician."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import typer
from openpyxl import Workbook

from sim import own, spreadsheets, tables
from sim.cli.checks import check
from sim.forecast.long_table import COLUMNS, TableInvalid, read_table
from sim.own import checks, output, versioned
from sim.own.cells import REQUIRED
from sim.problems import DataInvalid, shortened
from tests.synthetic import lines, synthetic_months, write

YEARS = synthetic_months(5, seed=2)
GOOD = lines(YEARS, 2021)
MONTHS = lines(YEARS, 2021, "month")


def said(folder: Path, rows: list[str], heading: str = "period,value,kind") -> str:
    return "\n".join(map(str, output.problems(write(folder / "synthetic.csv", rows, heading))))


def scaled(rows: list[str], factor: float) -> list[str]:
    cells = [row.split(",") for row in rows]
    return [f"{period},{float(value) * factor:.4f},{kind}" for period, value, kind in cells]


def changed(rows: list[str], place: int, row: str) -> list[str]:
    return [*rows[:place], row, *rows[place + 1 :]]


@pytest.mark.parametrize("rows", [
    GOOD, MONTHS, [row for row in GOOD if "-01," not in row],
    *(changed(GOOD, 3, GOOD[3].replace("2021-04", written)) for written in (
        "２０２１-04", "2021年4月", "2021 年 04 月份", "2021/4", "2021.04", "2021.4", "202104", "2021-04-01",
        "2021/4/30",
    )),
])  # fmt: skip
def test_good_series_have_no_problem(tmp_path: Path, rows: list[str]) -> None:
    assert said(tmp_path, rows) == ""


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (changed(GOOD, 3, "２０２１-04-15,6000,cumulative"), ":5 列 period：应为 YYYY-MM，是不是 2021-04？"),
        (changed(GOOD, 7, "2021年1-8月,12000,cumulative"), "是不是 2021-08？年初累计写它的末月，kind 为 cumulative"),
        *((changed(GOOD, 1, f"{written},3000,cumulative"), "是不是 2021-02？1—2 月合计写它的末月")
          for written in ("2021-01—02", "2021-01-02", "2021/1/2", "2021年1—2月", "2021年1—02月", "2021-1至2月")),
        (changed(GOOD, 7, "2021-01—08,12000,cumulative"), "是不是 2021-08？年初累计写它的末月"),
        (changed(GOOD, 0, "2021-01-15,1500,cumulative"), "是不是 2021-01？"),
        (changed(GOOD, 0, "2021-01,,cumulative"), ":2 列 value：这一格是空的：应填数字；1、2 月合并公布的，删去 1 月"),
        (changed(GOOD, 3, "2021-04,,cumulative"), ":5 列 value：这一格是空的：应填数字"),
        (changed(GOOD, 9, "2021.1,12000,cumulative"), "是不是 2021-01，或 Excel 略去了末位 0 的 2021-10？"),
        (changed(GOOD, 9, "2021年3季度,12000,cumulative"), "应为 YYYY-MM，现为“2021年3季度”"),
        (changed(GOOD, 9, "2021-13,12000,cumulative"), "应为 YYYY-MM，现为“2021-13”"),
        (changed(GOOD, 3, "2021-04,６０００,cumulative"), ":5 列 value：应为数字（半角，"),
        (changed(GOOD, 3, '2021-04,"6,000",cumulative'), "是不是 6000？"),
        (changed(GOOD, 3, "2021-04,6,000,cumulative"), "千分位逗号请去掉"),
        (changed(GOOD, 3, "2021-04,6000,累计"), "或 cumulative（年初至本月累计），是不是 cumulative？"),
        (changed(GOOD, 3, GOOD[2]), ":5 列 period：月份重复（第 4 行已有）"),
        ([*GOOD[:18], *GOOD[20:]], ":20 列 period：之前缺 2022-07、2022-08，请补齐"),
        (changed(GOOD, 3, GOOD[3].replace("cumulative", "month")), "2021 年内混用 month、cumulative"),
        (changed(GOOD, 4, "2021-05,4000,cumulative"), ":6 列 value：累计数不应下降：2021-04 已有"),
        (changed(GOOD, 33, "2023-10,40000,cumulative"), ":35 列 value：累计数不应下降：2023-10 已有 40000，2023-11（"),
        (changed(GOOD, 33, "2023-10,40000,cumulative"), "两数至少错一个；像是 2023-10 偏大：它比前一期增加的是"),
        (changed(GOOD, 34, "2023-11,900,cumulative"), "（第 35 行），两数至少错一个，请都核对；像是 2023-11 偏小"),
        ([*GOOD[:58], "2025-11,12000,cumulative"], "（第 59 行），两数至少错一个，请都核对；像是 2025-11 偏小"),
        (changed(GOOD, 3, "2021-04,6000,年初累计"), "，是不是 cumulative？"),
        (changed(MONTHS, 3, "2021-04,2000,本月"), "，是不是 month？"),
        (changed(MONTHS, 4, "2021-05,-3,month"), ":6 列 value：产值应大于 0"),
        (changed(MONTHS, 4, "2021-05,18000,month"), ":6 列 value：与其余各月相差约"),
        (scaled(GOOD, 10_000), "单位像是万元，应为亿元，请除以 10,000"),
        (scaled(GOOD, 10), "（中位数），而宁波规上总产值每月约 1500—2700 亿元：单位像是千万元"),
        (scaled(GOOD, 1 / 20), "若是区县的数，不能当作全市"),
        ([row.replace("cumulative", "month") for row in GOOD], "kind 应为 cumulative"),
        ([row.replace("month", "cumulative") for row in MONTHS], "看来是当月数，kind 应为 month"),
        ([row for row in MONTHS if "-01," not in row], "2 月应填 1—2 月合计"),
        (GOOD[-24:], "至少要有 3 个整年（1—2 月至 12 月），现有 2 个整年（2024、2025）"),
        (lines(YEARS, 2015), "比公开数据（全年数到 2022 年）还早"),
        (changed(GOOD, 0, "2010-12,1000,month"), "2011 年起规上门槛改为 2000 万元"),
    ],
)  # fmt: skip
def test_each_mistake_is_named(tmp_path: Path, rows: list[str], words: str) -> None:
    assert words in said(tmp_path, rows)


def test_januaries_of_nought_are_told_once_with_the_cure(tmp_path: Path) -> None:
    for rows in (GOOD, MONTHS):
        noughts = [re.sub(r"(-01,)[0-9.]+", r"\g<1>0", row) for row in rows]
        told = said(tmp_path, noughts)
        assert told.count("应大于 0") == 1 and "删去 1 月的行（第 2、14、26、38、50 行）" in told
    assert "删去 1 月" not in said(tmp_path, changed(MONTHS, 1, "2021-02,0,month"))


def test_wrong_columns_are_named_with_what_was_meant(tmp_path: Path) -> None:
    told = said(tmp_path, GOOD, "月份,value,knd")
    assert "列 月份：未知的列。是不是 period？" in told and "列 knd：未知的列。是不是 kind？" in told
    assert "列 kind：缺少这一列" in told
    told = said(tmp_path, GOOD, "月份,累计产值(亿元),kind")
    assert "若是产值，请把列名改为 value（单位亿元），并在 kind 一列填 cumulative" in told
    assert "一列填 cumulative，例如 2026-08,2134.5,cumulative" in told
    assert "请删去" not in told
    told = said(tmp_path, GOOD, "period,value,累计/当月")
    assert "列 累计/当月：未知的列。若它说明各行是当月还是累计，请把列名改为 kind" in told
    told = said(tmp_path, changed(GOOD, 3, '2021-04,"6,000",cumulative'))
    assert "不用千位分隔符，再另存" in told


def test_what_is_wrong_alike_in_every_row_is_told_of_the_first_and_counted(tmp_path: Path) -> None:
    rows = [row.replace("cumulative", "累计").replace("2021-", "2021年第") for row in GOOD]
    path = write(tmp_path / "synthetic.csv", rows)
    found = output.problems(path)
    told = "\n".join(shortened(found))
    assert len(found) == 72 and told.count("列 kind：") == told.count("列 period：") == 5
    assert "“kind”列同样的问题另有 55 行。" in told and "“period”列同样的问题另有 7 行。" in told
    assert told in str(DataInvalid(found))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"period,value,kind\n\xff\xff\x81", "不是文本文件"),
        ("a.xlsx", b"PK\x03\x04", "不是完好的 Excel 文件"),
        ("a.csv", b"period,value,kind\n", "还没有填"),  # and a series nevertheless, as its heads say
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_said_to_be_none(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    [problem] = output.problems(path)
    assert (problem.line, problem.column) == (0, "文件") and words in problem.expected
    assert output.is_series(path) == (words == "还没有填")


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


TABLE: list[list[object]] = [["period", "value", "kind"], *(
    [period, float(value), kind] for period, value, kind in (row.split(",") for row in GOOD)
)]  # fmt: skip
TITLE: list[list[object]] = [["宁波市规上工业总产值"]]


def test_a_title_a_cover_and_a_wrong_ending_are_told_as_such(tmp_path: Path) -> None:
    assert output.problems(workbook(tmp_path / "a.xlsx", 封面=TITLE, 数据=TABLE)) == []
    told = [
        (workbook(tmp_path / "b.xlsx", 数据=TITLE + TABLE), "第 1 行只有一格有字，首行像是标题，请删去"),
        (workbook(tmp_path / "c.xlsx", 封面=TITLE, 一=TABLE, 二=TABLE), "不止一张有：一、二"),
        (workbook(tmp_path / "d.xlsx", 封面=TITLE, 数据=TITLE + TABLE), "工作表（封面、数据）首行都没有 period"),
        (workbook(tmp_path / "e.xls", 数据=TABLE), "扩展名是 .xls，内容却是新式的 Excel 文件，请改存为 .xlsx"),
    ]
    for path, words in told:
        [problem] = output.problems(path)
        assert problem.column == "文件" and words in problem.expected
        with pytest.raises(TableInvalid, match=re.escape(words)):
            read_table(path)
        with pytest.raises(typer.BadParameter) as refused:
            check([str(path)])
        for part in (words, "首行须为 period,value,kind", "若是企业名录，须同时给 --mapping"):
            assert part in str(refused.value)
    assert (spreadsheets.SERIES, spreadsheets.LONG) == (REQUIRED, COLUMNS)


def test_what_is_wrong_below_a_title_is_told_with_it(tmp_path: Path) -> None:
    rows = [row.replace("2023-05,", "2023-05,约") for row in GOOD]
    path = tmp_path / "月报.csv"
    path.write_text("\n".join(["宁波市规上工业总产值,,", "period,value,kind", *rows]) + "\n", encoding="utf-8")
    title, cell = output.problems(path)
    assert "列名像在第 2 行" in title.expected and (cell.column, cell.expected[:5]) == ("value", "应为数字（")
    assert f"2023-05,{cell.value}," in path.read_text(encoding="utf-8").splitlines()[cell.line - 1]
    path.write_text("标题,,\n时期,value,kind\n2023-05,1,month\n", encoding="utf-8")
    assert [one.column for one in output.problems(path)] == ["文件", "period", "时期"]


def test_lines_of_nothing_but_commas_are_left_out(tmp_path: Path) -> None:
    assert said(tmp_path, [*GOOD, ",,", ",,"]) == ""


def test_growth_that_the_levels_contradict_is_doubted_but_stops_nothing(tmp_path: Path) -> None:
    rows = [f"{row},50" if row.startswith("2024-12") else f"{row}," for row in GOOD]
    path = write(tmp_path / "synthetic.csv", rows, "period,value,kind,growth_pct")
    [doubt] = output.doubts(path)
    assert output.problems(path) == [] and doubt.line == 49 and "个百分点" in doubt.expected


def test_growth_kept_as_fractions_is_doubted_once(tmp_path: Path) -> None:
    totals = checks.to_date(output._parsed(write(tmp_path / "plain.csv", GOOD))[0])
    rows = []
    for row in GOOD:
        year, month = map(int, row[:7].split("-"))
        before = totals.get((year - 1, month))
        rows.append(f"{row},{totals[year, month] / before - 1:.4f}" if before else f"{row},")
    path = write(tmp_path / "synthetic.csv", rows, "period,value,kind,growth_pct")
    [doubt] = output.doubts(path)
    assert (doubt.line, doubt.column) == (0, "growth_pct") and "请乘 100" in doubt.expected
    percent = [f"{row.rpartition(',')[0]},{100 * float(row.rpartition(',')[2] or 0):.2f}" for row in rows]
    assert output.doubts(write(path, percent, "period,value,kind,growth_pct")) == []


@pytest.mark.parametrize(("of_2021", "of_2022", "told"), [(23_000, 24_000, []), (30_940, 24_300, [2021])])
def test_a_total_far_from_the_published_one_is_doubted(
    tmp_path: Path, of_2021: float, of_2022: float, told: list[int]
) -> None:
    """Published: 22,100 and 24,300 (A005, A006); 2020 and 2023 have none or are not in the series."""
    months = YEARS * np.array([[of_2021], [of_2022], [40_000], [40_000], [40_000]]) / YEARS.sum(axis=1, keepdims=True)
    path = write(tmp_path / "synthetic.csv", lines(months, 2021))
    found = own.doubts(str(path))
    assert output.problems(path) == [] and [doubt.line for doubt in found] == [13 for _ in told]
    for doubt in found:
        for part in ("2021 年合计 30,940", "22,100 亿元（A005", "相差 +40.0%", "口径"):
            assert part in doubt.expected
    assert own.published.published()[2020] == (17887.1, "A003") and 2010 not in own.published.published()


@pytest.mark.parametrize("rows", [lines(YEARS, 2021, kind, 4) for kind in ("month", "cumulative")])
def test_what_a_good_series_holds_is_said(tmp_path: Path, rows: list[str]) -> None:
    totals, now, before = YEARS.sum(axis=1), YEARS[4, :4].sum(), YEARS[3, :4].sum()
    told = output.contents(write(tmp_path / "synthetic.csv", rows))
    assert told.startswith(f"52 个月，2021-01 至 2025-04；合计（亿元）：2021 年 {totals[0]:,.0f}，2022 年 ")
    assert f"2022 年 {totals[1]:,.0f}（{100 * (totals[1] / totals[0] - 1):+.1f}%）" in told
    assert told.endswith(f"2025 年 1—4 月 {now:,.0f}（{100 * (now / before - 1):+.1f}%）")
    without = [row for row in lines(YEARS, 2021) if "-01," not in row]  # January stands in February's figure
    assert output.contents(write(tmp_path / "synthetic.csv", without)).startswith("60 个月，2021-01 至 2025-12")


def test_the_usual_file_is_checked_with_the_yearly_ones(fresh_home: Path) -> None:
    path = write(fresh_home / own.USUAL, GOOD[:20])
    with pytest.raises(DataInvalid, match=r"data/own/output_monthly\.csv 列 period：至少要有 3 个整年"):
        own.figures()
    assert own.check(own.USUAL) == output.problems(path) != []
    with pytest.raises(own.OwnFileMissing, match=r"是不是 output_monthly\.csv"):
        own.check("data/own/output_month.csv")


def test_a_series_that_git_would_take_up_is_said_to_be_one(
    fresh_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, usual = write(fresh_home / "mine.csv", GOOD), write(fresh_home / own.USUAL, GOOD)
    scenario = fresh_home / "scenarios" / "with-mine.yaml"
    scenario.write_text("name: with-mine\ntitle: {zh: 自备}\nextends: baseline\noutput_series: ../mine.csv\n")

    def told(file: Path) -> str:
        check([str(file)])
        return capsys.readouterr().err

    assert "git" not in told(path), "no repository, no word of it"
    subprocess.run(["git", "init", "-q", str(fresh_home)], check=True)
    (fresh_home / ".gitignore").write_text("/data/own/\n")
    for file in (path, scenario):
        assert "mine.csv 没有被 .gitignore 排除" in told(file)
    assert "git" not in told(usual)
    subprocess.run(["git", "-C", str(fresh_home), "add", "mine.csv"], check=True)
    assert "已在 git 里" in told(path)


def test_a_file_changed_after_it_was_found_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "synthetic.csv", GOOD)
    series = own.series_at(path)
    assert len(output.months(series)) == 60
    write(path, MONTHS)
    with pytest.raises(own.SeriesChanged, match="改过"):
        output.months(series)


def test_without_git_nothing_is_said_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.csv", GOOD)
    monkeypatch.setenv("PATH", "")
    assert versioned.told(path) == ""


def test_a_workbook_is_read_past_its_cover_and_empty_sheets_and_an_empty_one_is_said_to_be(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["关于本表的说明"])
    book.create_sheet("空")
    kept = book.create_sheet("数据")
    for row in ["period,value,kind", *GOOD]:
        kept.append(row.split(","))
    book.save(tmp_path / "a.xlsx")
    assert output.problems(tmp_path / "a.xlsx") == []
    Workbook().save(tmp_path / "b.xlsx")
    with pytest.raises(spreadsheets.Unreadable, match="是空的：没有列名，也没有数据行"):
        spreadsheets.read_lines(tmp_path / "b.xlsx")


def test_a_cell_without_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('year,value,source\n2025,28,"' + "甲" * (spreadsheets.FIELD + 1), encoding="utf-8")
    with pytest.raises(spreadsheets.Unreadable, match="有一格过长，多半是引号没有配对"):
        tables.rows(str(path))
