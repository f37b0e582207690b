"""The registry of targets and its indicators: complete, consistent, honest about what is settled."""

from __future__ import annotations

import math
import re
from typing import get_args

import pytest

from sim import evidence, registry, schemas
from sim.indicators import Kind, UnknownIndicator, indicator, indicators
from sim.tables import rows

SIMULATED = [
    "gross_output_above_scale",
    "value_added_above_scale",
    "value_added_rate",
    "tax_per_mu",
    "value_added_per_mu",
    "labour_productivity",
    "firms_total",
    "firms_above_scale",
    "firms_eliminated",
    "firms_rectified_high_consumption",
    "firms_rectified_scattered",
    "firms_relocated",
    "firms_upstairs",
    "firms_expanded",
    "firms_left_city",
    "firms_merged",
    "firms_exited",
    "firms_entered",
    "firms_promoted",
    "land_freed",
    "energy_freed",
    "carbon_cut",
    "land_redeveloped",
    "blocks_redeveloped",
    "new_land_park_share",
    "highrise_projects",
    "quality_space_started",
    "quality_space_completed",
    "tower_occupancy",
    "micro_parks",
    "employees_displaced",
    "employees_reemployed",
    "land_vacant",
    "land_total",
    "jobs_total",
    "refused_park",
    "refused_tower",
    "projects_waiting",
    "value_added_all_industry",
]


def test_no_target_of_the_documents_is_left_out() -> None:
    published = {row["id"] for row in rows(evidence.SEEDS) if row["kind"] == "target"}
    registered = {source for target in registry.targets().values() for source in target.sources}
    assert len(published) == 135
    assert registered == published


def test_document_and_article_are_those_of_the_clauses() -> None:
    for target in registry.targets().values():
        clauses = [evidence.clause(source) for source in target.sources]
        assert target.document == "；".join(dict.fromkeys(clause.document for clause in clauses)), target.id
        assert target.article == "；".join(dict.fromkeys(clause.article for clause in clauses)), target.id


SCALE = {("万亿元", "亿元"): 1e4, ("万家", "家"): 1e4, ("(容积率)", "容积率"): 1.0}
REWORDED = {"big_projects_landed", "labour_productivity"}
"""Indicators whose threshold is worked out from the clause, tested below."""


def test_thresholds_are_the_published_numbers_in_the_units_of_the_indicators() -> None:
    checked, numbers = 0, evidence.facts()["number"]
    for target in registry.targets().values():
        for source in target.sources:
            clause, value = evidence.clause(source), numbers[source]
            if math.isnan(value) or target.indicator in REWORDED or target.id.endswith("with_base"):
                continue
            published = value * SCALE.get((clause.unit, target.unit), 1.0)
            assert target.threshold == pytest.approx(published), target.id
            assert (clause.unit, target.unit) in SCALE or clause.unit == target.unit, target.id
            checked += 1
    assert checked == 137


@pytest.mark.parametrize(
    ("target_id", "threshold", "deadline", "indicator_id", "basis"),
    [
        ("gross_output_2027", 27000, "2027-12", "gross_output_above_scale", "forecast"),
        ("gross_output_2030", 33000, "2030-12", "gross_output_above_scale", "forecast"),
        ("quality_space_2027.started", 1000, "2027-12", "quality_space_started", "simulated"),
        ("quality_space_2027.completed", 1000, "2027-12", "quality_space_completed", "simulated"),
        ("quality_space_2030.completed", 3000, "2030-12", "quality_space_completed", "simulated"),
        ("highrise_projects_2027", 100, "2027-12", "highrise_projects", "simulated"),
        ("land_redeveloped_2030", 4, "2030-12", "land_redeveloped", "simulated"),
        ("value_added_all_industry_2030", 10000, "2030-12", "value_added_all_industry", "forecast"),
        ("goods_exports_2030", 15000, "2030-12", "goods_exports", "tracked"),
    ],
)
def test_headline_targets(
    target_id: str, threshold: float, deadline: str, indicator_id: str, basis: str
) -> None:
    target = registry.target(target_id)
    assert (target.threshold, target.deadline) == (threshold, deadline)
    assert (target.indicator, target.basis) == (indicator_id, basis)


@pytest.mark.parametrize(
    ("group", "thresholds"),
    [
        ("firms_eliminated_2025", {"added": 2000, "with_base": 1775}),
        ("firms_rectified_high_consumption_2025", {"added": 4000, "with_base": 2750}),
        ("firms_rectified_scattered_2025", {"added": 5000, "with_base": 3800}),
        ("big_projects_landed_2025", {"table": 100, "text": 50}),
        ("big_projects_landed_2023", {"table": 60, "text": 30}),
        ("pinzibiao_2025", {"table_added": 300, "table_with_base": 222, "text": 50}),
        ("labour_productivity_2025", {"level": 36.9, "growth": 6}),
        ("quality_space_2030", {"started": 3000, "completed": 3000}),
    ],
)
def test_words_that_allow_several_readings_have_each(group: str, thresholds: dict[str, float]) -> None:
    found = {target.id.partition(".")[2]: target.threshold for target in registry.readings(group)}
    assert found == thresholds
    assert all(target.reading_zh for target in registry.readings(group))


