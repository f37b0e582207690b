"""What is wrong with a data file: file, line, column and what was expected, in the reader's words; and the error of a
name that nothing has."""

from __future__ import annotations

from dataclasses import dataclass


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
        shown = f"，现为“{self.value}”" if self.value else ""
        return f"{place} 列 {self.column}：{self.expected}{shown}"


class DataInvalid(ValueError):
    """Data files that break their schemas."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(f"数据文件有 {len(problems)} 处不合格式：\n" + "\n".join(map(str, problems)))


class Absent(KeyError):
    """Nothing has this name; its message is shown as the sentence it is, where KeyError would put it in quotes."""

    def __str__(self) -> str:
        return str(self.args[0])
