"""On what an answer rests: its spread by the evidence behind each source of it, and what is most worth measuring.

The variance ledger gives the parts of structure, chance, and of parameters and demand together; that last part goes to
factors by their total-effect indices, and from a factor to the evidence its catalogue entry is graded by. The demand
path is split once more: into what is not known of today's level, which rests on published figures and goes to their
grades by how far the answer moves without each, and growth to come, which rests on the forecast's priors.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim import evidence
from sim.analysis.ledger import ledger
from sim.analysis.sensitivity import REST, Sensitivity, last_month
from sim.ensemble.kept import folder_of, keep, kept, newest
from sim.ensemble.nested import Sizes, nested_runs
from sim.ensemble.points import DEMAND
from sim.ensemble.runner import forecast_model
from sim.ensemble.stamp import ANALYSIS_ROOMS, data_digest
from sim.forecast.documents import BETWEEN
from sim.forecast.evidence_model import OutputForecast
from sim.parallel import Progress
from sim.registry import targets
from sim.scenario.catalogue import GRADE_ZH, catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from sim.forecast.outlook import Outlook
    from sim.scenario.schema import Scenario

GRADES = tuple(GRADE_ZH)
STRUCTURE, CHANCE = "structure", "chance"
PRESENT, GROWTH = "forecast.present", "forecast.growth"
"""The two parts of the demand path."""
OF_PAGE = {"A": "official", "B": "press", "C": "press"}
"""Grade of a published page, as the catalogue names kinds of evidence."""
PRIORS, OUTPUT = "forecast.priors", "gross_output_above_scale"
DRAWS, SEED = 4_000, 0
WORTH, LEAST = 3, 0.01
FOLDER, TABLES = "evidence", ("shares", "worth")
OF = ("seed", "enterprises", "targets", "points", "trajectories")
"""What tells a sensitivity analysis from others of the same scenario."""


@dataclass(frozen=True)
class DemandSplit:
    """How the spread of output in a year divides: ``present``, the share that learning the level of ``known`` would
    take away (0 … 1), with its ``grades``; the rest is growth to come, with the grades of the forecast's priors."""

    known: int
    present: float
    grades: dict[str, float]
    growth_grades: dict[str, float]


def demand_split(outlook: Outlook, threshold: float, year: int) -> DemandSplit:
    """Split the demand path's part in a target on output or what follows from it; some ten seconds on public
    evidence. On one's own series the level is the user's own official figure."""
    known = outlook.last_observed
    paths = outlook.paths(range(DRAWS), SEED).pivot(index="replicate", columns="year", values="gross_output")
    logs = np.log(paths.to_numpy(float))
    years = [int(each) for each in paths.columns]
    now, then = (logs[:, years.index(each)] for each in (known, year))
    present = float(np.corrcoef(now, then)[0, 1] ** 2) if np.ptp(now) > 0 else 0.0
    return DemandSplit(known, present, _grades_of_level(outlook, threshold, year), _grades_of_priors())


@dataclass(frozen=True)
class Rests:
    """On what each answer rests: ``shares`` as :func:`evidence_shares`, ``worth`` as :func:`worth_measuring` with the
    target, the ``split`` of the demand path, and how many runs the ledger took."""

    answers: pd.DataFrame
    shares: pd.DataFrame
    worth: pd.DataFrame
    split: DemandSplit
    ledger_runs: int

    def worth_of(self, target: str) -> pd.DataFrame:
        """Return what is worth measuring for one target, the most first."""
        found: pd.DataFrame = self.worth.loc[self.worth["target"] == target].reset_index(drop=True)
        return found


def rests_on(
    scenario: Scenario, found: Sensitivity, sizes: Sizes, workers: int = 1, progress: Progress | None = None
) -> Rests:
    """Say on what the answers of a sensitivity analysis rest; makes the variance ledger's runs at the same size.

    Kept in ``runs/evidence/`` under a digest of everything that decides it.
    """
    stamp, asked = found.stamp, [targets()[name] for name in found.stamp["targets"]]
    begun = data_digest()
    folder = folder_of(FOLDER, scenario.name, [{**stamp, "version": ""}, astuple(sizes)], ANALYSIS_ROOMS)
    if there := _read(folder, found):
        return there
    size = (stamp["seed"], stamp["enterprises"])
    runs = nested_runs(scenario, sizes, *size, workers, progress, last_month(asked))
    table = ledger(runs, tuple(target.id for target in asked))
    year = max(int(target.deadline[:4]) for target in asked)
    split = demand_split(forecast_model(scenario), _output_threshold(year), year)
    inner = {target.id: 1 - sum(_outer(found, table, target.id).values()) for target in asked}
    worth = pd.concat(
        [worth_measuring(found, name, split, share).assign(target=name) for name, share in inner.items()]
    )
    rests = Rests(found.answers, evidence_shares(found, table, split), worth, split, sizes.runs)
    about = {key: stamp[key] for key in ("scenario", "digest", *OF)}
    about |= {"runs": sizes.runs, "split": asdict(split)}
    keep(folder, {name: getattr(rests, name) for name in TABLES}, about, begun, ANALYSIS_ROOMS)
    return rests


def stored(scenario: Scenario, found: Sensitivity) -> Rests | None:
    """The newest of a scenario on the same analysis that the present code and data made; None without one."""
    folder = newest(FOLDER, scenario)
    return None if folder is None else _read(folder, found)


def _read(folder: Path, found: Sensitivity) -> Rests | None:
    """What is kept there of this analysis; None of another one."""
    there = kept(folder, TABLES)
    if there is None or any(there[1][key] != found.stamp[key] for key in OF):
        return None
    tables, about = there
    return Rests(found.answers, **tables, split=DemandSplit(**about["split"]), ledger_runs=about["runs"])


