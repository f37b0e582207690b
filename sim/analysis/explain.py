"""Where a number comes from: clause, document, quote, grade, and where it is used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import NoReturn

from sim import evidence, registry
from sim.analysis.rows_explained import PAGE_ID, facts_of, facts_of_page, output_drawn
from sim.indicators import FIGURES, indicators
from sim.problems import Absent
from sim.scenario.catalogue import GRADE_ZH, Entry, catalogue
from sim.scenario.meant import bare, matching
from sim.scenario.schema import EITHER, steps_text

KIND_ZH = {
    "lever": "杠杆", "uncertainty": "不确定参数", "constant": "固定参数", "switch": "结构开关",
    "documented": "文件载有、未入模",
}  # fmt: skip
STATE_ZH = {"open": "未到期", "met": "已提前达到", "not_binding": "不构成约束", "past": "已过期限"}
BASIS_ZH = {"simulated": "模拟", "forecast": "统计预测", "tracked": "仅跟踪（无公开数据）"}
FIGURE = "fig:"


class UnknownId(Absent):
    """Neither a parameter, a target, an indicator, a figure, a row of the evidence, nor a page it is from."""

    def __init__(self, name: str, suggestions: list[str]) -> None:
        self.name, self.suggestions = name, suggestions
        usable = (
            "可用参数、目标、指标的代号或中文名，图（如 fig:space）、证据行号（如 S161）或来源网页（如 P001）；"
            "tenglong explain 列出杠杆，并说明怎样列出其余。"
        )
        hint = f"是不是 {'、'.join(suggestions)}？" if suggestions else usable
        super().__init__(f"没有叫 {name} 的参数、目标、指标、图、证据或来源网页。{hint}")


@dataclass(frozen=True)
class Explanation:
    """Heading, facts as (label, text), the clauses cited, and the ids of the targets it is about."""

    heading: str
    facts: list[tuple[str, str]]
    clauses: list[evidence.Clause]
    targets: tuple[str, ...] = ()

    def text(self) -> str:
        lines = [self.heading, *(f"  {label}：{text}" for label, text in self.facts if text)]
        for clause in self.clauses:
            place = " ".join(part for part in (clause.document, clause.article) if part)
            lines.append(f"  依据 {clause.id}［{clause.grade} 级］{place}")
            if clause.note:  # beside the grade, which is of the page and says nothing of doubts about the number
                lines.append(f"    注：{clause.note}")
            if clause.quote:
                lines.append(f"    「{clause.quote}」")
            if clause.url:
                lines.append(f"    {clause.url}")
        return "\n".join(lines)


def explain(name: str) -> Explanation:
    """Explain a parameter, a target (id or group), an indicator, a figure (``fig:space``), an evidence row, or
    a page that rows are from (``P001``).

    The Chinese names of parameters, indicators and targets, as reports print them, are understood as well.

    Raises:
        UnknownId: with the nearest names.
    """
    called = _called(name)
    groups = _sharing(called) if called != name else []
    return _found(name) or (_targets(groups) if len(groups) > 1 else _found(called)) or _refuse(name)


def _found(name: str) -> Explanation | None:
    """Return the explanation of an id, None where nothing has it."""
    entries, published = catalogue(), registry.targets()
    if name in entries:
        return _parameter(entries[name])
    readings = [target for target in published.values() if target.called(name)]
    if readings:
        return _target(readings)
    if name in indicators():
        return _indicators(f"{name} 指标", [name])
    figure = name.removeprefix(FIGURE)
    if figure != name and figure in FIGURES:
        told = _indicators(f"{name} 简报第{list(FIGURES).index(figure) + 1}幅图", FIGURES[figure])
        return replace(told, facts=told.facts + output_drawn()) if figure == "output" else told
    row = _row_id(name)
    if PAGE_ID.fullmatch(row) and (page := facts_of_page(row)):
        return Explanation(f"{row} 来源网页", page, [])
    if evidence.ROW_ID.fullmatch(row):
        return Explanation(f"{row} 证据", facts_of(row), [evidence.clause(row)])
    return None


def _row_id(name: str) -> str:
    """Return the row id that is meant by a small letter or without leading zeros (s11 for S011), else the name."""
    typed = re.fullmatch(r"([A-Za-z])(\d{1,3})", name, re.ASCII)
    return f"{typed[1].upper()}{typed[2]:0>3}" if typed else name


def _called(name: str) -> str:
    """Return the id of what has this Chinese name (a target's may have its threshold behind), else the name itself."""
    plain = bare(_without_threshold(name))
    return next((found for title, found in _chinese_names().items() if bare(title) == plain), name)


def _without_threshold(name: str) -> str:
    return re.sub("[≥≤].*", "", name)


def _chinese_names() -> dict[str, str]:
    """Ids by Chinese name; of several targets that share one, the last (:func:`_sharing` gives them all)."""
    known = {target.label_zh: target.group for target in registry.targets().values()}
    known |= {entry.label_zh: name for name, entry in indicators().items()}
    return known | {entry.title.zh: name for name, entry in catalogue().items()}


def _sharing(group: str) -> list[str]:
    """Return the groups of all targets that have the same Chinese name as this group's, empty where it is no group."""
    published = registry.targets().values()
    names = {target.label_zh for target in published if target.group == group}
    return list(dict.fromkeys(target.group for target in published if target.label_zh in names))


def _targets(groups: Sequence[str]) -> Explanation:
    """Targets of one Chinese name, one after the other."""
    each = {group: registry.readings(group) for group in groups}
    told = {group: _target(readings) for group, readings in each.items()}
    facts = [fact for group, found in told.items() for fact in [("目标代号", group), *found.facts]]
    clauses = {clause.id: clause for found in told.values() for clause in found.clauses}
    ids = tuple(target for found in told.values() for target in found.targets)
    return Explanation(f"{each[groups[0]][0].label_zh} 同名目标{len(groups)}个", facts, list(clauses.values()), ids)


def _refuse(name: str) -> NoReturn:
    published = registry.targets()
    groups = {target.group for target in published.values()}
    known = [*catalogue(), *published, *groups, *indicators(), *(FIGURE + figure for figure in FIGURES)]
    nearest = get_close_matches(name, dict.fromkeys(known), n=3, cutoff=0.5)
    levers = {entry.title.zh: lever for lever, entry in catalogue().of_kind("lever").items()}
    others = {title: one for title, one in _chinese_names().items() if title not in levers}
    near = [one for names in (levers, others) for one in matching(_without_threshold(name), names)]
    named = [group for one in near for group in _sharing(one) or [one]]
    raise UnknownId(name, [f"{one}（{title}）" for one in named for title in _titles(one)] or nearest)


def _titles(found: str) -> list[str]:
    targets = [target.label_zh for target in registry.targets().values() if target.group == found]
    return [*targets, *(title for title, name in _chinese_names().items() if name == found)][:1]


def _indicators(heading: str, names: Sequence[str]) -> Explanation:
    """What indicators count, the targets held against them (all that are answered, if none is named), and the clauses
    of those still open."""
    known = indicators()
    facts = [(known[name].label_zh, f"{known[name].definition_zh}（{known[name].unit}，{name}）") for name in names]
    aims = [
        target for target in registry.targets().values()
        if (target.indicator in names if names else target.basis != "tracked" and target.state == "open")
    ]  # fmt: skip
    facts += [("目标", f"{target.id} {target.label_zh}，{BASIS_ZH[target.basis]}") for target in aims]
    rows = dict.fromkeys(row for target in aims if target.state == "open" for row in target.sources)
    return Explanation(heading, facts, [evidence.clause(row) for row in rows])


def _parameter(entry: Entry) -> Explanation:
    if entry.kind == "documented":
        facts = [("类别", KIND_ZH[entry.kind]), ("未入模原因", entry.reason), ("杠杆编号", "、".join(entry.lever_no))]
    elif entry.kind == "switch":
        facts = [
            ("类别", KIND_ZH[entry.kind]),
            ("含义", entry.meaning),
            *((f"选项 {option}" + ("（标准）" if option == entry.standard else ""), text)
              for option, text in entry.options.items()),
            ("证据等级", GRADE_ZH[entry.grade]),
            ("取值说明", entry.basis),
            ("用于", _file(entry)),
        ]  # fmt: skip
    else:
        drawn = entry.distribution
        spread = f"{drawn.kind} {' / '.join(f'{number:g}' for number in drawn.numbers)}" if drawn else ""
        facts = [
            ("类别", KIND_ZH[entry.kind]),
            ("含义", entry.meaning),
            ("单位", entry.unit),
            ("现状取值", steps_text(entry.default_steps)),
            ("允许范围", _allowed(entry)),
            ("抽取分布", spread),
            ("证据等级", GRADE_ZH[entry.grade]),
            ("取值说明", entry.basis),
            ("杠杆编号", "、".join(entry.lever_no)),
            ("用于", _file(entry)),
        ]
    return Explanation(f"{entry.id} {entry.title.zh}", facts, [evidence.clause(row) for row in entry.clauses])


def _allowed(entry: Entry) -> str:
    """What may be written; told from the range that the basis holds for likely, which is often narrower."""
    low, high = entry.bounds
    allowed = f"{low:g} 或 {high:g}" if entry.unit == EITHER else f"{low:g} 至 {high:g}"
    told_apart = "（可以写的上下限；取值说明里的区间是合理的取值）" if "区间" in entry.basis else ""
    return allowed + told_apart


def _file(entry: Entry) -> str:
    return f"sim/{entry.used_by.replace('.', '/')}.py" if entry.used_by else ""


def _target(readings: list[registry.Target]) -> Explanation:
    first = readings[0]
    asked = [f"{target.direction} {target.threshold:g} {target.unit}" for target in readings]
    facts = [
        ("指标", "、".join(dict.fromkeys(target.indicator for target in readings))),
        ("期限", first.deadline),
        ("目标", "；".join(dict.fromkeys(asked))),
        ("累计起算", f"{first.period_start}（原文没有写明的，是这里的读法）" if first.mode == "cumulative" else ""),
        ("状态", STATE_ZH[first.state] + (f"（{first.state_note_zh}）" if first.state_note_zh else "")),
    ]
    for target, limit in zip(readings, asked, strict=True):
        of = f"：指标 {target.indicator} {limit}" if len(readings) > 1 else ""
        called = " ".join(filter(None, (target.id, target.reading_zh)))
        facts.append(("口径", f"{called}{of}，{BASIS_ZH[target.basis]}"))
    facts += [("所缺数据", target.needs_zh) for target in readings if target.needs_zh]
    sources = dict.fromkeys(row for target in readings for row in target.sources)
    ids = tuple(target.id for target in readings)
    return Explanation(f"{first.group} {first.label_zh}", facts, [evidence.clause(row) for row in sources], ids)
