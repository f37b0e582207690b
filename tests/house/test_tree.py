"""What holds for every file of the house: no machine's paths, short files, notebooks without outputs or logic."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

import sim
from sim import workspace
from tests.machine import lacking

ROOT = Path(__file__).parents[2]
ROOMS = (
    ".binder", ".ci", ".devcontainer", "benchmarks", "data", "docs", "notebooks", "reports/samples", "scenarios", "sim",
    "tests",
)  # fmt: skip
NOT_OURS = re.compile(r"/__pycache__/|/\.ipynb_checkpoints/|^data/own/")
MACHINE_PATH = re.compile(r"""(?<![\w.:/*-])/(?:home|root|work|Users|mnt|tmp)/[\w.]|[A-Za-z]:\\Users\\""")
LONGEST = 350
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def texts() -> Iterator[tuple[str, str]]:
    """Path and content of each text file that is part of the product."""
    listed = [path for path in ROOT.iterdir() if path.is_file()]
    for path in [*listed, *(path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file())]:
        name = path.relative_to(ROOT).as_posix()
        content = path.read_bytes()
        if not NOT_OURS.search(name) and b"\0" not in content:
            yield name, content.decode("utf-8")


def test_no_file_names_a_folder_of_somebody_s_machine() -> None:
    assert MACHINE_PATH.search("see " + "/home" + "/wang/data"), "the pattern sees what it looks for"
    found = [f"{name}: {match[0]}…" for name, text in texts() if (match := MACHINE_PATH.search(text))]
    assert not found


def test_no_file_of_the_package_is_too_long_to_hold_in_mind() -> None:
    code = {name: text.count("\n") for name, text in texts() if name.startswith("sim/") and name.endswith(".py")}
    assert len(code) > 50
    assert not {name: lines for name, lines in code.items() if lines >= LONGEST}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_no_outputs(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert cells
    assert not [cell.id for cell in cells if cell.outputs or cell.execution_count is not None]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_uses_only_public_names_of_sim(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    code = list(ast.walk(ast.parse("\n".join(cell.source for cell in cells if cell.cell_type == "code"))))
    modules = {alias.name for node in code if isinstance(node, ast.Import) for alias in node.names}
    froms = [node for node in code if isinstance(node, ast.ImportFrom)]
    named = {alias.name for node in froms for alias in node.names}
    dotted = {ast.unparse(node) for node in code if isinstance(node, ast.Attribute)}
    used = {name.split(".")[1] for name in dotted if name.startswith("sim.")}
    assert modules | {str(node.module) for node in froms} == {"sim"}
    assert named | used <= set(sim.__all__)


def test_no_cache_is_part_of_the_product() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        lacking("这里不是 git 工作区")
    assert not re.findall(r".*(?:__pycache__|\.pyc|_cache)/?.*", tracked.stdout)


def test_the_package_lists_its_public_names() -> None:
    assert dir(sim) == sorted(sim.__all__) and sim.__getattr__("forecast") is importlib.import_module("sim.forecast")


def test_a_notebook_is_found_by_name_if_there_is_just_one(fresh_home: Path) -> None:
    first = workspace.notebook("briefing")
    assert first.name.endswith("_briefing.ipynb")
    shutil.copy(first, first.with_name("99_briefing.ipynb"))
    with pytest.raises(FileNotFoundError, match=r"应有且只有一个“序号_briefing\.ipynb”，找到2个"):
        workspace.notebook("briefing")