def evidence_shares(found: Sensitivity, levels: pd.DataFrame, split: DemandSplit) -> pd.DataFrame:
    """Return target, kind (a grade, ``structure`` or ``chance``) and share (0 … 1, adding to one a target).

    Args:
        levels: as :func:`sim.analysis.ledger.ledger` returns them for the same scenario and targets.
    """
    rows = []
    for target in found.stamp["targets"]:
        outer = _outer(found, levels, target)
        inner = 1 - sum(outer.values())
        shares = {kind: inner * share for kind, share in of_factors(found, target, split).items()} | outer
        kinds = (*GRADES, STRUCTURE, CHANCE)
        rows += [{"target": target, "kind": kind, "share": shares.get(kind, 0.0)} for kind in kinds]
    return pd.DataFrame(rows)


def of_factors(found: Sensitivity, target: str, split: DemandSplit) -> dict[str, float]:
    """Return the share of each kind of evidence in what parameters and demand bring (adds to one; nothing where the
    number does not vary)."""
    table = found.of(target)
    totals = table["total"].fillna(0).clip(lower=0)
    if totals.sum() <= 0:
        return {}
    shares: defaultdict[str, float] = defaultdict(float)
    for group, weight in zip(table["group"], totals / totals.sum(), strict=True):
        for kind, part in _kinds(str(group), found, target, split).items():
            shares[kind] += float(weight) * part
    return dict(shares)


def worth_measuring(found: Sensitivity, target: str, split: DemandSplit, inner: float = 1.0) -> pd.DataFrame:
    """Return the three numbers that would narrow the answer most: factor, share (of the variance expected to go once
    it is known: its first-order index), lo, hi. Growth to come cannot be measured and is no candidate; one whose share
    is not told from nothing is left out.

    Args:
        inner: share of the whole variance that parameters and demand bring; structure and luck stay as they are.
    """
    table = found.of(target)
    table = table[table["group"] != REST].rename(columns={"first": "share", "first_lo": "lo", "first_hi": "hi"})
    table = table[["group", "share", "lo", "hi"]].rename(columns={"group": "factor"})
    demand = table["factor"] == DEMAND
    table.loc[demand, ["share", "lo", "hi"]] *= split.present
    table.loc[demand, "factor"] = PRESENT
    table[["share", "lo", "hi"]] *= inner
    told = table[(table["lo"] > 0) & (table["share"] >= LEAST)]
    return told.sort_values("share", ascending=False).head(WORTH).reset_index(drop=True)


def narrowed(worth: pd.DataFrame) -> float:
    """By what part (0 … 1) an interval would shrink if all of these were known, at the least: each counts with the low
    end of its share, and what they do together is not counted."""
    return float(1 - np.sqrt(1 - min(1.0, worth["lo"].clip(0, 1).sum())))


def _outer(found: Sensitivity, levels: pd.DataFrame, target: str) -> dict[str, float]:
    """The parts of structure and chance; a target without a ledger has its chance from the points alone."""
    mine = levels[levels["id"] == target]
    if mine.empty:
        a = found.answers
        return {STRUCTURE: 0.0, CHANCE: float(a.loc[a["target"] == target, "chance"].iloc[0])}
    return {kind: float(mine[kind].iloc[0]) for kind in (STRUCTURE, CHANCE)}


def _output_threshold(year: int) -> float:
    """What output is asked to reach in a year, or in the first target year after it."""
    goals = {int(t.deadline[:4]): t.threshold for t in targets().values() if t.indicator == OUTPUT}
    return goals[min((goal for goal in goals if goal >= year), default=max(goals))]


def _kinds(group: str, found: Sensitivity, target: str, split: DemandSplit) -> dict[str, float]:
    """How one group's share divides among kinds of evidence (adds to one)."""
    if group == DEMAND:
        present = {kind: split.present * part for kind, part in split.grades.items()}
        growth = {kind: (1 - split.present) * part for kind, part in split.growth_grades.items()}
        return {kind: present.get(kind, 0.0) + growth.get(kind, 0.0) for kind in GRADES}
    if group != REST:
        return {catalogue()[group].grade: 1.0}
    s = found.screening
    left = s[(s["target"] == target) & ~s["kept"] & (s["factor"] != DEMAND)]
    weights = left["effect"] ** 2
    if weights.sum() <= 0:
        return {"assumption": 1.0}
    parts: defaultdict[str, float] = defaultdict(float)
    for factor, weight in zip(left["factor"], weights / weights.sum(), strict=True):
        parts[catalogue()[str(factor)].grade] += float(weight)
    return dict(parts)


def _grades_of_level(outlook: Outlook, threshold: float, year: int) -> dict[str, float]:
    """Published figures by grade, each weighed by how far the answer moves without it."""
    if not isinstance(outlook, OutputForecast):
        return {"official": 1.0}
    moved = outlook.leave_one_out(threshold, year)
    weights: defaultdict[str, float] = defaultdict(float)
    for source, change in zip(moved["source"], moved["change"].abs(), strict=True):
        rows = str(source).split(BETWEEN)
        for row in rows:
            weights[OF_PAGE[evidence.clause(row).grade]] += float(change) / len(rows)
    total = sum(weights.values())
    return {kind: weight / total for kind, weight in weights.items()} if total > 0 else {"press": 1.0}


def _grades_of_priors() -> dict[str, float]:
    """Entries of the catalogue that the forecast's growth rests on, by grade."""
    grades = Counter(str(entry.grade) for entry in catalogue().values() if entry.used_by == PRIORS)
    return {grade: count / sum(grades.values()) for grade, count in grades.items()}
