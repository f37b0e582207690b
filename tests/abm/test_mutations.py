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
LOOK = """
import pathlib, sim
from tests.abm.test_twin import busy_scenario, run_side_by_side
assert pathlib.Path(sim.__file__).is_relative_to(pathlib.Path.cwd()), "not the broken copy"
run_side_by_side(busy_scenario(), 9, 1250, 26)
"""


def look(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the comparison with the package that lies in ``folder``."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]), "TENGLONG_HOME": str(ROOT)}
    words = [sys.executable, "-P", "-c", LOOK]
    return subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package; compiled kernels come along, so that nothing is compiled again."""
    folder = tmp_path_factory.mktemp("mutants")
    shutil.copytree(SOURCE, folder / "sim")
    done = look(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("file", "old", "new"), MUTATIONS)
def test_a_broken_process_is_noticed(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / "sim" / "abm" / file
    whole = path.read_text(encoding="utf-8")
    assert whole.count(old) == 1, "the code has changed: bring the mutation up to date"
    path.write_text(whole.replace(old, new), encoding="utf-8")
    try:
        done = look(copy)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert done.returncode != 0, "nobody noticed"
    assert "not the broken copy" not in done.stderr


def test_each_process_is_broken_in_three_ways_or_more() -> None:
    files = [file for file, _, _ in MUTATIONS]
    processes = {f"processes/{path.name}" for path in (SOURCE / "abm" / "processes").glob("[a-z]*.py")}
    assert not {file: files.count(file) for file in processes if files.count(file) < 3}
