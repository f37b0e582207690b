"""The ledger of fates as told: rows that add up, no count told as nothing, and what was used is no cause."""

from __future__ import annotations

import re
from html import escape

import numpy as np
import pandas as pd
import pytest

from sim.analysis.comparison import compare, compare_targets
from sim.analysis.fates import summary
from sim.ensemble.fates import UNTOUCHED
from sim.ensemble.results import Results
from sim.own import SeriesFile
from sim.own.register import RegisterFile
from sim.report.caveats import empty_floors, few_pairs, one_own_data, output_still, trial
from sim.report.comparisons import from_baseline, told_comparison, told_fates
from sim.report.wording import wording
from sim.scenario.changed import changed
from sim.scenario.diff import changes
from sim.scenario.load import load_scenario
from tests.small import AWKWARD

PAIRS = 8
ROADS = ("relocated", "upstairs", "exited", UNTOUCHED)
LAND = "land.new_industrial_mu_per_year"


def ledger(seed: int, small: float) -> pd.DataFrame:
    """A ledger of fates of a few enterprises a pair, by :func:`summary`."""
    luck = np.random.default_rng(seed)
    rows = []
    for replicate in range(PAIRS):
        for before, after in [(one, other) for one in ROADS for other in ROADS if one != other]:
            firms = luck.poisson(small if UNTOUCHED in (before, after) else 12) * 14.6
            rows += [(replicate, "鄞州区", "纺织业", "below_scale", before, after, LAND, firms)] * (firms > 0)
    columns = ["replicate", "district", "industry", "size", "before", "after", "cause", "firms"]
    return summary(pd.DataFrame(rows, columns=columns), range(PAIRS))


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.parametrize("small", [0.1, 2.0])
def test_a_row_adds_up_and_no_count_is_told_as_nothing(small: float) -> None:
    for seed in range(40):
        found = ledger(seed, small)
        paths = found[found["by"] == "path"].to_dict("records")
        for row, (_, gained, lost, net, _) in zip(paths, told_fates("a", "b", found, wording("zh")).grids[0].rows,
                                                  strict=True):  # fmt: skip
            assert number(gained) - number(lost) == pytest.approx(number(net))
            for true, told in ((row["gained"], gained), (row["lost"], lost)):
                assert (number(told) == 0) == (true == 0)
            wide = max((row["hi"] - row["lo"]) / 2, 1.0)
            assert all(abs(number(told) - row[side]) <= wide for side, told in
                       (("gained", gained), ("lost", lost), ("firms", net)))  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_enterprises_used_is_no_cause_and_the_one_lever_is_named(lang: str) -> None:
    base, found, words = load_scenario("baseline"), ledger(0, 2.0), wording(lang)
    one = changes(changed("baseline", {"parks.relocation_subsidy": {"2027-01": 0.4}}), base)
    two = [*one, *changes(changed("baseline", {"land.park_share": {"2027-01": 0.9}}), base)]
    lever = words.named(one[0].entry.title)
    [alone], [more] = (told_fates("a", "b", found, words, differ).sentences for differ in (one, two))
    assert lever in alone and lever not in more and "0.4" in alone
    assert not re.search("背后|原因|behind|(?<!be)cause(?! of)", alone)
    head = told_fates("a", "b", found, words).grids[1].heads[0]
    assert ("未必是改动的杠杆" if lang == "zh" else "not necessarily the lever") in head


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_projects_that_wait_are_said_to_move_nobody(lang: str) -> None:
    words, found = wording(lang), ledger(0, 2.0)
    rows = [(2029, 2.0, 1.0, 3.0), (2030, 29.31, 11.2, 47.4)]
    table = pd.DataFrame(rows, columns=["year", "difference", "lo", "hi"]).assign(indicator="projects_waiting")
    told = told_fates("a", "b", found, words, table=table).sentences
    assert len(told) == 2 and "2030" in told[1] and "30" in told[1] and "+10" in told[1] and "29" not in told[1]
    unsure = table.assign(lo=-1.0)
    for without in (unsure, table[table["year"] < 2029], None):
        assert len(told_fates("a", "b", found, words, table=without).sentences) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_table_of_nothing_but_zeros_is_one_sentence(results: Results, lang: str) -> None:
    words, same = wording(lang), compare_targets(results, "baseline", "baseline")
    said = from_baseline(same, False, words, own=True)
    assert "<table" not in said and escape(words("table.differences.same_own")) in said
    assert "<table" in from_baseline(same, True, words, own=True), "levers that move nothing are no mere data"
    assert "<table" in from_baseline(compare_targets(results, "baseline", AWKWARD), False, words, own=True)


