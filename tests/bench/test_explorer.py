"""The page with five sliders: its script answers as Python does, near what is simulated, and nowhere else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.analysis.asked import reached
from sim.bench.dials import LEVERS, turned
from sim.bench.emulator import Emulator, OutsideBox, as_json, fit
from sim.bench.explorer import TEMPLATES, page
from sim.ensemble.variants import variant_values
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario
from tests.machine import lacking
from tests.small import AWKWARD, AWKWARD_TITLE, SEED, copy_workspace, working_in

pytestmark = pytest.mark.slow
RUNS, ENTERPRISES = 4, 1_300
LISTED = ("probability", "low", "high", "median", "lo80", "hi80")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenario]:
    with working_in(copy_workspace(tmp_path_factory.mktemp("explorer") / "工作 区")):
        yield load_scenario(AWKWARD)


@pytest.fixture(scope="module")
def emulator(scenario: Scenario) -> Emulator:
    return fit(scenario, SEED, points=64, replicates=RUNS, enterprises=ENTERPRISES)


@pytest.fixture(scope="module")
def places(emulator: Emulator) -> np.ndarray:
    """Points inside the box, the corners among them, drawn by a fixed key."""
    share = np.random.Generator(np.random.Philox(key=9)).random((40, len(emulator.box)))
    share[:2] = [[0.0] * share.shape[1], [1.0] * share.shape[1]]
    return emulator.box[:, 0] + share * (emulator.box[:, 1] - emulator.box[:, 0])


def python_says(emulator: Emulator, places: np.ndarray) -> np.ndarray:
    return np.array([[[getattr(one, name) for name in LISTED] for one in emulator.answer(row)] for row in places])


@pytest.fixture(scope="module")
def html(emulator: Emulator, scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "explorer.html"
    path.write_text(page(emulator, scenario), encoding="utf-8")
    return path


def test_node_answers_as_python(emulator: Emulator, places: np.ndarray, tmp_path: Path) -> None:
    if shutil.which("node") is None:
        lacking("缺少 node：apt-get install nodejs")
    given = tmp_path / "given.json"
    content = {"model": as_json(emulator, [one.target.id for one in emulator.fitted]), "places": places.tolist()}
    given.write_text(json.dumps(content), encoding="utf-8")
    script = (
        "const e = require(process.argv[1]), g = require(process.argv[2]);"
        "console.log(JSON.stringify(g.places.map((place) => e.answer(g.model, place))));"
    )
    done = subprocess.run(["node", "-e", script, str(TEMPLATES / "explorer.js"), str(given)],
                          capture_output=True, check=True, text=True)  # fmt: skip
    said = np.array([[[one[name] for name in LISTED] for one in row] for row in json.loads(done.stdout)])
    np.testing.assert_allclose(said, python_says(emulator, places), rtol=1e-8)


def test_the_page_answers_as_python_refuses_outside_and_asks_for_nothing(
    emulator: Emulator, places: np.ndarray, html: Path, browser: Any
) -> None:
    context = browser.new_context(offline=True)
    view, asked, errors = context.new_page(), [], []
    view.on("request", lambda request: asked.append(request.url))
    view.on("pageerror", lambda error: errors.append(str(error)))
    view.goto(html.as_uri())
    model = "JSON.parse(document.getElementById('model').textContent)"
    found = view.evaluate(f"(places) => places.map((place) => explorer.answer({model}, place))", places.tolist())
    said = np.array([[[one[name] for name in LISTED] for one in row] for row in found])
    np.testing.assert_allclose(said, python_says(emulator, places), rtol=1e-8)
    before = view.inner_text("#targets")
    slider = view.locator("input[type=range]").first
    slider.focus()
    slider.press("PageUp")
    assert view.inner_text("#targets") != before and "代算误差约" in before and "95%抽样误差区间" in before
    for _ in range(20):
        slider.press("PageUp")
    assert view.locator("#refused").is_visible() and not view.locator("#targets").is_visible()
    assert "超出拟合范围" in view.inner_text("#refused") and "不作答" in view.inner_text("#refused")
    view.get_by_role("button", name="复原").click()
    assert view.inner_text("#targets") == before
    assert AWKWARD_TITLE in view.inner_text("h1") and view.locator("h1 *").count() == 0
    assert asked == [html.as_uri()] and errors == []
    context.close()


def test_nothing_is_answered_where_nothing_was_run(emulator: Emulator) -> None:
    inside = [dial.start for dial in emulator.dials]
    assert len(emulator.answer(inside)) == 6
    for place in range(len(inside)):
        for end in (0, 1):
            beyond = [*inside]
            beyond[place] = emulator.box[place, end] + (1 if end else -1) * 1e-6
            with pytest.raises(OutsideBox, match="超出拟合范围"):
                emulator.answer(beyond)


def test_answers_are_as_near_to_fresh_runs_as_is_said(emulator: Emulator, scenario: Scenario) -> None:
    share = np.random.Generator(np.random.Philox(key=10)).random((8, len(emulator.box)))
    fresh = emulator.box[:, 0] + share * (emulator.box[:, 1] - emulator.box[:, 0])
    variants = [turned(scenario, dict(zip(LEVERS, map(float, row), strict=False))) for row in fresh]
    indicators = sorted({one.target.indicator for one in emulator.fitted})
    values = variant_values([scenario], variants, [range(8)] * RUNS, indicators, 2030, SEED, ENTERPRISES)
    answers = [emulator.answer(row) for row in fresh]
    for place, one in enumerate(emulator.fitted):
        medians = reached(values, one.target).median().to_numpy(float)
        errors = np.array([answer[place].median for answer in answers]) - medians
        assert np.sqrt(np.mean(errors**2)) < 3 * one.median_error + 1e-9 * abs(medians).max(), one.target.id


def test_the_file_holds_no_address_and_is_small(html: Path) -> None:
    text = html.read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=", text) and "http" not in re.sub(r"base64,[^)]+", "", text)
    assert len(text) < 1_000_000
