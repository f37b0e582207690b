"""Robustness: who dominates has no regret, families may differ, ties are ties, and what turns a ranking is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.asked import CannotAnswer
from sim.analysis.robustness import DRAWS, OneScenario, _values, futures, measures, robustness, stability
from sim.ensemble.points import DEMAND
from sim.ensemble.results import Results
from sim.registry import Target, target
from sim.report.robustnesses import robustness_record, titles, told_robustness
from sim.report.wording import wording
from tests.small import AWKWARD, AWKWARD_TITLE, ENTERPRISES, RUNS, SEED

GOAL = replace(target("quality_space_2027.started"), threshold=10.0)
LOW = pd.DataFrame({"demand": np.arange(8.0)})


def reached(goal: Target = GOAL, **scenarios: list[float]) -> pd.DataFrame:
    return measures(pd.DataFrame(scenarios), goal).set_index("scenario")


def test_who_dominates_has_no_regret_and_stays_first() -> None:
    values = pd.DataFrame({"better": [9.0, 11, 14, 12] * 2, "worse": [7.0, 11, 10, 9] * 2})
    found = measures(values, GOAL).set_index("scenario")
    assert (found.loc["better", ["regret", "regret_hi", "regret_worst"]] == 0).all()
    assert found.loc["worse", ["regret", "regret_worst"]].to_list() == pytest.approx([9 / 4, 4])
    assert found[["satisfied", "shortfall"]].to_numpy() == pytest.approx(np.array([[0.75, 1], [0.5, 2]]))
    stable, turning = stability(values, GOAL, LOW)
    assert stable.set_index(["family", "scenario"]).loc[("regret", "better"), ["first", "tilted"]].to_list() == [1, 1]
    assert turning.empty and (stable["draws"] == DRAWS).all() and (stable["tilts"] == 2).all()


def test_of_a_target_that_must_not_be_passed_less_is_better() -> None:
    found = reached(replace(GOAL, direction="<="), high=[9.0, 12.0], low=[8.0, 9.0])
    assert found.loc["low", "regret"] == 0 and found.loc["high", "regret"] == pytest.approx(2)
    assert found["satisfied"].to_dict() == {"high": 0.5, "low": 1}


def test_the_two_families_can_rank_differently() -> None:
    """One just meets the target always; the other misses it half the time and by far exceeds it else."""
    found = reached(steady=[10.0] * 4, bold=[9.0, 30, 9, 30])
    assert found["rank_satisfied"].to_dict() == {"steady": 1, "bold": 2}
    assert found["rank_regret"].to_dict() == {"steady": 2, "bold": 1}


def test_the_same_twice_is_level() -> None:
    values = pd.DataFrame({"one": [9.0, 11, 12], "other": [9.0, 11, 12]})
    found = measures(values, GOAL)
    assert (found[["rank_regret", "rank_satisfied"]] == 1).all(axis=None) and (found["regret"] == 0).all()
    assert (stability(values, GOAL, LOW[:3])[0]["first"] == 1).all()


def test_the_factor_that_turns_the_ranking_is_found() -> None:
    """Bold wins where demand is high, by a little more than it loses where it is low; noise turns nothing."""
    high = np.arange(8) >= 4
    values = pd.DataFrame({"steady": np.full(8, 10.0), "bold": np.where(high, 12.0, 8.5)})
    factors = pd.DataFrame({"demand": np.arange(8.0), "noise": [0.0, 1] * 4, "fixed": np.ones(8)})
    stable, turning = stability(values, GOAL, factors)
    regret = turning[turning["family"] == "regret"]
    assert regret[["factor", "upwards", "first"]].values.tolist() == [["demand", False, "steady"]]
    bold = stable.set_index(["family", "scenario"]).loc[("regret", "bold")]
    assert bold["tilted"] == 0.75 and bold["lowest"] == 2 and 0.5 < bold["first"] < 0.9


def test_what_pairs_cannot_tell_apart_is_level_and_so_is_what_is_nothing_beside_the_level() -> None:
    """The first: noise around the same. The second: sure, yet 0.04 of 34,000. The third: sure, and a hundredth."""
    luck = np.random.default_rng(3).normal(0, 1, (4, 64))
    noise = reached(one=(10 + luck[0]).tolist(), other=(10.01 + luck[1]).tolist())
    assert noise[["level_regret", "level_satisfied"]].all(axis=None)
    size = 34_000 + 100 * luck[2]
    tiny, clear = (reached(one=size.tolist(), other=less.tolist()) for less in (size - 0.04, size * 0.99))
    assert tiny["level_regret"].all() and tiny.loc["other", "regret_lo"] > 0
    assert clear["level_regret"].to_dict() == {"one": True, "other": False}
    often = reached(one=[11.0] * 64, other=[11.0] * 40 + [9.0] * 24)
    assert often["level_satisfied"].to_dict() == {"one": True, "other": False}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_winner_is_named_among_those_that_are_level(results: Results, lang: str) -> None:
    words = wording(lang)
    base, title = (words.named(one.title) for one in results.scenarios.values())
    found = robustness(results, ["gross_output_2027"])
    level = found.measures.assign(level_regret=True, level_satisfied=True, rank_regret=[1, 2], regret=[0.04, 0.07])
    level = level.assign(rank_satisfied=[2, 1], satisfied=[0.0, 1 / RUNS])
    [said] = told_robustness(replace(found, measures=level), results.scenarios, ENTERPRISES, words).sentences
    assert words("robustness.both_level") in said and title not in said and base not in said
    assert {"zh": "0.07亿元", "en": "7 million yuan"}[lang] in said and "0.1%" in said
    one = level.assign(level_satisfied=[False, True])
    [said] = told_robustness(replace(found, measures=one), results.scenarios, ENTERPRISES, words).sentences
    assert words("robustness.mute_regret") in said and said.count(f"“{title}”") == 1


def test_it_reads_an_ensemble_and_says_how_many_futures(results: Results) -> None:
    found = robustness(results, ["quality_space_2030.started", "gross_output_2030"])
    space = found.measures.query("target == 'quality_space_2030.started'").set_index("scenario")
    assert space.loc[AWKWARD, "regret"] == 0 < space.loc["baseline", "regret"] and found.futures == RUNS
    assert DEMAND in futures(results, "baseline") and len(futures(results, "baseline")) == RUNS
    told = told_robustness(found, results.scenarios, ENTERPRISES, wording("zh"))
    assert f"{RUNS}种未来" in told.sentences[0] and f"最稳的是“{AWKWARD_TITLE}”" in told.sentences[0]
    assert ["S011、S161" in row[-1] for row in told.grids[0].rows] == [True, False]
    assert [row[0] for row in told.grids[1].rows] == ["基准：执行现状与既定计划", AWKWARD_TITLE]
    alike = {name: one.model_copy(update={"title": one.title.model_copy(update={"zh": "试"})})
             for name, one in results.scenarios.items()}  # fmt: skip
    assert titles(alike, wording("zh")) == {"baseline": "试（baseline）", AWKWARD: f"试（{AWKWARD}）"}
    record = robustness_record(found, SEED, ENTERPRISES)
    assert len(record["measures"]) == 4 and {row["unit"] for row in record["measures"]} == {"万平方米", "亿元"}


def test_one_scenario_has_nothing_to_be_compared_with(results: Results) -> None:
    alone = replace(results, scenarios={"baseline": results.scenarios["baseline"]})
    with pytest.raises(OneScenario, match="两个以上"):
        robustness(alone)


def test_what_a_run_or_a_horizon_does_not_reach_is_said(results: Results) -> None:
    with pytest.raises(CannotAnswer, match="期限为 2045-12，晚于情景 "):
        _values(results, list(results.scenarios), replace(GOAL, deadline="2045-12"))
    nothing = replace(results, cells=results.cells.assign(**{GOAL.indicator: np.nan}))
    with pytest.raises(CannotAnswer, match="没有一次运行在每个情景里都有数值"):
        _values(nothing, list(results.scenarios), GOAL)
