"""Files that a scenario names: beside the scenario's own file, or below the workspace."""

from __future__ import annotations

from os.path import isdir, isfile
from pathlib import Path

from sim import workspace
from sim.tables import near

MOST = 6
"""Files named where nothing near was meant."""


def found(value: str, folder: Path) -> list[Path]:
    """Return the files that a scenario in ``folder`` means by a path: the one to take first, none if there is none."""
    return [place for place in _places(value, folder) if isfile(place)]  # Path's own raises at strange names


def near_file(value: str, folder: Path, endings: tuple[str, ...]) -> str:
    """Return ``是不是 a、b？`` of files where this one was looked for, else which there are, else nothing."""
    there = list(dict.fromkeys(
        path.name
        for place in _places(value, folder)
        for path in sorted(place.parent.glob("*") if isdir(place.parent) else [])
        if path.suffix.lower() in endings
    ))  # fmt: skip
    if hint := near(Path(value).name, there):
        return hint
    more = f" 等 {len(there)} 个" if len(there) > MOST else ""
    return f"同一文件夹里有 {'、'.join(there[:MOST])}{more}。" if there else ""


def _places(value: str, folder: Path) -> tuple[Path, Path]:
    return folder / value, workspace.root() / value
