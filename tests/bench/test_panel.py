"""The bench's widgets without a browser: moved, reset, saved; what is wrong is said where the user looks."""

from __future__ import annotations

import re
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.bench.briefing import Briefings
from sim.bench.dials import LEVERS
from sim.bench.emulator import fit
from sim.bench.luck import _keep
from sim.bench.panel import Sliders, _options, sliders
from sim.scenario.load import check_file, load_scenario
from sim.scenario.problems import ScenarioNotFound
from tests.small import AWKWARD, ENTERPRISES, SEED

STARTS = LEVERS[0]


@pytest.fixture
def bench(fresh_home: Path) -> Iterator[Sliders]:
    made = sliders(runs=3, seed=SEED, enterprises=ENTERPRISES)
    yield made
    made.close()


def settled(bench: Sliders) -> None:
    """Wait until the newest position is answered in full."""
    for _ in range(1_200):
        if bench.answer is not None and bench._shown is bench._question and bench.answer.runs == bench.runs.value:
            return
        time.sleep(0.1)
    pytest.fail("no answer")


def test_a_slider_moves_the_answer_and_reset_brings_it_back(bench: Sliders) -> None:
    settled(bench)
    assert bench.answer is not None
    before = bench._table.value
    fan = bench.answer.fans["quality_space_started"]
    assert (fan["median"] == fan["base"]).all()
    bench.sliders[STARTS].value = 90.0
    settled(bench)
    last = bench.answer.fans["quality_space_started"].iloc[-1]
    assert last["median"] > 1.3 * last["base"] and bench._table.value != before
    assert bench.charts["started"].get_state()["spec"]["datasets"]["rows"][-1]["median"] == round(last["median"], 4)
    bench.reset.click()
    settled(bench)
    assert bench.values == {} and bench._table.value == before


def test_saving_writes_a_scenario_that_loads_and_is_picked(bench: Sliders) -> None:
    bench.sliders[STARTS].value = 90.0
    bench.save.click()
    assert "请先在“另存为”里写一个名字" in bench._message.value
    bench.name.value = "../evil"
    bench.save.click()
    assert "只能由小写英文字母" in bench._message.value
    bench.name.value = "my-plan"
    bench.save.click()
    assert "scenarios/my-plan.yaml" in bench._message.value and check_file("my-plan") == []
    assert load_scenario("my-plan").levers[STARTS][-1] == (72, 90.0)
    assert bench.scenario.value == "my-plan" and bench.values == {} and bench.sliders[STARTS].value == 90.0


def test_a_broken_scenario_is_explained_and_the_old_one_stays(bench: Sliders, fresh_home: Path) -> None:
    broken = fresh_home / "scenarios" / "broken.yaml"
    broken.write_text("name: broken\ntitle: {zh: 坏}\nlevers: {highrise.project_start: <b>9</b>}\n", encoding="utf-8")
    bench.scenario.options = [*bench.scenario.options, ("坏", "broken")]
    bench.scenario.value = "broken"
    assert "broken.yaml:3:10" in bench._message.value and "<b>" not in bench._message.value
    assert bench.scenario.value == "baseline"


def test_a_file_with_faults_stands_in_the_list_and_says_so(fresh_home: Path) -> None:
    (fresh_home / "scenarios" / "broken.yaml").write_text("name: broken\n", encoding="utf-8")
    assert ("broken（文件有错）", "broken") in _options()


def test_a_cell_that_is_run_again_stops_the_work_of_its_first_run(bench: Sliders) -> None:
    settled(bench)
    bench.runs.value = 512
    again = sliders(runs=2, seed=SEED, enterprises=ENTERPRISES)
    try:
        bench._refiner._thread.join(60)
        assert not bench._refiner._thread.is_alive() and "这里的滑块已停" in bench._status.value
        bench.sliders[STARTS].value = 90.0
        bench.reset.click()
        assert "这里的滑块已停" in bench._status.value
        settled(again)
        with pytest.raises(ScenarioNotFound):
            sliders("no-such")
        again.sliders[STARTS].value = 90.0
        settled(again)
    finally:
        again.close()


def test_an_answer_that_failed_is_said_and_one_of_an_older_question_is_not_shown(bench: Sliders) -> None:
    settled(bench)
    shown, question = bench.answer, bench._question
    assert shown is not None
    bench._failed(question, ArithmeticError("量出了负数"))
    for _ in range(50):
        if "没有算成：量出了负数" in bench._status.value:
            break
        time.sleep(0.1)
    else:
        pytest.fail(bench._status.value)
    bench.sliders[STARTS].value = 80.0
    bench._show(question, replace(shown, runs=-1), {})
    assert bench.answer is None or bench.answer.runs != -1


@pytest.mark.slow
def test_a_second_briefing_waits_and_one_that_fails_says_why(fresh_home: Path) -> None:
    told: list[str] = []
    briefings = Briefings(told.append)
    briefings.make("no-such", 2, SEED, 1_300)
    briefings.make("baseline", 2, SEED, 1_300)
    assert "上一份简报还在生成，请稍候" in told[1]
    for _ in range(600):
        if any("简报没有做成" in one for one in told):
            break
        time.sleep(0.1)
    assert any("简报没有做成" in one and "no-such" in one for one in told), told


def test_the_oldest_kept_run_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.bench.luck.KEPT_RUNS", 2)
    runs: dict[tuple[str, int], Any] = {}
    for place in range(3):
        _keep(runs, ("甲", place), place)  # type: ignore[arg-type]
    assert list(runs) == [("甲", 1), ("甲", 2)]


def test_a_fit_on_too_few_points_is_refused_before_anything_runs(fresh_home: Path) -> None:
    with pytest.raises(ValueError, match="拟合要至少"):
        fit(load_scenario("baseline"), SEED, points=3)
    assert not (fresh_home / "runs").exists()


def test_what_users_write_is_text_and_not_markup(bench: Sliders) -> None:
    assert dict(map(reversed, bench.scenario.options))[AWKWARD].startswith("上楼<提速>")  # type: ignore[arg-type]
    assert not any(slider.description_allow_html for slider in bench.sliders.values())


@pytest.mark.slow
def test_the_button_makes_the_briefing_of_the_saved_scenario(bench: Sliders, fresh_home: Path) -> None:
    bench.sliders[STARTS].value = 60.0
    bench.brief.click()
    assert "请先在“另存为”里写一个名字" in bench._message.value and not (fresh_home / "reports").exists()
    bench.name.value = "my-plan"
    bench.brief.click()
    for _ in range(3_000):
        if "下载" in bench._message.value or "没有做成" in bench._message.value:
            break
        time.sleep(0.1)
    found = re.search(r"简报在 (\S+?)。.*href=\"data:text/html;base64,([^\"]+)", bench._message.value, re.S)
    assert found is not None, bench._message.value[:500]
    page = (fresh_home / found[1]).read_bytes()
    assert b64decode(found[2]) == page and f"{bench.runs.value}次模拟".encode() in page
