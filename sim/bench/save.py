"""A position of the sliders as a scenario file: a new one, or the scenario's own with its comments kept."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from sim import workspace
from sim.analysis.pushes import SINCE
from sim.bench.dials import turned
from sim.scenario.create import NameNotUsable, quoted, require_usable
from sim.scenario.load import locate, override, scenario_names, scenario_of_text
from sim.scenario.months import month_index, month_text
from sim.scenario.schema import Scenario

TEMPLATE = """\
# yaml-language-server: $schema=scenario.schema.json
# 由滑块保存；杠杆: 数值，或按月份分段（自该月起）。tenglong explain 杠杆名 可看单位、范围与条款。
name: {name}
title: {{zh: {name}, en: {name}}}
extends: {parent}
"""


class NotAsMoved(RuntimeError):
    """The file that would be written is read as something else than the sliders say; nothing is written."""

    def __init__(self, name: str) -> None:
        super().__init__(f"写出的情景 {name} 与滑块所示不一致，没有保存。请另取一个名字保存。")


def save(scenario: Scenario, values: Mapping[str, float], name: str) -> Path:
    """Write the scenario with these levers turned as ``scenarios/<name>.yaml`` and return the file.

    Under the scenario's own name its file is changed in place, comments and all else kept; a new name gives a new file
    that extends it. Other files that exist, and the shipped scenarios, are never written over.

    Raises:
        NameNotUsable: malformed, taken, shipped, or a district's own scenario that a city-wide lever does not fit in.
        NotAsMoved: the file would not say what the sliders say.
    """
    require_usable(name)
    folder = workspace.scenarios_dir()
    path = locate(name) if name in scenario_names() else folder / f"{name}.yaml"
    if not path.exists():
        text = TEMPLATE.format(name=quoted(name), parent=quoted(scenario.name))
    elif name != scenario.name:
        raise NameNotUsable(f"情景 {name} 已存在，请另取一个名字。")
    elif path.with_suffix(".expected.json").exists():
        raise NameNotUsable(f"{name} 是随附的情景，不改写；请另取一个名字。")
    else:
        text = path.read_text(encoding="utf-8")
    edited = _edited(text, values, name)
    if scenario_of_text(name, edited).canonical() != turned(scenario, values).canonical():
        raise NotAsMoved(name)
    draft = folder / f".{path.name}.{uuid4().hex[:12]}"
    try:
        draft.write_text(edited, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _edited(text: str, values: Mapping[str, float], name: str) -> str:
    """Set the levers from :data:`SINCE` on in a file's text; everything else stays as it is written."""
    from ruamel.yaml import YAML

    yaml = YAML()  # round-trip: keeps comments, order and quotes
    yaml.preserve_quotes = True
    yaml.width = 10_000
    content = yaml.load(text)
    if values and content.get("district"):
        raise NameNotUsable(f"{name} 只作用于{content['district']}，滑块改的是全市；请另取一个名字保存。")
    if values and content.get("levers") is None:
        content["levers"] = {}
    for lever, value in values.items():
        content["levers"][lever] = _steps(content["levers"].get(lever), value)
    out = StringIO()
    yaml.dump(content, out)
    return out.getvalue()


def _steps(written: Any, value: float) -> Any:
    """Return a lever's dated steps as they will be written: those before :data:`SINCE`, then the new one."""
    from ruamel.yaml.comments import CommentedMap

    number = int(value) if float(value).is_integer() else float(value)
    if written is None:
        return {month_text(SINCE): number}
    if not isinstance(written, dict):
        kept = override(((0, written),), ((SINCE, number),))
        return {month_text(month): step for month, step in kept}
    steps = written if isinstance(written, CommentedMap) else CommentedMap(written)
    for month in [month for month in steps if month_index(str(month)) > SINCE]:
        del steps[month]
    steps[next((month for month in steps if month_index(str(month)) == SINCE), month_text(SINCE))] = number
    return steps
