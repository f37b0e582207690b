"""What is wrong with a data file: file, line, column and what was expected, in the reader's words; and the error of a
name that nothing has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")
WHOLE = "文件"
"""In place of a column where a problem is the whole file's."""
SHOWN = 5
"""Rows of one kind of problem that are listed on screen."""


@dataclass(frozen=True)
class Problem:
    """One cell or column that is not as it should be.

    ``line``: the header is 1, a whole column 0. ``folder``: what ``file`` lies below, for files that are not ours.
    """

    file: str
    line: int
    column: str
    value: str
    expected: str
    folder: str = "data/"

    def __str__(self) -> str:
        place = f"{self.folder}{self.file}" + (f":{self.line}" if self.line else "")
        joint = "" if self.expected.endswith(("？", "。")) else "，"
        shown = f"{joint}现为“{self.value}”" if self.value else ""
        column = "" if self.column == WHOLE else f" 列 {self.column}"
        return f"{place}{column}：{self.expected}{shown}"


def folded(
    found: Sequence[Found], alike: Callable[[Found], Hashable], column: Callable[[Found], str]
) -> list[str]:
    """Return the lines to show: of problems that are alike, the first few and how many more."""
    counts = Counter(map(alike, found))
    seen: Counter[Hashable] = Counter()
    lines = []
    for one in found:
        what = alike(one)
        seen[what] += 1
        if seen[what] <= SHOWN:
            lines.append(str(one))
        if seen[what] == SHOWN and counts[what] > SHOWN:
            place = f"“{column(one)}”列" if column(one) else ""
            lines.append(f"　　{place}同样的问题另有 {counts[what] - SHOWN:,} 行。")
    return lines


def shortened(found: Sequence[Problem]) -> list[str]:
    """Return the lines to show of data files; what a cell probably meant makes it no other problem."""
    return folded(
        found, lambda one: (one.folder, one.file, one.column, one.expected.partition("，是不是")[0]),
        lambda one: one.column,
    )  # fmt: skip


class DataInvalid(ValueError):
    """Data files that break their schemas."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(f"数据文件有 {len(problems)} 处不合格式：\n" + "\n".join(shortened(problems)))


class Absent(KeyError):
    """Nothing has this name; its message is shown as the sentence it is, where KeyError would put it in quotes."""

    def __str__(self) -> str:
        return str(self.args[0])
