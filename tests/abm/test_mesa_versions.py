"""The model on the other Mesa: 3.3 is the last for Python 3.11, newer ones changed what a model inherits."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OTHERS = sorted(ROOT.glob(".venv-3*/bin/python"))
FIX = "另建一个环境：make .venv-3.12/.project VENV=.venv-3.12 PYTHON=python3.12"
FILES = ("test_model.py", "test_enterprises.py", "test_randomness.py", "test_compiled.py")


@pytest.mark.slow
@pytest.mark.skipif(not OTHERS, reason=FIX)
@pytest.mark.parametrize("python", OTHERS, ids=lambda path: path.parts[-3])
def test_the_model_runs_on_the_mesa_of_another_environment(python: Path) -> None:
    words = [python, "-m", "pytest", "-q", "-m", "not slow", "-p", "no:cacheprovider"]
    files = [ROOT / "tests" / "abm" / name for name in FILES]
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run([*words, *files], cwd=ROOT, env=quiet, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
