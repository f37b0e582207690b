"""Every number leads to its clause."""

from __future__ import annotations

import re

import pytest

from sim import evidence, registry, workspace
from sim.analysis import contents, rows_explained
from sim.analysis.explain import UnknownId, explain
from sim.indicators import FIGURES, indicators
from sim.scenario.catalogue import catalogue
from sim.tables import rows


def test_every_parameter_is_explained_with_its_clauses() -> None:
    for name, entry in catalogue().items():
        explanation = explain(name)
        assert [clause.id for clause in explanation.clauses] == list(entry.clauses)
        assert all(f"{clause.id}［{clause.grade} 级］" in explanation.text() for clause in explanation.clauses)
        assert explanation.clauses or entry.basis or entry.reason, name


def test_every_target_is_explained_by_id_and_by_group() -> None:
    for target in registry.targets().values():
        for name in (target.id, target.group):
            text = explain(name).text()
            assert target.id in text and all(source in text for source in target.sources)


def test_a_lever_tells_document_quote_grade_and_use() -> None:
    text = explain("highrise.project_starts_per_year").text()
    assert "S161［A 级］甬经信产〔2025〕44号" in text and evidence.clause("S161").quote in text
    assert "sim/abm/processes/construction.py" in text and "2025-01 起 27" in text


def test_a_target_tells_both_readings() -> None:
    text = explain("quality_space_2027").text()
    assert "quality_space_2027.started" in text and "quality_space_2027.completed" in text
    assert evidence.clause("S162").quote in text


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A003", ["规上工业总产值（gross_output_above_scale）", "2020（全年）", "17887.1 亿元", "http"]),
        ("M030", ["2024-05（累计）", "9931 亿元", "全市"]),
        ("D001", ["data/ningbo/by_district.csv 第 2 行"]),
        ("S161", ["市级“工业上楼”示范项目", "2025 至 2027", "100 个"]),
        ("F004", ["低效企业改造盘活土地", "时期：2018", "4660 亩"]),
    ],
)
def test_a_row_of_evidence_tells_what_it_measures_of_when_and_where_it_stands(row: str, told: list[str]) -> None:
    text = explain(row).text()
    assert [one for one in told if one not in text] == []
    [(file, line)] = re.findall(r"所在：(data/\S+) 第 (\d+) 行", text)
    stands = (workspace.root() / file).read_text(encoding="utf-8-sig").splitlines()[int(line) - 1]
    assert evidence.clause(row).value in stands.split(",")


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("工业上楼示范项目年开工数", "highrise.project_starts_per_year"),
        ("散乱污企业整治额度", "enforcement.scattered_per_year"),
        ("市级工业上楼示范项目", "highrise_projects"),
        ("规上工业总产值≥2.7万亿元", "gross_output_above_scale"),
    ],
)
def test_chinese_names_are_understood(name: str, means: str) -> None:
    assert explain(name).heading == explain(means).heading


@pytest.mark.parametrize(("typed", "row"), [("s161", "S161"), ("S11", "S011"), ("f9", "F009"), ("A005", "A005")])
def test_a_row_id_is_understood_in_small_letters_and_without_zeros(typed: str, row: str) -> None:
    assert explain(typed) == explain(row) and explain(row).heading.startswith(row)


def test_what_is_noted_of_a_row_stands_beside_its_grade() -> None:
    lines = explain("A050").text().splitlines()
    graded = next(place for place, line in enumerate(lines) if "A050［A 级］" in line)
    assert lines[graded + 1].endswith("口径待核") and "http" in lines[graded + 2]


def test_a_page_is_explained_with_the_rows_that_are_from_it() -> None:
    page = next(row for row in rows("sources.csv") if row["url"] == evidence.clause("A050").url)
    facts = dict(explain(page["id"].lower()).facts)
    assert facts["标题"] == page["title"] and "A050" in facts["出自此页的证据"] and facts["等级"].startswith("A 级")
    assert all(dict(explain(row["id"]).facts)["出自此页的证据"] for row in rows("sources.csv")[::20])
    with pytest.raises(UnknownId, match="P001"):
        explain("P999")


