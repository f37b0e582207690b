"""Whether a report is what it says: files untouched, scenario, data and model those of today, its numbers made again.

Made again are the targets' numbers, what sets scenarios apart at each of them and what the forecast says by itself;
:func:`made_again` counts them. All else (words, figures, answers, other tables) is only held to its seal.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ensemble.series import DifferentRegisters, DifferentSeries, on_one_series, outside_data
from sim.ensemble.stamp import MODEL_ROOMS, SHOWN, code_digest, data_digest, data_digests
from sim.scenario.load import BASELINE, load_scenario
from sim.scenario.problems import ScenarioInvalid, ScenarioNotFound

if TYPE_CHECKING:
    from sim.ensemble.again import Held
    from sim.ensemble.results import Results
    from sim.parallel import Progress
    from sim.report.tables import Row
    from sim.scenario.schema import Scenario

RUN, SUMMARY = "run.json", "summary.json"
FILES, SEAL = "files", "seal"
"""Of ``run.json``: digests of the files beside it, and of itself without this."""
CLOSE = 1e-3
"""Numbers that differ by no more than this part are the same: vector units differ between processors."""
NUMBERS = ("probability", "ci_low", "ci_high", "p10", "median", "p90")
DIFFERENCES = (
    "base_probability", "probability", "chance_lo", "chance_hi", "base", "other", "difference", "lo", "hi", "pairs",
)  # fmt: skip
FORECAST = ("probability", "low", "high", "ever", "drift", "growth", "without_low", "without_high", "paths")
NOISE = 1e-6
"""Part of a level below which a difference of two levels is none."""


class NotAReport(ValueError):
    """The folder holds no finished report, or one without a seal."""

    def __init__(self, folder: Path, old: bool = False) -> None:
        super().__init__(
            f"{folder.name} 由较早的版本生成，没有封记，无法核对；请重做。" if old else
            f"{folder.name} 不是一份报告：里面没有读得出的 {RUN}。请给出 reports/ 下的一个文件夹。"
        )  # fmt: skip


def sealed(run: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return what ``run.json`` is to hold: ``run``, the digests of the files in the folder, and last its own."""
    whole = {name: value for name, value in run.items() if name not in (FILES, SEAL)}
    whole[FILES] = {path.name: _digest(path.read_bytes()) for path in _beside(folder)}
    return whole | {SEAL: _seal(whole)}


def reseal(folder: Path) -> None:
    """Put files that were added to a report under its seal.

    Raises:
        NotAReport: there is no report in the folder.
    """
    draft = folder / f".{RUN}"
    whole = sealed(read_run(folder), folder)
    draft.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draft.replace(folder / RUN)


def _beside(folder: Path) -> list[Path]:
    """The files beside the record; hidden ones are of the system or of JupyterLab."""
    return [path for path in sorted(folder.iterdir()) if path.name != RUN and not path.name.startswith(".")]