def test_the_base_of_2020_is_the_published_one() -> None:
    pairs = {
        "firms_eliminated": "S124",
        "firms_rectified_high_consumption": "S127",
        "firms_rectified_scattered": "S130",
    }
    for name, base in pairs.items():
        added, with_base = (registry.target(f"{name}_2025.{reading}") for reading in ("added", "with_base"))
        assert added.threshold - with_base.threshold == float(evidence.clause(base).value)


def test_productivity_is_carried_forward_at_six_percent_from_2020() -> None:
    start = float(evidence.clause("F025").value)
    for year in (2023, 2025):
        level = registry.target(f"labour_productivity_{year}.level").threshold
        assert level == pytest.approx(start * 1.06 ** (year - 2020), abs=0.05)


@pytest.mark.parametrize(
    ("target_id", "state", "shown_by"),
    [
        ("new_land_park_share_2030", "not_binding", {"S005", "S224"}),
        ("hightech_firms_2025", "met", {"F030", "F032"}),
        ("hightech_firms_2030", "met", {"F030", "F032"}),
    ],
)
def test_settled_targets_say_so_and_show_why(target_id: str, state: str, shown_by: set[str]) -> None:
    target = registry.target(target_id)
    assert target.state == state
    assert shown_by <= set(re.findall(r"[SFAMDI]\d{3}", target.state_note_zh))


def test_the_entry_rate_reached_is_above_its_target() -> None:
    reached, target = evidence.clause("S005"), registry.target("new_land_park_share_2030")
    assert float(reached.value) > target.threshold


def test_a_deadline_that_has_passed_is_never_open() -> None:
    for target in registry.targets().values():
        due = target.deadline <= "2025-12"
        assert (target.state in ("past", "met")) if due else (target.state != "past"), target.id
        assert due <= bool(target.state_note_zh), target.id


def test_a_passed_target_without_an_outcome_says_that_none_was_published() -> None:
    for target in registry.targets().values():
        if target.state == "past":
            assert "公开资料未见" in target.state_note_zh, target.id


def test_notes_cite_rows_that_exist_and_speak_of_the_year_they_name() -> None:
    cited = 0
    for target in registry.targets().values():
        for evidence_id in re.findall(r"[SFAMDI]\d{3}", target.state_note_zh + target.reading_zh + target.needs_zh):
            evidence.clause(evidence_id)
            cited += 1
    assert cited > 40
    assert evidence.clause("A061").statement.startswith("工业投资 全市 2021")
    assert evidence.clause("A062").statement.startswith("工业投资 全市 2025")
    assert evidence.clause("A048").statement.startswith("工业增加值(全部工业) 全市 2022")


def test_the_value_added_rate_in_the_notes_follows_from_the_figures_cited() -> None:
    for output, added in (("A005", "A024"), ("A006", "A025")):
        rate = float(evidence.clause(added).value) / float(evidence.clause(output).value)
        assert f"{100 * rate:.1f}%" in registry.target("value_added_rate_2025").state_note_zh


def test_tracked_targets_name_the_file_and_columns_they_need() -> None:
    for target in registry.targets().values():
        named = f"data/own/{target.indicator}.csv" in target.needs_zh and "列：year" in target.needs_zh
        assert named == (target.basis == "tracked"), target.id


def test_what_the_model_produces_is_what_it_promises() -> None:
    assert [name for name, entry in indicators().items() if entry.simulated] == SIMULATED


def test_data_that_fall_short_are_named_where_a_series_is_missed() -> None:
    for name, row in (("goods_exports_2030", "A015"), ("hightech_firms_2030", "F030"), ("rd_spending_2025", "A106")):
        needs = registry.target(name).needs_zh
        assert row in needs and "没有这一序列" not in needs


def test_every_other_indicator_serves_a_target() -> None:
    used = {target.indicator for target in registry.targets().values()}
    assert [name for name, entry in indicators().items() if not entry.simulated and name not in used] == []


def test_cumulative_indicators_and_only_they_have_a_start() -> None:
    for entry in indicators().values():
        assert (entry.since is not None) == (entry.kind == "cumulative"), entry.id


def test_modes_suit_the_kind_of_indicator() -> None:
    for target in registry.targets().values():
        entry = indicator(target.indicator)
        assert (target.mode == "cumulative") == (entry.kind == "cumulative"), target.id
        if entry.since is not None:
            assert int(target.period_start[:4]) >= entry.since, target.id
        if target.mode == "level_in_year":
            assert target.period_start[:4] == target.deadline[:4], target.id


def test_units_and_labels() -> None:
    quality = indicator("quality_space_started")
    assert (quality.unit, quality.since, quality.kind) == ("万平方米", 2025, "cumulative")
    assert all(
        entry.label_zh and entry.label_en and entry.definition_zh.endswith("。")
        for entry in indicators().values()
    )


def test_schema_and_types_know_the_same_words() -> None:
    assert get_args(registry.Direction) == schemas.DIRECTIONS
    assert get_args(registry.Mode) == schemas.MODES
    assert get_args(registry.Basis) == schemas.BASES
    assert get_args(registry.State) == schemas.STATES
    assert get_args(Kind) == schemas.INDICATOR_KINDS


def test_unknown_names_come_with_a_suggestion() -> None:
    with pytest.raises(registry.UnknownTarget, match="gross_output_2027"):
        registry.target("gros_output_2027")
    with pytest.raises(registry.UnknownTarget, match="quality_space_2027"):
        registry.readings("quality_spaces_2027")
    with pytest.raises(UnknownIndicator, match="tax_per_mu"):
        indicator("tax_per_muu")
