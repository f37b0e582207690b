"""Clauses, facts and observations: exact words, stable ids, grades, parsed figures."""

from __future__ import annotations

import csv
import hashlib

import pandas as pd
import pytest

from sim import evidence, figures, grades, workspace
from sim.tables import rows

QUOTES = "b864d96109b6d8f6585ee9bdad8a81a5abda7efc6009886fb172192279e4db84"
"""sha256 over id, newline, quote, newline of every policy clause, as checked against the documents."""


def cells(table: pd.DataFrame, row: str, *columns: str) -> list[object]:
    """Pick some cells of one row."""
    return [table.at[row, column] for column in columns]


def digest_of_quotes() -> str:
    """Digest the quotes through the public API."""
    words = hashlib.sha256()
    for row in rows(evidence.SEEDS):
        words.update(f"{row['id']}\n{evidence.quote(row['id'])}\n".encode())
    return words.hexdigest()


def test_the_quotes_are_word_for_word_those_of_the_documents() -> None:
    assert digest_of_quotes() == QUOTES


def test_one_changed_character_in_a_quote_is_noticed(edit) -> None:  # type: ignore[no-untyped-def]
    edit(evidence.SEEDS, "1-12月，全市新增工业用地面积10967.4亩", "1-12月,全市新增工业用地面积10967.4亩")
    assert digest_of_quotes() != QUOTES


def test_every_clause_and_fact_is_there_once() -> None:
    ids = list(evidence.facts().index)
    assert ids == [f"S{n:03d}" for n in range(1, 283)] + [f"F{n:03d}" for n in range(1, 267)]


def test_every_statistic_is_there_once_in_file_order() -> None:
    table = evidence.observations()
    assert table.index.is_unique
    assert table.groupby("table", sort=False).size().to_dict() == {
        "annual": 119,
        "monthly": 191,
        "by_district": 53,
        "by_industry": 74,
    }
    assert list(table.index[[0, 119, 310, 363]]) == ["A001", "M001", "D001", "I001"]


@pytest.mark.parametrize(
    ("evidence_id", "indicator", "region", "period", "value"),
    [
        ("A003", "gross_output_above_scale", "全市", "2020", 17887.1),
        ("A022", "value_added_above_scale", "全市", "2020", 4042.0),
        ("M002", "gross_output_above_scale", "全市", "2011-11", 10753.0),
        ("D009", "gross_output_above_scale", "北仑区", "2021", 4999.28),
        ("I031", "gross_output_above_scale", "全市", "2024", 4191.7),
    ],
)
def test_ids_keep_pointing_at_the_same_figure(
    evidence_id: str, indicator: str, region: str, period: str, value: float
) -> None:
    row = evidence.observations().loc[evidence_id]
    assert (row["indicator_id"], row["region"], row["period"], row["value"]) == (
        indicator,
        region,
        period,
        value,
    )
    assert float(evidence.clause(evidence_id).value) == value


def test_facts_carry_grade_date_and_number() -> None:
    table = evidence.facts()
    assert set(table.loc[table.index.str.startswith("S"), "grade"]) == {"A"}
    assert table.loc["S205", "as_of"] == "2025-06-21"
    assert cells(table, "F015", "grade", "recheck", "as_of", "number") == [
        "B",
        True,
        "2022-10-09",
        612.0,
    ]
    assert table.loc["F168", "grade"] == "C"
    assert table["number"].isna()["F030"]  # 3102→10000+ is two numbers


def test_a_clause_says_where_it_stands() -> None:
    clause = evidence.clause("S162")
    assert (clause.document, clause.article, clause.grade) == ("甬经信产〔2025〕44号", "一(二)", "A")
    assert clause.quote == "支持各类经营主体建设容积率2.5以上的高品质工业空间1000万平方米"


def test_a_statistic_is_cited_like_a_clause() -> None:
    clause = evidence.clause("A005")
    assert (clause.value, clause.unit, clause.grade, clause.as_of) == ("22100", "亿元", "B", "2022")
    assert clause.statement == "规上工业总产值 全市 2021（同比 21.8 %）"


@pytest.mark.parametrize("wrong", ["S999", "A000", "A3", "A0003", "A120", "s162", "", "X001"])
def test_an_unknown_id_is_an_error(wrong: str) -> None:
    with pytest.raises(evidence.UnknownEvidence) as caught:
        evidence.clause(wrong)
    assert caught.value.evidence_id == wrong
    assert f"“{wrong}”" in str(caught.value)


