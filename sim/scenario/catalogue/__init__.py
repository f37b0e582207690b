"""The one catalogue of levers, uncertainties, constants and switches, each with unit, bounds, clause and grade.

The entries are YAML beside this file so that a reader who does not program can check them; this module gives
them types and refuses an entry without a clause or an explicit, explained assumption.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.scenario.distribution import Distribution
from sim.scenario.months import month_index

Grade = Literal["statute", "official", "study", "press", "assumption"]
GRADE_ZH: dict[str, str] = {
    "statute": "法规文件",
    "official": "官方统计",
    "study": "研究论文",
    "press": "新闻报道",
    "assumption": "假设",
}
Steps = tuple[tuple[int, float], ...]
"""A dated lever: (month, value) pairs in order; each value holds from its month on."""


class UnknownEntry(KeyError):
    """No catalogue entry has this id; ``suggestions`` holds the nearest ones."""

    def __init__(self, name: str, suggestions: list[str]) -> None:
        self.name, self.suggestions = name, suggestions
        hint = f"，是不是 {'、'.join(suggestions)}？" if suggestions else "。"
        super().__init__(f"参数目录里没有 {name}{hint}")

    def __str__(self) -> str:
        return str(self.args[0])


class Title(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    zh: str
    en: str


class Entry(BaseModel):
    """One parameter: what it means, what it may be, and on what it rests."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    kind: Literal["lever", "uncertainty", "constant", "switch", "documented"]
    title: Title
    unit: str = ""
    meaning: str = ""
    default: float | dict[str, float] = 0.0
    bounds: tuple[float, float] = (0.0, 0.0)
    distribution: Distribution | None = None
    spread_by: Literal["firms", "land", "value_added"] | None = None
    clauses: tuple[str, ...] = ()
    grade: Grade = "assumption"
    basis: str = ""
    lever_no: tuple[str, ...] = ()
    used_by: str = ""
    options: dict[str, str] = Field(default={}, description="a switch's ways of writing the rule, in Chinese")
    standard: str = Field(default="", description="the option of a switch that holds unless a scenario says otherwise")
    reason: str = Field(default="", description="why a documented lever is not modelled")

    @model_validator(mode="after")
    def _complete(self) -> Entry:
        if self.kind == "documented":
            if not (self.reason and self.clauses):
                raise ValueError(f"{self.id}: a documented lever needs its clauses and the reason it is not modelled")
            return self
        if not self.clauses and not self.basis:
            raise ValueError(f"{self.id}: needs a clause, or a basis with its range")
        if self.grade == "assumption" and not self.basis:
            raise ValueError(f"{self.id}: an assumption needs its basis and range")
        if (self.kind == "uncertainty") != (self.distribution is not None):
            raise ValueError(f"{self.id}: exactly the uncertainties carry a distribution")
        if (self.kind == "switch") != bool(self.options) or (self.options and self.standard not in self.options):
            raise ValueError(f"{self.id}: a switch, and only a switch, has options, the standard among them")
        low, high = self.bounds
        support = self.distribution.support() if self.distribution else ()
        for value in (*(value for _, value in self.default_steps), *support):
            if not low <= value <= high:
                raise ValueError(f"{self.id}: {value} is outside its bounds {self.bounds}")
        return self

    @property
    def default_steps(self) -> Steps:
        """The default as dated steps; an undated default holds from the first month."""
        if isinstance(self.default, Mapping):
            return tuple(sorted((month_index(month), value) for month, value in self.default.items()))
        return ((0, self.default),)

    @property
    def neutral(self) -> float:
        """A lever's value that does nothing: zero, or the nearest to it that is allowed."""
        low, high = self.bounds
        return min(max(0.0, low), high)

    @property
    def value(self) -> float:
        """The undated default."""
        if isinstance(self.default, Mapping):
            raise TypeError(f"{self.id} has a dated default")
        return self.default


class Catalogue(Mapping[str, Entry]):
    """All entries by id, in file order."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = {entry.id: entry for entry in entries}
        if len(self._entries) != len(entries):
            ids = [entry.id for entry in entries]
            raise ValueError(f"entries defined twice: {sorted({name for name in ids if ids.count(name) > 1})}")

    def __getitem__(self, name: str) -> Entry:
        if name not in self._entries:
            raise UnknownEntry(name, get_close_matches(name, self._entries, n=3, cutoff=0.5))
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def of_kind(self, kind: str) -> dict[str, Entry]:
        """Entries of one kind, in file order."""
        return {name: entry for name, entry in self._entries.items() if entry.kind == kind}


def files() -> list[Path]:
    """The files that the catalogue is written in."""
    return sorted(Path(__file__).parent.glob("*.yaml"))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Read and validate every entry.

    These files are the program's own, and a test reads them with the strict reader that scenarios get; here every
    command pays for reading, so the compiled one is taken, which needs a tenth of the time.

    Raises:
        pydantic.ValidationError: an entry lacks its unit, bounds, clause or basis.
    """
    import yaml

    reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries: list[dict[str, Any]] = []
    for path in files():
        entries += yaml.load(path.read_text(encoding="utf-8"), Loader=reader) or []
    return Catalogue([Entry.model_validate(entry) for entry in entries])
