"""A small workspace and small runs, for the tests that need the whole way from scenario to report."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim import workspace
from sim.scenario.load import scenario_names

RUNS, ENTERPRISES, SEED = 12, 2_000, 7
SMALL = ("--runs", str(RUNS), "--enterprises", str(ENTERPRISES), "--seed", str(SEED), "--workers", "1")
ANSWERED = "quality_space_2027.started"
"""The target that the small report's answers are about."""
FEW: dict[str, int] = {"replicates": 4, "enterprises": 1_300}
"""The size of each of its questions."""
AWKWARD = "awkward"
AWKWARD_TITLE = '上楼<提速>&"试"<script>alert(1)</script>'
AWKWARD_FILE = f"""\
name: {AWKWARD}
title: {{zh: '{AWKWARD_TITLE}'}}
extends: upstairs-faster
why: {{zh: 标题里有网页不该当真的字符。}}
"""


def shipped() -> list[str]:
    """Names of the scenarios that git tracks: one's own in the same folder are no matter of ours. Outside git, all."""
    listed = ["git", "-C", str(Path(__file__).parents[1]), "ls-files", "-z", "scenarios/*.yaml"]
    try:
        done = subprocess.run(listed, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return scenario_names()
    return sorted(Path(name).stem for name in done.stdout.split("\0") if name)


def copy_workspace(folder: Path) -> Path:
    """Copy what a run reads into a folder, without the user's own data and with one more scenario."""
    for name in ("data", "scenarios", "notebooks"):
        shutil.copytree(workspace.root() / name, folder / name, ignore=shutil.ignore_patterns("own"))
    (folder / "scenarios" / f"{AWKWARD}.yaml").write_text(AWKWARD_FILE, encoding="utf-8")
    return folder


@contextmanager
def working_in(folder: Path) -> Iterator[Path]:
    """Make ``folder`` the workspace for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(workspace.HOME_VARIABLE, str(folder))
        patch.chdir(folder)
        yield folder
