"""What a scenario file says that is allowed but hardly meant: a lever that stays as it was, a quantity that was thought
in ten thousands, a district with more than the whole city, a reason that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import log

from sim.scenario.catalogue import Entry, catalogue
from sim.scenario.months import month_index
from sim.scenario.problems import Problem
from sim.scenario.schema import Scenario
from sim.scenario.source import Path, Source

WHY = "写一句为什么值得比较"
"""What a new scenario's file has in place of a reason."""
TEN_THOUSAND = 10_000


def unlikely(source: Source, whole: Scenario, without: Scenario) -> Iterator[Problem]:
    """Yield a doubt at each such place.

    Args:
        source: a file without problems.
        whole, without: the scenario that it makes, and that it would make without its levers.
    """
    if (source.data.get("why") or {}).get("zh") == WHY:
        said = "why 还是模板里的话，不会印进简报。请写一句为什么值得比较，或删去这一行。"
        yield Problem(source.name, *source.values["why", "zh"], said)
    district = source.data.get("district")
    yield from _nothing_written(source, district)
    for name, value in (source.data.get("levers") or {}).items():
        entry = catalogue()[name]
        if _unchanged(entry, district, whole, without):
            said = f"{entry.title.zh}写了，却什么也没有改：原来就是这样。{_bound(value, entry)}"
            yield Problem(source.name, *source.keys["levers", name], f"{said}请换一个数，或删去这一项。")
        elif isinstance(value, dict):
            for (_, before), (month, number) in pairwise(sorted(value.items())):
                if number == before:
                    said = f"{entry.title.zh}自 {month} 起写 {number:g}，之前已是这个数：请换一个数，或删去这一行。"
                    yield Problem(source.name, *source.values["levers", name, month], said)
        for month, number in value.items() if isinstance(value, dict) else (("", value),):
            path: Path = ("levers", name, month) if month else ("levers", name)
            for said in _of_number(number, month_index(month) if month else 0, entry, district, without):
                yield Problem(source.name, *source.values[path], said)


def _nothing_written(source: Source, district: str | None) -> Iterator[Problem]:
    """Doubt an empty block of levers, or a district without one."""
    levers = "还没有写杠杆，什么也没有改。请写“杠杆: 数值”，或删去这一行；tenglong explain 列出全部杠杆。"
    if "levers" in source.data and not source.data["levers"]:
        yield Problem(source.name, *source.keys["levers",], f"levers 之下{levers}")
    elif district is not None and "levers" not in source.data:
        said = f"district 只管本文件的 levers，而这里没有写：{district}什么也没有改。请写 levers，或删去这一行。"
        yield Problem(source.name, *source.values["district",], said)


def _bound(value: float | dict[str, float], entry: Entry) -> str:
    """Say that a lever stays where it can go no farther."""
    numbers = set(value.values()) if isinstance(value, dict) else {value}
    for end, said in zip(entry.bounds, ("下限 {}，不能再低", "上限 {}，不能再高"), strict=True):
        if numbers == {end}:
            return f"它已在{said.format(f'{end:g}')}。"
    return ""


def _unchanged(entry: Entry, district: str | None, whole: Scenario, without: Scenario) -> bool:
    first_own = entry.spread_by and district and entry.id not in without.district_levers.get(district, {})
    return not first_own and all(
        _in_force(whole, entry.id, district, month) == _in_force(without, entry.id, district, month)
        for month in range(whole.months)
    )


def _of_number(value: float, month: int, entry: Entry, district: str | None, without: Scenario) -> Iterator[str]:
    """What is doubted of one number; of quantities a year only."""
    if entry.spread_by is None:
        return
    before, city = _in_force(without, entry.id, district, month), without.lever(entry.id, month)
    if _in_ten_thousands(value, before, entry):
        yield (
            f"{entry.title.zh}由 {before:g} 改为 {value:g}，单位是{entry.unit}。"
            f"若这个数是以“万”计的，请写 {value * TEN_THOUSAND:g}。"
        )
    if district is not None and value > city > 0:
        yield (
            f"{entry.title.zh}给{district}写了 {value:g}，比全市的 {city:g}（{entry.unit}）还多。"
            "有 district 一行时，“每年”的数量是该区县自己的，不是全市的。"
        )


def _in_force(scenario: Scenario, name: str, district: str | None, month: int) -> float:
    """The value of a month: a district's own, else the city's."""
    own = scenario.district_levers.get(district or "", {}).get(name, ())
    held = [value for since, value in own if since <= month]
    return held[-1] if held else scenario.lever(name, month)


def _in_ten_thousands(value: float, before: float, entry: Entry) -> bool:
    """Whether ten thousand times a value is allowed, and nearer to what held before than the value is."""
    meant = value * TEN_THOUSAND
    if min(value, before) <= 0 or meant > entry.bounds[1]:
        return False
    return abs(log(meant / before)) < abs(log(value / before))
