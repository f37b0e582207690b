"""What a reader meets first and last: how intervals read, the weak start of output, limits with their context."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sim import evidence
from sim.report import figures, numbers, sentences
from sim.report.glance import at_a_glance
from sim.report.heading import heading
from sim.report.known import with_known
from sim.report.material import Material
from sim.report.quantiles import flows_by_year
from sim.report.sections import assumptions, method, summary, targets
from sim.report.told import Told
from sim.report.trend import anchored
from sim.report.wording import wording
from tests.report.test_trend import ALONE

ZH = wording("zh")
NEEDED = {"backcast": [Told(["需要什么。"], [], [])]}


def test_the_summary_says_first_how_its_intervals_read_and_holds_no_command(material: Material) -> None:
    html = summary(replace(material, answers=NEEDED), ZH).html
    how, bullets = html.index("<p>读法：上表的95%区间只反映模拟次数有限"), html.index("<ul>")
    assert how < bullets and "需要什么。" in html and "还没有反推，怎样反推见“方法”" in html
    assert "威尔逊" not in html and "tenglong" not in html
    told = method(replace(material, answers=NEEDED), ZH).html
    assert "请运行 tenglong backcast quality_space_2030 --scenario awkward" in told and "威尔逊" in told
    without = method(replace(material, answers=None), ZH).html
    assert "tenglong backcast" not in without, "where no advice is given, none is left out"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_answer_stands_once_at_the_head_and_its_interval_not_again_in_the_summary(
    material: Material, lang: str
) -> None:
    words = wording(lang)
    known = with_known(material.targets, material.outcomes, words)
    head, text = heading(material, words).html, summary(material, words).html
    rows = [re.findall("<td[^>]*>(.*?)</td>", row) for row in re.findall("<tr>(.*?)</tr>", at_a_glance(
        known, material.asked, words))[1:]]  # fmt: skip
    answered = sentences.modelled(known)
    assert len(rows) == len(answered) > 5 and at_a_glance(known, material.asked, words) in head
    for _, chance, interval, _ in rows:
        assert chance and interval and interval not in text
    assert len([name for name, *_ in rows if "※" in name]) == (answered["known"] != "").sum() > 0
    assert all(said in head.rpartition("※")[2] for said in answered["known"])
    assert at_a_glance(known.iloc[:0], (), words) == ""


def test_the_targets_that_a_scenario_asks_for_stand_first_of_their_year(material: Material) -> None:
    known = with_known(material.targets, material.outcomes, ZH)

    def first(*asked: str) -> str:
        return re.findall("<td[^>]*>(.*?)</td>", at_a_glance(known, asked, ZH))[0]

    assert first("gross_output_2030", "gross_output_2027").startswith("2027年规上工业总产值")
    assert first("highrise_projects_2027", "gross_output_2027").startswith("2027年市级工业上楼示范项目")


def test_one_place_says_which_probability_is_the_answer(material: Material) -> None:
    alone = ALONE.assign(paths=0.79, moved=False)
    asked = replace(material, asked=("gross_output_2027",))
    for changed, named in (
        (replace(asked, alone=None, answers=None), set()),
        (replace(asked, alone=alone, answers=None), {"outlook"}),
        (replace(asked, alone=None, answers=NEEDED), {"check"}),
        (replace(asked, alone=alone, answers=NEEDED), {"outlook", "check"}),
    ):
        html = summary(changed, ZH).html
        for name in ("outlook", "check"):
            assert (ZH(f"summary.kinds.{name}") in html) == (name in named)
        assert ("引用只用模拟概率" in html) == bool(named)


def test_a_page_on_ones_own_register_says_at_its_head_whose_probabilities_follow(material: Material) -> None:
    told = {"file": "名录.csv", "stands_for": 812, "output_above_scale_share": 0.031}
    mine = replace(material, stamp={**material.stamp, "register": told})
    html = heading(mine, ZH).html
    assert html.index("概率说的是全市，不是名录里的企业") < html.index("<table") and "812家" in html and "3%" in html
    assert "名录" not in heading(material, ZH).html


def test_floors_to_move_into_before_any_project_is_delivered_are_explained(material: Material) -> None:
    moved = figures.flows_figure(material, ZH).note
    first = flows_by_year(material.flows).query("path == 'upstairs' and median > 0")["year"].min()
    assert (f"{first}年已有企业上楼" in moved) == (first < 2025)
    none = replace(material, frame=material.frame, flows=material.flows[material.flows["path"] != "upstairs"])
    assert "已有企业上楼" not in figures.flows_figure(none, ZH).note


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
@pytest.mark.parametrize("verdict", ["high", "inside"])
def test_a_target_whose_indicator_missed_what_was_published_says_so_beside_its_name(
    material: Material, indicator: str, verdict: str
) -> None:
    """Settled ones (the first) and open ones (the second) alike; with both numbers, for the table of the misses is not
    part of every form of the briefing."""
    mine = material.outcomes["indicator"].str.split("+").map(lambda names: indicator in names)
    seen = material.outcomes[mine].iloc[:1].assign(indicator=indicator, period="2021", verdict=verdict)
    seen = seen.assign(published=401.6, median=59.6, unit="万平方米", rule="=")
    said = "模型已知偏高：2021年公布401.6万㎡，模型中位数59.6万㎡" if verdict == "high" else ""
    html = targets(replace(material, outcomes=seen), ZH).html
    rows = material.targets[(material.targets["indicator"] == indicator) & material.targets["probability"].notna()]
    assert len(rows) and html.count(f"；{said}</td>") == (len(rows) if said else 0)
    assert ("模型已知" in html) == bool(said) and "见表" not in html


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_summary_says_in_its_sentences_that_the_model_is_known_to_miss_an_indicator(
    material: Material, lang: str
) -> None:
    """The completed reading of quality space: of two, and named as the widest gap; the other reading is not off."""
    words = wording(lang)
    miss = material.outcomes[material.outcomes["indicator"] == "quality_space_completed"].assign(
        verdict="low", published=401.6, median=59.6
    )
    space = replace(material, outcomes=miss, asked=("quality_space_2027",))
    numbers_told = ("401.6万㎡", "59.6万㎡") if lang == "zh" else ("4.016 million m²", "596,000 m²")
    points = summary(space, words).html.split("<li>")[1:]
    readings = points[0].split("按竣工口径" if lang == "zh" else "counted as completed")
    for told, off in ((readings[0], False), (readings[1], True)):
        assert all((number in told) == off for number in numbers_told)
    [gap] = [told for told in points if "缺口最大" in told or "missed by most" in told]
    assert all(number in gap for number in numbers_told) == ("竣工口径" in gap or "completed" in gap)
    right = replace(space, outcomes=miss.assign(verdict="inside"))
    assert not any(number in summary(right, words).html for number in numbers_told)


def test_a_sum_and_a_month_that_were_published_are_named(material: Material) -> None:
    name = "firms_rectified_scattered"
    both = material.outcomes[material.outcomes["indicator"].str.endswith(f"+{name}")].assign(verdict="low", median=9.0)
    row = material.targets.iloc[:1].assign(indicator=name, probability=0.5)
    [said] = with_known(row, both, ZH)["known"]
    assert "＋" in said and "，2022年10月公布4384家，模型中位数9家" in said
