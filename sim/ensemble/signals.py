"""What can be seen of each run at some month, and where it ends: for early warning; kept in ``runs/signals/``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.ensemble.batch import model_of
from sim.ensemble.kept import folder_of, keep, kept, stamp_about
from sim.ensemble.results import anchor, anchor_factors
from sim.ensemble.runner import demand_paths, job_of
from sim.ensemble.stamp import data_digest
from sim.indicators import indicators
from sim.parallel import Progress, in_order
from sim.regions import CITY
from sim.scenario.months import is_december, year_of
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.abm.model import IndustrialUpgradeModel

FOLDER, SIGNALS, ENDS = "signals", "signals", "ends"
NOT_COUNTED = ("refused_park", "refused_tower", "employees_reemployed", "carbon_cut", "land_total")
"""Indicators that no office counts, or that follow from another by a fixed factor."""
OUTPUT = "gross_output_above_scale"
KINDS = ("level", "added", "growth", "year")
"""A stock or total at the month seen; what a total gained in the months watched; output of the year so far over that a
year before, %; the last full year's number."""
Tables = tuple["pd.DataFrame", "pd.DataFrame"]


def signals(
    scenario: Scenario, replicates: Sequence[int], seed: int, enterprises: int, since: int, seen: int, until: int,
    wanted: Sequence[str], workers: int = 1, progress: Progress | None = None,
) -> Tables:  # fmt: skip
    """Return what can be seen of the city in each run by the end of a month, and what comes of it.

    Args:
        since: first month watched.
        seen: last month watched, 12 or later; what happens after it is unknown to every signal.
        until: last year simulated.
        wanted: indicators of the second table.

    Returns:
        The first: replicate, indicator, kind (of :data:`KINDS`), value. The second: replicate, year and the wanted
        indicators at each year's end. Yearly output and what follows from it is anchored to the run's forecast path.
    """
    import pandas as pd

    content = [scenario.digest, list(replicates), seed, enterprises, since, seen, until, list(wanted)]
    begun = data_digest()
    folder = folder_of(FOLDER, scenario.name, content)
    if found := kept(folder, [SIGNALS, ENDS]):
        return found[0][SIGNALS], found[0][ENDS]
    demand = demand_paths(replicates, seed, scenario)
    work = partial(
        _of_replicate, scenario=scenario, demand=demand, seed=seed, enterprises=enterprises, since=since, seen=seen,
        until=until, wanted=tuple(wanted),
    )  # fmt: skip
    parts = zip(*in_order(work, list(replicates), workers, progress), strict=True)
    first, second = (pd.concat(tables, ignore_index=True) for tables in parts)
    keep(folder, {SIGNALS: first, ENDS: second}, stamp_about(scenario, seed, enterprises, len(replicates)), begun)
    return first, second


def _of_replicate(
    replicate: int, scenario: Scenario, demand: pd.DataFrame, seed: int, enterprises: int, since: int, seen: int,
    until: int, wanted: tuple[str, ...],
) -> Tables:  # fmt: skip
    path = demand[demand["replicate"] == replicate]
    watched: dict[int, dict[str, float]] = {}
    mine = _run(scenario, replicate, seed, enterprises, path, until, (since - 1, seen - 12, seen), watched)
    reference = scenario.reference()
    other = mine if reference.canonical() == scenario.canonical() else (
        _run(reference, replicate, seed, enterprises, path, until, (), {})
    )  # fmt: skip
    yearly = anchor(mine, anchor_factors(other, path))
    last = year_of(seen) if is_december(seen) else year_of(seen) - 1
    year = yearly[yearly["year"] == last].iloc[0]
    table = _signals(watched, since, seen, {name: float(year[name]) for name in indicators() if name in yearly})
    return table.assign(replicate=replicate), yearly[["replicate", "year", *wanted]].reset_index(drop=True)


def _run(
    scenario: Scenario, replicate: int, seed: int, enterprises: int, path: pd.DataFrame, until: int,
    months: Sequence[int], watched: dict[int, dict[str, float]],
) -> pd.DataFrame:  # fmt: skip
    """Run to the end of a year; raw cells of the city, and in ``watched`` what stood at the end of some months."""
    model = model_of(scenario, job_of(scenario, replicate, seed, path), seed, enterprises)
    while model.running and year_of(model.state.month) <= until:
        month = model.state.month
        model.step()
        if month in months:
            watched[month] = _city(model)
    raw = model.cells()
    return raw[raw["district"] == CITY].assign(replicate=replicate)


def _city(model: IndustrialUpgradeModel) -> dict[str, float]:
    return {name: float(values[0]) for name, values in model.measures().items()}


def _signals(watched: dict[int, dict[str, float]], since: int, seen: int, year: dict[str, float]) -> pd.DataFrame:
    import pandas as pd

    entries, rows = indicators(), []
    now, before = watched[seen], watched[since - 1]
    for name, entry in entries.items():
        if name in NOT_COUNTED:
            continue
        if name in now and entry.kind in ("stock", "cumulative"):
            rows.append((name, "level", now[name]))
        if name in now and entry.kind == "cumulative":
            rows.append((name, "added", now[name] - before[name]))
        if name in year and entry.kind in ("flow", "ratio"):
            rows.append((name, "year", year[name]))
    growth = 100 * (now[OUTPUT] / watched[seen - 12][OUTPUT] - 1) if watched[seen - 12][OUTPUT] > 0 else np.nan
    rows.append((OUTPUT, "growth", growth))
    return pd.DataFrame(rows, columns=["indicator", "kind", "value"])
