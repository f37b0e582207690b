"""What the answers say where two scenarios cannot be paired, and that what is kept is what was told."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from sim.analysis.asked import CannotAnswer, asked_targets
from sim.ensemble.runner import run
from sim.ensemble.stamp import DataChanged
from sim.report.answers import Answers, about, due_first, keep_answers, kept_of, stored
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from tests.small import ANSWERED, ENTERPRISES, FEW, RUNS, SEED

ZH = wording("zh")
SIZE = (RUNS, SEED, ENTERPRISES)


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
    said = "这一问要与另一情景比较。请运行 tenglong robustness baseline 另一情景。"
    assert asked.told("robustness")[0].sentences == [said]


def test_what_is_kept_is_what_was_told(home: Path, results, report: Path) -> None:
    scenario = results.scenarios["awkward"]
    told = stored(scenario, "zh", *SIZE)
    assert told is not None and kept_of(load_scenario("baseline"), *SIZE) is None
    [one] = about(scenario, results, ZH, sizes=dict.fromkeys(told, FEW), workers=1).told("bottlenecks")
    assert [list(row) for grid in one.grids for row in grid.rows] == [
        list(row) for grid in told["bottlenecks"][0].grids for row in grid.rows
    ]
    assert list(asdict(one)["sentences"]) == list(told["bottlenecks"][0].sentences)


@pytest.mark.slow
def test_answers_of_other_targets_or_runs_or_before_a_table_changed_are_not_told(
    home: Path, results, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = results.scenarios["awkward"]
    mine = kept_of(scenario, *SIZE)
    few = dict.fromkeys(("bottlenecks", "warnings", "backcast", "attribution", "incidence", "comparison"), FEW)
    keep_answers(about(scenario, results, ZH, [ANSWERED], sizes=few, workers=1))
    assert kept_of(scenario, *SIZE) == mine, "the newest, but about another target"
    assert kept_of(scenario, RUNS + 1, SEED, ENTERPRISES) is None
    monkeypatch.setattr("sim.report.answers.data_digests", lambda: {"policy/unclear.csv": "changed"})
    assert kept_of(scenario, *SIZE) is None, "a table that is only told counts as well"


def test_answers_during_which_a_table_of_ones_own_appeared_are_refused(
    home: Path, results, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = {"policy/unclear.csv": "1"}
    monkeypatch.setattr("sim.report.answers.data_digests", lambda: dict(tables))
    monkeypatch.setattr("sim.report.answers.QUESTIONS", ("consistency",))
    asked = about(results.scenarios["awkward"], results, ZH, sizes={"comparison": FEW}, workers=1)

    answer = Answers.found

    def found(self: Answers, *given):
        tables["own/S038.csv"] = "2"
        return answer(self, *given)

    monkeypatch.setattr(Answers, "found", found)
    with pytest.raises(DataChanged, match="重新运行同一命令"):
        keep_answers(asked)
    assert kept_of(results.scenarios["awkward"], *SIZE) is None
    begun = []
    found_again = keep_answers(asked, lambda *told: begun.append(told))
    assert list(found_again) == ["consistency"], "asked again without a change, they are kept"
    assert begun == [("consistency", 0, 0)], "a question that runs nothing is named as well"


def test_a_scenario_that_ends_before_its_inherited_targets_is_asked_about_the_others(home: Path) -> None:
    short = load_scenario("baseline").model_copy(update={"name": "short", "horizon": 83})
    assert set(due_first(short)) == {"gross_output_2027", "quality_space_2027", "highrise_projects_2027"}
    settled = short.model_copy(update={"targets": ("firms_eliminated_2025",)})
    assert due_first(settled) == ()
    with pytest.raises(CannotAnswer, match="请用 --target"):
        asked_targets((), settled)
    with pytest.raises(CannotAnswer, match="晚于"):
        asked_targets(["gross_output_2030"], short)
