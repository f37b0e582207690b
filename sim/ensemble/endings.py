"""How every enterprise ends under several scenarios with the same luck, and who it was; kept in ``runs/endings/``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.ensemble.batch import disclosure_of, population_of
from sim.ensemble.branches import branches, of_one_past
from sim.ensemble.fates import SIZES, UNTOUCHED, DifferentPopulations, last_events
from sim.ensemble.kept import folder_of, keep, kept, stamp_about
from sim.ensemble.runner import demand_paths, job_of
from sim.ensemble.series import on_one_series
from sim.ensemble.stamp import data_digest
from sim.parallel import Progress, in_order
from sim.population import tail
from sim.population.sizes import SIZE_CLASSES, size_class
from sim.register.disclosure import district_names, industry_names
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.abm.model import IndustrialUpgradeModel
    from sim.population import Population
    from sim.register import Disclosure

FOLDER, PRESENT, NEWCOMERS = "endings", "present", "newcomers"
KEYS = ("district", "industry", "scale", "size", "fate", "cause")
AMOUNTS = ("firms", "jobs", "output_wan")
Pair = tuple["pd.DataFrame", "pd.DataFrame"]


def endings(
    scenarios: Sequence[Scenario], replicates: Sequence[int], seed: int, enterprises: int, until: int,
    workers: int = 1, progress: Progress | None = None,
) -> Pair:  # fmt: skip
    """Return where all enterprises are at the end of year ``until``: those of January 2021, and those founded since.

    Returns:
        The first: scenario (place in ``scenarios``), replicate, district, industry (Chinese names), scale (of
        :data:`sim.ensemble.fates.SIZES`), size (of :data:`sim.population.sizes.SIZE_CLASSES`), all as in January 2021;
        fate (the last thing that happened to them: :data:`sim.abm.events.PATHS`, or ``untouched``), cause (lever or
        parameter id, empty for ``untouched``); firms, jobs and output_wan (employees and output of January 2021), all
        scaled to the city. The second: scenario, replicate, fate (``entered`` where nothing followed), firms, jobs.

    Raises:
        DifferentPopulations: a structural switch changes the enterprises themselves.
        DifferentSeries: the scenarios rest on different output series.
    """
    import pandas as pd

    scenarios = on_one_series(scenarios)
    if any(tail(scenario.structure) != tail(scenarios[0].structure) for scenario in scenarios):
        raise DifferentPopulations
    digests = [scenario.digest for scenario in scenarios]
    begun = data_digest()
    folder = folder_of(FOLDER, scenarios[-1].name, [digests, list(replicates), seed, enterprises, until])
    if found := kept(folder, [PRESENT, NEWCOMERS]):
        return found[0][PRESENT], found[0][NEWCOMERS]
    demand = demand_paths(replicates, seed, scenarios[0])
    work = partial(
        _of_replicate, scenarios=scenarios, demand=demand, seed=seed, enterprises=enterprises, until=until
    )  # fmt: skip
    present, newcomers = zip(*in_order(work, list(replicates), workers, progress), strict=True)
    tables = {PRESENT: pd.concat(present, ignore_index=True), NEWCOMERS: pd.concat(newcomers, ignore_index=True)}
    last = scenarios[-1]
    beside = [scenario for scenario in scenarios if scenario.name != last.name]
    keep(folder, tables, stamp_about(last, seed, enterprises, len(scenarios) * len(replicates), beside), begun)
    return tables[PRESENT], tables[NEWCOMERS]


def _of_replicate(
    replicate: int, scenarios: Sequence[Scenario], demand: pd.DataFrame, seed: int, enterprises: int, until: int
) -> Pair:  # fmt: skip
    import pandas as pd

    path = demand[demand["replicate"] == replicate]
    start, told = population_of(scenarios[0], enterprises), disclosure_of(scenarios[0], enterprises)
    made: dict[str, Pair] = {}
    for group in of_one_past(list({scenario.digest: scenario for scenario in scenarios}.values())):
        job = job_of(group[0], replicate, seed, path)
        for scenario, model in branches(group, job, seed, enterprises, until):
            made[scenario.digest] = _present(model, start, told), _newcomers(model, start, told)
    whole: list[list[pd.DataFrame]] = [[], []]
    for place, scenario in enumerate(scenarios):
        for tables, table in zip(whole, made[scenario.digest], strict=True):
            tables.append(table.assign(scenario=place, replicate=replicate))
    return pd.concat(whole[0], ignore_index=True), pd.concat(whole[1], ignore_index=True)


def _present(model: IndustrialUpgradeModel, start: Population, told: Disclosure | None) -> pd.DataFrame:
    """Enterprises of January 2021 by who they were and how they ended."""
    import pandas as pd

    from sim.abm.events import PATHS

    firms = start.table
    path, cause = last_events(model, start.n)
    employees, output = firms["employees"].astype(float), firms["demand_wan"]
    who = {"district": firms["district"], "industry": firms["industry"], "size": size_class(employees, output)}
    if told is not None:
        who = told.one_by_one(firms, who["size"])
        employees, output = who.pop("employees"), who.pop("demand_wan")
    table = pd.DataFrame({
        **who, "scale": firms["above_scale"].astype(int), "fate": path, "cause": cause,
        "firms": start.weight, "jobs": employees * start.weight, "output_wan": output * start.weight,
    })  # fmt: skip
    counts = table.groupby(list(KEYS))[list(AMOUNTS)].sum().reset_index()
    names = {
        "district": district_names(), "industry": industry_names(), "scale": list(SIZES),
        "size": list(SIZE_CLASSES), "fate": [*PATHS, UNTOUCHED], "cause": [*model.events.causes(), ""],
    }  # fmt: skip
    for name, labels in names.items():
        counts[name] = np.array(labels)[counts[name]]
    return counts


def _newcomers(model: IndustrialUpgradeModel, start: Population, told: Disclosure | None) -> pd.DataFrame:
    """Enterprises founded since, by the last thing that happened to them."""
    import pandas as pd

    from sim.abm.events import PATHS

    log, firms = model.events.columns(), model.enterprises
    new = log["enterprise"] >= start.n
    who, last = np.unique(log["enterprise"][new][::-1], return_index=True)
    path = log["path"][new][::-1][last]
    order = np.argsort(firms.id)
    rows = order[np.searchsorted(firms.id[order], who)]
    employees = firms.employees[rows].astype(float)
    if told is not None:  # they take after enterprises there are: each counts as the mean of them all
        employees = np.full(rows.size, float(firms.employees.mean()))
    jobs = employees * start.weight
    table = pd.DataFrame({"fate": np.array(PATHS)[path], "firms": start.weight, "jobs": jobs})
    return table.groupby("fate")[["firms", "jobs"]].sum().reset_index()
