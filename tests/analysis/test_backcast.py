"""What it would take, on thresholds of the model that are known beforehand."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np
import pytest

from sim.analysis.asked import CannotAnswer
from sim.analysis.backcast import Backcast, Point, _state, backcast
from sim.analysis.intervals import runs_to_confirm, wilson
from sim.analysis.pushes import SINCE, possible, pushed
from sim.cli.levers import _begins
from sim.ensemble.design import draw_parameters
from sim.registry import Target, target
from sim.report.backcasts import backcast_sentence
from sim.report.numbers import share
from sim.report.wording import wording
from sim.scenario.load import load_scenario
from sim.scenario.months import month_index
from tests.small import ENTERPRISES, SEED

BLOCKS = "redevelopment.land_mu_per_year"


RUNS, PROBABILITY = 11, 0.6
"""No fewer runs recommend a change for so high a probability."""


def answer(*targets: Target) -> Backcast:
    asked = [[target] for target in targets]
    [found] = backcast(load_scenario("baseline"), asked, PROBABILITY, SINCE, SEED, RUNS, ENTERPRISES, 1)
    return found


def blocks_due(threshold: float) -> Target:
    """万亩 started since 2025: in 2025 as published, in 2026 and 2027 what the lever says times each run's pace."""
    return replace(target("land_redeveloped_2027"), threshold=threshold)


def test_the_lever_value_that_a_target_needs_is_found_within_one_percent(home) -> None:
    found = answer(blocks_due(3.2))
    [push] = found.moved
    assert push.entry.id == BLOCKS and found.state == "reached" and found.needed is not None
    drawn = draw_parameters(load_scenario("baseline"), list(range(RUNS)), SEED)
    each = sorted((32_000 - 9_204.6) / one["redevelopment.pace"] - 9_204.6 for one in drawn)
    enough = each[ceil(PROBABILITY * RUNS) - 1]
    assert enough <= push.value(found.needed) <= enough + 0.01 * (push.bound - push.now)
    assert [one.push.entry.id for one in found.alone] == [BLOCKS]
    assert found.confirmed is not None and found.confirmed.interval[0] >= PROBABILITY
    said = backcast_sentence(found, wording("zh"))
    assert "试过的改变里最小的是自2027-01起把工业区块改造提升启动面积由9204.6改为" in said and "S007" in said
    unchanged = found.fresh[0]
    assert unchanged.effort == 0 and unchanged.chance < PROBABILITY
    assert f"概率由{share(unchanged.chance, unchanged.runs, wording('zh'))}（" in said


def test_a_change_that_the_same_runs_cannot_tell_from_none_is_no_answer() -> None:
    met = np.ones((80, 2))
    met[:12, 0] = met[:6, 1] = 0  # without the change 68 of 80, with it 74, all of those and six more
    none, changed = (Point(effort, int(n), 80) for effort, n in zip((0.0, 0.4), met.sum(axis=0), strict=True))
    assert _state([none, changed], met, changed, 0.8) == "reached"
    met[5, 1], met[12:15, 1] = 1, 0  # seven more, but three that no change reaches are lost
    assert _state([none, changed], met, changed, 0.8) == "indistinct"
    assert _state([none, changed], met, none, 0.8) == "met"


@pytest.mark.parametrize("probability", [0.5, 0.6, 0.8, 0.9, 0.95])
def test_so_few_runs_that_all_must_reach_the_target_recommend_nothing(probability: float) -> None:
    least = runs_to_confirm(probability)
    assert wilson(least - 1, least)[0] >= probability > wilson(least - 2, least - 1)[0]
    for runs, state in ((least - 1, "too_few"), (least, "reached")):
        met = np.ones((runs, 2))
        met[:, 0] = 0
        none, changed = Point(0.0, 0, runs), Point(1.0, runs, runs)
        assert changed.interval[0] >= probability, "it would pass the bar"
        assert _state([none, changed], met, changed, probability) == state
        assert _state([none], met, none, probability) == "met", "what is met without a change recommends nothing"


def test_what_no_allowed_value_reaches_is_called_unreachable(home) -> None:
    found = answer(blocks_due(12))
    assert found.state == "unreachable" and found.confirmed is None and found.needed is None
    assert found.fresh[-1].effort == 1 and found.fresh[-1].hits == 0
    assert backcast_sentence(found, wording("zh")).endswith("）。")
    assert "在目录所列的取值范围内达不到" in backcast_sentence(found, wording("zh")).partition("：")[0]


def test_what_is_met_without_change_needs_none(home) -> None:
    found = answer(blocks_due(2.0))
    assert found.state == "met" and found.needed == 0 and found.confirmed is not None and found.confirmed.effort == 0


def test_levers_are_pushed_from_what_holds_then_to_a_bound() -> None:
    scenario = load_scenario("combined")
    pushes = {(push.entry.id, push.bound): push for push in possible(scenario, SINCE)}
    blocks, turn = pushes[BLOCKS, 40_000], pushes["land.performance_priority", 0]
    assert blocks.now == 12_000 and blocks.value(0.25) == 19_000
    assert (turn.value(0.4), turn.value(0.6)) == (1, 0)
    assert not any(name.startswith("demand.") for name, _ in pushes)
    moved = pushed(scenario, [blocks], 0.25, SINCE).levers[BLOCKS]
    assert moved[-1] == (SINCE, 19_000) and moved[:-1] == scenario.levers[BLOCKS][:-1]
    assert pushed(scenario, [blocks], 0.0, SINCE) == scenario
    assert not blocks.apart
    own = scenario.model_copy(update={"district_levers": {"北仑区": {BLOCKS: ((0, 100.0),)}}})
    assert {push.entry.id for push in possible(own, SINCE) if push.apart == ("北仑区",)} == {BLOCKS}


def test_too_late_is_said() -> None:
    with pytest.raises(CannotAnswer, match="已来不及"):
        backcast(load_scenario("baseline"), [[blocks_due(3)]], 0.8, month_index("2028-01"))


def test_each_answer_says_that_it_is_begun(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sim.analysis.backcast._Trials.values", lambda *given: None)
    monkeypatch.setattr("sim.analysis.backcast._answer", lambda *given: given[3])
    found = backcast("baseline", ["quality_space_2027"], begins=_begins)
    lines = capsys.readouterr().err.splitlines()
    assert len(found) == len(lines) == 2 and lines[0].startswith("（1/2）正在反推：2027年“")
    assert lines[1].startswith("（2/2）") and "竣工" in lines[1]
    backcast("baseline", ["quality_space_2027.started"], begins=_begins)
    assert not capsys.readouterr().err, "of one answer, that it is worked on is said already"
