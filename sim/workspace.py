"""Where the product's folders are: data, scenarios, notebooks, reports and stored runs."""

from __future__ import annotations

import os
import re
from pathlib import Path

HOME_VARIABLE = "TENGLONG_HOME"


class WorkspaceNotFound(FileNotFoundError):
    """No folder holding both ``data/`` and ``scenarios/`` was found."""

    def __init__(self, tried: list[Path]) -> None:
        self.tried = tried
        super().__init__(
            "找不到工作目录（须同时含有 data/ 与 scenarios/ 两个文件夹）。"
            f"请在工作目录内运行，或设置环境变量 {HOME_VARIABLE} 指向它；还没有的，用 tenglong init 文件夹 建一个。"
        )


def _is_workspace(folder: Path) -> bool:
    return (folder / "data" / "policy").is_dir() and (folder / "scenarios").is_dir()


def root() -> Path:
    """Return the workspace: $TENGLONG_HOME, else the nearest parent of the current folder, else the source tree.

    Raises:
        WorkspaceNotFound: none of these holds ``data/`` and ``scenarios/``.
    """
    tried: list[Path] = []
    named = os.environ.get(HOME_VARIABLE)
    here = Path.cwd()
    source_tree = Path(__file__).resolve().parent.parent
    for folder in [Path(named)] if named else [here, *here.parents, source_tree]:
        tried.append(folder)
        if _is_workspace(folder):
            return folder.resolve()
    raise WorkspaceNotFound(tried)


def data_dir() -> Path:
    """Tables as published, each with its source and grade."""
    return root() / "data"


def scenarios_dir() -> Path:
    """Scenario files, one YAML each."""
    return root() / "scenarios"


def notebooks_dir() -> Path:
    """Notebooks without outputs."""
    return root() / "notebooks"


def notebook(name: str) -> Path:
    """Return the notebook of this name; its file begins with its number in the order of reading.

    Raises:
        FileNotFoundError: there is none, or more than one.
    """
    found = [path for path in sorted(notebooks_dir().glob("*.ipynb")) if unnumbered(path) == name]
    if len(found) != 1:
        raise FileNotFoundError(f"notebooks/ 里应有且只有一个“序号_{name}.ipynb”，找到{len(found)}个。")
    return found[0]


def unnumbered(notebook: Path) -> str:
    """Return a notebook's name without its number, which also names what is rendered from it."""
    return re.sub(r"^\d+_", "", notebook.stem)


def reports_dir() -> Path:
    """Rendered briefings, one folder each."""
    return root() / "reports"


def runs_dir() -> Path:
    """Stored runs (not tracked)."""
    return root() / "runs"


def results_dir() -> Path:
    """Gathered results that notebooks read, one folder a briefing (not tracked)."""
    return runs_dir() / "results"
