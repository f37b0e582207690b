"""A file of one's own as a user names it on the command line: which kind it is, and what is wrong with it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sim import workspace
from sim.own import output, yearly
from sim.problems import Problem
from sim.tables import DataFileMissing, near


class OwnFileMissing(DataFileMissing):
    """Neither at the path nor by this name in ``data/own/``."""

    def __init__(self, name: str, there: list[str]) -> None:
        self.name = name
        listed = f"data/own/ 里有 {'、'.join(there)}。" if there else "data/own/ 里没有 .csv 文件。"
        hint = near(Path(name).name, there) or listed
        FileNotFoundError.__init__(self, f"找不到 {name}。{hint}")


def check(name: str) -> list[Problem]:
    """Return all that must be mended in one's own file: a yearly one, or a monthly output series.

    Raises:
        OwnFileMissing: with what is there.
    """
    location = _find(name)
    if output.is_series(location):
        return output.problems(location)
    return [replace(one, file=name, folder="") for one in yearly.problems(str(location))]


def doubts(name: str) -> list[Problem]:
    """Return what should be looked at again; yearly files raise no doubts.

    Raises:
        OwnFileMissing: with what is there.
    """
    location = _find(name)
    return [*output.doubts(location), *output.far_from_published(location)] if output.is_series(location) else []


def contents(name: str) -> str:
    """Return in words what a monthly output series without problems holds; nothing of a yearly file.

    Raises:
        OwnFileMissing: with what is there.
    """
    location = _find(name)
    return output.contents(location) if output.is_series(location) else ""


def is_series(name: str) -> bool:
    """Whether a file of one's own is a monthly output series.

    Raises:
        OwnFileMissing: with what is there.
    """
    return output.is_series(_find(name))


def _find(name: str) -> Path:
    folder = workspace.data_dir() / "own"
    for location in (Path(name), workspace.root() / name, folder / name):
        if os.path.isfile(location):
            return location.resolve()
    raise OwnFileMissing(name, sorted(path.name for path in folder.glob("*.csv")))
