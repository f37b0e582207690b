"""Would the twin notice? Each process is broken on purpose, many ways, and the comparison must fail every time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from tests.abm.mutations import MUTATIONS

SOURCE = Path(sim.__file__).parent
ROOT = SOURCE.parent
COPY = """
import pathlib, sys, sim
from sim.abm import model
from tests.abm.test_twin import SHORT_WAITS, busy_scenario, run_side_by_side
from tests.abm.test_compiled import compiled_only, crowded_scenario, run_both
assert pathlib.Path(sim.__file__).is_relative_to(pathlib.Path.cwd()), "not the broken copy"
"""
LOOK = {
    "processes": COPY + "run_side_by_side(busy_scenario(), 3, 1250, 26, compiled=False)",
    "compiled": COPY
    + "model.SCHEDULE = compiled_only(sys.argv[1])\n"
    + "run_both(crowded_scenario(), 5000, 30, seed=5, **SHORT_WAITS)",
}
"""The readable form is held against the twin, the compiled one against the readable.

Only the process that a compiled file serves runs compiled: the others need not be compiled anew for each defect.
"""

SERVES = {
    "arithmetic": "allocation", "budgets": "entry", "choice": "allocation", "ledger": "allocation",
    "listing": "grading", "measures": "land", "ranking": "grading",
}  # fmt: skip
"""Compiled files that are no process of the month, and one that runs them."""


def look(folder: Path, file: str) -> subprocess.CompletedProcess[str]:
    """Run the comparison that is to notice a defect in ``file``, with the package that lies in ``folder``."""
    room, name = "compiled" if file.startswith("compiled/") else "processes", Path(file).stem
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]), "TENGLONG_HOME": str(ROOT)}
    words = [sys.executable, "-P", "-c", LOOK[room], SERVES.get(name, name)]
    return subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, in which nothing is broken yet."""
    folder = tmp_path_factory.mktemp("mutants")
    shutil.copytree(SOURCE, folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("processes/turnover.py", "compiled/turnover.py"):
        done = look(folder, file)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("file", "old", "new"), MUTATIONS)
def test_a_broken_process_is_noticed(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / "sim" / "abm" / file
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(old, new), encoding="utf-8")
    try:
        done = look(copy, file)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert done.returncode != 0, "nobody noticed"
    assert "not the broken copy" not in done.stderr


def test_each_mutation_still_fits_the_code() -> None:
    sources = {file: (SOURCE / "abm" / file).read_text(encoding="utf-8") for file, _, _ in MUTATIONS}
    assert not [(file, old) for file, old, _ in MUTATIONS if sources[file].count(old) != 1]


def test_each_process_is_broken_in_three_ways_or_more() -> None:
    files = [file for file, _, _ in MUTATIONS]
    rooms = (SOURCE / "abm" / room for room in LOOK)
    processes = {f"{room.name}/{path.name}" for room in rooms for path in room.glob("[a-z]*.py")}
    processes.remove("compiled/world.py")  # no process: what is wrong there does not compile
    few = {file: files.count(file) for file in processes if files.count(file) < 3}
    assert not few, "write three ways to break each in tests/abm/mutations.py"
