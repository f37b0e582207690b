"""What a reader meets first and last: how intervals read, the weak start of output, limits with their context."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim import evidence
from sim.report import numbers, sentences
from sim.report.material import Material
from sim.report.sections import assumptions, method, summary, targets
from sim.report.told import Told
from sim.report.trend import anchored
from sim.report.wording import wording

ZH = wording("zh")
NEEDED = {"backcast": [Told(["需要什么。"], [], [])]}


def test_the_summary_says_first_how_its_intervals_read_and_holds_no_command(material: Material) -> None:
    html = summary(replace(material, answers=NEEDED), ZH).html
    how, bullets = html.index("<p>读法：概率后括号里的区间只反映模拟次数有限"), html.index("<ul>")
    assert how < bullets and "需要什么。" in html and "还没有反推，怎样反推见“方法”" in html
    assert "威尔逊" not in html and "tenglong" not in html
    told = method(replace(material, answers=NEEDED), ZH).html
    assert "请运行 tenglong backcast quality_space_2030 --scenario awkward" in told and "威尔逊" in told
    without = method(replace(material, answers=None), ZH).html
    assert "tenglong backcast" not in without, "where no advice is given, none is left out"


def test_the_start_of_output_is_said_to_rest_on_the_weakest_sources_as_long_as_it_does(material: Material) -> None:
    seen = material.observations
    last = seen.loc[seen["used"], "year"].max()
    mine = seen["used"] & (seen["year"] == last)
    assert set(seen.loc[mine, "grade"]) == {"C"}
    said = sentences.start(seen, ZH)
    assert said.startswith(f"{last}年的产值水平只依据C级（二手）的来源（A027、A051、")
    named = said.partition("来源（")[2].partition("）")[0].split("、")
    assert all(evidence.clause(name).grade == "C" for name in named)
    assert summary(material, ZH).html.split("<li>")[2].startswith(said)
    assert "，都出自同一份文件（折算还用到A003、A050、A102），尚无更好的来源" in said
    method_rows = anchored(material.anchors, seen, ZH).rpartition("水平依据")[2].rstrip("。").split("、")
    assert sorted(method_rows) == sorted([*named, "A003", "A050", "A102"]), "the method names the same rows"
    apart = seen.assign(source=seen["source"].mask(mine & (seen["source"] == "A027"), "M030"))
    assert "M030" in sentences.start(apart, ZH) and "同一份文件" not in sentences.start(apart, ZH)
    better = seen.assign(grade=seen["grade"].mask(mine & (seen["source"] == "A027"), "B"))
    assert sentences.start(better, ZH) == ""


def test_vacant_land_is_told_with_its_share_its_start_and_that_nobody_observed_it(material: Material) -> None:
    html = assumptions(material, ZH).html
    frame, last = material.frame[material.frame["district"] == "全市"], int(material.frame["year"].max())
    medians = frame.groupby(["indicator", "year"], observed=True)["value"].median()
    for year in (2025, last):
        share = 100 * medians["land_vacant", year] / medians["land_total", year]
        assert f"占{'全部工业用地的' if year == last else ''}{numbers.amount(share, '%', ZH)}" in html
    assert "没有观测数可以核对" in html and "模型取定值40万亩" in html and "只能取区间" not in html


@pytest.mark.parametrize("indicator", ["tax_per_mu", "quality_space_completed"])
@pytest.mark.parametrize(("verdict", "said"), [("high", "模型已知偏高（2021，见表3）"), ("inside", "")])
def test_a_target_whose_indicator_missed_what_was_published_says_so_beside_its_name(
    material: Material, indicator: str, verdict: str, said: str
) -> None:
    """Settled ones (the first) and open ones (the second) alike."""
    mine = material.outcomes["indicator"].str.split("+").map(lambda names: indicator in names)
    seen = material.outcomes[mine].iloc[:1].assign(indicator=indicator, period="2021", verdict=verdict)
    html = targets(replace(material, outcomes=seen), ZH).html
    rows = material.targets[(material.targets["indicator"] == indicator) & material.targets["probability"].notna()]
    assert len(rows) and html.count(f"；{said}</td>") == (len(rows) if said else 0)
    assert ("模型已知" in html) == bool(said)
