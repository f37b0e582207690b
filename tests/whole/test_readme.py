"""What the README tells people to type exists and works."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from uv import find_uv_bin

from sim import workspace
from sim.cli import app
from sim.report.paper.pdf import FIX as PANGO
from sim.scenario.load import check_file
from tests.small import shipped

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_it_names_exists() -> None:
    verbs = {command.name or command.callback.__name__ for command in app.registered_commands}  # type: ignore[union-attr]
    named = set(re.findall(r"tenglong ([a-z]+)", README.replace("# 腾笼 tenglong", "")))
    assert named == verbs


def test_every_make_target_it_names_exists() -> None:
    declared = set(re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[1].split())  # type: ignore[index]
    assert {"brief", "test", "lab"} <= set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.M)) <= declared


def test_its_scenario_is_valid(fresh_home: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", README, re.S)
    path = workspace.scenarios_dir() / "my-plan.yaml"
    path.write_text(example, encoding="utf-8")
    assert check_file("my-plan") == []


def test_it_names_every_shipped_scenario() -> None:
    assert all(f"`{name}`" in README for name in shipped())


@pytest.mark.slow
def test_what_it_says_for_machines_without_make_works(tmp_path: Path) -> None:
    """The lines as written, in a fresh copy; the locked packages are lent by the present environment."""
    [block] = re.findall(r"```powershell\n(.*?)```", README, re.S)
    lines = [shlex.split(line) for line in block.splitlines()]
    copy = tmp_path / "腾 笼"
    for room in ("sim", "data", "scenarios", "notebooks"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, copy / name)
    ours = ("PYTHONPATH", "TENGLONG", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}

    def typed(*words: str) -> str:
        # not `python -m uv`, which takes the environment of that Python for the one to change
        command = [find_uv_bin(), *words[1:], *(["--python", sys.executable] if words[1:] == ("venv",) else [])]
        done = subprocess.run(command, cwd=copy, env=kept | {"UV_OFFLINE": "1"}, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    make, locked, install, report = lines
    assert locked == ["uv", "pip", "install", "--require-hashes", "-r", "requirements.lock"]
    typed(*make)
    [packages] = (copy / ".venv" / "lib").glob("python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    typed(*install)
    assert "--no-sync" in report and report[:4] == ["uv", "run", "--no-sync", "tenglong"]
    assert "生产" in typed(*report[:4], "schedule")
    told = json.loads(typed(*report[:4], "list", "--json"))
    assert {row["name"] for row in told} >= set(shipped()) and not (copy / "uv.lock").exists()
    assert {"report", "baseline", "--quick"} == set(report[4:])


def test_containers_have_what_reports_need() -> None:
    needed = {*PANGO.split()[2:], "fonts-noto-cjk"}
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert needed | {"chromium"} <= set(container["onCreateCommand"].split())
    assert container["postCreateCommand"].startswith("make .venv/.project &&") and container["image"]
    assert needed <= set((ROOT / ".binder" / "apt.txt").read_text(encoding="utf-8").split())
    assert (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip() in ("python-3.11", "python-3.12")
    post = ROOT / ".binder" / "postBuild"
    assert os.access(post, os.X_OK) and subprocess.run(["bash", "-n", post]).returncode == 0
    for line in ("--require-hashes -r requirements.lock", "--no-deps --no-build-isolation -e ."):
        assert line in post.read_text(encoding="utf-8") and line in README
