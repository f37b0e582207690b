"""The key ``output_series`` of a scenario: the file with one's own monthly output, found and checked."""

from __future__ import annotations

from os.path import isfile
from pathlib import Path
from typing import Any

from sim import workspace
from sim.own import SeriesFile, series_at
from sim.own.output import ENDINGS, problems
from sim.scenario.problems import brief
from sim.scenario.source import Source
from sim.tables import near

KEY = "output_series"


def named_series(value: str, folder: Path) -> SeriesFile:
    """Return the series a checked scenario file in ``folder`` names."""
    return series_at(next(place for place in _places(value, folder) if isfile(place)))


def check_output_series(source: Source, value: Any, folder: Path) -> None:
    """Note a file that is not there, with near misses beside it, or everything that is wrong with it."""
    if not isinstance(value, str) or not value.endswith(ENDINGS):
        said = f"{KEY} 应是一个 {' 或 '.join(ENDINGS)} 文件的路径，相对情景文件或工作目录，现为 {brief(value)}。"
        source.at_value((KEY,), said)
        return
    found = [place for place in _places(value, folder) if isfile(place)]  # Path's own raises at strange names
    if not found:
        source.at_value((KEY,), f"找不到产值序列 {brief(value)}（相对情景文件或工作目录）。{_near_file(value, folder)}")
        return
    for problem in problems(found[0]):
        source.at_value((KEY,), f"产值序列：{problem}")


def _places(value: str, folder: Path) -> tuple[Path, Path]:
    return folder / value, workspace.root() / value


def _near_file(value: str, folder: Path) -> str:
    there = [
        path.name for place in _places(value, folder) for ending in ENDINGS
        for path in sorted(place.parent.glob(f"*{ending}"))
    ]  # fmt: skip
    hint = near(Path(value).name, there)
    return hint or (f"同一文件夹里有 {'、'.join(dict.fromkeys(there))}。" if there else "")
