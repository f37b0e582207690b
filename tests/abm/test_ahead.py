"""The second process that compiles from the other end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.abm import ahead

JANUARY = {"grading", "listing", "ranking", "turnover"}
"""Files of the loops that only a January calls: where the first process begins."""


@pytest.fixture(autouse=True)
def asked_anew() -> None:
    ahead.from_the_end.cache_clear()


@pytest.mark.parametrize(("cores", "folder"), [(1, "."), (2, "nowhere"), (2, "begun-already")])
def test_there_is_none_on_one_core_nor_where_nothing_is_kept_nor_a_second_time(
    cores: int, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "begun-already").mkdir()
    (tmp_path / "begun-already" / "begun").touch()
    monkeypatch.setattr(ahead, "default_workers", lambda: cores)
    monkeypatch.setattr(ahead, "cache_folder", lambda: tmp_path / folder)
    assert ahead.from_the_end() is None


@pytest.mark.slow
def test_it_leaves_only_januarys_loops_to_be_compiled(tmp_path: Path) -> None:
    root = Path(sim.__file__).parents[1]
    for name in ("sim", "data", "scenarios"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    here = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(tmp_path), "TENGLONG_HOME": str(tmp_path)}}

    def kept() -> set[str]:
        return {path.name for path in (tmp_path / "sim/abm/compiled/__pycache__/loops").rglob("*.nbi")}

    started = (
        "from sim.abm import ahead\nahead.default_workers = lambda: 2\nprocess = ahead.from_the_end()\n"
        "raise SystemExit(99 if process is None else process.wait())"
    )
    assert subprocess.run([sys.executable, "-c", started], **here, check=False).returncode == 0  # type: ignore[call-overload]
    found = kept()
    year = "import sim\nmodel = sim.IndustrialUpgradeModel(enterprises=5_000)\nfor _ in range(13): model.step()"
    subprocess.run([sys.executable, "-c", year], **here, check=True)  # type: ignore[call-overload]
    more = kept() - found
    assert len(found) > len(more) and {name.split(".")[0] for name in more} <= JANUARY
