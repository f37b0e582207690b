"""What several workers of pytest-xdist need is made by the first of them that asks, and copied by the others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

DONE = "made"
"""The last file that is written: without it the folder is not whole."""


def made_once(factory: pytest.TempPathFactory, name: str, home: Path, make: Callable[[], Path]) -> Path:
    """Call ``make``, which writes below ``runs`` and ``reports`` of the workspace ``home`` and returns a path there.

    Where another worker of this session has done it, its folders are copied into ``home`` instead.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return make()
    import fcntl

    kept = factory.getbasetemp().parent / name
    kept.mkdir(exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / DONE).is_file():
            path = make()
            _copy(home, kept)
            (kept / DONE).write_text(str(path.relative_to(home)), encoding="utf-8")
            return path
    _copy(kept, home)
    return home / (kept / DONE).read_text(encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    """Everything that is not there yet but whole ensembles, of which each worker has made its own."""
    for path in [*source.glob("runs/*/*"), *source.glob("reports/*")]:
        place = target / path.relative_to(source)
        if path.is_dir() and not (path.parent / "ensemble.json").is_file() and not place.exists():
            shutil.copytree(path, place)
