"""The ledger of fates as told: rows that add up, no count told as nothing, and what was used is no cause."""

from __future__ import annotations

import re
from html import escape

import numpy as np
import pandas as pd
import pytest

from sim.analysis.comparison import compare_targets
from sim.analysis.fates import summary
from sim.ensemble.fates import UNTOUCHED
from sim.ensemble.results import Results
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
    every = told_comparison("a", "b", targets, table, [], wording("zh")).grids[1].rows
    assert [row[1].partition("（")[0] for row in every] == ["新设企业", "市级工业上楼示范项目"]
    one = table.assign(pairs=1, lo=np.nan, hi=np.nan)
    assert len(told_comparison("a", "b", targets, one, [], wording("zh")).grids[1].rows) == 3
