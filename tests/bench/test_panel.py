"""The bench's widgets without a browser: moved, reset, saved; what is wrong is said where the user looks."""

from __future__ import annotations

import re
import time
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.bench.dials import LEVERS
from sim.bench.panel import Sliders, sliders
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
