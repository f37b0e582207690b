"""Targets against each other: the known oddities of the documents come out, and what is met together is counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.analysis.consistency import ExpressionInvalid, all_at_once, arithmetic, findings, together, value_of
from sim.ensemble.results import Results
from sim.evidence import UnknownEvidence, clause
from sim.report.consistencies import told_consistency
from sim.report.numbers import percent
from sim.report.wording import wording


def test_the_known_oddities_of_the_documents_are_found() -> None:
    found = {finding.subject: finding for finding in findings()}
    land, projects, space = found["industrial_land"], found["big_projects"], found["space_of_projects"]
    assert (land.kind, land.left, land.right) == ("contradiction", 6.3, pytest.approx(24.77, abs=0.01))
    assert (projects.left, projects.right, projects.sources) == (50, 100, ("S073", "S074", "S150"))
    assert space.kind == "not_binding" and space.right == pytest.approx(1487, abs=1)
    output = found["output_path"]
    assert (output.left, output.right) == (pytest.approx(1.4, abs=0.1), pytest.approx(6.9, abs=0.1))
    assert {"plot_ratio", "micro_parks", "pinzibiao_brands"} <= found.keys()
    assert {"new_land_park_share_2030", "hightech_firms_2025", "hightech_firms_2030"} <= found.keys()
    eliminated = found["firms_eliminated_2025"]
    assert (eliminated.kind, eliminated.left, eliminated.right) == ("readings", 1775, 2000)
    cost = found["space_cost"]
    assert (cost.left, cost.right) == (pytest.approx(1469, abs=1), pytest.approx(4032, abs=1))
    assert cost.sources == ("S008", "S012", "F189"), "whose figures stand in the sum as numbers is named as well"
    assert {"report_year", "award_land", "annex_tasks", "beilun_blocks"} <= {
        subject for subject, finding in found.items() if finding.kind == "unclear"
    }
    assert all(clause(source).statement for finding in found.values() for source in finding.sources)


def test_what_fits_is_no_finding() -> None:
    holds = {finding.subject: holds for finding, holds in arithmetic()}
    assert holds["zhejiang_standards"] and "zhejiang_standards" not in {finding.subject for finding in findings()}
    assert "quality_space_2027" not in {finding.subject for finding in findings()}  # one number, two ways of counting


def test_expressions_are_arithmetic_of_evidence_and_nothing_else() -> None:
    assert value_of("S073*5*S074/100") == 50 and value_of("2**(1/2)") == pytest.approx(2**0.5)
    for text in ("__import__('os')", "S073.value", "S073 >= 1", "1 +", "F030"):
        with pytest.raises(ExpressionInvalid):
            value_of(text)
    with pytest.raises(UnknownEvidence):
        value_of("S999*2")


def test_pairs_and_all_at_once_are_counts_of_runs(results: Results) -> None:
    pairs = together(results, "baseline")
    assert (pairs["both"] <= pairs[["p_one", "p_other"]].min(axis=1) + 1e-12).all()
    assert (pairs["both"] >= pairs["p_one"] + pairs["p_other"] - 1 - 1e-12).all()
    assert (pairs["apart"] == (pairs["hi"] < pairs["independent"])).all()
    whole = all_at_once(results, "baseline")
    assert set(whole) == {"started", "completed"} and all(0 <= hits <= runs for hits, runs in whole.values())


def test_all_of_it_at_once_under_its_public_name(results: Results) -> None:
    import sim

    whole = sim.consistency(results, "baseline")
    assert whole.findings == findings() and whole.pairs.equals(together(results, "baseline"))
    assert whole.whole == all_at_once(results, "baseline") and whole.scenario == "baseline"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_pair_in_each_other_s_way_is_told_with_what_independence_would_give(results: Results, lang: str) -> None:
    import sim

    words, found = wording(lang), sim.consistency(results, "baseline")
    pair = found.pairs.iloc[[0]].assign(apart=True)
    told = told_consistency(replace(found, pairs=pair), words)
    [row] = told.grids[-1].rows
    assert len(row) == len(told.grids[-1].heads) and row[-1] == percent(float(pair["independent"].iloc[0]), words)
    assert words("consistency.apart", count=1) in told.sentences[0]
