"""The wheel in an empty environment outside the repository: a workspace, a run, a report, and the same numbers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

from sim import __version__
from sim.ensemble.stamp import REPORT_ROOMS
from tests.small import ENTERPRISES, RUNS, SEED, SMALL

ROOT = Path(__file__).parents[2]
SECRET = "data/own/register.csv"
KEPT_FROM_US = ("PYTHONPATH", "TENGLONG", "VIRTUAL_ENV", "PYTEST")
DIGESTS = f"""\
import json, sim
from sim.ensemble.stamp import code_digest, data_digest, source_version
print(json.dumps([sim.__file__, code_digest({REPORT_ROOMS!r}), data_digest(), *source_version()]))
"""
pytestmark = pytest.mark.slow


def call(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program as a user would elsewhere: no variable of ours is set."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(KEPT_FROM_US)}
    command = [str(word) for word in words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8")


def done(folder: Path, *words: str | Path) -> str:
    """Return what a program prints that must succeed."""
    said = call(folder, *words)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in somebody else's git repository, with Chinese and a space in its path."""
    folder = tmp_path_factory.mktemp("elsewhere") / "腾 笼"
    folder.mkdir()
    done(folder, "git", "init", "--quiet")
    commit = ("commit", "--quiet", "--allow-empty", "-m", "theirs")
    done(folder, "git", "-c", "user.name=a", "-c", "user.email=a@b", *commit)
    return folder


@pytest.fixture(scope="module")
def checkout(elsewhere: Path) -> Path:
    """A copy of what the wheel is built from, with a register of the user's own in it."""
    folder = elsewhere / "checkout"
    for room in ("sim", "data", "scenarios", "notebooks"):
        unwanted = ("own", "__pycache__") if room == "data" else ("__pycache__",)
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns(*unwanted))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, folder / name)
    (folder / SECRET).parent.mkdir()
    (folder / SECRET).write_text("企业,产值\n某厂,1\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wheel(checkout: Path, elsewhere: Path) -> Path:
    done(checkout, sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", elsewhere / "dist")
    [built] = (elsewhere / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, elsewhere: Path) -> Path:
    """An environment's interpreter: the wheel installed, the packages it needs lent by the present environment."""
    done(elsewhere, sys.executable, "-m", "uv", "venv", "--offline", "--python", sys.executable, "env")
    program = elsewhere / "env" / "bin" / "python"
    done(elsewhere, sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--python", program, wheel)
    packages = done(elsewhere, program, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    (Path(packages) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    (elsewhere / "env" / "share").mkdir(exist_ok=True)
    (elsewhere / "env" / "share" / "jupyter").symlink_to(Path(sys.prefix) / "share" / "jupyter")
    return program


@pytest.fixture(scope="module")
def place(python: Path, elsewhere: Path) -> Path:
    """The workspace that ``tenglong init`` makes."""
    said = call(elsewhere, python.with_name("tenglong"), "init", "我的 工作区")
    assert said.returncode == 0 and 'cd "我的 工作区"' in said.stderr and not said.stdout, said.stderr
    return elsewhere / "我的 工作区"


def test_the_wheel_carries_a_workspace_and_nothing_of_the_user_s(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = packed.namelist()
    carried = {name.removeprefix("sim/new_workspace/shipped/") for name in names if "/shipped/" in name}
    assert {"data/calibrated/baseline.csv", "scenarios/baseline.yaml", "notebooks/02_briefing.ipynb"} <= carried
    assert not [name for name in names if Path(SECRET).name in name or "data/own" in name or "__pycache__" in name]
    assert not [name for name in names if not name.startswith(("sim/", "tenglong-"))]


def test_a_checkout_gives_nothing_of_the_user_s_away_either(checkout: Path, elsewhere: Path) -> None:
    done(checkout, sys.executable, "-m", "sim.cli", "init", elsewhere / "of a checkout")
    assert sorted(path.name for path in (elsewhere / "of a checkout" / "data" / "own").iterdir()) == ["README.md"]


def test_outside_a_workspace_it_says_how_to_make_one(python: Path, elsewhere: Path) -> None:
    said = call(elsewhere, python.with_name("tenglong"), "targets", "baseline")
    assert said.returncode == 3 and "tenglong init" in said.stderr and "Traceback" not in said.stderr


def test_the_wheel_is_the_same_program_on_the_same_data(python: Path, place: Path) -> None:
    file, *mine, version, dirty = json.loads(done(place, python, "-c", DIGESTS))
    assert Path(file).is_relative_to(python.parents[1].resolve())
    [_, *ours] = json.loads(done(ROOT, sys.executable, "-c", DIGESTS))
    assert mine == ours[:2] and (version, dirty) == (__version__, False)


def test_it_runs_and_reports_as_the_repository_does(python: Path, place: Path, home: Path) -> None:
    from sim.ensemble.runner import run

    before = _listing()
    tenglong = python.with_name("tenglong")
    told = json.loads(done(place, tenglong, "run", "baseline", "upstairs-faster", *SMALL, "--json"))
    assert (told["runs_done"], told["runs_failed"]) == (2 * RUNS, 0)
    alone = json.loads(done(place, tenglong, "run", "baseline", *SMALL, "--json"))
    assert alone["runs_reused"] == RUNS
    assert alone["digest"] == run(["baseline"], RUNS, SEED, ENTERPRISES, workers=1).digest
    rows = done(place, tenglong, "export", "baseline", *SMALL, "--out", "结果.csv")
    assert rows == "" and (place / "结果.csv").stat().st_size > 100_000
    page = place / done(place, tenglong, "report", "baseline", *SMALL, "--quick").strip()
    assert page.is_file() and page.is_relative_to(place / "reports")
    assert "相符" in done(place, tenglong, "verify", page.parent)
    assert _listing() == before, "nothing is written into the repository"


def test_nothing_is_lacking_there(python: Path, place: Path) -> None:
    assert "✗" not in done(place, python.with_name("tenglong"), "doctor")


def test_a_scenario_of_one_s_own_begins_there(python: Path, place: Path) -> None:
    tenglong = python.with_name("tenglong")
    assert call(place, tenglong, "new", "my-plan").returncode == 0
    checked = call(place / "scenarios", tenglong, "check", "my-plan")
    assert checked.returncode == 0 and "没有必须改的问题，1 处存疑" in checked.stderr  # why is to be written
    assert "my-plan 与 baseline 相比，改了1处" in checked.stderr


def _listing() -> dict[str, int]:
    rooms = [ROOT / room for room in ("sim", "data", "scenarios", "notebooks", "reports", "runs")]
    files = [path for room in rooms for path in room.rglob("*") if "__pycache__" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): path.stat().st_mtime_ns for path in files if path.is_file()}
