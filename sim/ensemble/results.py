"""Results of an ensemble in tidy form, with output anchored to the forecast paths.

The enterprise model says how a scenario differs from the policy of record; the statistical forecast says where
output is heading under it. Each run's answer is its own path times (scenario ÷ reference) of the same draw, so
business as usual is not counted twice (FORECAST: joining the models).
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import workspace
from sim.ensemble.kept import STAMP, keep, kept
from sim.regions import CITY
from sim.scenario.months import month_text

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

ANCHORED = {
    "gross_output_above_scale": "gross_output",
    "tax_per_mu": "gross_output_each",
    "value_added_above_scale": "value_added",
    "value_added_per_mu": "value_added_each",
    "labour_productivity": "value_added_each",
}
"""Indicators proportional to output, and the path that anchors each: ``_each`` per mu or head."""

ALL_INDUSTRY = "value_added_all_industry"
"""The indicator the enterprise model does not produce: the path's ratio of all industry to above-scale enterprises,
times the run's above-scale value added. Below-scale enterprises are thus taken to respond to a policy alike."""

TABLES = ("cells", "flows", "parameters", "demand", "anchors", "failures", "observations", "smoothed")
KEYS = ("scenario", "replicate", "year", "district")
MOST_FAILED = 0.01


class TooManyFailures(RuntimeError):
    """More than one run in a hundred failed: no probability may be stated."""

    def __init__(self, failed: int, asked: int, example: str) -> None:
        self.failed, self.asked = failed, asked
        super().__init__(f"{asked} 次运行中有 {failed} 次失败，超过 1 %，不给出概率。其中一例：{example}")


class EveryRunFailed(TooManyFailures):
    """Nothing of an ensemble succeeded, so that there is nothing to gather."""


@dataclass
class Results:
    """Tidy frames of one or more scenarios under common draws.

    ``cells``: scenario, replicate, year, district, and a column an indicator (output anchored).
    ``flows``: scenario, replicate, year, path, district, industry, firms. ``parameters``: scenario, replicate,
    parameter, value. ``demand``: replicate, year and the paths, 亿元. ``anchors``: replicate, year, factor (path ÷
    reference model) and the ratio of all industry. ``failures``: scenario, replicate, exception, command.
    ``observations`` and ``smoothed``: what the forecast of output rests on and its fan, as
    :class:`sim.forecast.outlook.Outlook` has them. ``begun``: digest of the data when the runs began.
    """

    cells: pd.DataFrame
    flows: pd.DataFrame
    parameters: pd.DataFrame
    demand: pd.DataFrame
    anchors: pd.DataFrame
    failures: pd.DataFrame
    observations: pd.DataFrame
    smoothed: pd.DataFrame
    stamp: dict[str, Any]
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    begun: str = ""

    def __repr__(self) -> str:
        names = "、".join(self.scenarios)
        months = "、".join(sorted({month_text(scenario.horizon) for scenario in self.scenarios.values()}))
        return (
            f"<运行结果：情景 {names}，各 {self.runs} 次，2021-01 至 {months}；看目标用 sim.targets(结果)，"
            "各表：.cells 逐年逐区县的指标，.frame 同上而一行一数，.flows 企业去向，.parameters 每次所抽的参数，"
            ".demand 产值路径；.stamp 是由来，.save(名字) 存下>"
        )

    @property
    def runs(self) -> int:
        return int(self.stamp["runs"])

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The cells with a row a value: scenario, replicate, year, district, indicator, value."""
        import pandas as pd

        names = self.indicators
        rows = self.cells[list(KEYS)].loc[self.cells.index.repeat(len(names))].reset_index(drop=True)
        rows["indicator"] = pd.Categorical.from_codes(np.tile(np.arange(len(names)), len(self.cells)), pd.Index(names))
        rows["value"] = self.cells[names].to_numpy(float).reshape(-1)
        return rows[(rows["indicator"] != ALL_INDUSTRY) | (rows["district"] == CITY)].reset_index(drop=True)

    @property
    def indicators(self) -> list[str]:
        """What the cells hold."""
        return [name for name in self.cells.columns if name not in KEYS]

    def values(self, scenario: str, indicator: str, district: str = CITY) -> pd.DataFrame:
        """One indicator as replicate × year, without columns if the cells do not hold it."""
        mine = self.of(scenario, district)
        return mine[indicator].unstack("year") if indicator in mine else mine.iloc[:0, :0]

    def of(self, scenario: str, district: str = CITY) -> pd.DataFrame:
        """One scenario and district: an indicator a column, by replicate and year."""
        mine = self.cells[(self.cells["scenario"] == scenario) & (self.cells["district"] == district)]
        return mine.set_index(["replicate", "year"])[self.indicators].rename_axis(columns="indicator")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the city's sorted results, bit for bit; its districts add up to it."""
        total = hashlib.sha256()
        for scenario in sorted(self.stamp["scenarios"]):
            names = sorted(self.indicators)
            mine = self.of(scenario)[names].sort_index()
            total.update(json.dumps([scenario, mine.index.tolist(), names]).encode())
            total.update(mine.to_numpy(float).tobytes())
        return total.hexdigest()[:16]

    def require_sound(self) -> None:
        """Refuse to go on when too many runs failed.

        Raises:
            TooManyFailures: more than 1 % of the runs of a scenario failed.
        """
        asked = self.runs * max(1, len(self.stamp["scenarios"]))
        if len(self.failures) > MOST_FAILED * asked:
            raise TooManyFailures(len(self.failures), asked, str(self.failures.iloc[0]["exception"]))

    def save(self, name: str) -> Path:
        """Write all frames and the stamp below ``runs/results/``, for notebooks to read; return the folder.

        Raises:
            DataChanged: the data are no longer those with which the runs began; nothing is written.
            StoreUnusable: it cannot be written.
        """
        folder = workspace.results_dir() / name
        *_, last = self.scenarios.values()
        about = {
            "scenario": last.name, "digest": last.digest, "stamp": self.stamp,
            **{key: self.stamp[key] for key in ("seed", "enterprises", "runs")},
            "scenarios": {key: scenario.model_dump(mode="json") for key, scenario in self.scenarios.items()},
        }  # fmt: skip
        keep(folder, {table: getattr(self, table) for table in TABLES}, about, self.begun)
        return folder


