"""A scenario: what a run is asked to assume. Two scenarios with the same digest give the same runs."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from sim import registry
from sim.own import RegisterFile, SeriesFile, usual_series
from sim.regions import DISTRICTS
from sim.scenario.catalogue import Entry, Steps, Title, catalogue
from sim.scenario.distribution import SIZES, Distribution
from sim.scenario.months import LAST_MONTH, month_text
from sim.scenario.posterior import PosteriorFile
from sim.scenario.problems import NAME

HORIZONS = ("2027-12", "2030-12")
EITHER = "0或1"
"""The unit of a lever that is on or off and nothing between."""


class Scenario(BaseModel):
    """A resolved scenario: defaults, parents and its own changes merged.

    ``levers`` holds the city-wide steps of every lever; ``district_levers`` the steps of levers set for one
    district only. Quantities per year of a district lever are that district's own. ``structure`` holds the option
    of every structural switch. ``output_series`` is the user's own monthly output that the forecast rests on; without
    one it rests on public evidence. ``register_file`` holds the user's own enterprises, which take the place of the
    synthetic ones. ``calibration`` is the posterior sample that gives the uncertainties it holds; without one all are
    drawn from ``uncertainties``, their priors.
    """

    model_config = ConfigDict(frozen=True)
    name: str
    title: Title
    why: dict[str, str]
    extends: tuple[str, ...]
    levers: dict[str, Steps]
    district_levers: dict[str, dict[str, Steps]]
    uncertainties: dict[str, Distribution]
    structure: dict[str, str]
    horizon: int
    targets: tuple[str, ...]
    output_series: SeriesFile | None = None
    register_file: RegisterFile | None = None
    calibration: PosteriorFile | None = None

    __iter__ = None  # type: ignore[assignment]
    """One thing, not its parts: ``mesa.batch_run`` takes what can be gone through for a list of values to try."""

    @property
    def months(self) -> int:
        """Number of simulated months from 2021-01 to the horizon, both included."""
        return self.horizon + 1

    def lever(self, name: str, month: int) -> float:
        """The value of a lever that holds in a month, but where a district has its own."""
        return [value for since, value in self.levers[name] if since <= month][-1]

    def canonical(self) -> str:
        """Everything that decides a run's result, as one text: not the name, the titles or the targets asked for."""
        content = {
            "levers": self.levers,
            "district_levers": self.district_levers,
            "uncertainties": {name: value.model_dump() for name, value in self.uncertainties.items()},
            "structure": self.structure,
            "horizon": self.horizon,
            "output_series": self.output_series.digest if self.output_series else None,
            "calibration": self.calibration.digest if self.calibration else None,
        }
        if self.register_file is not None:  # without one, what was always said of a scenario
            content["register"] = self.register_file.digest
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """Short SHA-256 of :meth:`canonical`."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()[:16]

    def reference(self) -> Scenario:
        """The same horizon, structure, series, enterprises and posterior under the catalogue's defaults, which paths
        are anchored to."""
        same = {
            "structure": self.structure, "output_series": self.output_series, "register_file": self.register_file,
            "calibration": self.calibration,
        }  # fmt: skip
        return default_scenario(self.horizon).model_copy(update=same)


def default_scenario(horizon: int = LAST_MONTH) -> Scenario:
    """Every lever and uncertainty at its catalogue default, one's own monthly output where it usually lies."""
    entries = catalogue()
    return Scenario(
        name="reference",
        title=Title(zh="执行现状与既定计划", en="Policy of record"),
        why={},
        extends=(),
        levers={name: entry.default_steps for name, entry in entries.of_kind("lever").items()},
        district_levers={},
        uncertainties={
            name: entry.distribution
            for name, entry in entries.of_kind("uncertainty").items()
            if entry.distribution is not None
        },
        structure={name: entry.standard for name, entry in entries.of_kind("switch").items()},
        horizon=horizon,
        targets=(),
        output_series=usual_series(),
    )


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


def options_text(entry: Entry) -> str:
    """``logit（标准）按效用选；fixed_rates 按固定年率``."""
    return "；".join(
        f"{option}{'（标准）' if option == entry.standard else ''} {text}" for option, text in entry.options.items()
    )


def steps_text(steps: Steps) -> str:
    """``2025-01 起 27；2026-07 起 45``, or the plain number when the lever never changes."""
    if len(steps) == 1:
        return f"{steps[0][1]:g}"
    return "；".join(f"{month_text(month)} 起 {value:g}" for month, value in steps)
