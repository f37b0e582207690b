"""Reading the data files: CSV rows as text, cached until the file changes."""

from __future__ import annotations

import csv
import io
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from pathlib import Path

from sim import workspace
from sim.spreadsheets import Unreadable, decoded

Row = dict[str, str]
SURPLUS = "（多出的格）"
"""Column that holds what a line has beyond its header."""


class DataFileMissing(FileNotFoundError):
    """A file of ``data/`` is not there."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"缺少数据文件 data/{name}。请确认工作目录完整（可用 git status 检查）。")


def rows(name: str) -> tuple[Row, ...]:
    """Return the rows of ``data/<name>``, every cell as the text in the file, in file order.

    The rows are shared: do not change them.

    Raises:
        DataFileMissing: no such file.
    """
    return _rows(*version(name))


def version(name: str) -> tuple[Path, int, int]:
    """Return path, time of change and size of ``data/<name>``: what a cache of its content must be keyed by.

    Raises:
        DataFileMissing: no such file.
    """
    path = workspace.data_dir() / name
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise DataFileMissing(name) from None
    return path, stat.st_mtime_ns, stat.st_size


def near(word: str, known: list[str]) -> str:
    """Return ``是不是 a、b？`` for a near miss, else nothing; of those equally near, what has more signs in their place
    comes first."""
    close = get_close_matches(word, known, n=max(len(known), 1), cutoff=0.6)

    def nearness(one: str) -> tuple[float, int, bool]:
        in_place = sum(mine == theirs for mine, theirs in zip(one, word, strict=False))
        return SequenceMatcher(None, one, word).ratio(), in_place, len(one) == len(word)

    found = sorted(close, key=nearness, reverse=True)[:2]
    return f"是不是 {'、'.join(found)}？" if found else ""


@lru_cache(maxsize=64)
def _rows(path: Path, changed: int, size: int) -> tuple[Row, ...]:
    """Read one version of a file; ``changed`` and ``size`` only tell versions apart."""
    try:
        return tuple(csv.DictReader(io.StringIO(decoded(path.read_bytes()), newline=""), restkey=SURPLUS))
    except csv.Error as error:  # a cell without end
        raise Unreadable(f"{path} 里有一格过长，多半是引号没有配对。") from error