class ResultsNotFound(FileNotFoundError):
    """No saved results under this name."""

    def __init__(self, name: str, known: list[str]) -> None:
        self.name, self.known = name, known
        there = f"已有：{'、'.join(known)}。" if known else ""
        super().__init__(f"没有保存过的结果 {name}。{there}请先运行 tenglong report 情景名。")


def load_results(name: str | Path) -> Results:
    """Read saved results: a folder, the name of one in ``runs/results/``, or a scenario (its newest results).

    Raises:
        ResultsNotFound: nothing is saved under this name.
    """
    from sim.scenario.schema import Scenario

    found = kept(_saved(name), TABLES)
    if found is None:
        raise ResultsNotFound(f"{name}（那里的已损坏，或文件夹改过名）", [])
    frames, content = found
    scenarios = {name: Scenario.model_validate(value) for name, value in content["scenarios"].items()}
    return Results(**frames, stamp=content["stamp"], scenarios=scenarios, begun=content["data"])


def _saved(name: str | Path) -> Path:
    """Find the folder of saved results."""
    saved = workspace.results_dir()
    exact = [folder for folder in (Path(name).resolve(), saved / name) if os.path.isfile(folder / STAMP)]
    if exact:
        return exact[0]
    of_scenario = sorted(saved.glob(f"{name}-{'[0-9a-f]' * 8}/{STAMP}"), key=lambda path: path.stat().st_mtime)
    if not of_scenario:
        raise ResultsNotFound(str(name), sorted(path.parent.name for path in saved.glob(f"*/{STAMP}")))
    return of_scenario[-1].parent


def anchor_factors(reference: pd.DataFrame, demand: pd.DataFrame) -> pd.DataFrame:
    """Path over reference model, per replicate and year.

    Args:
        reference: raw cells of the reference runs.
        demand: replicate, year, gross_output, value_added, value_added_all_industry.

    Returns:
        replicate, year, gross_output, value_added (factors near 1; that of a part of the city far above),
        gross_output_each, value_added_each (the same; 1 for a part of the city), value_added_all_industry (ratio, 1 or
        more).
    """
    from sim.register.population import UNLIKE

    wide = reference[reference["district"] == CITY].set_index(["replicate", "year"])
    paths = demand.set_index(["replicate", "year"])
    factors = paths.join(wide[["gross_output_above_scale", "value_added_above_scale"]], how="inner")
    factors[ALL_INDUSTRY] /= factors["value_added"]
    factors["gross_output"] /= factors["gross_output_above_scale"]
    factors["value_added"] /= factors["value_added_above_scale"]
    # Land and staff of a part are not the city's: what it makes of them stays its own.
    whole, levels = 1 / UNLIKE <= factors["gross_output"].median() <= UNLIKE, ["gross_output", "value_added"]
    for path in levels:
        factors[f"{path}_each"] = factors[path] if whole else 1.0
    return factors[[*levels, *(f"{path}_each" for path in levels), ALL_INDUSTRY]].reset_index()


def anchor(raw: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """Multiply the indicators proportional to output by their run's factor of the year; rates follow from levels, and
    so does the value added of all industry, for the city (elsewhere NaN)."""
    keys = ["replicate", "year"]
    own = raw[keys].merge(factors, on=keys, how="left", validate="many_to_one").set_axis(raw.index)
    moved = {name: raw[name] * own[path] for name, path in ANCHORED.items()}
    moved["value_added_rate"] = raw["value_added_rate"] * (own["value_added"] / own["gross_output"])
    whole = (moved["value_added_above_scale"] * own[ALL_INDUSTRY]).where(raw["district"] == CITY)
    return raw.assign(**moved, **{ALL_INDUSTRY: whole})
