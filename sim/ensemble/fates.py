"""Enterprise by enterprise, how each ends under two scenarios with the same luck; kept in ``runs/fates/``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ensemble.batch import disclosure_of, population_of
from sim.ensemble.branches import branches, of_one_past
from sim.ensemble.kept import folder_of, keep, kept, stamp_about
from sim.ensemble.runner import demand_paths, job_of
from sim.ensemble.series import on_one_series
from sim.ensemble.stamp import data_digest
from sim.parallel import Progress, in_order
from sim.population import tail
from sim.register.disclosure import district_names, industry_names
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.abm.model import IndustrialUpgradeModel

FOLDER, TABLE = "fates", "changed"
UNTOUCHED = "untouched"
"""The fate of an enterprise to which nothing happened."""
SIZES = ("below_scale", "above_scale")
COLUMNS = ("replicate", "district", "industry", "size", "before", "after", "cause", "firms")
PATH, CAUSE = 0, 1


class DifferentPopulations(ValueError):
    """The scenarios start from different enterprises."""

    def __init__(self) -> None:
        super().__init__("两个情景的结构开关使企业总体不同，无法逐家对照去向。")


def changed_fates(
    base: Scenario, other: Scenario, replicates: Sequence[int], seed: int, enterprises: int, workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return how many enterprises of January 2021 end elsewhere under ``other`` than under ``base``.

    An enterprise's fate is the last thing that happened to it (:data:`sim.abm.events.PATHS`), or ``untouched``.

    Returns:
        replicate, district, industry (Chinese names), size (of :data:`SIZES`), all as in January 2021, before and after
        (fates), cause (lever or parameter id behind the new fate; behind the old one where the new is ``untouched``),
        firms (scaled to the city). Only what differs has a row.

    Raises:
        DifferentPopulations: a structural switch changes the enterprises themselves.
        DifferentSeries: the two rest on different output series.
    """
    import pandas as pd

    base, other = on_one_series([base, other])
    if tail(base.structure) != tail(other.structure):
        raise DifferentPopulations
    content = [base.digest, other.digest, list(replicates), seed, enterprises]
    begun = data_digest()
    folder = folder_of(FOLDER, other.name, content)
    if found := kept(folder, [TABLE]):
        return found[0][TABLE]
    demand = demand_paths(replicates, seed, base)
    work = partial(_changed, base=base, other=other, demand=demand, seed=seed, enterprises=enterprises)
    table = pd.concat(in_order(work, list(replicates), workers, progress), ignore_index=True)
    keep(folder, {TABLE: table}, stamp_about(other, seed, enterprises, 2 * len(replicates), [base]), begun)
    return table


def _changed(
    replicate: int, base: Scenario, other: Scenario, demand: pd.DataFrame, seed: int, enterprises: int
) -> pd.DataFrame:
    """One pair of runs."""
    import pandas as pd

    from sim.abm.events import PATHS

    path = demand[demand["replicate"] == replicate]
    until = 2021 + (min(base.months, other.months) - 1) // 12
    start = population_of(base, enterprises)
    ends: dict[str, NDArray[np.int16]] = {}
    names: dict[str, list[str]] = {}
    for group in of_one_past([base, other] if base.digest != other.digest else [base]):
        job = job_of(group[0], replicate, seed, path)
        for scenario, model in branches(group, job, seed, enterprises, until):
            ends[scenario.digest] = np.column_stack(last_events(model, start.n))
            names[scenario.digest] = model.events.causes()
    before, after = ends[base.digest], ends[other.digest]
    who = np.flatnonzero(before[:, PATH] != after[:, PATH])
    untouched = after[who, PATH] == len(PATHS)
    fates = np.array([*PATHS, UNTOUCHED])
    told = [np.array([*names[item.digest], ""]) for item in (base, other)]
    district, industry = start.table["district"][who], start.table["industry"][who]
    if (disclosure := disclosure_of(base, enterprises)) is not None:
        district, industry = disclosure.district[district], disclosure.industry[district, industry]
    table = pd.DataFrame({
        "replicate": replicate,
        "district": np.array(district_names())[district], "industry": np.array(industry_names())[industry],
        "size": np.array(SIZES)[start.table["above_scale"][who].astype(int)],
        "before": fates[before[who, PATH]], "after": fates[after[who, PATH]],
        "cause": np.where(untouched, told[0][before[who, CAUSE]], told[1][after[who, CAUSE]]),
    })  # fmt: skip
    counts = table.groupby(list(COLUMNS[:-1])).size() * start.weight
    return counts.rename("firms").reset_index()


def last_events(model: IndustrialUpgradeModel, n: int) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Return path and cause (codes) of the last event of each of the first ``n`` enterprises by id, each of shape (n,).

    The path of those without an event is one past the last of :data:`sim.abm.events.PATHS`, their cause -1.
    """
    from sim.abm.events import PATHS

    log = model.events.columns()
    old = log["enterprise"] < n
    path, cause = np.full(n, len(PATHS), dtype=np.int16), np.full(n, -1, dtype=np.int16)
    who, last = np.unique(log["enterprise"][old][::-1], return_index=True)
    last = int(old.sum()) - 1 - last
    path[who], cause[who] = log["path"][old][last], log["cause"][old][last]
    return path, cause
