"""All that can be explained, by kind: ids with Chinese name and what one wants to know first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim import registry
from sim.indicators import FIGURES, indicators
from sim.scenario.catalogue import Entry, catalogue
from sim.scenario.schema import steps_text

KINDS = {
    "levers": "杠杆", "uncertainties": "不确定参数", "constants": "固定参数", "switches": "结构开关", "targets": "目标",
    "indicators": "指标", "figures": "图",
}  # fmt: skip
"""What can be listed, by the English word for it."""
_WORDS = {
    **{kind: kind for kind in KINDS}, **{zh: kind for kind, zh in KINDS.items()},
    "lever": "levers", "uncertainty": "uncertainties", "constant": "constants", "switch": "switches",
    "target": "targets", "indicator": "indicators", "figure": "figures", "structure": "switches",
    "parameters": "uncertainties", "参数": "uncertainties", "开关": "switches",
}  # fmt: skip
"""What a kind may be asked for as."""
LEVER_GROUPS = {"A": "淘汰与整治", "B": "入园与用地", "C": "上楼与改造", "D": "宏观与项目（情景条件，非政策）"}
"""By the first letter of a lever's number in the documents; levers without a number are conditions, D."""
CONDITIONS = "D"
"""Those that no policy decides, with a clause or without."""
_ENTRY = ("代号", "名称", "单位", "范围")


@dataclass(frozen=True)
class Listing:
    """A table of ids: its title, its columns, its rows as text."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]


def kind_meant(word: str) -> str | None:
    """Return the kind that a word names, in either language, one or many; None where it names none."""
    return _WORDS.get(word.strip().lower())


def listings(kind: str) -> list[Listing]:
    """Return the tables of one kind (a key of :data:`KINDS`); levers by group."""
    if kind == "levers":
        return list(_levers())
    if kind in ("uncertainties", "constants"):
        entries = catalogue().of_kind({"uncertainties": "uncertainty", "constants": "constant"}[kind])
        rows = [(*_entry(one), steps_text(one.default_steps) if one.distribution is None else _drawn(one))
                for one in entries.values()]  # fmt: skip
        return [Listing(KINDS[kind], (*_ENTRY, "取值"), rows)]
    if kind == "switches":
        switches = catalogue().of_kind("switch")
        rows = [(name, one.title.zh, "、".join(one.options), one.standard) for name, one in switches.items()]
        return [Listing(KINDS[kind], ("代号", "名称", "选项", "标准"), rows)]
    if kind == "targets":
        rows = [(one.id, one.label_zh, one.deadline, f"{one.direction} {one.threshold:g} {one.unit}")
                for one in registry.targets().values()]  # fmt: skip
        return [Listing(KINDS[kind], ("代号", "名称", "期限", "目标值"), rows)]
    known = indicators()
    if kind == "indicators":
        rows = [(name, one.label_zh, one.unit) for name, one in known.items()]
        return [Listing(KINDS[kind], ("代号", "名称", "单位"), rows)]
    rows = [(f"fig:{figure}", f"简报第{number}幅图", "、".join(known[name].label_zh for name in names) or "各项目标")
            for number, (figure, names) in enumerate(FIGURES.items(), 1)]  # fmt: skip
    return [Listing(KINDS[kind], ("代号", "在哪里", "所画"), rows)]


def _levers() -> Iterator[Listing]:
    levers = catalogue().of_kind("lever")
    for letter, title in LEVER_GROUPS.items():
        rows = [(*_entry(one), steps_text(one.default_steps)) for one in levers.values() if group_of(one) == letter]
        yield Listing(f"{KINDS['levers']} {letter} {title}", (*_ENTRY, "现状取值"), rows)


def group_of(lever: Entry) -> str:
    """Return the letter of :data:`LEVER_GROUPS` that a lever stands under."""
    return lever.lever_no[0][0] if lever.lever_no else CONDITIONS


def _entry(entry: Entry) -> tuple[str, ...]:
    low, high = entry.bounds
    return entry.id, entry.title.zh, entry.unit, f"{low:g}—{high:g}"


def _drawn(entry: Entry) -> str:
    drawn = entry.distribution
    return f"{drawn.kind} {' / '.join(f'{number:g}' for number in drawn.numbers)}" if drawn else ""
