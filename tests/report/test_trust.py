"""The half page on why to believe the briefing: what has not been computed is said with the command that does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sim.analysis.ledger import Ledger
from sim.analysis.validation import Validation, uncertainties
from sim.ensemble.nested import BRIEF
from sim.ensemble.results import Results
from sim.report.figure_parts import by_series
from sim.report.ledgers import ledger_table, main_sources
from sim.report.material import Material, ScenarioNotInResults, gather
from sim.report.sections import advice, assumptions
from sim.report.trust import hits, output, prior, structures, trust
from sim.report.validation import told_counts
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue
from tests.small import AWKWARD, ENTERPRISES

ZH = wording("zh")
TWICE = "S012按两种口径各算一次"
STAMP = {"scenario": "baseline", "seed": 2027, "runs": 64, "enterprises": 5_000, "sizes": (8, 2, 2, 2)}


def found(verdicts: list[str], best: list[str], probability: float, wis: tuple[float, float]) -> Validation:
    """A validation with these outcomes of the comparisons."""
    kinds = ["built_in", "independent", "independent"]
    patterns = pd.DataFrame({"verdict": ["inside", "low", "inside"], "kind": kinds, "sources": "F040"})
    ablation = pd.DataFrame({
        "switch": "a", "option": ["x", "y"], "probability": [0.5, probability], "base_probability": 0.5, "pairs": 48,
    })  # fmt: skip
    output = pd.DataFrame({
        "method": ["evidence", "drift"], "wis": wis, "mae_pct": [9.2, 11.2], "in80": [0.84, 0.9],
        "forecasts": 19, "years": 4,
    })  # fmt: skip
    empty = pd.DataFrame()
    sources = ["F009", "S012", "F015", "F016"][: len(verdicts)]
    outcomes = pd.DataFrame({"verdict": verdicts, "source": sources, "period": "2025", "published": 1.0})
    rivals = pd.DataFrame({"best": best})
    return Validation(outcomes, rivals, patterns, ablation, empty, output, empty, empty)


def test_what_was_not_computed_is_said_with_the_command_that_does(material: Material) -> None:
    html = trust(replace(material, ledger=None), ZH).html
    assert f"tenglong validate {AWKWARD}" in html and f"tenglong sensitivity {AWKWARD}" in html
    assert f"tenglong ledger {AWKWARD}" in html and html.count("<li>") == 4 and "仅先验" in html


def test_what_the_runs_themselves_were_held_against_is_told_where_the_deeper_test_is_not_made(
    material: Material,
) -> None:
    count, misses = len(material.outcomes), int((material.outcomes["verdict"] != "inside").sum())
    assert misses and material.validation is None
    told = f"拿{count}个没有用来拟合的公布数（{TWICE}）去对，{count - misses}个落在模型的80%区间内，{misses}个在外"
    html = trust(material, ZH).html
    assert told in html and "还没有用公布数检验过" not in html and "更深的检验" in html
    assert f"没有用来拟合的{count}项已公布结果（{TWICE}）里，{misses}项落在模型80%区间之外" in advice(material, ZH).html
    assert f"有{count}项已公布的结果（{TWICE}）没有用来拟合模型；其中{misses}项" in assumptions(material, ZH).html


def test_only_a_figure_held_against_two_readings_is_said_to_count_twice() -> None:
    once = found(["low", "inside", "inside", "high"], [], 0.5, (1.0, 2.0)).outcomes
    assert told_counts(once, ZH)["twice"] == "" and told_counts(once.iloc[:0], ZH)["twice"] == ""
    both = pd.concat([once, once[once["source"] == "S012"].assign(verdict="low")], ignore_index=True)
    assert told_counts(both, ZH)["twice"] == f"（{TWICE}）" and told_counts(both, ZH)["count"] == 5
    assert "S012 counted once by each of two readings" in str(told_counts(both, wording("en"))["twice"])
    other = pd.concat([once, once[:1].assign(period="2022")], ignore_index=True)
    assert told_counts(other, ZH)["twice"] == "", "two years of one source are two figures"


def test_a_share_that_may_be_none_is_marked() -> None:
    row = {"id": "x", "label": "产值", "threshold": 1.0, "unit": "亿元", "direction": ">=", "reading": "",
           "deadline": "2027-12", "sd": 1.0, "runs": 64}  # fmt: skip
    parts = {"structure": (0.22, 0.0, 0.4), "parameters": (0, 0, 0), "demand": (0.78, 0.6, 1), "chance": (0, 0, 0)}
    for level, ends in parts.items():
        row |= dict(zip((level, f"{level}_lo", f"{level}_hi"), ends, strict=True))
    told = ledger_table(Ledger(pd.DataFrame([row]), STAMP), ZH)
    assert "22%（0—40），与零分不开" in told and "78%（60—100）<" in told and told.count("与零分不开") == 1
    assert "需求路径（78%）" in main_sources(pd.DataFrame([row]), ZH)


def test_the_briefing_has_the_section(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    assert html.index("<h2>可信度</h2>") < html.index("按方差账本，不确定性主要来自") < html.index("<h2>目标总表</h2>")
    assert f"方差账本：标准差与各项所占份额（{BRIEF.runs}次运行的嵌套设计，每次{ENTERPRISES:,}家企业" in html


def test_every_uncertainty_is_calibrated_or_counted_as_prior_only() -> None:
    table = uncertainties()
    assert set(table["id"]) == set(catalogue().of_kind("uncertainty"))
    assert set(table["status"]) <= {"prior_only", "available"}, "a scenario draws from a sample only if it says so"
    said = prior(table, ZH)
    assert f"全部{len(table)}项不确定参数都仅先验" in said
    assert all(f"{count}项" in said for count in table["grade"].value_counts())


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["inside", "low", "low", "high"], "拿4个没有用来拟合的公布数去对，1个落在模型的80%区间内；其中1个的来源也是"),
        (["inside", "low", "inside", "high"], "来源独立的3个里对中2个"),
        (["low", "inside", "inside", "high"], "1个的来源也是模型输入的依据，来源独立的3个里对中1个"),
    ],
)
def test_hits_and_misses_are_counted_and_what_follows_is_said(verdicts: list[str], expected: str) -> None:
    said = hits(found(verdicts, ["model", "drift", ""], 0.5, (1.0, 2.0)), ZH)
    assert expected in said and "2个数，模型更近的1个" in said and "3种规律2种相符，其中1种" in said
    assert ("不宜当作准数" in said) == ("对中2个" not in said), "what shares a source with an input proves nothing"


def test_a_simpler_method_that_does_better_is_named() -> None:
    assert "好于" in output(found([], [], 0.5, (1.0, 2.0)), ZH)
    assert "不如简单办法“漂移”" in output(found([], [], 0.5, (2.0, 1.0)), ZH)


def test_the_farthest_change_of_a_headline_is_told() -> None:
    assert "都不变" in structures(found([], [], 0.5, (1.0, 2.0)), ZH)
    assert "另外2种结构假设，头条目标的概率最多差12个百分点" in structures(found([], [], 0.375, (1.0, 2.0)), ZH)


def test_results_without_the_scenario_say_which_there_are(results: Results) -> None:
    with pytest.raises(ScenarioNotInResults, match="结果里没有情景 combined；有：baseline、awkward"):
        gather(results, "combined")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_rests_on_one_s_own_series_says_so(material: Material, lang: str) -> None:
    words, series = wording(lang), {"file": "产值.csv", "months": "60", "last": "2025-12", "doubted": ""}
    ours = assumptions(replace(material, series=series), words).html
    assert "产值.csv" in ours and "产值.csv" not in assumptions(material, words).html
    assert "产值.csv" in by_series("method.demand", replace(material, series=series), words)
