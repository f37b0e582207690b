"""Stored runs made anew and held against what is stored, bit by bit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.ensemble.batch import compute
from sim.ensemble.runner import demand_paths, tasks_of
from sim.ensemble.series import on_one_series
from sim.ensemble.stamp import data_digest
from sim.ensemble.store import Ensemble
from sim.parallel import Progress, as_they_end, default_workers
from sim.register import size_of
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.ensemble.executors import Task

TABLES = ("cells", "city", "flows", "parameters")
NAMED = 5
"""Runs that are named of those that differ."""
Held = list[tuple[Ensemble, list[int]]]
"""Ensembles and those of their runs that are stored."""
Found = dict[int, str]
"""By run what differs; empty where nothing does."""


def stored(scenarios: Sequence[Scenario], runs: int, seed: int, enterprises: int) -> Held:
    """Return which of the runs of scenarios and of their references are stored.

    Raises:
        As :func:`sim.ensemble.runner.run`.
    """
    asked = on_one_series(scenarios)
    each = size_of(asked[0].register_file, enterprises, data_digest())
    every = {one.key: one for item in (*(one.reference() for one in asked), *asked)
             for one in (Ensemble(item, seed, each),)}  # fmt: skip
    held = [(one, sorted(one.done() & set(range(runs)))) for one in every.values()]
    return [(one, replicates) for one, replicates in held if replicates]


def count(kept: Held) -> int:
    """Return how many runs these are."""
    return sum(len(replicates) for _, replicates in kept)


def differing(kept: Held, workers: int | None = None, progress: Progress | None = None) -> list[str]:
    """Make stored runs anew, outside the store, and say of each ensemble which come out otherwise in any bit."""
    if not kept:
        return []
    total = count(kept)
    if progress is not None:
        progress(0, total)
    tasks = [task for one, replicates in kept
             for task in tasks_of(one, replicates, demand_paths(replicates, one.seed, one.scenario))]  # fmt: skip
    found: dict[str, Found] = {}
    done = 0
    for key, differs, made in as_they_end(_compared, tasks, workers or default_workers()):
        found.setdefault(key, {}).update(differs)
        done += made
        if progress is not None:
            progress(done, total)
    return [said for one, _ in kept if (said := _said(one, found.get(one.key, {})))]


def _compared(task: Task) -> tuple[str, Found, int]:
    """Key of the ensemble, what differs, and how many runs were made."""
    ensemble, jobs = task
    batch = compute(ensemble, jobs)
    differs = {int(row["replicate"]): str(row["exception"]) for row in batch.tables["failures"].to_dict("records")}
    for table in TABLES if batch.done else ():
        mine = _as_stored(batch.tables[table])
        kept = ensemble.read(table, set(batch.done))
        for replicate in batch.done:
            if not _equal(*(frame[frame["replicate"] == replicate] for frame in (mine, kept))):
                differs[replicate] = f"{differs[replicate]}、{table}" if replicate in differs else f"表 {table}"
    return ensemble.key, differs, len(jobs)


def _as_stored(frame: pd.DataFrame) -> pd.DataFrame:
    """A table as it comes back from the store."""
    import pandas as pd

    file = io.BytesIO()
    frame.to_parquet(file, index=False)
    return pd.read_parquet(file)


def _equal(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables have the same columns, kinds and bits."""
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        return False
    for name in one.columns:
        mine, theirs = one[name].to_numpy(), other[name].to_numpy()
        if mine.dtype != theirs.dtype:
            return False
        if (mine.tobytes() != theirs.tobytes()) if mine.dtype.kind in "iufb" else (mine != theirs).any():
            return False
    return True


def _said(ensemble: Ensemble, differs: Found) -> str:
    if not differs:
        return ""
    first = sorted(differs)[:NAMED]
    named = "；".join(f"第 {replicate} 次（{differs[replicate]}）" for replicate in first)
    more = f"等 {len(differs)} 次" if len(differs) > len(first) else ""
    return f"情景 {ensemble.scenario.name} 的运行重新算过，与 runs/ 里存的不是逐位相同：{named}{more}。"
