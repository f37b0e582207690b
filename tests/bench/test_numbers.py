"""The bench says what the command line says, of the newest position only, and survives what goes wrong."""

from __future__ import annotations

import queue
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.analysis.attainment import targets
from sim.analysis.comparison import compare_targets
from sim.bench.answer import INDICATORS, Answer, answer, headlines
from sim.bench.dials import LEVERS, dials, turned
from sim.bench.luck import Luck
from sim.bench.refine import Question, Refiner, shown
from sim.bench.save import save
from sim.ensemble.runner import run
from sim.report.quantiles import LEVELS, by_year, flows_by_year
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from tests.small import ENTERPRISES, SEED

RUNS = 5
STARTS = LEVERS[0]
MOVED = {STARTS: 61.0, "demand.growth_shift": 0.02}
EARLIER = f"""\
name: earlier
title: {{zh: 早一步}}
extends: combined
levers: {{{STARTS}: {{2026-03: 40}}}}
structure: {{structure.priority: lottery}}
"""


@pytest.fixture(scope="module")
def luck() -> Luck:
    return Luck(SEED, ENTERPRISES)


@pytest.mark.parametrize("name", ["combined", "earlier"])
def test_the_numbers_are_those_of_the_command_line(fresh_home: Path, luck: Luck, name: str) -> None:
    (fresh_home / "scenarios" / "earlier.yaml").write_text(EARLIER, encoding="utf-8")
    scenario, baseline = load_scenario(name), load_scenario("baseline")
    position = turned(scenario, MOVED)
    sides = [[luck.run(item, number) for number in range(RUNS)] for item in (position, baseline)]
    found = answer(*sides, RUNS)

    save(scenario, MOVED, "saved")
    results = run(["baseline", "saved"], RUNS, SEED, ENTERPRISES, workers=1)
    said = targets(results).set_index(["scenario", "id"])
    pairs = compare_targets(results, "baseline", "saved").set_index("id")
    assert len(found.chances) == len(headlines()) == 6
    for one in found.chances:
        theirs = said.loc[("saved", one.target.id)]
        assert (one.probability, one.low, one.high, one.median) == tuple(
            theirs[["probability", "ci_low", "ci_high", "median"]]
        )
        assert one.base == said.loc[("baseline", one.target.id), "probability"]
        assert (one.gain_low, one.gain_high) == tuple(pairs.loc[one.target.id, ["chance_lo", "chance_hi"]])
    frame = results.frame[results.frame["scenario"] == "saved"]
    for indicator in INDICATORS:
        np.testing.assert_array_equal(found.fans[indicator][list(LEVELS)], by_year(frame, indicator)[list(LEVELS)])
    flows = flows_by_year(results.flows[results.flows["scenario"] == "saved"]).set_index(["path", "year"])
    ours = found.moves.set_index(["path", "year"])
    np.testing.assert_allclose(ours.loc[flows.index, list(LEVELS)], flows[list(LEVELS)], rtol=1e-12)


def test_the_past_is_made_once_for_all_positions() -> None:
    luck, baseline = Luck(SEED, ENTERPRISES), load_scenario("baseline")
    for value in (30.0, 60.0, 90.0):
        luck.run(turned(baseline, {STARTS: value}), 0)
    assert len(luck._pasts) == 1


def test_the_dials_are_levers_inside_their_ranges_with_their_clauses() -> None:
    scenario = load_scenario("combined")
    found = dials(scenario, ["enforcement.eliminations_per_year"])
    assert len(found) == len(LEVERS) + 1 and 8 <= len(LEVERS) <= 10
    for dial in found:
        values = [value for _, value in dial.places]
        assert dial.start in values and values == sorted(set(values)) and len(values) <= 602
        assert (values[0], values[-1]) == dial.entry.bounds == catalogue()[dial.entry.id].bounds
        assert all(clause in dial.hover for clause in dial.entry.clauses) and dial.unit in dial.facts
    assert "全市新开工标志性工业上楼示范项目27个" in found[0].hover and found[0].start == 45
    assert all(dial.unit == dial.entry.unit and dial.scale == 1 for dial in found if dial.entry.unit != "1/年")
    shift = next(dial for dial in found if dial.entry.id == "demand.growth_shift")
    assert shift.facts.startswith("-10 至 10 个百分点/年") and shift.places[0] == ("-10", -0.1)
    assert "1个百分点为0.01" in shift.hover


@pytest.fixture
def told() -> queue.Queue[Any]:
    return queue.Queue()


@pytest.fixture
def refiner(told: queue.Queue[Any]) -> Any:
    made = Refiner(SEED, ENTERPRISES, lambda *pair: told.put(pair), lambda *pair: told.put(pair))
    yield made
    made.close()


def test_a_newer_position_drops_the_older(refiner: Refiner, told: queue.Queue[Any]) -> None:
    baseline = load_scenario("baseline")
    older = Question(turned(baseline, {STARTS: 70.0}), baseline, 5_000)
    newer = Question(turned(baseline, {STARTS: 80.0}), baseline, 4)
    refiner.ask(older)
    assert told.get(timeout=300)[0] is older
    refiner.ask(newer)
    said = [told.get(timeout=60)]
    while said[-1][1].runs < 4 or said[-1][0] is older:
        said.append(told.get(timeout=60))
    ours = [found.runs for question, found in said if question is newer]
    assert ours == [1, 2, 3, 4] and sum(question is older for question, _ in said) <= 1
    time.sleep(0.3)
    assert told.empty()


def test_intervals_shrink_as_runs_are_added(refiner: Refiner, told: queue.Queue[Any]) -> None:
    baseline = load_scenario("baseline")
    refiner.ask(Question(baseline, baseline, 8))
    widths = []
    while len(widths) < sum(shown(number, 8) for number in range(1, 9)):
        _, found = told.get(timeout=300)
        assert isinstance(found, Answer)
        widths.append(max(one.high - one.low for one in found.chances))
    assert widths[-1] < 0.6 < 0.75 < widths[0]


def test_what_a_run_raises_is_told_and_the_next_question_is_answered(
    refiner: Refiner, told: queue.Queue[Any]
) -> None:
    baseline = load_scenario("baseline")
    broken = baseline.model_copy(update={"levers": {}})
    refiner.ask(Question(broken, baseline, 2))
    question, error = told.get(timeout=300)
    while not isinstance(error, Exception):
        question, error = told.get(timeout=300)
    assert question.scenario is broken
    refiner.ask(Question(baseline, baseline, 1))
    assert told.get(timeout=300)[1].runs == 1