def test_indicators_without_a_difference_as_written_have_no_row() -> None:
    """What differs below the four figures that are written is as good as equal; a sure difference keeps its row."""
    rows = [
        ("gross_output_above_scale", 25_013.731, 25_013.742, -0.01, 0.03),
        ("highrise_projects", 90.0, 111.0, 20.0, 22.0),
        ("firms_exited", 47_160.0, 47_160.0, 0.0, 0.0), ("firms_entered", 53_110.16, 53_110.24, 0.03, 0.14),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["indicator", "base", "other", "lo", "hi"])
    table = table.assign(year=2030, pairs=128, difference=table["other"] - table["base"])
    targets = pd.DataFrame([{
        "id": "gross_output_2030", "label": "产值", "reading": "", "deadline": "2030-12", "threshold": 1.0,
        "unit": "亿元", "direction": ">=", "base_probability": 0.5,
        "probability": 0.5, "chance_lo": 0.0, "chance_hi": 0.0, "base": 1.0,
        "other": 1.0, "difference": 0.0, "lo": 0.0, "hi": 0.0, "pairs": 128,
    }])  # fmt: skip
    told = told_comparison("a", "b", targets, table, [], wording("zh"))
    assert [row[1].partition("（")[0] for row in told.grids[1].rows] == ["新设企业", "市级工业上楼示范项目"]
    assert told.basis[0].startswith("另有2行")
    wide = table.assign(difference=0.0, other=table["base"], lo=-3.0, hi=3.0)
    assert not told_comparison("a", "b", targets, wide, [], wording("zh")).grids[1].rows, "as is noise around nought"
    one = table.assign(pairs=1, lo=np.nan, hi=np.nan)
    assert len(told_comparison("a", "b", targets, one, [], wording("zh")).grids[1].rows) == 3


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_columns_are_headed_by_the_two_that_are_compared(results: Results, lang: str) -> None:
    """Neither of them need be the baseline."""
    aims, table = (of(results, "baseline", AWKWARD) for of in (compare_targets, compare))
    told = told_comparison("ours", "ours-up", aims, table, [], wording(lang))
    heads = [head for grid in told.grids for head in grid.heads]
    assert [name for head in heads for name in re.findall("ours-up|ours", head)] == [
        *("ours", "ours-up") * 2, *("ours", "ours-up")
    ]  # fmt: skip
    assert not re.search("基准|本情景|[Bb]aseline|This scenario", "".join([*heads, told.grids[0].title]))


ADDED = {"quality_space_started": (2_000.0, 240.0, 258.0)}
"""Base, and the ends of the interval of the difference."""
EMPTIER, SAME_USERS = {"tower_occupancy": (43.1, -2.7, -2.3)}, {"firms_upstairs": (900.0, -0.3, 0.7)}
FULLER, MORE_USERS = {"tower_occupancy": (43.1, 1.0, 2.0)}, {"firms_upstairs": (900.0, 30.0, 34.0)}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("differ", "said"),
    [
        (ADDED | EMPTIER | SAME_USERS, {"43.1%", "40.6%", "+0.2", "249"}),
        (ADDED | EMPTIER | MORE_USERS, {"43.1%", "40.6%", "249"}),
        (ADDED | FULLER | SAME_USERS, {"+0.2", "249"}),
        (ADDED | FULLER | MORE_USERS, set()),
        ({"quality_space_started": (2_000.0, -9.0, 9.0)} | EMPTIER | SAME_USERS, set()),
        (ADDED | EMPTIER, set()),
    ],
)
def test_added_floors_that_stand_empty_are_said_to(
    differ: dict[str, tuple[float, float, float]], said: set[str], lang: str
) -> None:
    rows = [(name, base, base + (low + high) / 2, low, high) for name, (base, low, high) in differ.items()]
    table = pd.DataFrame(rows, columns=["indicator", "base", "other", "lo", "hi"])
    table = table.assign(year=2030, difference=table["other"] - table["base"])
    earlier = table.assign(year=2027, lo=-1.0, hi=1.0)
    told = empty_floors("甲", "乙", pd.concat([earlier, table]), wording(lang))
    if lang == "en":
        said = said - {"249"} | ({"2.49 million m²"} if said else set())
    assert all(part in told for part in said) and bool(told) == bool(said)
    assert ("+0.2" in told) == ("+0.2" in said) and ("40.6%" in told) == ("40.6%" in said)


def test_a_probability_from_few_pairs_is_told_to_be_a_trial() -> None:
    pairs = pd.DataFrame({"pairs": [8, 8]})
    assert "只有8对运行，不足100对，只是试算" in few_pairs(pairs, wording("zh"))
    assert "Only 8 paired runs" in few_pairs(pairs, wording("en")) and few_pairs(pairs + 92, wording("zh")) == ""


def test_output_that_stays_is_said_to_be_how_the_model_is_written() -> None:
    names = ["gross_output_2030", "quality_space_2030.started"]
    moved = pd.DataFrame({"id": names, "lo": [1.0, 0.0], "hi": [2.0, 0.0]})
    assert output_still(moved, wording("zh")) == ""
    assert "这是模型的写法，不是发现" in output_still(moved.assign(lo=0.0, hi=0.0), wording("zh"))
    assert "how the model is written" in output_still(moved.assign(lo=-1.0), wording("en"))


def test_scenarios_on_one_own_series_or_register_say_so() -> None:
    base = load_scenario("baseline")
    words = wording("zh")
    assert one_own_data([base, base], 73_000, words) == ""
    series, register = SeriesFile("scenarios/mine.csv", "00"), RegisterFile("名录.xlsx", "00", "名录.yaml")
    mine = base.model_copy(update={"output_series": series, "register_file": register})
    told = one_own_data([mine, mine], 3_000, words)
    assert "都用同一份自备数据运行（月度产值 mine.csv、企业名录 名录.xlsx，每次3,000家）" in told


def test_few_runs_or_few_synthetic_enterprises_are_called_a_trial() -> None:
    words = wording("zh")
    assert trial(128, 73_000, words) == trial(128, None, words) == ""
    assert "这是试算：16次运行、每次5,000家企业，少于通常的128次、每次73,000家企业" in trial(16, 5_000, words)
    assert "试算" in trial(128, 5_000, words) and "16次运行，少于通常的128次。" in trial(16, None, words)