def test_an_unknown_id_comes_with_a_suggestion() -> None:
    with pytest.raises(evidence.UnknownEvidence, match="是不是 S162"):
        evidence.quote("s162")


def test_a_fact_has_no_quote() -> None:
    with pytest.raises(evidence.NoQuote, match="F015"):
        evidence.quote("F015")


def test_year_on_year_rates_read_the_same_in_every_file() -> None:
    table = evidence.observations()
    rates = table[table["measure"].str.startswith("yoy")]
    assert set(rates["table"]) == {"monthly", "by_district", "by_industry"}
    assert rates["value"].notna().all()
    assert (rates["value"] == rates["growth_pct"]).all()
    assert set(rates["unit"]) == {"%"}


def test_plan_numbers_are_marked_as_targets() -> None:
    table = evidence.observations()
    assert set(table.loc[table["is_target"], "value"]) == {10500, 27000, 33000, 37000, 2000, 1300}
    assert not table.loc["A003", "is_target"]


def test_inferred_and_derived_figures_are_marked() -> None:
    table = evidence.observations()
    assert cells(table, "M001", "derived", "published_inferred", "published") == [True, True, "2010"]
    assert cells(table, "A003", "derived", "published_inferred") == [False, False]
    assert cells(table, "A002", "bound", "value") == [">", 10000.0]


@pytest.mark.parametrize(
    ("text", "note", "step"),
    [
        ("17887.1", "", 0.1),
        ("43.50", "", 0.01),
        ("4042", "取整", 1.0),
        ("22100", "四舍五入至百亿", 100.0),
        ("15700", "四舍五入", 100.0),
        ("10790", "", 1.0),
        ("300", "", 1.0),
    ],
)
def test_the_rounding_step_is_that_of_the_last_meaningful_digit(text: str, note: str, step: float) -> None:
    assert figures.rounding_unit(text, note) == pytest.approx(step)


@pytest.mark.parametrize("text", ["三百", "1,000", "10 %", ">>3"])
def test_a_figure_that_is_not_a_number_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="无法读取"):
        figures.bounded(text)


@pytest.mark.parametrize(
    ("kind", "grade"),
    [
        ("官方", "A"),
        ("官媒", "B"),
        ("论文", "B"),
        ("行业媒体", "B"),
        ("政策转载", "B"),
        ("镜像", "B"),
        ("自媒体", "C"),
        ("官方转述", "C"),
        ("评论·弱", "C"),
        ("中介·弱", "C"),
    ],
)
def test_grades_follow_the_kind_of_source(kind: str, grade: str) -> None:
    assert grades.grade_of_tag(kind) == grade


@pytest.mark.parametrize("note", ["没有类别", "[听说] 某人说", ""])
def test_a_source_of_unknown_kind_is_not_graded(note: str) -> None:
    with pytest.raises(grades.UnknownTag):
        grades.grade_of_tag(grades.tag(note))


def test_the_rule_grades_every_page_that_was_not_graded_by_hand() -> None:
    by_rule = [row for row in rows("sources.csv") if row["basis"] == "tag"]
    assert len(by_rule) == 109
    assert [row["id"] for row in by_rule if grades.grade_of_tag(row["tag"]) != row["grade"]] == []


def test_where_rule_and_hand_meet_only_official_reports_in_the_press_differ() -> None:
    both = [row for row in rows("sources.csv") if row["basis"] == "listed" and row["tag"]]
    differing = {
        row["title"]: row["grade"] for row in both if grades.grade_of_tag(row["tag"]) != row["grade"]
    }
    assert len(both) == 11
    assert differing == {
        "【浙江】宁波市制造业高质量发展“十四五”规划": "A",
        "关于宁波市2025年国民经济和社会发展计划执行情况与2026年计划草案的报告(摘要)": "A",
    }


def test_a_page_nobody_can_find_again_is_secondary() -> None:
    table = evidence.observations()
    lost = table[(table["source_url"] == "") & (table["source_title"] == "")]
    assert len(lost) == 2
    assert set(lost["grade"]) == {"C"}


def test_the_quoted_file_is_read_as_it_lies() -> None:
    path = workspace.data_dir() / evidence.SEEDS
    with path.open(encoding="utf-8", newline="") as lines:
        as_lies = {row["id"]: row["quote"] for row in csv.DictReader(lines)}
    assert as_lies["S004"] == evidence.quote("S004") == evidence.facts().loc["S004", "quote"]
