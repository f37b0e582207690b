"""A copy of the data that a test may break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim import workspace

Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Work on a copy of the data; ``edit(file, old, new)`` replaces the one place where ``old`` stands."""
    shutil.copytree(workspace.data_dir(), tmp_path / "data")
    (tmp_path / "scenarios").mkdir()
    monkeypatch.setenv(workspace.HOME_VARIABLE, str(tmp_path))

    def replace(file: str, old: str, new: str) -> None:
        path = tmp_path / "data" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace
