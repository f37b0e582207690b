"""Which constraint binds in each year and district of many runs; kept in ``runs/bindings/``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.ensemble.batch import disclosure_of, model_of
from sim.ensemble.kept import folder_of, keep, kept, stamp_about
from sim.ensemble.runner import demand_paths, job_of
from sim.ensemble.stamp import data_digest
from sim.parallel import Progress, in_order
from sim.regions import DISTRICTS
from sim.scenario.months import FIRST_YEAR
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

FOLDER, TABLE = "bindings", "months"


def bindings(
    scenario: Scenario, replicates: Sequence[int], seed: int, enterprises: int, until: int, workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return replicate, year (to ``until``), district, constraint (:data:`sim.abm.bindings.CONSTRAINTS`), months (in
    which it binds, 0 … 12) and queue (:func:`sim.abm.bindings.read_month`; the year's sum of what is counted month by
    month, the mean of the months of a stock)."""
    import pandas as pd

    begun = data_digest()
    folder = folder_of(FOLDER, scenario.name, [scenario.digest, list(replicates), seed, enterprises, until])
    if found := kept(folder, [TABLE]):
        return found[0][TABLE]
    demand = demand_paths(replicates, seed, scenario)
    work = partial(_of_replicate, scenario=scenario, demand=demand, seed=seed, enterprises=enterprises, until=until)
    table = pd.concat(in_order(work, list(replicates), workers, progress), ignore_index=True)
    keep(folder, {TABLE: table}, stamp_about(scenario, seed, enterprises, len(replicates)), begun)
    return table


def _of_replicate(
    replicate: int, scenario: Scenario, demand: pd.DataFrame, seed: int, enterprises: int, until: int
) -> pd.DataFrame:  # fmt: skip
    import pandas as pd

    from sim.abm.bindings import CONSTRAINTS, FLOWS, before, read_month

    years = until - FIRST_YEAR + 1
    job = job_of(scenario, replicate, seed, demand[demand["replicate"] == replicate])
    model = model_of(scenario, job, seed, enterprises)
    months = np.zeros((years, len(CONSTRAINTS), len(DISTRICTS)))
    queue = np.zeros_like(months)
    while model.running and model.state.month < 12 * years:
        year, was = model.state.month // 12, before(model.state)
        model.step()
        bound, waiting = read_month(model.state, was)
        months[year] += bound
        queue[year] += waiting
    stocks = [place for place, name in enumerate(CONSTRAINTS) if name not in FLOWS]
    queue[:, stocks] /= 12
    index = pd.MultiIndex.from_product(
        [range(FIRST_YEAR, until + 1), CONSTRAINTS, DISTRICTS], names=["year", "constraint", "district"]
    )  # fmt: skip
    table = pd.DataFrame({"months": months.reshape(-1), "queue": queue.reshape(-1)}, index=index).reset_index()
    told = disclosure_of(scenario, enterprises)
    return (table if told is None else told.cells(table)).assign(replicate=replicate)
