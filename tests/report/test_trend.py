"""The forecast's own answer stands beside that of the runs, with why the two differ."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from sim.analysis.forecast_alone import OUTPUT, beside_runs
from sim.ensemble.results import Results
from sim.report.display import TARGETS_MIME
from sim.report.material import Material
from sim.report.sections import summary
from sim.report.wording import wording
from tests.small import AWKWARD

ALONE = pd.DataFrame([{
    "year": 2027, "threshold": 27_000.0, "probability": 0.82, "low": 0.75, "high": 0.88, "ever": 0.9, "drift": 0.84,
    "growth": 0.05, "last": 2025, "first": 2020, "grown": 6.1, "expected": 4.6, "own": False, "sources": 28,
    "without_low": 0.74, "without_low_source": "A003", "without_high": 0.84, "without_high_source": "A004",
}])  # fmt: skip


def shown(material: Material, alone: pd.DataFrame, lang: str = "zh") -> str:
    return summary(replace(material, alone=alone), wording(lang)).html


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ["达到2.7万亿元的概率为82%", "75%—88%", "最低74%（去掉A003）、最高84%（去掉A004）", "朴素漂移为84%",
                "年均名义增长0.1%", "2020—2025年的中位数年均增长6.1%，走势的中位数此后年均4.6%。", "没有改变它们的产值",
                "128条路径，其中79%达到，与走势概率之差在抽样误差之内"]),
        ("en", ["with probability 82%", "grew 6.1% a year, those of the outlook grow 4.6%", "lowest 74% (without A003)",
                "of which 79% reach it", "within sampling error"]),
    ],
)  # fmt: skip
def test_the_paragraph_says_how_far_the_answer_moves_and_why_the_runs_say_another(
    material: Material, lang: str, said: list[str]
) -> None:
    output = material.targets["id"] == "gross_output_2027"
    runs = material.targets["runs"].mask(output, 128)
    html = shown(
        replace(material, targets=material.targets.assign(runs=runs)), ALONE.assign(paths=0.79, moved=False), lang
    )
    assert all(part in html for part in said)


def test_paths_beyond_luck_and_a_policy_that_moves_them_are_said_to_be_so(material: Material) -> None:
    html = shown(material, ALONE.assign(paths=0.2, moved=True))
    assert "大于通常的抽样误差" in html and "乘到每条路径上，得" in html
    own = shown(material, ALONE.assign(paths=0.8, moved=True, own=True, sources=0, drift=float("nan")))
    assert "只看自备月度序列" in own and "逐一去掉" not in own and "没有朴素漂移可以对照" in own and "nan" not in own
    assert "此后年均4.6%（多数方法让趋势逐年减弱，朴素漂移让它照旧）" in own


def test_without_a_kept_forecast_or_a_target_for_output_nothing_is_said(material: Material) -> None:
    table = ALONE.assign(paths=0.79, moved=False)
    assert "统计走势" not in shown(material, None)  # type: ignore[arg-type]
    assert "统计走势" not in shown(replace(material, asked=("quality_space_2027",)), table)
    travels = summary(replace(material, alone=table), wording("zh")).attachments[TARGETS_MIME]
    assert travels["forecast"][0]["without_low"] == 0.74


def test_the_runs_of_the_policy_of_record_are_the_paths_and_those_of_another_are_not(results: Results) -> None:
    mine, other = (beside_runs(results, name, ALONE) for name in ("baseline", AWKWARD))
    demand = results.demand[results.demand["year"] == 2027]["gross_output"]
    assert mine["paths"].tolist() == other["paths"].tolist() == [(demand >= 27_000).mean()]
    assert not mine["moved"].any()
    reached = results.values("baseline", OUTPUT)[2027]
    assert (reached >= 27_000).mean() == mine["paths"].iloc[0]
    moved = results.values(AWKWARD, OUTPUT)[2027]
    assert other["moved"].iloc[0] == (abs(moved / reached - 1).max() > 1e-6)
