"""Which uncertainty moves an answer: Morris screening of all, then Sobol' indices of those that move anything.

Three outputs a target, from the same runs: ``value``, the number held against the threshold (what its mean depends
on); ``spread``, its squared distance from the mean (what its variance depends on); ``reached``, 1 or 0 (what
P(target) depends on). Factors that screening leaves out are not fixed: they move on together, as one group with an
index of its own, so that what was left out is measured and not assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.attainment import held, met
from sim.analysis.indices import Array, convergence, morris_design, morris_effects, sobol_design
from sim.ensemble.kept import folder_of, keep, kept, newest, stamp_about
from sim.ensemble.points import DEMAND, Points, factors, run_points
from sim.ensemble.runner import DEFAULT_SEED
from sim.ensemble.stamp import ANALYSIS_ROOMS, data_digest, source_version
from sim.ensemble.whole_numbers import whole_numbers
from sim.indicators import indicators
from sim.parallel import StageProgress, of_stage
from sim.population import check_size
from sim.registry import UnknownTarget, targets
from sim.scenario.catalogue import catalogue
from sim.scenario.load import as_scenario
from sim.scenario.months import month_index

if TYPE_CHECKING:
    import pandas as pd

    from sim.registry import Target
    from sim.scenario.schema import Scenario

REST = "rest"
"""The group of all factors that screening left out."""
OUTPUTS = ("value", "spread", "reached")
DEFAULT_TARGETS = ("gross_output_2027", "quality_space_2027")
POINTS, TRAJECTORIES, ENTERPRISES = 128, 10, 7_300
KEPT, MOST = 0.1, 8
"""A factor stays if its effect may be a tenth of the largest on some target; so many at most."""
FOLDER, TABLES = "sensitivity", ("screening", "indices", "answers")
LUCKS = 32
"""Points that are run again under another luck, to tell chance from the factors."""


class NoAnswerToMove(ValueError):
    """The target has no number in the runs: only tracked, or due after the scenario's horizon."""


@dataclass(frozen=True)
class Sensitivity:
    """``screening``: target, factor, effect, lo, hi, sigma, kept. ``indices``: target, output, group, first, total,
    each with …_lo and …_hi, rank, points (a quarter, half and all). ``answers``: target, label, reading, deadline,
    threshold, unit, direction, mean, sd, probability, chance (share of the spread that is luck), runs. ``stamp``: what
    made it.
    """

    screening: pd.DataFrame
    indices: pd.DataFrame
    answers: pd.DataFrame
    stamp: dict[str, Any] = field(default_factory=dict)

    def of(self, target: str, output: str = "value") -> pd.DataFrame:
        """Return the indices of one output from all points, largest total first."""
        i = self.indices
        mine = (i["target"] == target) & (i["output"] == output) & (i["points"] == self.stamp["points"])
        found: pd.DataFrame = i.loc[mine].reset_index(drop=True)
        return found


def sensitivity(
    scenario: Scenario | str, only: Sequence[str] = (), points: int = POINTS, trajectories: int = TRAJECTORIES,
    seed: int = DEFAULT_SEED, enterprises: int = ENTERPRISES, workers: int = 1, progress: StageProgress | None = None,
) -> Sensitivity:  # fmt: skip
    """Screen every uncertainty of the catalogue and the demand path, then split the spread of each target.

    Args:
        scenario: a scenario or its name.
        only: target ids or groups; ``DEFAULT_TARGETS`` when empty.
        points: Sobol' base points, a power of two; runs are points × (kept factors + 3).
        trajectories: of Morris' design; runs are trajectories × (factors + 1).
        enterprises: size of the synthetic population; smaller ones are noisier, which ``answers.chance`` shows.

    Raises:
        UnknownTarget, NoAnswerToMove, DesignNotPowerOfTwo, TooFewRows: nothing was run.
    """
    whole_numbers(points=points, trajectories=trajectories, seed=seed, enterprises=enterprises)
    check_size(enterprises)
    scenario = as_scenario(scenario)
    asked = chosen(scenario, only)
    key = [[target.id for target in asked], scenario.digest, points, trajectories, seed, enterprises]
    begun = data_digest()
    folder = folder_of(FOLDER, scenario.name, key, ANALYSIS_ROOMS)
    if there := _read(folder):
        return there
    names, run = factors(), _Runs(scenario, asked, seed, enterprises, workers, progress)
    sobol_design(names, names, points, seed)  # a wrong number of points is refused before the first run
    at = morris_design(names, trajectories, seed)
    screening = screen(names, at, run("screening", Points(at)), asked)
    stay = set(screening.loc[screening["kept"], "factor"])
    groups = [name if name in stay else REST for name in names]
    design = sobol_design(names, groups, points, seed)
    values = run("split", Points(design))
    indices = split(groups, values, asked, points)
    block = len(design) // points
    again = Points(design[::block][:LUCKS], luck=(1,))
    answers = _answers(asked, values, run("chance", again), block)
    stamp = {
        **stamp_about(scenario, seed, enterprises, len(at) + len(design) + len(again.at)),
        "targets": [target.id for target in asked], "points": points, "trajectories": trajectories,
        "factors": len(names), "kept": len(stay),
        "version": source_version()[0],
    }  # fmt: skip
    tables = {"screening": screening, "indices": indices, "answers": answers}
    return Sensitivity(**tables, stamp=keep(folder, tables, stamp, begun, ANALYSIS_ROOMS))


