"""The key ``register`` of a scenario: the file with one's own enterprises and its mapping, found.

What is in them is looked at by ``tenglong check`` and before a run: a register may be large, and scenarios are loaded
often.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.own.register import ENDINGS, MAPPING_ENDINGS, RegisterFile, register_at
from sim.scenario.beside import found, near_file
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
    return register_at(*(found(value[key], folder)[0] for key in (FILE, MAPPING)))


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
            said = f"{TITLES[key]}应是以 {'、'.join(endings)} 结尾的路径，相对情景文件或工作目录，现为 {brief(path)}。"
            source.at_value((KEY, key), said)
        elif not found(path, folder):
            said = f"找不到{TITLES[key]} {brief(path)}（相对情景文件或工作目录）。{near_file(path, folder, endings)}"
            source.at_value((KEY, key), said)
