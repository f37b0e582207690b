"""The key ``output_series`` of a scenario: the file with one's own monthly output, found and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.own import SeriesFile, series_at
from sim.own.output import ENDINGS, problems
from sim.scenario.beside import found, near_file
from sim.scenario.problems import brief
from sim.scenario.source import Source

KEY = "output_series"


def named_series(value: str, folder: Path) -> SeriesFile:
    """Return the series a checked scenario file in ``folder`` names."""
    return series_at(found(value, folder)[0])


def check_output_series(source: Source, value: Any, folder: Path) -> None:
    """Note a file that is not there, with near misses beside it, or everything that is wrong with it."""
    if not isinstance(value, str) or not value.endswith(ENDINGS):
        said = f"{KEY} 应是一个 {' 或 '.join(ENDINGS)} 文件的路径，相对情景文件或工作目录，现为 {brief(value)}。"
        source.at_value((KEY,), said)
        return
    there = found(value, folder)
    if not there:
        hint = near_file(value, folder, ENDINGS)
        source.at_value((KEY,), f"找不到产值序列 {brief(value)}（相对情景文件或工作目录）。{hint}")
        return
    for problem in problems(there[0]):
        source.at_value((KEY,), f"产值序列：{problem}")
