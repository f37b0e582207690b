"""What is wrong in a file a user wrote: where, why, and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ScenarioInvalid(ValueError):
    """A scenario cannot be used; ``problems`` lists every mistake found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ScenarioNotFound(FileNotFoundError):
    """Neither a file nor a name in ``scenarios/``."""

    def __init__(self, name: str, available: list[str], suggestions: list[str]) -> None:
        self.name, self.available, self.suggestions = name, available, suggestions
        hint = f"是不是 {'、'.join(suggestions)}？" if suggestions else f"现有：{'、'.join(available)}。"
        super().__init__(f"找不到情景“{name}”。{hint}")