def read_run(folder: Path) -> dict[str, Any]:
    """Return a report's record.

    Raises:
        NotAReport: there is none that can be read.
    """
    try:
        found = json.loads((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotAReport(folder) from error
    if not isinstance(found, dict) or not found.keys() >= {"report", "code", "data", SEAL}:
        raise NotAReport(folder, old=isinstance(found, dict) and "report" in found)
    return found


def differences(folder: Path) -> list[str]:
    """Say in Chinese what of a report, or of what it was made from, is no longer as it was; nothing is run.

    Raises:
        NotAReport: there is no report in the folder.
    """
    run = read_run(folder)
    return [*_files(folder, run), *_scenarios(run), *_data(run), *_code(run)]


def made_again(folder: Path) -> dict[str, int]:
    """Count what :func:`remade` makes again of a report: rows of "targets", how many of them have a probability
    ("probabilities"), rows of "differences", and of what the "forecast" says by itself.

    Raises:
        NotAReport: there is no report in the folder.
    """
    if not read_run(folder).get("scenarios"):
        return {"targets": 0, "probabilities": 0, "differences": 0, "forecast": 0}
    told = _told(folder)
    counts = {name: len(told.get(name, ())) for name in ("targets", "differences", "forecast")}
    return counts | {"probabilities": sum(row["probability"] is not None for row in told["targets"])}


@dataclass(frozen=True)
class Remade:
    """``moved``: which numbers of a report come out otherwise, a sentence each; from runs of which so many were
    ``computed`` now and so many read from the store; whether the forecast's own answers were read from there too. Of
    those that were read so many were ``repeated`` first."""

    moved: list[str]
    computed: int
    stored: int
    forecast_stored: bool
    repeated: int = 0


def repeating(folder: Path, workers: int | None = None) -> tuple[int, float]:
    """Return how many of a report's runs are stored and about how many seconds it takes to make them anew.

    Raises:
        NotAReport: there is no briefing in the folder.
        And what :func:`sim.ensemble.again.stored` raises.
    """
    from sim.analysis.budget import Size, seconds
    from sim.ensemble.again import count
    from sim.parallel import default_workers

    kept = _stored(read_run(folder))
    runs, months = count(kept), max((one.scenario.months for one, _ in kept), default=0)
    size = max((one.enterprises for one, _ in kept), default=0)
    return runs, seconds(1, months, Size(runs, size), workers or default_workers())


def _stored(run: Mapping[str, Any]) -> Held:
    from sim.ensemble.again import stored

    return stored([load_scenario(name) for name in run["scenarios"]], run["runs"], run["seed"], run["enterprises"])


def remade(
    folder: Path, workers: int | None = None, progress: Progress | None = None, repeat: bool = False
) -> Remade:  # fmt: skip
    """Make a report's runs again, or read those that are stored, and say which of its numbers come out otherwise.

    Args:
        repeat: make the stored ones anew as well, and say which are not the same in every bit.

    Raises:
        NotAReport: there is no briefing in the folder.
        And what :func:`sim.ensemble.runner.run` raises.
    """
    from sim.analysis import forecast_alone
    from sim.ensemble.again import count, differing
    from sim.ensemble.runner import run as ensemble

    run, told = read_run(folder), _told(folder)
    again = _stored(run) if repeat else []
    differ = differing(again, workers, progress)
    results = ensemble(
        list(run["scenarios"]), run["runs"], run["seed"], run["enterprises"], workers, progress, cells=False
    )  # fmt: skip
    mine = run.get("parameters", {}).get("scenario", "")
    asked = bool(told.get("forecast"))
    kept = asked and not repeat and forecast_alone.stored(results.scenarios[mine]) is not None
    moved = [
        *differ, *_moved_targets(told["targets"], results),
        *_moved_differences(told.get("differences", []), mine, results),
        *_moved_forecast(told.get("forecast", []), mine, results, repeat),
    ]  # fmt: skip
    return Remade(moved, results.stamp["runs_done"], results.stamp["runs_reused"], kept, count(again))


def _told(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    return told


def _moved_targets(told: Sequence[Row], results: Results) -> Iterator[str]:
    from sim.analysis.attainment import targets
    from sim.report.tables import records

    now = {(row["scenario"], row["id"]): row for row in records(targets(results))}
    listed = {(row["scenario"], row["id"]) for row in told}
    shown = {scenario for scenario, _ in listed}
    yield from (
        f"目标 {name}：报告里缺。" for scenario, name in now if scenario in shown and (scenario, name) not in listed
    )
    for row in told:
        yield from _moved(row, now.get((row["scenario"], row["id"])), f"目标 {row['id']}", NUMBERS)


def _moved_differences(told: Sequence[Row], scenario: str, results: Results) -> Iterator[str]:
    """What sets ``scenario`` apart from the baseline, or the one that a row names from the one it says."""
    from sim.analysis.comparison import compare_targets
    from sim.report.tables import records

    pairs = {(row.get("against", BASELINE), row.get("scenario", scenario)) for row in told}
    now = {(*pair, row["id"]): row for pair in pairs for row in records(compare_targets(results, *pair))}
    for row in told:
        base, other = row.get("against", BASELINE), row.get("scenario", scenario)
        mine, where = now.get((base, other, row["id"])), f"{other} 与 {base} 在目标 {row['id']} 上的差"
        yield from _moved(row, mine, where, DIFFERENCES, 0.0 if mine is None else NOISE * abs(mine["base"]))


def _moved_forecast(told: Sequence[Row], scenario: str, results: Results, anew: bool) -> Iterator[str]:
    """What the forecast says by itself otherwise than the report has it; ``anew``: whatever is kept of it."""
    from sim.analysis.forecast_alone import beside_runs, computed, forecast_alone
    from sim.report.tables import records

    if not told:
        return
    alone = (computed if anew else forecast_alone)(results.scenarios[scenario])
    now = {(row["year"], row["threshold"]): row for row in records(beside_runs(results, scenario, alone))}
    for row in told:
        mine, where = now.get((row["year"], row["threshold"])), f"只看统计走势，{row['year']}年的目标"
        yield from _moved(row, mine, where, FORECAST)


def _moved(row: Row, mine: Row | None, where: str, names: Sequence[str], noise: float = 1e-9) -> Iterator[str]:
    """What a row of the report has otherwise than the same made again, ``mine``, which may no longer be there."""
    if mine is None:
        yield f"{where}：登记表里已没有。"
        return
    for name in names:
        if not _same(row[name], mine[name], noise):
            yield f"{where}，{name}：报告写 {row[name]}，重算得 {mine[name]}。"


def _files(folder: Path, run: Mapping[str, Any]) -> Iterator[str]:
    if run[SEAL] != _seal(run):
        yield f"{RUN} 改过。"
    for name, digest in run[FILES].items():
        path = folder / name
        if not path.is_file():
            yield f"{name} 不在了。"
        elif _digest(path.read_bytes()) != digest:
            yield f"{name} 改过。"
    for path in _beside(folder):
        if path.name not in run[FILES]:
            yield f"{path.name} 不属于这份报告。"


def _scenarios(run: Mapping[str, Any]) -> Iterator[str]:
    recorded, found = _digests(run), {}
    for name in recorded:
        try:
            found[name] = load_scenario(name)
        except ScenarioNotFound:
            yield f"情景 {name} 不在了。"
        except ScenarioInvalid:
            yield f"情景 {name} 改过，如今有错。"
    for item in _as_run(list(found.values())):
        if item.digest != recorded[item.name]:
            yield f"情景 {item.name} 改过。"


def _as_run(scenarios: Sequence[Scenario]) -> Sequence[Scenario]:
    """Scenarios on the series and the register they were run on together; as they are, where they now name several."""
    try:
        return on_one_series(scenarios)
    except (DifferentSeries, DifferentRegisters):
        return scenarios


def _digests(run: Mapping[str, Any]) -> dict[str, str]:
    """Digests by scenario; pages of findings tell of one, the record of the forecast of none."""
    one = {run["scenario"]: run["digest"]} if "scenario" in run else {}
    found: dict[str, str] = run.get("scenarios") or one
    return found


def _data(run: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(run["data"], dict):
        if run["data"] != data_digest():
            yield "数据改过。"
        return
    now = data_digests()
    for name in _digests(run):
        try:
            now |= outside_data(load_scenario(name))
        except (ScenarioNotFound, ScenarioInvalid):
            continue
    for name, digest in run["data"].items():
        if name not in now:
            yield f"数据 {name} 不在了。"
        elif now[name] != digest:
            yield f"数据 {name} 改过。"
    for name in now if "scenarios" in run else ():
        if name not in run["data"] and not name.startswith(SHOWN):
            yield f"数据 {name} 是后来添的。"


def _code(run: Mapping[str, Any]) -> Iterator[str]:
    if run["code"] != code_digest(tuple(run.get("rooms", MODEL_ROOMS))):
        yield "程序改过：模型代码的摘要与报告所记的不同。"


def _same(one: float | None, other: float | None, noise: float) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=noise)


def _seal(run: Mapping[str, Any]) -> str:
    content = {name: value for name, value in run.items() if name != SEAL}
    return _digest(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
