"""``python -m sim.report.samples``: the tracked samples, made by the commands that anybody types."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from sim import workspace
from sim.report.verify import reseal

BEFORE: tuple[tuple[str, ...], ...] = (("validate", "baseline"), ("sensitivity", "baseline"))
"""What is typed before them, so that the briefing can tell what its answers rest on."""
SAMPLES = {
    "briefing": ("report", "baseline", "--format", "pdf"),
    "comparison": ("compare", "baseline", "upstairs-faster", "combined", "--runs", "128", "--report"),
}
"""Folder in ``reports/samples/``, and what is typed for it."""


def main() -> None:
    """Make every sample anew."""
    for words in BEFORE:
        _typed(words)
    for name, words in SAMPLES.items():
        said = _typed(words)
        folder = shelve(workspace.root() / Path(said.splitlines()[-1]).parent, name)
        print(folder.relative_to(workspace.root()))


def _typed(words: tuple[str, ...]) -> str:
    """Run the command and return what it prints."""
    command = [sys.executable, "-m", "sim.cli", *words]
    return subprocess.run(command, cwd=workspace.root(), stdout=subprocess.PIPE, check=True, text=True).stdout


def shelve(finished: Path, name: str) -> Path:
    """Copy a finished report to the samples, without its notebook (the same once more), sealed anew."""
    folder = workspace.reports_dir() / "samples" / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(finished, folder, ignore=shutil.ignore_patterns("*.ipynb", "*.docx"))
    reseal(folder)
    return folder


if __name__ == "__main__":
    main()
