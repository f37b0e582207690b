"""A new workspace is whole or not there at all, and takes nobody's files away."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sim import new_workspace, workspace
from sim.cli.checks import BESIDE
from sim.cli.templates import USUAL, Kind
from sim.new_workspace import FolderNotUsable
from sim.scenario.load import check_file
from tests.small import shipped, working_in

ROOT = Path(__file__).parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_holds_what_a_run_reads_and_what_a_beginner_needs(tmp_path: Path) -> None:
    made = new_workspace.make(tmp_path / "腾 笼" / "工作区")
    found = contents(made)
    assert {f"scenarios/{name}.yaml" for name in shipped()} <= found.keys()
    written = {"README.md", "data/own/README.md", ".gitignore"}
    assert written | {"data/calibrated/baseline.csv", "scenarios/scenario.schema.json"} <= found.keys()
    same = found.keys() - written
    assert all(found[name] == (ROOT / name).read_bytes() for name in same) and len(same) > 40
    assert {name for name in found if name.endswith(".ipynb")} == {
        f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")
    }
    assert all(os.access(made / name, os.W_OK) for name in found)
    with working_in(made):
        assert workspace.root() == made.resolve()
        assert check_file("baseline") == []


@pytest.mark.parametrize("rules", [ROOT / ".gitignore", ROOT / "sim/new_workspace/ignored.txt"])
def test_git_leaves_registers_and_series_where_they_are(tmp_path: Path, rules: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    shutil.copyfile(rules, tmp_path / ".gitignore")
    register = Path(USUAL[Kind.register])
    own = [register, register.with_suffix(".yaml"), register.with_suffix(".csv"), f"{register.stem}{BESIDE}",
           f"甲{BESIDE}", USUAL[Kind.series], "名录.yaml", "甲.xlsx", "data/own/output_monthly.csv"]  # fmt: skip
    names = [*map(str, own), "scenarios/my-plan.yaml", "data/targets/targets.csv"]
    asked = ["git", "-C", str(tmp_path), "-c", "core.quotepath=off", "check-ignore", *names]
    said = subprocess.run(asked, capture_output=True, encoding="utf-8", check=True)
    assert said.stdout.splitlines() == names[:-2]


def test_what_its_readme_tells_to_type_is_there(tmp_path: Path) -> None:
    from sim.cli import app

    text = (new_workspace.make(tmp_path / "a") / "README.md").read_text(encoding="utf-8")
    verbs = {command.name or command.callback.__name__ for command in app.registered_commands}  # type: ignore[union-attr]
    named = {line.split()[1] for line in text.splitlines() if line.startswith("tenglong ")}
    assert {"doctor", "report", "new", "check", "compare"} <= named <= verbs


@pytest.mark.parametrize("name", [".DS_Store", "desktop.ini", ".git", ".gitignore"])
def test_an_empty_folder_may_hold_what_systems_put_there(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x", encoding="utf-8")
    assert new_workspace.make(tmp_path) == tmp_path.resolve()
    there = (tmp_path / name).read_text(encoding="utf-8")
    assert there.splitlines()[0] == "x" and not list(tmp_path.glob(".making-*"))
    assert there == "x" or (name == ".gitignore" and "*名录*" in there.splitlines())


def test_a_folder_with_content_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "baseline.yaml").write_text("我的", encoding="utf-8")
    before = contents(tmp_path)
    with pytest.raises(FolderNotUsable, match="已有 scenarios，不会覆盖"):
        new_workspace.make(tmp_path)
    assert contents(tmp_path) == before


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x", encoding="utf-8")
    with pytest.raises(FolderNotUsable, match="是一个文件"):
        new_workspace.make(tmp_path / "a")
    with pytest.raises(FolderNotUsable, match="请换一个可写的文件夹"):
        new_workspace.make(tmp_path / "a" / "b")
