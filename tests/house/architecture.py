"""The parts of ``docs/architecture.md``: floors of the import contract, what rooms are for, one number."""

from __future__ import annotations

import ast
import importlib
import itertools
import json
import re
import tomllib

from sim import evidence, registry
from sim.scenario.catalogue import catalogue
from sim.scenario.schema import steps_text
from tests.generated import ROOT, table

APART, TOGETHER = " | ", " : "
"""How the contract writes neighbours that do not know each other, and neighbours that may."""


def layers() -> list[list[list[str]]]:
    """Floors from the top; on each, groups of modules: groups do not know each other, modules of a group may."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    [contract] = tools["importlinter"]["contracts"]
    return [[group.split(TOGETHER) for group in floor.split(APART)] for floor in contract["layers"]]


def picture() -> str:
    """The floors as a Mermaid flowchart, a box a group."""
    boxes = [[(group[0], "、".join(group)) for group in floor] for floor in layers()]
    lines = [f'  {name}["{label}"]' for floor in boxes for name, label in floor]
    for upper, lower in itertools.pairwise(boxes):
        lines.append(f"  {' & '.join(name for name, _ in upper)} --> {' & '.join(name for name, _ in lower)}")
    return "\n".join(["```mermaid", "flowchart TB", *lines, "```"])


def purpose(module: str) -> str:
    """What a module's docstring begins with, up to a blank line."""
    path = ROOT / "sim" / module
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8")))
    assert docstring, source
    return re.sub(r"``(.+?)``", r"`\1`", " ".join(docstring.partition("\n\n")[0].split())).replace("|", "\\|")


def rooms() -> str:
    rows = []
    for floor, groups in enumerate(layers()):
        for module in (module for group in groups for module in group):
            name = f"{module}/" if (ROOT / "sim" / module).is_dir() else f"{module}.py"
            rows.append([str(len(layers()) - floor), f"`sim/{name}`", purpose(module)])
    return table(["层 Floor", "室 Room", "做什么 What it is for"], rows)


LEVER, TARGET = "highrise.project_starts_per_year", "quality_space_2027.started"
"""The number that is followed, and the target that it decides."""


def way() -> str:
    """Where a number is read, by what function, and what it is there."""
    lever, target = catalogue()[LEVER], registry.target(TARGET)
    said = evidence.clause(target.sources[0])
    process = f"sim/{lever.used_by.replace('.', '/')}.py"
    steps = [
        ("文件原文", "data/policy/seed_facts.csv", "sim.evidence.clause", f"{target.sources[0]}：“{said.quote}”"),
        ("目标", "data/policy/targets.csv", "sim.registry.target",
         f"`{TARGET}` {target.direction} {target.threshold:g} {target.unit}，期限 {target.deadline}"),
        ("杠杆", "sim/scenario/catalogue/levers.yaml", "sim.scenario.catalogue.catalogue",
         f"`{LEVER}` {steps_text(lever.default_steps)}（{lever.unit}），依据 {'、'.join(lever.clauses)}"),
        ("情景", "scenarios/baseline.yaml", "sim.scenario.load.load_scenario", "不改时取目录的默认值"),
        ("抽样", "种子、次数", "sim.ensemble.design.draw_parameters", "同一次数在各情景里抽到同样的数"),
        ("过程", process, "sim.abm.processes.construction.build_towers", "按月开工，交付在以后各月"),
        ("计量", "企业、楼面与区县的状态", "sim.abm.measures.measure_year", f"年末的 `{target.indicator}`，分区县"),
        ("存", "runs/ 下的分片", "sim.ensemble.store.Ensemble.write", "整片写成才改名，带校验和"),
        ("与预测会合", "预测路径", "sim.ensemble.results.anchor", "只改与产值成比例的指标；空间不变"),
        ("概率", "各次运行的年末值", "sim.analysis.attainment.targets", "达到的次数之比与威尔逊区间"),
        ("简报", "reports/samples/briefing/summary.json", "sim.report.render.render_notebook", _sampled()),
        ("核对", "报告文件夹", "sim.report.verify.remade", "`tenglong verify` 重算，与封记对照"),
    ]  # fmt: skip
    rows = [[what, _file(at), f"`{_exists(by)}`", told] for what, at, by, told in steps]
    return table(["步 Step", "在哪里 Where", "由谁读写 By", "此处是什么 What it is there"], rows)


def _sampled() -> str:
    told = json.loads((ROOT / "reports/samples/briefing/summary.json").read_text(encoding="utf-8"))["targets"]
    [row] = [row for row in told if row["id"] == TARGET]
    spread = "—".join(f"{100 * row[name]:.0f}%" for name in ("ci_low", "ci_high"))
    chance = f"概率 {100 * row['probability']:.0f}%（95%区间 {spread}）"
    return f"样例：{row['runs']} 次运行，{chance}，中位数 {row['median']:.0f} {row['unit']}"


def _file(place: str) -> str:
    """A place as a link if it is a file of the repository."""
    return f"[{place}](../{place})" if (ROOT / place).is_file() else place


def _exists(name: str) -> str:
    """The name of a function, once it is found."""
    module, _, attribute = name.rpartition(".")
    try:
        assert hasattr(importlib.import_module(module), attribute), name
    except ModuleNotFoundError:  # a method
        module, _, kind = module.rpartition(".")
        assert hasattr(getattr(importlib.import_module(module), kind), attribute), name
    return name


PARTS = {"picture": picture, "rooms": rooms, "way": way}
