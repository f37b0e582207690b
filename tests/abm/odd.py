"""The tables of ``docs/odd.md``, from the columns, the schedule and the catalogue."""

from __future__ import annotations

from sim.abm.enterprises import OWN_COLUMNS, Enterprises
from sim.abm.schedule import SCHEDULE
from sim.population.table import COLUMNS
from sim.scenario.catalogue import GRADE_ZH, Entry, catalogue
from sim.scenario.schema import steps_text
from tests.generated import table


def columns() -> str:
    described = Enterprises.described().items()
    return table(["变量", "类型", "单位", "含义"], [[f"`{name}`", *about] for name, about in described])


def schedule() -> str:
    rows = [
        [str(order), step.zh, step.en, f"`{step.where}`", "有" if step.compiled else ""]
        for order, step in enumerate(SCHEDULE, 1)
    ]
    return table(["次序", "过程", "Process", "所在", "编译形式"], rows)


def parameters() -> str:
    read = [entry for entry in catalogue().values() if entry.used_by.startswith("abm") and entry.kind != "switch"]
    rows = [_parameter(entry) for entry in sorted(read, key=lambda entry: (entry.used_by, entry.kind, entry.id))]
    return table(["读它的模块", "参数", "名称", "单位", "默认", "范围或分布", "等级", "依据"], rows)


def switches() -> str:
    rows = [
        [f"`{entry.id}`", entry.title.zh, *(f"`{option}` {text}" for option, text in _standard_first(entry)),
         GRADE_ZH[entry.grade], "、".join(entry.clauses) or "假设"]
        for entry in catalogue().of_kind("switch").values()
    ]  # fmt: skip
    joined = [[*row[:3], "；".join(row[3:-2]), *row[-2:]] for row in rows]
    return table(["开关", "名称", "标准写法", "另外的写法", "等级", "依据"], joined)


def _standard_first(entry: Entry) -> list[tuple[str, str]]:
    return sorted(entry.options.items(), key=lambda item: item[0] != entry.standard)


def data() -> str:
    rows = [[f"`{column.name}`", column.meaning_zh, column.source] for column in COLUMNS]
    own = "、".join(f"`{name}`" for name in OWN_COLUMNS)
    return table(["列", "含义", "来源"], rows) + f"\n\n运行中产生、起始为零或由上列算出：{own}。"


def _parameter(entry: Entry) -> list[str]:
    drawn = entry.distribution
    numbers = drawn.numbers if drawn else entry.bounds
    kind = f"{drawn.kind} " if drawn else ""
    spread = kind + "—".join(f"{number:g}" for number in numbers)
    module = entry.used_by.removeprefix("abm.")
    basis = "、".join(entry.clauses) or "假设"
    return [f"`{module}`", f"`{entry.id}`", entry.title.zh, entry.unit, steps_text(entry.default_steps), spread,
            GRADE_ZH[entry.grade], basis]  # fmt: skip


TABLES = {
    "columns": columns, "schedule": schedule, "switches": switches, "parameters": parameters, "data": data,
}  # fmt: skip
