"""Every notebook runs from top to bottom on small runs, and reads well where it is opened or rendered."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sim import workspace
from sim.ensemble.calibrated import STATISTICS
from sim.report.render import render_notebook
from sim.report.verify import differences
from tests.analysis.test_calibration import SHARP
from tests.small import ENTERPRISES, RUNS, SEED

ROOT = Path(__file__).parents[2]
SCREEN = "bench"
"""The notebook that is one screen of sliders, not a page of parts."""
NAMES = [workspace.unnumbered(path) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


@dataclass(frozen=True)
class Small:
    """Parameters with which a notebook is quick, how many charts it must show, and words that must be in it."""

    given: dict[str, Any]
    charts: int
    words: tuple[str, ...]


STORED = {"runs": RUNS, "enterprises": ENTERPRISES, "seed": SEED}
HERE = {
    "quickstart": Small(
        {"steps": {"2027-01": 60}, **STORED}, 1,
        ("→ 2027-01 起 60", "示范项目100个以上", "tenglong compare baseline my-plan"),
    ),
    "model": Small(
        {"enterprises": 1_300, "seed": 7}, 3, ("关停的一家", "入园的一家", "上楼的一家", "lottery", "docs/odd.md"),
    ),
    "own_data": Small(STORED, 7, ("虚构的示例，不是数据", "是不是 cumulative", "没有发现问题")),
}  # fmt: skip
"""Notebooks that are run below, where they can on the runs that the session has stored."""

ELSEWHERE = {
    SCREEN: "tests/bench/test_bench_in_browser.py::test_jupyterlab",
    "briefing": "tests/report/test_render.py::test_a_finished_folder",
    "compare": "tests/whole/test_answers_notebook.py::test_scenarios_side_by_side",
    "backtest": "tests/report/test_record.py::test_the_page_is_finished_and_names_no_address",
    "validation": "tests/whole/test_credibility_commands.py::test_validate_in_words_and_for_machines",
    "sensitivity": "tests/whole/test_credibility_commands.py::test_sensitivity_in_words_and_for_machines",
    "answers": "tests/whole/test_answers_notebook.py::test_every_answer_has_its_section",
    "calibration": "tests/whole/test_notebooks.py::test_calibration_runs_from_top_to_bottom",
}
"""Notebooks that another test runs whole in the same way."""


def test_every_notebook_is_run_by_a_test() -> None:
    assert sorted(NAMES) == sorted([*HERE, *ELSEWHERE]), "a notebook without an entry is run by nobody"
    for where in ELSEWHERE.values():
        file, _, test = where.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), where


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "quickstart" else pytest.mark.slow) for name in HERE]
)
def test_it_runs_from_top_to_bottom_and_shows_its_charts(
    home: Path, tmp_path: Path, name: str, request: pytest.FixtureRequest
) -> None:
    small = HERE[name]
    if name == "quickstart":
        request.getfixturevalue("all_cores")
    page = render_notebook(workspace.notebook(name), tmp_path / "reports" / name, small.given, home)
    _check(page, name, small)


@pytest.mark.slow
def test_calibration_runs_from_top_to_bottom(fresh_home: Path) -> None:
    """In a world that is published more sharply than Ningbo, so that few points can tell something."""
    (fresh_home / "data" / STATISTICS).write_text(SHARP, encoding="utf-8")
    given = {"points": 160, "truths": 48, "particles": 128, "enterprises": 2_000, "seed": 7}
    source, out = workspace.notebook("calibration"), fresh_home / "reports" / "calibration"
    _check(render_notebook(source, out, given, fresh_home), "calibration", Small(given, 6, ("tenglong calibrate",)))


@pytest.mark.parametrize("name", NAMES)
def test_every_heading_is_chinese_with_a_line_of_english(name: str) -> None:
    cells = nbformat.read(workspace.notebook(name), as_version=4).cells
    said = [cell.source.splitlines() for cell in cells if cell.cell_type == "markdown"]
    assert said[0][0].startswith("# ") and all(lines[0].startswith("## ") for lines in said[1:])
    assert len(said) > 3 or name == SCREEN
    for heading, blank, english, *_ in said:
        assert re.search("[一-鿿]", heading) and not blank
        assert english.isascii() and english[0] == english[-1] == "*", heading


@pytest.mark.parametrize("name", [name for name in NAMES if name != SCREEN])
def test_a_cell_shows_something_or_is_told_what_to_show(name: str) -> None:
    """Logic is in ``sim``: after the parameters a cell makes the page, or shows a part of it."""
    first, *others = [cell for cell in nbformat.read(workspace.notebook(name), as_version=4).cells
                      if cell.cell_type == "code"]  # fmt: skip
    assert first.metadata["tags"] == ["parameters"] and others
    assert all(re.fullmatch(r"\w+\.\w+", cell.source.splitlines()[-1]) for cell in others)
    assert all(len(cell.source.splitlines()) == 1 for cell in others[1:])


def _check(page: Path, name: str, small: Small) -> None:
    html = _shown(nbformat.read(page.with_name(f"{name}.ipynb"), as_version=4))
    assert html.count("<svg") == page.read_text(encoding="utf-8").count("data-chart=") == small.charts
    assert not [words for words in small.words if words not in html]
    assert json.loads(page.with_name("summary.json").read_text(encoding="utf-8")) and not differences(page.parent)


def _shown(notebook: Any) -> str:
    """What a reader of the notebook sees of its outputs; every cell after the parameters has one."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and not cell.metadata.get("tags")]
    assert all(len(cell.outputs) == 1 and "text/html" in cell.outputs[0].data for cell in cells)
    return "".join(cell.outputs[0].data["text/html"] for cell in cells)
