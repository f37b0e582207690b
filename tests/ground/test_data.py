"""The schemas of the data files: the shipped files pass, each slip is named with file, line and column."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from sim import evidence, workspace
from sim.problems import DataInvalid, Problem
from sim.schemas import SCHEMAS
from sim.tables import DataFileMissing, rows


def problems() -> list[Problem]:
    """Check the data and return what is wrong."""
    with pytest.raises(DataInvalid) as caught:
        evidence.check()
    return caught.value.problems


def test_the_shipped_data_pass() -> None:
    evidence.check()


FOLDERS = ("policy", "ningbo", "forecast", "validation", "calibration")


def test_every_file_of_these_folders_has_a_schema() -> None:
    data = workspace.data_dir()
    found = {
        f"{folder}/{path.name}" for folder in FOLDERS for path in (data / folder).glob("*.csv")
    }
    assert found | {"sources.csv", "indicators.csv", "outcomes.csv"} == {schema.file for schema in SCHEMAS}


def test_the_readme_counts_every_file_right() -> None:
    text = (workspace.data_dir() / "README.md").read_text(encoding="utf-8")
    counts = dict(re.findall(r"^\| `([\w/]+\.csv)` \|.*?\| (\d+) \|", text, re.MULTILINE))
    assert counts == {schema.file: str(len(rows(schema.file))) for schema in SCHEMAS}


SLIPS = [
    ("policy/seed_facts.csv", "\nS002,", "\nT002,", (3, "id", "T002"), "S001"),
    (
        "policy/seed_facts.csv",
        ",全部工业增加值,target,",
        ",全部工业增加值,goal,",
        (210, "kind", "goal"),
        "target",
    ),
    (
        "policy/facts.csv",
        "[官媒] 派生:年度目标约160家",
        "年度目标约160家",
        (7, "note", "年度目标约160家"),
        "来源类别",
    ),
    ("ningbo/annual.csv", ",2022,24300,", ",2022,两万四,", (7, "value", "两万四"), "数字"),
    ("ningbo/annual.csv", ",2022,24300,", ",22,24300,", (7, "year", "22"), "年份"),
    ("ningbo/annual.csv", ",7.6,现价,", ",7.6,现行价,", (7, "growth_basis", "现行价"), "可比价"),
    (
        "ningbo/monthly.csv",
        ",2012-06,yoy_cumulative,-1.2,",
        ",2012-13,yoy_cumulative,-1.2,",
        (5, "period", "2012-13"),
        "YYYY-MM",
    ),
    (
        "ningbo/by_district.csv",
        ",北仑区,2021,annual,4999.28,",
        ",北仑区,2021,yearly,4999.28,",
        (10, "measure", "yearly"),
        "annual",
    ),
    ("policy/targets.csv", ",2027-12,27000,", ",2027-12,2.7万亿,", (0, "threshold", "2.7万亿"), "数字"),
    (
        "policy/documents.csv",
        ",2021-12-31,",
        ",2021年12月31日,",
        (3, "issued", "2021年12月31日"),
        "YYYY-MM-DD",
    ),
    ("indicators.csv", "\ntax_per_mu,万元/亩,", "\ntax_per_mu,,", (5, "unit", ""), "不能为空"),
    (
        "sources.csv",
        "A,listed,官方,false,annual;facts",
        "D,listed,官方,false,annual;facts",
        (0, "grade", "D"),
        "A、B、C",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "expected"), SLIPS, ids=[f"{s[0]}-{s[3][1]}" for s in SLIPS]
)
def test_a_slip_is_named_with_its_place(edit, file, old, new, where, expected) -> None:  # type: ignore[no-untyped-def]
    edit(file, old, new)
    line, column, value = where
    (problem,) = [found for found in problems() if found.file == file and found.value == value]
    assert problem.column == column
    assert expected in problem.expected
    assert line in (0, problem.line)
    assert str(problem).startswith(f"data/{file}:{problem.line} 列 {column}：")


def test_an_id_given_twice_is_named_at_both_lines(edit) -> None:  # type: ignore[no-untyped-def]
    edit("policy/seed_facts.csv", "\nS002,", "\nS001,")
    assert [(found.line, found.column, found.value) for found in problems()] == [
        (2, "id", "S001"),
        (3, "id", "S001"),
    ]


def test_all_slips_are_reported_at_once(edit) -> None:  # type: ignore[no-untyped-def]
    edit("ningbo/annual.csv", ",2022,24300,", ",22,两万四,")
    edit("policy/documents.csv", ",2021-12-31,", ",去年,")
    assert {(found.file, found.column) for found in problems()} == {
        ("ningbo/annual.csv", "year"),
        ("ningbo/annual.csv", "value"),
        ("policy/documents.csv", "issued"),
    }


def test_a_missing_column_and_an_unknown_one(edit) -> None:  # type: ignore[no-untyped-def]
    edit("indicators.csv", "id,unit,label_zh", "id,units,label_zh")
    assert {(found.line, found.column, found.expected[:2]) for found in problems()} == {
        (1, "unit", "缺少"),
        (1, "units", "多余"),
    }


def test_an_unquoted_comma_is_called_by_its_name(edit) -> None:  # type: ignore[no-untyped-def]
    edit("ningbo/annual.csv", ",2023-11-25,四舍五入至百亿", ",2023-11-25,四舍五入,至百亿")
    (problem,) = problems()
    assert (problem.file, problem.line) == ("ningbo/annual.csv", 7)
    assert "双引号" in problem.expected


BREACHES = [
    (
        "policy/targets.csv",
        "gross_output_2027,gross_output_2027,",
        "gross_output_2027,gross_output_2026,",
        "group",
    ),
    ("policy/targets.csv", ",2027-01,2027-12,27000,亿元,", ",2027-01,2027-12,27000,万亿元,", "unit"),
    ("policy/targets.csv", ",2027-01,2027-12,27000,", ",2027-01,2028-12,27000,", "deadline"),
    ("policy/targets.csv", ",S205,", ",S204,", "sources"),
    ("policy/targets.csv", ",goods_exports,2030-01", ",goods_export,2030-01", "indicator"),
    ("policy/targets.csv", "data/own/goods_exports.csv", "data/own/exports.csv", "needs_zh"),
    ("policy/targets.csv", "simulated,,S161,甬经信产〔2025〕44号,一(二),open,2025年新开工27个（S011）。",
     "simulated,,S161,甬经信产〔2025〕44号,一(二),past,", "state_note_zh"),
    ("outcomes.csv", "tax_per_mu,2021,49.1", "tax_per_acre,2021,49.1", "indicator"),
    ("indicators.csv", "现价计算的总值。,flow,,0,true", "现价计算的总值。,flow,,0,false", "basis"),
    ("policy/documents.csv", "\n奉政办发〔2025〕2号,", "\n奉政办发〔2025〕3号,", "document"),
    (
        "policy/facts.csv",
        ",[官方],http://www.nbyz.gov.cn/art/2025/2/8/",
        ",[官方],http://www.nbyz.gov.cn/art/2025/2/9/",
        "source_url",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "column"), BREACHES, ids=[breach[3] for breach in BREACHES])
def test_files_that_contradict_each_other_are_found(edit, file, old, new, column) -> None:  # type: ignore[no-untyped-def]
    edit(file, old, new)
    assert column in {found.column for found in problems()}


def test_a_target_clause_nobody_registered_is_found(edit) -> None:  # type: ignore[no-untyped-def]
    edit("policy/targets.csv", ",S205,", ",S208,")
    (problem,) = problems()
    assert (problem.file, problem.line, problem.value) == ("policy/seed_facts.csv", 206, "S205")


def test_a_file_that_is_not_there_is_named(edit) -> None:  # type: ignore[no-untyped-def]
    (workspace.data_dir() / "indicators.csv").unlink()
    with pytest.raises(DataFileMissing, match=r"data/indicators\.csv"):
        rows("indicators.csv")


def test_a_changed_file_is_read_again(edit) -> None:  # type: ignore[no-untyped-def]
    before = evidence.clause("A006").value
    edit("ningbo/annual.csv", ",2022,24300,", ",2022,24301.5,")
    assert (before, evidence.clause("A006").value) == ("24300", "24301.5")


def test_reading_evidence_imports_neither_pandera_nor_pandas() -> None:
    code = (
        "import sys; from sim import evidence, registry, indicators;"
        "evidence.quote('S205'); registry.targets(); indicators.indicators();"
        "assert not {'pandera', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=workspace.root())
