"""What the answers say where two scenarios cannot be paired, and that what is kept is what was told."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from sim.ensemble.runner import run
from sim.report.answers import about, keep_answers, kept_of, stored
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from tests.small import ANSWERED, FEW

ZH = wording("zh")


def test_another_population_leaves_questions_with_a_reason_not_an_error(fresh_home: Path) -> None:
    base, like = load_scenario("baseline"), load_scenario("upstairs-faster")
    rules = {name: next(option for option in entry.options if option != entry.standard)
             for name, entry in catalogue().of_kind("switch").items()}  # fmt: skip
    other = like.model_copy(update={"name": "other-rules", "structure": rules})
    results = run([base, other], 2, 7, 1_300, workers=1, cells=False)
    asked = about(other, results, ZH, [ANSWERED], sizes={"comparison": FEW}, workers=1)
    differs, ends = asked.told("comparison")
    assert differs.grids[0].rows and ends.sentences == ["两个情景的结构开关使企业总体不同，无法逐家对照去向。"]
    [incidence] = asked.told("incidence")
    assert incidence.sentences == ends.sentences and not incidence.grids


def test_a_baseline_alone_says_what_to_type(home: Path, results) -> None:
    asked = about(results.scenarios["baseline"], results, ZH, [ANSWERED], workers=1)
    assert asked.told("robustness")[0].sentences == ["这一问要与另一情景比较：tenglong robustness baseline 另一情景。"]


def test_what_is_kept_is_what_was_told(home: Path, results, report: Path) -> None:
    scenario = results.scenarios["awkward"]
    told = stored(scenario, "zh")
    assert told is not None and kept_of(load_scenario("baseline"), "zh") is None
    sizes = dict.fromkeys(told, FEW)
    asked = about(scenario, results, ZH, [ANSWERED], sizes=sizes, workers=1)
    assert keep_answers(asked) == told
    [one] = asked.told("bottlenecks")
    assert [list(row) for grid in one.grids for row in grid.rows] == [
        list(row) for grid in told["bottlenecks"][0].grids for row in grid.rows
    ]
    assert list(asdict(one)["sentences"]) == list(told["bottlenecks"][0].sentences)
