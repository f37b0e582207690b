"""Who bears it: which enterprises are closed or moved, what leaves the city, and apart from these, what is upgraded.

Incidence counts the enterprises of January 2021 by where they are at the end; leakage is what of it happens only
because of the levers, as paired differences from a scenario without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.budget import Size, size
from sim.analysis.intervals import mean_interval
from sim.ensemble.branches import first_difference
from sim.ensemble.endings import AMOUNTS, endings
from sim.ensemble.fates import UNTOUCHED
from sim.ensemble.runner import DEFAULT_SEED
from sim.ensemble.series import on_one_series
from sim.ensemble.whole_numbers import whole_numbers
from sim.parallel import Progress, default_workers
from sim.scenario.catalogue import catalogue
from sim.scenario.load import as_scenario
from sim.scenario.months import year_of
from sim.scenario.neutral import neutral
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

KINDS = {
    "closed": ("eliminated", "closed"),
    "merged": ("merged",),
    "left": ("left_city",),
    "moved": ("relocated", "upstairs"),
    "upgraded": ("rectified", "expanded"),
    "exited": ("exited",),
    "untouched": (UNTOUCHED,),
}
"""Kinds of fates: closed by policy, merged, gone from the city, moved within it, upgraded in place, gone in the ways of
the market, nothing."""
BORNE = ("closed", "left", "moved", "upgraded")
"""Kinds that are told group by group."""
BY_POLICY = ("closed", "merged", "moved", "upgraded", "left")
"""Kinds that are told by the lever behind them."""
GROUPS = ("size", "scale", "industry", "district")
REPLICATES = 32
"""Runs of each scenario: counts of thousands vary little between runs."""
SURE = 0.999
"""Level at which a group is said to bear more or less than the city: some two hundred such comparisons are made."""


@dataclass(frozen=True)
class Incidence:
    """What became of the enterprises of January 2021 by the end of ``year``; means and 95 % intervals over runs.

    ``against``: the scenario that leakage is measured from, empty for ``scenario`` with all levers at rest.
    ``fates``: kind, path (empty for a whole kind), measure (of :data:`sim.ensemble.endings.AMOUNTS`), value, lo, hi,
    share (of the measure's total), runs.
    ``groups``: by (of :data:`GROUPS`), name, kind, measure, value, lo, hi, rate (of the group's total), above,
    above_lo, above_hi (the rate less the whole city's, with its interval of level :data:`SURE`), runs.
    ``causes``: kind, cause (lever or parameter), firms, lo, hi, clauses, runs.
    ``because``: kind, path, measure, difference, lo, hi, pairs.
    ``newcomers``: path, firms, lo, hi, jobs, runs: enterprises founded since, in none of the other tables.
    """

    scenario: str
    against: str
    year: int
    seed: int
    size: Size
    totals: dict[str, float]
    fates: pd.DataFrame
    groups: pd.DataFrame
    causes: pd.DataFrame
    because: pd.DataFrame
    newcomers: pd.DataFrame


def incidence(
    scenario: Scenario | str, against: Scenario | str | None = None, seed: int = DEFAULT_SEED,
    replicates: int | None = None, enterprises: int | None = None, workers: int | None = None,
    progress: Progress | None = None,
) -> Incidence:  # fmt: skip
    """Return who is closed, moved, upgraded or leaves, in firms, jobs and output of January 2021.

    Args:
        scenario: a scenario or its name.
        against: what leakage is measured from; by default the same with every lever at rest from the first year that
            can still be decided (:func:`sim.scenario.neutral.neutral`).
        replicates, enterprises: by default :data:`REPLICATES` and what fits into minutes (:mod:`sim.analysis.budget`).

    Raises:
        ScenarioNotFound, ScenarioInvalid: a scenario cannot be read.
        DifferentPopulations, DifferentSeries: the runs cannot be paired.
    """
    whole_numbers(seed=seed, replicates=replicates, enterprises=enterprises)
    asked = as_scenario(scenario)
    other = neutral(asked) if against is None else as_scenario(against)
    name = "" if against is None else other.name
    other, asked = on_one_series([other, asked])
    horizon = min(asked.horizon, other.horizon)
    shared = first_difference([other, asked])
    fits = size(1, 2 * (horizon + 1) - shared, replicates or REPLICATES, enterprises)
    present, newcomers = endings(
        [other, asked], range(fits.replicates), seed, fits.enterprises, year_of(horizon),
        workers or default_workers(), progress,
    )  # fmt: skip
    mine, theirs = present[present["scenario"] == 1], present[present["scenario"] == 0]
    runs = range(fits.replicates)
    totals = {measure: float(mine[measure].sum() / len(runs)) for measure in AMOUNTS}
    return Incidence(
        asked.name, name, year_of(horizon), seed, fits, totals, fates(mine, runs), groups(mine, runs),
        causes(mine, runs), because(theirs, mine, runs), _newcomers(newcomers[newcomers["scenario"] == 1], runs),
    )  # fmt: skip


def fates(present: pd.DataFrame, replicates: Sequence[int]) -> pd.DataFrame:
    """Return how many, with how many jobs and how much output, end in which way (:class:`Incidence`)."""
    import pandas as pd

    rows = []
    for kind, path, part in _parts(present):
        for measure in AMOUNTS:
            each, total = _each(part, measure, replicates), present[measure].sum() / len(replicates)
            rows.append({"kind": kind, "path": path, "measure": measure, **_mean(each),
                         "share": float(each.mean() / total), "runs": len(replicates)})  # fmt: skip
    return pd.DataFrame(rows)


def groups(present: pd.DataFrame, replicates: Sequence[int]) -> pd.DataFrame:
    """Return who they are, group by group, and whether a group bears more than the city (:class:`Incidence`)."""
    import pandas as pd

    whole, rows = _borne(present, replicates), []
    city = {key: mine / total for key, (mine, total) in whole.items()}
    for by in GROUPS:
        for name, part in present.groupby(by):
            for (kind, measure), (mine, total) in _borne(part, replicates).items():
                above = mine / total - city[kind, measure]
                low, high = mean_interval(above, SURE)
                rows.append({
                    "by": by, "name": str(name), "kind": kind, "measure": measure, **_mean(mine),
                    "rate": float(mine.sum() / total.sum()), "above": float(above.mean()), "above_lo": low,
                    "above_hi": high, "runs": len(replicates),
                })  # fmt: skip
    return pd.DataFrame(rows)


def causes(present: pd.DataFrame, replicates: Sequence[int]) -> pd.DataFrame:
    """Return the lever or parameter behind each kind, with its clauses (:class:`Incidence`)."""
    import pandas as pd

    entries, rows = catalogue(), []
    for kind in BY_POLICY:
        mine = present[present["fate"].isin(KINDS[kind])]
        for cause, part in mine.groupby("cause"):
            spread = _mean(_each(part, "firms", replicates))
            rows.append({"kind": kind, "cause": str(cause), "firms": spread["value"], "lo": spread["lo"],
                         "hi": spread["hi"], "clauses": list(entries[str(cause)].clauses),
                         "runs": len(replicates)})  # fmt: skip
    columns = ["kind", "cause", "firms", "lo", "hi", "clauses", "runs"]
    return pd.DataFrame(rows, columns=columns).sort_values("firms", ascending=False, ignore_index=True)


def because(without: pd.DataFrame, present: pd.DataFrame, replicates: Sequence[int]) -> pd.DataFrame:
    """Return what ends in each way only because of what differs, net, from pairs of runs (:class:`Incidence`)."""
    import pandas as pd

    before = {(kind, path): part for kind, path, part in _parts(without)}
    rows = []
    for kind, path, part in _parts(present):
        for measure in AMOUNTS:
            pairs = _each(part, measure, replicates) - _each(before[kind, path], measure, replicates)
            spread = _mean(pairs)
            rows.append({"kind": kind, "path": path, "measure": measure, "difference": spread["value"],
                         "lo": spread["lo"], "hi": spread["hi"], "pairs": len(replicates)})  # fmt: skip
    return pd.DataFrame(rows)


def _newcomers(table: pd.DataFrame, replicates: Sequence[int]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for path, part in table.groupby("fate"):
        spread = _mean(_each(part, "firms", replicates))
        rows.append({"path": str(path), "firms": spread["value"], "lo": spread["lo"], "hi": spread["hi"],
                     "jobs": float(_each(part, "jobs", replicates).mean()), "runs": len(replicates)})  # fmt: skip
    columns = ["path", "firms", "lo", "hi", "jobs", "runs"]
    return pd.DataFrame(rows, columns=columns).sort_values("firms", ascending=False, ignore_index=True)


def _borne(part: pd.DataFrame, replicates: Sequence[int]) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]:
    """What ends in each way, and all there is, run by run; by kind and measure."""
    found: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}
    totals = {measure: _each(part, measure, replicates) for measure in ("firms", "jobs")}
    for kind in BORNE:
        rows = part[part["fate"].isin(KINDS[kind])]
        found |= {(kind, measure): (_each(rows, measure, replicates), total) for measure, total in totals.items()}
    return found


def _parts(present: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    """Each kind as a whole, then path by path where it has several."""
    found = []
    for kind, paths in KINDS.items():
        found.append((kind, "", present[present["fate"].isin(paths)]))
        if len(paths) > 1:
            found += [(kind, path, present[present["fate"] == path]) for path in paths]
    return found


def _each(rows: pd.DataFrame, measure: str, replicates: Sequence[int]) -> np.ndarray:
    """Sum of each run; shape (runs,)."""
    return rows.groupby("replicate")[measure].sum().reindex(list(replicates), fill_value=0.0).to_numpy(float)


def _mean(each: np.ndarray) -> dict[str, float]:
    low, high = mean_interval(each)
    return {"value": float(each.mean()), "lo": low, "hi": high}
