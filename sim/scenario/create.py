"""A new scenario file, ready to be edited."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sim import workspace
from sim.scenario.load import BASELINE, load_scenario, locate, scenario_names
from sim.scenario.months import month_index
from sim.scenario.problems import NAME, NAME_RULE, brief
from sim.scenario.unlikely import WHY

_NOT_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
"""Words that one YAML reader or another does not take for text; nor what begins with a digit."""
TEMPLATE = """\
# yaml-language-server: $schema=scenario.schema.json
name: {name}
title: {{zh: {name}, en: {name}}}
extends: {parent}
why: {{zh: {why}}}
levers:
  # 杠杆: 数值，或按月份分段（自该月起）。tenglong explain 杠杆名 可看单位、范围与条款。
  {lever}:
    {since}: {value}
"""
LEVER, SINCE, VALUES = "highrise.project_starts_per_year", "2027-01", (45, 60)
"""The example: a lever, since when, and what it moves to: the first that changes anything."""

MORE = """\
# 以下各行去掉前面的 # 即可用；都可以不写。
# horizon: 2027-12                 # 模拟到哪个月：2027-12 或 2030-12
# targets: [gross_output_2027, quality_space_2027]
# uncertainties:
#   highrise.delivery_lag_months: {{triangular: [18, 26, 36]}}
# district: 奉化区                 # 上面的 levers 只作用于它；“每年”的数量是它自己的，不是全市的
# structure:                       # 规则换一种写法：tenglong explain 结构开关
#   structure.priority: lottery
# calibration: baseline            # 不确定参数从 data/calibrated/ 里的后验样本抽取，不写则从先验
# 这几项的说明在 README 的“改一个情景”一节。
# output_series: 产值序列.xlsx     # 自备的月度产值，tenglong template series 可写一份来填
# register: {{file: 企业名录.xlsx, mapping: 企业名录.yaml}}   # 自备的企业，tenglong template register
"""
DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[1-9]")
"""Names that no file may have on Windows."""


class NameNotUsable(ValueError):
    """The name cannot become a file in ``scenarios/``."""


def create(name: str, parent: str) -> Path:
    """Write ``scenarios/<name>.yaml`` extending ``parent``.

    Raises:
        NameNotUsable: the name is malformed or taken, or the parent's is no name.
        ScenarioNotFound, ScenarioInvalid: the parent cannot be used.
    """
    path = _free(name, parent)
    older = load_scenario(parent)
    held = {older.lever(LEVER, month) for month in range(month_index(SINCE), older.months)}
    value = next(each for each in VALUES if held != {each})
    path.write_text(_filled(name, quoted(parent), value), encoding="utf-8")
    return path


def copy(name: str, original: str) -> Path:
    """Write ``scenarios/<name>.yaml`` as ``original``'s file is, comments and all, under its own name and title.

    Raises:
        As :func:`create`.
    """
    path = _free(name, original)
    load_scenario(original)
    text = locate(original).read_text(encoding="utf-8-sig")
    path.write_text(_renamed(text, name), encoding="utf-8")
    return path


def _free(name: str, parent: str) -> Path:
    """Return the file to write; refuse a name that cannot be used, or that is taken, and a parent that is no name."""
    require_usable(name)
    path = workspace.scenarios_dir() / f"{name}.yaml"
    if path.exists() or name in scenario_names():
        raise NameNotUsable(f"情景 {name} 已存在。换一个名字，或直接改 scenarios/ 里的那一个。")
    if not NAME.fullmatch(parent):
        raise NameNotUsable(f"--from 后面要写 scenarios/ 里的情景名，不是“{brief(parent)}”。")
    return path


def _renamed(text: str, name: str) -> str:
    """A scenario's text with another name, which its titles have behind them."""
    from ruamel.yaml import YAML

    edits: list[tuple[int, int, str]] = []
    for key, value in YAML(typ="safe", pure=True).compose(text).value:
        if key.value == "name":
            edits.append((value.start_mark.index, value.end_mark.index, quoted(name)))
        elif key.value == "title":
            edits += [(each.start_mark.index, each.end_mark.index, _titled(of.value, each.value, name))
                      for of, each in value.value]  # fmt: skip
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def _titled(language: str, title: str, name: str) -> str:
    """A title with a name behind it, written so that YAML reads it as text whatever is in it."""
    return json.dumps(f"{title}（{name}）" if language == "zh" else f"{title} ({name})", ensure_ascii=False)


def _filled(name: str, parent: str, value: int = VALUES[0]) -> str:
    return TEMPLATE.format(name=quoted(name), parent=parent, why=WHY, lever=LEVER, since=SINCE, value=value)


def write_template(path: Path) -> None:
    """Write a scenario file with every key that it may have, those beyond the first few as comments.

    Raises:
        NameNotUsable: the file's name cannot be a scenario's.
    """
    require_usable(path.stem)
    path.write_text(_filled(path.stem, BASELINE) + MORE.format(), encoding="utf-8")


def require_usable(name: str) -> None:
    """Refuse what cannot be a scenario's name.

    Raises:
        NameNotUsable: malformed, or a device's name on Windows.
    """
    if not NAME.fullmatch(name) or DEVICES.fullmatch(name):
        meant = re.sub(r"[_\s]+", "-", name.strip().lower())
        hint = f"可写 {meant}。" if NAME.fullmatch(meant) and not DEVICES.fullmatch(meant) else ""
        raise NameNotUsable(f"情景名“{name}”不能用：{NAME_RULE}。{hint}")


def quoted(name: str) -> str:
    """Return a name as YAML reads it as text."""
    return f'"{name}"' if name in _NOT_TEXT or name[0].isdigit() else name
