"""Every number leads to its clause."""

from __future__ import annotations

import pytest

from sim import evidence, registry
from sim.analysis.explain import UnknownId, explain
from sim.indicators import FIGURES, indicators
from sim.scenario.catalogue import catalogue


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


def test_a_row_of_evidence_is_explained_too() -> None:
    assert evidence.clause("A003").url in explain("A003").text()


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
