"""The key ``register`` of a scenario: the file with one's own enterprises and its mapping, found.

What is in them is looked at by ``tenglong check`` and before a run: a register may be large, and scenarios are loaded
often.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sim import workspace
from sim.own.register import ENDINGS, MAPPING_ENDINGS, RegisterFile, register_at
from sim.scenario.problems import brief
from sim.scenario.source import Source
from sim.tables import near

KEY, FILE, MAPPING = "register", "file", "mapping"
ALLOWED = {FILE: ENDINGS, MAPPING: MAPPING_ENDINGS}
TITLES = {FILE: "企业名录", MAPPING: "名录的映射文件"}


def named_register(value: dict[str, str] | None, folder: Path) -> RegisterFile | None:
    """Return the register a checked scenario file in ``folder`` names; None for the synthetic enterprises."""
    if value is None:
        return None
    found = [next(place for place in _places(value[key], folder) if os.path.isfile(place)) for key in (FILE, MAPPING)]
    return register_at(*found)


def check_register(source: Source, value: Any, folder: Path) -> None:
    """Note what is wrong with the key, and files that are not there, with near misses beside them."""
    if value is None:
        return
    if not isinstance(value, dict):
        said = f"{KEY} 应写成 {{{FILE}: 名录, {MAPPING}: 映射文件}}；不用名录时写 null 或去掉这一键。"
        source.at_value((KEY,), said)
        return
    for key in value:
        if key not in ALLOWED:
            hint = near(str(key), list(ALLOWED)) or f"可用：{'、'.join(ALLOWED)}。"
            source.at_key((KEY, key), f"未知的键 {key}。{hint}")
    for key, endings in ALLOWED.items():
        path = value.get(key)
        if path is None:
            source.at_value((KEY,), f"{KEY} 缺少 {key}（{TITLES[key]}）。")
        elif not isinstance(path, str) or not path.lower().endswith(endings):
            said = f"{TITLES[key]}应是以 {'、'.join(endings)} 结尾的路径，相对情景文件或工作目录，现为 {path}。"
            source.at_value((KEY, key), said)
        elif not any(os.path.isfile(place) for place in _places(path, folder)):
            said = f"找不到{TITLES[key]} {brief(path)}（相对情景文件或工作目录）。{_near_file(path, folder, endings)}"
            source.at_value((KEY, key), said)


def _places(value: str, folder: Path) -> tuple[Path, Path]:
    return folder / value, workspace.root() / value


def _near_file(value: str, folder: Path, endings: tuple[str, ...]) -> str:
    there = [
        path.name
        for place in _places(value, folder)
        for path in sorted(place.parent.glob("*") if os.path.isdir(place.parent) else [])
        if path.suffix.lower() in endings
    ]
    hint = near(Path(value).name, there)
    return hint or (f"同一文件夹里有 {'、'.join(dict.fromkeys(there))}。" if there else "")
