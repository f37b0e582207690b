"""The new process that CONTRIBUTING.md shows is put into a copy of the package, and its own test run there; its other
examples are run as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim.abm.model import IndustrialUpgradeModel
from sim.abm.state import State
from sim.report.wording import Phrases, phrases
from tests.generated import ROOT

PLACE = re.compile(r"^# (\S+\.(?:py|yaml)), (new|at the end|after: .+|instead of: .+)\n", re.MULTILINE)
BLOCK = re.compile(r"```(?:python|yaml)\n(.*?)```", re.DOTALL)
RUN = """
import pathlib, pytest, sim
from tests.abm import test_renovation
assert pathlib.Path(sim.__file__).is_relative_to(pathlib.Path.cwd()), "not the copy"
test_renovation.test_as_the_twin_has_it()
"""
RUN_COMPILED = RUN + """
with pytest.MonkeyPatch.context() as patch:
    test_renovation.test_the_compiled_form_does_the_same(patch)
"""


def contributing(start: str, end: str) -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text[text.index(start) : text.index(end)]


def pieces() -> list[tuple[str, str, str]]:
    """File, place and text of each piece of the example, in order."""
    found: list[tuple[str, str, str]] = []
    for block in BLOCK.findall(contributing("### 例：一个新的过程", "### 熟悉 Mesa")):
        start, *parts = PLACE.split(block)
        assert not start, f"a block must begin with where it goes: {start[:80]}"
        found += zip(parts[0::3], parts[1::3], parts[2::3], strict=True)
    return found


def put(folder: Path, file: str, place: str, text: str) -> None:
    """Put a piece where it says; a line that stands after another is indented as that one."""
    path, (how, _, anchor) = folder / file, place.partition(": ")
    if how == "new":
        assert not path.exists(), file
        path.write_text(text, encoding="utf-8")
        return
    whole = path.read_text(encoding="utf-8")
    if how == "at the end":
        path.write_text(whole + text, encoding="utf-8")
        return
    lines = whole.splitlines()
    [at] = [number for number, line in enumerate(lines) if line.strip() == anchor]
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines[at + (how == "after") : at + 1] = [indent + line if line else line for line in text.splitlines()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run_in_copy(folder: Path, parts: list[tuple[str, str, str]], words: str) -> None:
    for room in ("sim", "tests/abm"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file, place, text in parts:
        put(folder, file, place, text)
    environment = os.environ | {"PYTHONPATH": str(folder), "TENGLONG_HOME": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", words], env=environment, cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_without_a_compiled_form(tmp_path: Path) -> None:
    parts = pieces()
    first = next(number for number, (file, _, _) in enumerate(parts) if file.startswith("sim/abm/compiled/"))
    assert {"sim/abm/processes/renovation.py", "tests/abm/twin/renovation.py"} < {file for file, _, _ in parts[:first]}
    run_in_copy(tmp_path, parts[:first], RUN)


def test_its_entries_have_english_words() -> None:
    yaml = YAML(typ="safe", pure=True)
    given = {Path(file): yaml.load(text) for file, _, text in pieces() if file.endswith(".yaml")}
    words = Phrases("en", phrases("en").known | given.pop(Path("sim/report/phrases/en.yaml")))
    entries = [entry for entries in given.values() for entry in entries]
    assert len(entries) == 2
    assert not [text for entry in entries for text in (entry["unit"], entry["basis"]) if words.find(text) is None]


def test_each_july_the_oldest_of_each_district_as_many_as_accrued(monkeypatch: pytest.MonkeyPatch) -> None:
    [words] = [text for file, _, text in pieces() if file.endswith("grants.py")]
    names: dict[str, Any] = {}
    exec(compile(words, "CONTRIBUTING.md", "exec"), names)
    model = IndustrialUpgradeModel("baseline", enterprises=1_250)
    state, firms, levers, yearly = model.state, model.enterprises, State.lever, np.full(10, 12.0)
    monkeypatch.setattr(State, "lever", lambda self, name: yearly if "grants" in name else levers(self, name))
    monkeypatch.setitem(state.parameters.values, "renovation.gain", 0.05)
    granted = {}
    while state.month < 24:
        before = firms.output_per_m2.copy()
        names["grant"](state)
        chosen = firms.output_per_m2 != before
        if chosen.any():
            granted[state.month] = np.bincount(firms.district[chosen], minlength=10).tolist()
            founded = np.maximum(firms.entered, 0) - 12.0 * firms.age_years
            for here in (firms.live & (firms.district == district) for district in range(10)):
                assert founded[here & chosen].max() <= founded[here & ~chosen].min() + 1e-4
        model.step()
    assert granted == {6: [7] * 10, 18: [12] * 10}


def test_a_lever_is_varied_in_mesa_s_batch() -> None:
    [words] = BLOCK.findall(contributing("### 熟悉 Mesa", "## 写法"))
    assert words.count("enterprises=7_300") == words.count("range(4)") == 1
    small = words.replace("enterprises=7_300", "enterprises=1_250").replace("range(4)", "range(1)")
    names: dict[str, Any] = {}
    exec(compile(small, "CONTRIBUTING.md", "exec"), names)
    assert [(run["starts"], run["replicate"]) for run in names["runs"]] == [(15, 0), (45, 0)]
    vacant = names["table"]["tower_floor_vacant_m2"]
    assert vacant[45] > vacant[15]


@pytest.mark.slow
def test_with_a_compiled_form(tmp_path: Path) -> None:
    run_in_copy(tmp_path, pieces(), RUN_COMPILED)