def last_month(asked: Sequence[Target]) -> int:
    """Return the month to which runs must go for every target to have its number."""
    return max(month_index(target.deadline) for target in asked)


def stored(scenario: Scenario) -> Sensitivity | None:
    """The newest analysis of a scenario that the present code and data made, for reports; None without one."""
    folder = newest(FOLDER, scenario)
    return None if folder is None else _read(folder)


def chosen(scenario: Scenario, only: Sequence[str]) -> list[Target]:
    """Return the targets asked for.

    Raises:
        UnknownTarget: neither an id nor a group.
        NoAnswerToMove: the runs hold no number for it.
    """
    known = targets()
    found: list[Target] = []
    for name in only or DEFAULT_TARGETS:
        mine = [target for target in known.values() if target.called(name)]
        if not mine:
            raise UnknownTarget(name, [*known, *(target.group for target in known.values())])
        found += [target for target in mine if target.basis != "tracked"]
        if all(target.basis == "tracked" for target in mine):
            raise NoAnswerToMove(f"目标 {name} 仅跟踪，模型与预测都不产生这个数，没有可分解的结果。")
    late = [target.id for target in found if month_index(target.deadline) > scenario.horizon]
    if late:
        raise NoAnswerToMove(f"目标 {'、'.join(late)} 的期限晚于情景 {scenario.name} 的期末；请在情景里改 horizon。")
    return list(dict.fromkeys(found))


def screen(names: Sequence[str], at: Array, values: dict[str, Array], asked: Sequence[Target]) -> pd.DataFrame:
    """Return the elementary effects on each target, and which factors are ``kept``."""
    import pandas as pd

    parts = [morris_effects(names, at, values[target.id]).assign(target=target.id) for target in asked]
    table = pd.concat(parts, ignore_index=True)
    largest = table.groupby("target")["effect"].transform("max")
    may_matter = (table["hi"] >= KEPT * largest) & (table["effect"] > 0)
    weight = (table["effect"] / largest).where(may_matter).groupby(table["factor"]).max().dropna()
    strongest = weight.sort_values(ascending=False, kind="stable").index[:MOST]
    return table.assign(kept=table["factor"].isin(strongest))


def split(groups: Sequence[str], values: dict[str, Array], asked: Sequence[Target], points: int) -> pd.DataFrame:
    """Return the Sobol' indices of the three outputs of every target, from a quarter, half and all of the points."""
    import pandas as pd

    parts = []
    for target in asked:
        for output, numbers in _outputs(values[target.id], target).items():
            found = convergence(groups, numbers, points)
            parts.append(found.assign(target=target.id, output=output))
    return pd.concat(parts, ignore_index=True)


def title_zh(factor: str) -> str:
    """Name a factor or group for a reader."""
    if factor in (REST, DEMAND):
        return {REST: "其余各项合计", DEMAND: "需求路径（产值预测）"}[factor]
    return catalogue()[factor].title.zh


def _read(folder: Path) -> Sensitivity | None:
    there = kept(folder, TABLES)
    return None if there is None else Sensitivity(**there[0], stamp=there[1])


def _outputs(values: Array, target: Target) -> dict[str, Array]:
    import pandas as pd

    reached = met(pd.Series(values), target).to_numpy(float)
    return dict(zip(OUTPUTS, (values, (values - values.mean()) ** 2, reached), strict=True))


def _answers(
    asked: Sequence[Target], values: dict[str, Array], again: dict[str, Array], block: int
) -> pd.DataFrame:
    """What the points say of each target: those of A and B are drawn evenly, like any ensemble."""
    import pandas as pd

    rows = []
    for target in asked:
        each = values[target.id].reshape(-1, block)
        even = pd.Series(each[:, [0, -1]].ravel())
        luck = float(np.mean((each[: len(again[target.id]), 0] - again[target.id]) ** 2)) / 2
        spread = float(even.var())
        rows.append({
            "target": target.id, **target.columns(),
            "mean": even.mean(), "sd": even.std(), "probability": met(even, target).mean(), "runs": len(even),
            "chance": luck / (spread + luck) if spread + luck > 0 else 0.0,
        })  # fmt: skip
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class _Runs:
    """Makes the runs of one stage and returns what each holds against every target."""

    scenario: Scenario
    asked: Sequence[Target]
    seed: int
    enterprises: int
    workers: int
    progress: StageProgress | None

    def __call__(self, stage: str, points: Points) -> dict[str, Array]:
        wanted = [name for name in indicators() if name in {target.indicator for target in self.asked}]
        told = of_stage(self.progress, stage)
        horizon = last_month(self.asked)
        frame = run_points(self.scenario, points, wanted, self.seed, self.enterprises, self.workers, told, horizon)
        return {target.id: self._held(frame, target) for target in self.asked}

    def _held(self, frame: pd.DataFrame, target: Target) -> Array:
        mine = frame[frame["indicator"] == target.indicator]
        found = held(mine.pivot(index="point", columns="year", values="value"), target)
        assert found is not None, f"the horizon covers {target.deadline}"
        return np.asarray(found.to_numpy(float))
