"""JSON Schema of a scenario file, for completion and hover in editors, from the catalogue."""

from __future__ import annotations

from typing import Any

from sim import registry
from sim.regions import DISTRICTS
from sim.scenario.catalogue import Entry, catalogue
from sim.scenario.distribution import SIZES
from sim.scenario.problems import NAME
from sim.scenario.schema import EITHER, HORIZONS, options_text


def json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, for completion and hover in editors."""
    entries = catalogue()
    words = {"zh": {"type": "string", "description": "中文"}, "en": {"type": "string", "description": "English"}}
    text = {"type": "object", "properties": words, "required": ["zh"], "additionalProperties": False}
    targets = registry.targets()
    groups = sorted({name.split(".")[0] for name in targets} | set(targets))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "腾笼情景文件",
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "title"],
        "properties": {
            "name": {"type": "string", "pattern": f"^{NAME.pattern}$", "description": "情景名，与文件名相同"},
            "title": {**text, "description": "标题"},
            "extends": {"type": "string", "pattern": f"^{NAME.pattern}$", "description": "在哪个情景基础上改动"},
            "why": {**text, "description": "为什么值得比较"},
            "district": {"enum": list(DISTRICTS), "description": "下列 levers 只作用于该区县（市）"},
            "horizon": {"enum": list(HORIZONS), "description": "模拟到哪个月"},
            "targets": {"type": "array", "items": {"enum": groups}, "description": "简报首页回答哪些目标"},
            "calibration": {"type": "string", "description": "data/calibrated/ 里的后验样本名；prior 为先验（默认）"},
            "output_series": {"type": "string", "description": "自备的月度产值（.csv 或 .xlsx），相对本文件或工作目录"},
            "register": {
                "type": ["object", "null"],
                "description": "自备的企业名录与映射文件，相对本文件或工作目录；代替合成企业",
                "additionalProperties": False,
                "required": ["file", "mapping"],
                "properties": {
                    "file": {"type": "string", "description": "名录（.csv、.xlsx 或 .parquet）"},
                    "mapping": {"type": "string", "description": "映射文件（.yaml）：名录的列是我们的哪一列"},
                },
            },
            "levers": {
                "type": "object",
                "description": "要改的杠杆；没有写的沿用 extends 的情景",
                "additionalProperties": False,
                "properties": {name: _lever_schema(entry) for name, entry in entries.of_kind("lever").items()},
            },
            "uncertainties": {
                "type": "object",
                "description": "要改的不确定参数：一个数，或一种分布",
                "additionalProperties": False,
                "properties": {
                    name: _uncertainty_schema(entry) for name, entry in entries.of_kind("uncertainty").items()
                },
            },
            "structure": {
                "type": "object",
                "description": "规则换一种写法",
                "additionalProperties": False,
                "properties": {
                    name: {"enum": list(entry.options), "description": f"{entry.title.zh}：{options_text(entry)}"}
                    for name, entry in entries.of_kind("switch").items()
                },
            },
        },
    }


def _lever_schema(entry: Entry) -> dict[str, Any]:
    number = _number_schema(entry)
    dated = {
        "type": "object", "title": f"{entry.title.zh}，自某月起", "minProperties": 1, "additionalProperties": False,
        "patternProperties": {r"^[0-9]{4}-(0[1-9]|1[0-2])$": number},
    }  # fmt: skip
    said = _described(entry, f"现状 {_default_text(entry.default)}")
    return {"title": entry.title.zh, "description": said, "anyOf": [number, dated]}


def _uncertainty_schema(entry: Entry) -> dict[str, Any]:
    number = _number_schema(entry)
    kinds = {
        kind: {"type": "array", "items": number, "minItems": size, "maxItems": size} for kind, size in SIZES.items()
    }
    kinds["normal"]["items"] = {"type": "number"}  # the second one is the standard deviation
    one = {
        "type": "object", "title": f"{entry.title.zh}的分布", "minProperties": 1, "maxProperties": 1,
        "additionalProperties": False, "properties": kinds,
    }  # fmt: skip
    said = _described(entry, "一个数，或 triangular: [低, 最可能, 高] 等")
    return {"title": entry.title.zh, "description": said, "anyOf": [number, one]}


def _number_schema(entry: Entry) -> dict[str, Any]:
    if entry.unit == EITHER:
        return {"enum": [0, 1], "title": entry.title.zh}
    return {"type": "number", "title": entry.title.zh, "minimum": entry.bounds[0], "maximum": entry.bounds[1]}


def _described(entry: Entry, more: str) -> str:
    span = f"{entry.bounds[0]:g}—{entry.bounds[1]:g}"
    return f"{entry.title.zh}（{entry.unit}，{span}，{more}）{entry.meaning}"


def _default_text(default: float | dict[str, float]) -> str:
    if isinstance(default, dict):
        return "；".join(f"{month} 起 {value:g}" for month, value in default.items())
    return f"{default:g}"
