"""A new workspace: the data, scenarios and notebooks that travel with the package, laid out in a folder of the user's.

A wheel carries them beside this file, in ``shipped/`` (``pyproject.toml`` says how); in a checkout they are the
source tree's own. What users bring (``data/own/``) and what is made by running stays where it is.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath

from sim.refusals import reason

_HERE = Path(__file__).resolve().parent
_CARRIED = _HERE / "shipped"
_ROOMS = ("data", "scenarios", "notebooks")
_TEXTS = {"README.md": _HERE / "README.md", "data/own/README.md": _HERE / "own.md", ".gitignore": _HERE / "ignored.txt"}
"""What is written for a workspace alone."""
_OWN = ("data", "own")
_TESTS_ONLY = ".expected.json"
_NO_CONTENT = ("desktop.ini", "thumbs.db")
"""Files that Windows puts into a folder by itself; others' names begin with a dot."""


class FolderNotUsable(OSError):
    """A workspace cannot be made there; nothing was written."""


def make(folder: Path) -> Path:
    """Lay out a workspace in ``folder``, which is made if it is not there, and return its full path.

    Raises:
        FolderNotUsable: the folder holds something, is no folder, or cannot be written to.
    """
    folder = folder.expanduser()
    _refuse_content(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as draft:
            for name, source in _files():
                place = Path(draft) / name
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, place)  # not its mode: an installed file may be read-only
            for made in sorted(Path(draft).iterdir()):
                if not (folder / made.name).exists():
                    made.rename(folder / made.name)
                else:  # a .gitignore may be there
                    _add_lines(folder / made.name, made.read_text(encoding="utf-8"))
    except OSError as error:
        raise FolderNotUsable(f"不能在 {folder} 建立工作区：{reason(error)}。请换一个可写的文件夹。") from error
    return folder.resolve()


def _add_lines(path: Path, ours: str) -> None:
    """Add what a file does not say yet."""
    there = path.read_text(encoding="utf-8")
    missing = [line for line in ours.splitlines() if line not in there.splitlines()]
    path.write_text("\n".join([there.rstrip("\n"), *missing, ""]), encoding="utf-8")


def _refuse_content(folder: Path) -> None:
    if os.path.isdir(folder):
        there = sorted(path.name for path in folder.iterdir() if not _is_nothing(path.name))
        if there:
            listed = "、".join(there[:3]) + (f" 等 {len(there)} 项" if len(there) > 3 else "")
            raise FolderNotUsable(f"{folder} 里已有 {listed}，不会覆盖。请给出一个新的或空的文件夹。")
    elif os.path.exists(folder):
        raise FolderNotUsable(f"{folder} 是一个文件。请给出一个新的或空的文件夹。")


def _is_nothing(name: str) -> bool:
    return name.startswith(".") or name.lower() in _NO_CONTENT


def _files() -> Iterator[tuple[str, Path]]:
    """Name in the workspace and source of every file of one."""
    base = _CARRIED if _CARRIED.is_dir() else _HERE.parent.parent
    for room in _ROOMS:
        for path in sorted((base / room).rglob("*")):
            name = path.relative_to(base)
            if path.is_file() and _is_shipped(name):
                yield name.as_posix(), path
    yield from _TEXTS.items()


def _is_shipped(name: PurePath) -> bool:
    """Whether it is part of the product: not the user's own data, no cache, no result that only the tests read."""
    hidden = any(part.startswith(".") for part in name.parts)
    return name.parts[:2] != _OWN and not hidden and not name.name.endswith(_TESTS_ONLY)