def test_no_blank_stands_before_a_chinese_mark() -> None:
    told = [text for name in registry.targets() for fact in explain(name).facts for text in fact]
    assert [text for text in told if re.search("[ ][，。；：、！？）]", text)] == []


def test_a_part_of_a_chinese_name_gets_those_that_have_it() -> None:
    with pytest.raises(UnknownId, match=r"highrise\.project_starts_per_year（工业上楼示范项目年开工数）"):
        explain("示范项目年开工")


def test_every_kind_is_listed_and_all_that_is_listed_is_explained() -> None:
    listed: set[str] = set()
    for kind, zh in contents.KINDS.items():
        assert contents.kind_meant(kind) == contents.kind_meant(zh) == kind
        ids = [row[0] for table in contents.listings(kind) for row in table.rows]
        assert len(ids) == len(set(ids)) > 0
        listed |= set(ids)
    assert listed >= {name for name, entry in catalogue().items() if entry.kind != "documented"}
    assert listed >= {*registry.targets(), *indicators(), *(f"fig:{figure}" for figure in FIGURES)}
    assert contents.kind_meant("baseline") is None


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownId, match=r"highrise\.project_starts_per_year"):
        explain("highrise.project_start_per_year")


def test_every_indicator_and_every_figure_of_a_briefing_is_explained() -> None:
    for name, entry in indicators().items():
        assert entry.definition_zh in explain(name).text()
    for figure, names in FIGURES.items():
        found = explain(f"fig:{figure}")
        assert all(indicators()[name].definition_zh in found.text() for name in names)
    assert "quality_space_2027.started" in explain("fig:space").text() and explain("fig:space").clauses
    assert {clause.id for clause in explain("fig:attainment").clauses} >= {"S205", "S208"}
    with pytest.raises(UnknownId, match="fig:space"):
        explain("fig:spaces")


def test_a_name_that_several_targets_share_lists_them_all() -> None:
    text = explain("高品质工业空间").text()
    for group in ("quality_space_2027", "quality_space_2030"):
        assert all(target.id in text for target in registry.readings(group))
    assert {clause.id for clause in explain("高品质工业空间").clauses} >= {"S162", "S229"}
    with pytest.raises(UnknownId, match="quality_space_2027（高品质工业空间）、quality_space_2030"):
        explain("高品质工业")


def test_what_may_be_written_is_told_from_what_is_likely() -> None:
    facts = {name: dict(explain(name).facts) for name in ("parks.relocation_subsidy", "parks.far")}
    assert "区间0—0.5" in facts["parks.relocation_subsidy"]["取值说明"]
    assert facts["parks.relocation_subsidy"]["允许范围"].startswith("0 至 1（可以写的上下限")
    assert facts["parks.far"]["允许范围"] == "0.8 至 5"
    assert dict(explain("land.performance_priority").facts)["允许范围"] == "0 或 1"


def test_a_scenario_s_chinese_title_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    from sim.cli.exits import report_error
    from sim.scenario.load import load_scenario
    from sim.scenario.problems import ScenarioNotFound

    with pytest.raises(ScenarioNotFound) as caught:
        load_scenario("基准")
    assert report_error(caught.value) == 3
    assert "按标题，是不是 baseline（基准：" in capsys.readouterr().err


def test_an_observation_that_is_worked_out_says_how() -> None:
    """27,266 亿元 are revenue: they are no output before they are converted."""
    told = dict(rows_explained.output_drawn())
    assert told["观测 A051、A050、A003"].endswith("27266 亿元（营业收入÷2020年营业收入与总产值之比0.990）")
    assert told["观测 A003"] == "2020 总产值 17887.1 亿元"


def test_of_several_readings_each_one_s_indicator_and_limit_is_told() -> None:
    told = dict(explain("quality_space_2027").facts[:3])
    assert told["指标"] == "quality_space_started、quality_space_completed" and told["目标"] == ">= 1000 万平方米"
    text = explain("labour_productivity_2023").text()
    assert "目标：>= 32.9 万元/人；>= 6 %" in text and "指标 labour_productivity_growth >= 6 %，仅跟踪" in text
    assert "：指标" not in explain("gross_output_2027").text(), "one reading has one limit, told once"
