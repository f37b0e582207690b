"""What is said of levers: changes read forward in time, gaps agree with means, tables name their target."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.attribution import Attribution, Estimate, Share
from sim.analysis.backcast import Backcast, Point, State
from sim.analysis.bottlenecks import Bottlenecks, Step
from sim.analysis.budget import Size
from sim.analysis.pushes import SINCE, possible
from sim.regions import CITY
from sim.registry import target
from sim.report import numbers
from sim.report.backcasts import backcast_sentence, told_backcast
from sim.report.constraints import told_bottlenecks
from sim.report.levers import attribution_sentence, from_to, told_attribution, told_attributions
from sim.report.wording import Wording, wording
from sim.scenario.catalogue import catalogue
from sim.scenario.diff import Change
from sim.scenario.load import load_scenario

ZH, EN = wording("zh"), wording("en")
STARTS = "highrise.project_starts_per_year"
GAP = {"zh": ["+160亿元", "+50 至 +350亿元"], "en": ["+16 billion yuan", "+5 to +35 billion yuan"]}
"""160 (50 to 350) 亿元 as written."""
LEVELS = {"zh": ("27,260", "27,420"), "en": ("2,726", "2,742")}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("2021-01 起 0；2025-01 起 27；2026-01 起 0", "2021-01 起 0；2025-01 起 27", "2026-01 起 0 → 27"),
        ("2021-01 起 0；2025-01 起 27", "2021-01 起 0；2025-01 起 27；2026-07 起 45", "27 → 2026-07 起 45"),
        ("2021-01 起 10；2026-01 起 0", "10", "2026-01 起 0 → 10"),
        ("2025-01 起 27；2026-01 起 0", "2025-01 起 27；2027-01 起 45", "2026-01 起 0 → 27；2027-01 起 45"),
        ("2025-01 起 27；2027-01 起 30", "2025-01 起 27；2027-01 起 45", "2027-01 起 30 → 2027-01 起 45"),
        ("0.25", "0.5", "0.25 → 0.5"),
        ("0.99（与全市相同）", "0.5", "0.99（与全市相同） → 0.5"),
    ],
)
def test_a_change_reads_forward_in_time(before: str, after: str, told: str) -> None:
    change = Change(catalogue()[STARTS], CITY, before, after)
    assert from_to(change, ZH) == told
    assert " → " in from_to(change, EN)


@pytest.mark.parametrize(
    ("values", "interval", "unit", "told"),
    [
        ((27_262.0, 27_421.0), (50.0, 350.0), "亿元", ("27,260亿元", "27,420亿元", "+160", "+50", "+350")),
        ((27_322.0, 27_471.0), (0.0, 300.0), "亿元", ("27,320亿元", "27,470亿元", "+150", "0", "+300")),
        ((27_312.0, 27_505.0), (90.0, 300.0), "亿元", ("27,310亿元", "27,500亿元", "+190", "+90", "+300")),
        ((27_312.0, 27_347.0), (20.0, 50.0), "亿元", ("27,310亿元", "27,350亿元", "+40", "+20", "+50")),
        ((378.2, 1166.9), (700.0, 900.0), "万平方米", ("378万㎡", "1167万㎡", "+789", "+700", "+900")),
        ((405.9, 406.31), (0.3, 0.5), "万平方米", ("405.9万㎡", "406.3万㎡", "+0.4", "+0.3", "+0.5")),
        ((10_314.0, 9_989.0), (-335.0, -315.0), "家", ("10,310家", "9,990家", "-320", "-340", "-320")),
        ((1721.7, 2135.4), (365.0, 462.5), "万平方米", ("1722万㎡", "2135万㎡", "+413", "+365", "+462")),
        ((69_582.9, 69_522.4), (-145.9, 25.0), "人", ("69,580人", "69,520人", "-60", "-150", "+20")),
        ((8702.486, 8702.454), (-0.05, -0.014), "亿元", ("8702亿元", "8702亿元", "-0.03", "-0.05", "-0.01")),
        ((5.0, 5.0), (0.0, 0.0), "个", ("5个", "5个", "0", "0", "0")),
        ((10.0, 133.4567), (123.456, 123.457), "个", ("10.0个", "133.5个", "+123.5", "+123.5", "+123.5")),
        ((25_013.731, 25_013.742), (-0.01, 0.03), "亿元", ("25,010亿元", "25,010亿元", "0", "0", "0")),
    ],
)
def test_two_means_are_as_far_apart_as_is_said(
    values: tuple[float, float], interval: tuple[float, float], unit: str, told: tuple[str, ...]
) -> None:
    assert numbers.apart(*values, *interval, unit, ZH) == told


@pytest.mark.parametrize(
    ("gap", "told"), [("", "+200"), ("+160", "+160"), ("+7,900", "+200"), ("0", "+200"), ("+12.5", "+158.0")]
)
def test_a_part_is_written_no_coarser_than_the_whole(gap: str, told: str) -> None:
    assert numbers.supported(158.0, -50.0, 366.0, ZH, gap)[0] == told


@pytest.mark.parametrize(
    ("value", "half", "told"),
    [(0.123456, 0.000055, "+0.1235"), (12_345.67, 0.05, "+12,350"), (-2105.123, 0.003, "-2,105"), (8.2, 0.11, "+8.2")],
)
def test_a_difference_has_four_figures_however_narrow_its_interval(value: float, half: float, told: str) -> None:
    assert numbers.supported(value, value - half, value + half, ZH)[0] == told


def figures(text: str) -> int:
    """How many significant figures a number is written with; zeros before the point count for none."""
    digits = text.lstrip("-").replace(",", "")
    return len(digits.replace(".", "").lstrip("0")) if "." in digits else len(digits.strip("0"))


@given(st.floats(1, 40_000), st.floats(-3_000, 3_000), st.floats(0.001, 2_000))
def test_the_difference_of_the_means_as_written_is_the_gap_as_written(before: float, gap: float, width: float) -> None:
    texts = numbers.apart(before, before + gap, gap - width, gap + width, "家", ZH)
    one, other, said, *_ = (float(text.removesuffix("家").replace(",", "")) for text in texts)
    largest = max(abs(gap - width), abs(gap + width))
    step = 10.0 ** max(-4, math.floor(math.log10(width)), math.floor(math.log10(largest)) - 3)
    step = max(step, width / 1.1) if abs(gap) <= width else step  # no more is known of what may be nought
    decimals = len(texts[2].partition(".")[2])
    fourth = math.floor(math.log10(max(before, abs(before + gap)))) - 3
    if one == other and largest < 0.5 * 10.0**fourth:  # too close for four figures: only the difference tells
        assert max(figures(text.removesuffix("家")) for text in texts[:2]) <= 4
        assert abs(one - before) <= 0.5 * 10.0 ** (fourth + 1)
    else:
        assert abs(other - one - said) <= 0.5 * 10.0**-decimals + 1e-6, "what is left is below the last digit"
    assert abs(said - gap) <= 1.1 * step
    assert len(texts[2].strip("+-0.").replace(",", "").replace(".", "")) <= 4, "four figures, however narrow"
    if fourth < numbers.place_of(gap - width, gap + width):
        assert max(figures(text.removesuffix("家")) for text in texts[:2]) <= 4


@pytest.mark.parametrize("words", [ZH, EN])
def test_few_runs_tell_the_difference_but_no_probability_and_no_level(words: Wording) -> None:
    gap, chance = Estimate(160.0, 50.0, 350.0), Estimate(0.125, -0.1, 0.35)
    change = Change(catalogue()[STARTS], CITY, "0", "27")
    share = Share(change, gap, chance, 0.0)
    aim = target("gross_output_2027")
    few = Attribution(
        "", "baseline", aim, gap, chance, 27_262.0, 27_422.0, 0.375, 0.5, (share,), None, True, 2, Size(8, 7_300)
    )
    [row] = told_attribution(few, words).grids[0].rows
    assert row[3:5] == GAP[words.lang], "all of the gap is its"
    said, many = attribution_sentence(few, words), attribution_sentence(replace(few, size=Size(128, 7_300)), words)
    levels = (*LEVELS[words.lang], "38%", "50%")
    assert all(text in many for text in levels) and not any(text in said for text in (*levels, "3/8", "4/8"))
    assert all(text in found for text in GAP[words.lang] for found in (said, many)) and "+12" in said and "-10" in said
    pairs = {"zh": ("8对运行", "净变+1对", "试算"), "en": ("net +1 of 8 paired runs", "a trial")}[words.lang]
    assert all(text in said and text not in many for text in pairs)


@pytest.mark.parametrize("words", [ZH, EN])
def test_what_moves_nothing_is_named_and_not_listed(words: Wording) -> None:
    gap, none, chance = Estimate(160.0, 50.0, 350.0), Estimate(0.0, 0.0, 0.0), Estimate(0.125, -0.1, 0.35)
    entries = catalogue()
    moved = Share(Change(entries[STARTS], CITY, "0", "27"), gap, chance, 0.0)
    idle = Share(Change(entries["land.park_share"], CITY, "0", "1"), none, none, 0.0)
    ends = 0.375, 0.5, (moved, idle), None, True, 4, Size(8, 7_300)
    one = Attribution("", "x", target("gross_output_2027"), gap, chance, 27_262.0, 27_422.0, *ends)
    still = replace(one, target=target("highrise_projects_2027"), gap=none, base_mean=90.0, other_mean=90.0,
                    shares=(replace(moved, number=none, chance=none), idle))  # fmt: skip
    [told, last] = told_attributions([still, one], words)
    [row], name = told.grids[0].rows, words.named(entries["land.park_share"].title)
    assert name not in row[0] and any(name in text for text in told.basis)
    assert not last.grids and "2027" in last.sentences[0] and "100" in last.sentences[0]
    pair = replace(one, interaction=(moved.change, idle.change, Estimate(-160.0, -170.0, -150.0)))
    together = next(text for text in told_attribution(pair, words).sentences if name in text)
    assert words.named(entries[STARTS].title) in together and GAP[words.lang][0][1:] in together
    sure = replace(idle, chance=chance)
    assert len(told_attributions([replace(one, shares=(moved, sure))], words)[0].grids[0].rows) == 2


def found(*levers: str) -> Backcast:
    """An answer for the output target by levers pushed to their upper bounds; none is found without any."""
    pushes = [push for push in possible(load_scenario("baseline"), SINCE) if push.entry.id in levers]
    moved = tuple(push for push in pushes if push.bound > push.now)
    points = (Point(0.0, 40, 64), Point(0.5, 60, 64)) if moved else (Point(0.0, 0, 64),)
    size = Size(64, 7_300)
    return Backcast(
        "baseline", (target("gross_output_2027"),), 0.8, SINCE, "reached" if moved else "unreachable", moved,
        0.5 if moved else None, points[-1] if moved else None, points, points, (), size, size,
    )  # fmt: skip


def test_every_table_names_its_target_and_the_values_of_all_levers_that_move() -> None:
    several = found("pipeline.big_projects_per_year", "pipeline.medium_projects_per_year")
    told = told_backcast(several, ZH)
    aim = "2027年“规上工业总产值≥2.7万亿元”"
    titles = [f"要有的情景条件（非政策）：{aim}", f"力度与概率：{aim}"]
    assert [grid.title for grid in told.grids] == titles and told.basis
    values = [row[1] for row in told.grids[1].rows]
    assert values == ["10、80", "45、340", "10、80", "45、340"]
    names = [push.entry.title.zh for push in several.moved]
    assert told.grids[1].heads[1] == f"杠杆值（依次为{'、'.join(names)}）"
    alone = told_backcast(found("pipeline.big_projects_per_year"), ZH)
    assert alone.grids[1].rows[1][1] == "45" and alone.grids[1].heads[1] == "杠杆值"


def test_districts_that_keep_their_own_value_are_named() -> None:
    one = found("pipeline.big_projects_per_year")
    assert "用自己的数" not in backcast_sentence(one, ZH)
    apart = replace(one, moved=tuple(replace(push, apart=("北仑区", "慈溪市")) for push in one.moved))
    assert "；北仑区、慈溪市用自己的数，不随之改变" in backcast_sentence(apart, ZH)
    assert "年落地数由10（全市的数）改为" in backcast_sentence(apart, ZH)
    [row, *_] = told_backcast(apart, ZH).grids[0].rows
    assert row[1] == "10（全市的数；北仑区、慈溪市另有自己的数）"
    assert told_backcast(one, ZH).grids[0].rows[0][1] == "10"
    assert "Beilun" in backcast_sentence(apart, EN)


@pytest.mark.parametrize(("hits", "said"), [(101, "抽样误差之内"), (128, "超出抽样误差"), (80, "")])
def test_a_probability_beside_the_summary_s_is_said_to_be_of_other_runs(hits: int, said: str) -> None:
    several = found("pipeline.big_projects_per_year")  # 40 of 64 without a change
    [told] = told_backcast(several, ZH, Point(0.0, hits, 128)).sentences
    alone = backcast_sentence(several, ZH)
    assert told.startswith(alone) and (said in told[len(alone) :] if said else told == alone)
    assert not said or "另一批随机数" in told


@pytest.mark.parametrize("state", ["reached", "indistinct", "undecided", "unreachable"])
def test_a_sentence_begins_with_its_target_holds_no_command_and_owns_up_to_conditions(state: State) -> None:
    several = replace(found("pipeline.big_projects_per_year", STARTS), state=state)
    told = told_backcast(several, ZH)
    assert told.sentences[0].startswith("2027年“规上工业总产值≥2.7万亿元”") and "威尔逊" not in told.sentences[0]
    assert "其中10亿元以上制造业项目年落地数是情景条件，非文件所能规定。" in told.sentences[0]
    alone = backcast_sentence(replace(found("pipeline.big_projects_per_year"), state=state), ZH)
    assert alone.endswith("所列都是情景条件，非文件所能规定：这一条说的是要有什么外部条件，不是该下什么文件。")
    assert "tenglong" not in told.sentences[0]
    assert any("--runs" in one for one in told.basis) == (state in ("indistinct", "undecided"))


@pytest.mark.parametrize("words", [ZH, EN])
def test_too_few_runs_tell_how_many_it_takes_and_no_value(words: Wording) -> None:
    few = replace(found("pipeline.big_projects_per_year"), state="too_few", confirmed=None)
    told = told_backcast(few, words)
    [said] = told.sentences
    assert " 25 " in said if words is EN else "至少要25次" in said
    assert "80个/年" not in said and words("backcast.levers_title", targets="")[:3] not in {
        grid.title[:3] for grid in told.grids
    }
    assert any("--runs" in one for one in told.basis)
    small = Size(16, 7_300)
    undecided = told_backcast(replace(few, state="undecided", fresh_size=small), words)
    assert any("25" in one and "16" in one for one in undecided.basis)


def test_a_condition_is_no_capacity_that_policy_decides() -> None:
    """One more big project helps and has a clause, yet no document orders it to land."""
    name = "pipeline.big_projects_per_year"
    step, size = Step(catalogue()[name], 10.0, 1.0), Size(24, 7_300)
    binding = pd.DataFrame([{
        "constraint": "demand", "district": CITY, "year": 0, "share": 0.9, "share_lo": 0.8, "share_hi": 1.0,
        "queue": 0.6, "queue_lo": 0.5, "queue_hi": 0.7, "runs": 24,
    }])  # fmt: skip
    worth = pd.DataFrame([{
        "id": name, "target": "gross_output_2027", "difference": 12.0, "lo": 8.0, "hi": 16.0, "sure": True, "pairs": 24,
    }])  # fmt: skip
    binding = pd.concat([binding, binding.assign(year=2027), binding.assign(district="海曙区")])
    aims = (target("gross_output_2027"),)
    told = told_bottlenecks(Bottlenecks("baseline", 2027, 2030, 7, aims, (step,), size, size, binding, worth), ZH)
    assert "没有哪种由政策决定的能力多一单位有可分辨的好处；多一单位也有好处、但非文件所能规定的有" in told.sentences[1]
    assert "10亿元以上制造业项目年落地数（情景条件，非政策）（+1个/年）+12亿元" in told.sentences[1]
    assert told.grids[1].rows[0][0] == "10亿元以上制造业项目年落地数（情景条件，非政策）"


def test_counts_are_whole_in_a_sentence_unless_enough_and_not_enough_would_be_the_same() -> None:
    one = found("pipeline.big_projects_per_year")
    assert "由10改为约46个/年" in backcast_sentence(replace(one, confirmed=Point(0.504, 60, 64)), ZH)
    close = (Point(0.0, 40, 64), Point(0.502, 50, 64), Point(0.504, 60, 64))
    assert "由10改为45.3个/年" in backcast_sentence(replace(one, confirmed=close[-1], fresh=close), ZH)


@pytest.mark.parametrize("words", [ZH, EN])
def test_nothing_stands_behind_tables_that_are_not_there(words: Wording) -> None:
    told = told_backcast(found(), words)
    assert told.sentences and not told.grids and not told.basis
