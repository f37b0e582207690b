"""What is wrong in a file a user wrote: where, why, and what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 60
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""What a scenario may be called: the name of its file, and of folders made for it, hence no path."""
NAME_RULE = "只能由小写英文字母、数字和连字符组成，至多 64 个字"


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


def brief(value: object) -> str:
    """What a user wrote, as a message repeats it: one line, not longer than helps to find it."""
    words = "（空）" if value is None else " ".join(str(value).split())
    text = "".join(character if character.isprintable() else "□" for character in words)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


class ScenarioInvalid(ValueError):
    """A scenario cannot be used; ``problems`` lists every mistake found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ScenarioNotFound(FileNotFoundError):
    """Neither a file nor a name in ``scenarios/``."""

    def __init__(self, name: str, folder: str, available: list[str], suggestions: list[str]) -> None:
        self.name, self.available, self.suggestions = name, available, suggestions
        hint = f"是不是 {'、'.join(suggestions)}？" if suggestions else f"现有：{'、'.join(available)}。"
        super().__init__(f"找不到情景“{name}”：既不是文件，{folder} 里也没有叫这个名字的。{hint}")


class ScenarioMisnamed(ScenarioNotFound):
    """There is such a file, whose name does not end in ``.yaml``."""

    def __init__(self, file: str) -> None:
        self.name, self.available, self.suggestions = file, [], []
        stem = re.split(r"[/\\]", file)[-1].partition(".")[0]
        notepad = "用记事本另存时，“保存类型”选“所有文件”，否则会在后面加 .txt；Windows 默认不显示这个结尾。"
        text = f"{file}：情景的文件名须以 .yaml 结尾，请改名为 {stem}.yaml。"
        FileNotFoundError.__init__(self, text + (notepad if file.lower().endswith(".txt") else ""))


class WrongArgument(TypeError):
    """An argument is of another kind than it must be."""

    def __init__(self, name: str, wanted: str, given: object) -> None:
        told = brief(repr(given)) if isinstance(given, str | int | float) else type(given).__name__
        super().__init__(f"参数 {name} 应为{wanted}，给的是 {told}。")
