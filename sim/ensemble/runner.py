"""Make an ensemble: what is asked for, minus what the store holds, in batches, on all cores."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sim.ensemble.batch import Job, simulate, told_of_register
from sim.ensemble.design import draw_parameters
from sim.ensemble.executors import KEPT, Executor, Local, Task, WorkersLost
from sim.ensemble.results import EveryRunFailed, Results, anchor, anchor_factors
from sim.ensemble.series import on_one_series, outside_data
from sim.ensemble.stamp import code_digest, data_digest, data_digests, require_data, source_version
from sim.ensemble.store import Ensemble
from sim.ensemble.whole_numbers import whole_numbers
from sim.own import SeriesFile, usual_series
from sim.population import ENTERPRISES
from sim.register import size_of
from sim.scenario.load import as_scenario
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.forecast import Outlook

DEFAULT_RUNS, DEFAULT_SEED = 128, 2027
BATCH_ENTERPRISES = 300_000
"""Enterprises simulated per batch at least: enough work that starting it costs nothing."""
LEAST_RUNS = 25
"""Runs of small samples that a batch has at least."""
BATCHES, BATCH_RUNS = 32, 100
"""How many batches there are at least where runs are many, so that progress shows and little is lost when a worker
dies; how many runs a batch has at most. Many runs make few files, which are read back quickly."""

FLOWS = ("replicate", "year", "path", "district", "industry", "firms")

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


class WorkersDied(RuntimeError):
    """Workers were killed twice over; what they had finished is stored."""

    def __init__(self) -> None:
        super().__init__(f"工作进程两次被终止，多半是内存不足；可用 --workers 减少进程。{KEPT}")


def run(
    scenarios: str | Scenario | Sequence[str | Scenario],
    runs: int = DEFAULT_RUNS,
    seed: int = DEFAULT_SEED,
    enterprises: int = ENTERPRISES,
    workers: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
    cells: bool = True,
) -> Results:
    """Run scenarios under common draws, resuming from the store, and return tidy results.

    Args:
        scenarios: one or more scenarios, names or paths.
        runs: replicates 0 … runs − 1, each with its own draw of the uncertainties and its own forecast path.
        seed: key of all luck.
        enterprises: size of the synthetic population; of a register, how many rows are drawn where fewer than the
            city's 73,000 are asked for, else all are taken.
        workers: processes; default all cores.
        progress: called with (runs done, runs to do).
        executor: where batches run; default processes of this machine, ``workers`` of them.
        cells: whether to read the districts and the flows too; without them thousands of runs take little memory.

    Raises:
        WrongArgument, ScenarioNotFound, ScenarioInvalid, TooFewRows: nothing was run.
        DifferentSeries, SeriesChanged, DataInvalid: the output series cannot be used; nothing was run.
        DifferentRegisters, RegisterChanged, RegisterInvalid, MappingInvalid, Unreadable: likewise the register.
        EveryRunFailed: of an ensemble, no run succeeded.
        DataChanged: the data were changed meanwhile; batches that ended before are stored.
        StoreUnusable, WorkersDied, NoCluster: what was finished is stored; the same call goes on from there.
    """
    whole_numbers(runs=runs, seed=seed, enterprises=enterprises, workers=workers)
    started, begun = time.monotonic(), data_digest()
    listed = [scenarios] if isinstance(scenarios, str | Scenario) else scenarios
    asked = on_one_series([as_scenario(item) for item in listed])
    enterprises = size_of(asked[0].register_file, enterprises, data_digest())
    replicates = list(range(runs))
    ensembles = {item.name: Ensemble(item, seed, enterprises) for item in asked}
    references = {item.name: Ensemble(item.reference(), seed, enterprises) for item in asked}
    every = {ensemble.key: ensemble for ensemble in (*references.values(), *ensembles.values())}
    for said in (said for ensemble in every.values() for said in ensemble.sweep()):
        _log.warning(said)
    if progress is not None and (lacking := sum(len(set(replicates) - each.done()) for each in every.values())):
        progress(0, lacking)  # before anything that takes time
    demand = demand_paths(replicates, seed, asked[0])
    made, failed = _make(list(every.values()), replicates, demand, executor or Local(workers), progress)
    require_data(begun)
    for ensemble in every.values():
        if not ensemble.done() & set(replicates):
            raise EveryRunFailed(runs, runs, str(ensemble.failures().iloc[-1]["exception"]))
    results = _gather(asked, ensembles, references, set(replicates), demand, cells)
    results.begun = begun
    results.stamp = _stamp(asked, runs, seed, enterprises) | {
        "runs_done": made,
        "runs_reused": len(every) * runs - made - failed,
        "runs_failed": len(results.failures),
        "seconds": round(time.monotonic() - started, 2),
    }
    return results


def _stamp(asked: Sequence[Scenario], runs: int, seed: int, enterprises: int) -> dict[str, Any]:
    """What decides results, and the command that makes them again."""
    version, dirty = source_version()
    names, size = " ".join(item.name for item in asked), f" --enterprises {enterprises}"
    return {
        "scenarios": {item.name: item.digest for item in asked},
        "runs": runs,
        "seed": seed,
        "enterprises": enterprises,
        "code": code_digest(),
        "data": data_digests() | outside_data(asked[0]),
        "version": version,
        "dirty": dirty,
        "date": date.today().isoformat(),
        "command": f"tenglong run {names} --runs {runs} --seed {seed}{size if enterprises != ENTERPRISES else ''}",
        "python": ".".join(map(str, sys.version_info[:3])),
    } | told_of_register(asked[0], enterprises)


def forecast_model(scenario: Scenario | None = None) -> Outlook:
    """The fitted forecast of above-scale output: on the scenario's own series, or on public evidence without one.

    Without a scenario, on the series in ``data/own/`` if there is one.

    Raises:
        SeriesChanged, DataInvalid: the series cannot be used.
    """
    series = usual_series() if scenario is None else scenario.output_series
    if series is not None:
        series.require_unchanged()
    return _forecast_model(data_digest(), series)


@lru_cache(maxsize=2)
def _forecast_model(data: str, series: SeriesFile | None) -> Outlook:
    """``data``, the digest of the public tables, only tells versions apart, as the series' own digest does."""
    if series is None:
        from sim.forecast import evidence_model

        return evidence_model()
    from sim.forecast.own_output import own_forecast

    return own_forecast(series)


def demand_paths(replicates: Sequence[int], seed: int, scenario: Scenario | None = None) -> pd.DataFrame:
    """One joint path per replicate: replicate, year, gross_output, value_added, value_added_all_industry (亿元)."""
    return forecast_model(scenario).paths(replicates, seed)


def repeat(scenario: str | Scenario, replicate: int, seed: int, enterprises: int = ENTERPRISES) -> int:
    """Make one run again in this process, outside the store, so that a recorded failure shows itself.

    Returns:
        the number of rows it gives; whatever the run raises, comes through.
    """
    asked = as_scenario(scenario)
    ensemble = Ensemble(asked, seed, enterprises)
    [job] = _jobs(ensemble, [replicate], demand_paths([replicate], seed, asked))
    return sum(len(frame) for frame in simulate(ensemble, job))


def job_of(scenario: Scenario, replicate: int, seed: int, demand: pd.DataFrame) -> Job:
    """One run's draw and path; ``demand`` as :func:`demand_paths` gives it."""
    [job] = _jobs(Ensemble(scenario, seed, ENTERPRISES), [replicate], demand)
    return job


def _jobs(ensemble: Ensemble, replicates: list[int], demand: pd.DataFrame) -> list[Job]:
    last_year = 2021 + ensemble.scenario.horizon // 12
    paths = demand[demand["year"] <= last_year].pivot(index="replicate", columns="year", values="gross_output")
    drawn = draw_parameters(ensemble.scenario, replicates, ensemble.seed)
    return [
        Job(replicate, values, tuple(map(float, paths.loc[replicate].to_numpy())))
        for replicate, values in zip(replicates, drawn, strict=True)
    ]


def batch_runs(runs: int, enterprises: int) -> int:
    """Return how many of so many runs make a batch, and so a shard of the store."""
    least = max(1, min(LEAST_RUNS, BATCH_ENTERPRISES // enterprises))
    return max(least, min(BATCH_RUNS, runs // BATCHES))


def tasks_of(ensemble: Ensemble, replicates: list[int], demand: pd.DataFrame) -> Iterable[Task]:
    """Yield the batches in which these runs of an ensemble are made."""
    if not replicates:
        return
    jobs = _jobs(ensemble, replicates, demand)
    size = batch_runs(len(jobs), ensemble.enterprises)
    for start in range(0, len(jobs), size):
        yield ensemble, jobs[start : start + size]


def _make(
    ensembles: list[Ensemble], replicates: list[int], demand: pd.DataFrame, executor: Executor,
    progress: Progress | None,
) -> tuple[int, int]:  # fmt: skip
    """Make what the store lacks. A worker that dies costs its batch, which is tried once more by others."""
    stored = {ensemble.key: ensemble.done() for ensemble in ensembles}

    def attempt() -> tuple[int, int]:
        tasks = [
            task for ensemble in ensembles
            for task in tasks_of(ensemble, sorted(set(replicates) - ensemble.done()), demand)
        ]  # fmt: skip
        return _execute(tasks, executor, progress)

    try:
        return attempt()
    except WorkersLost:
        _log.warning("有工作进程被终止（常因内存不足）；它手上的运行再试一次。")
    try:
        _, failed = attempt()
    except WorkersLost as error:
        raise WorkersDied from error
    return sum(len(ensemble.done() - stored[ensemble.key]) for ensemble in ensembles), failed


def _execute(tasks: list[Task], executor: Executor, progress: Progress | None) -> tuple[int, int]:
    total = sum(len(jobs) for _, jobs in tasks)
    made = failed = 0
    for outcome in executor.outcomes(tasks):
        made, failed = made + outcome.done, failed + outcome.failed
        if progress is not None:
            progress(made + failed, total)
    return made, failed


def _gather(
    asked: list[Scenario],
    ensembles: dict[str, Ensemble],
    references: dict[str, Ensemble],
    replicates: set[int],
    demand: pd.DataFrame,
    every_cell: bool,
) -> Results:
    import pandas as pd

    cells, flows, parameters, failures, anchors = [], [], [], [], pd.DataFrame()
    for scenario in asked:
        name, ensemble = scenario.name, ensembles[scenario.name]
        anchors = anchor_factors(references[name].read("city", replicates), demand)
        raw = ensemble.read("cells" if every_cell else "city", replicates)
        cells.append(anchor(raw, anchors).assign(scenario=name))
        moves = ensemble.read("flows", replicates) if every_cell else pd.DataFrame(columns=list(FLOWS))
        flows.append(moves.assign(scenario=name))
        parameters.append(ensemble.read("parameters", replicates).assign(scenario=name))
        failed = ensemble.failures()
        if not failed.empty:
            failures.append(failed[failed["replicate"].isin(replicates)].assign(scenario=name))
    columns = ["scenario", "replicate", "exception", "traceback", "command"]
    outlook = forecast_model(asked[0])
    return Results(
        cells=_categories(pd.concat(cells, ignore_index=True), "scenario"),
        flows=_categories(_name_flows(pd.concat(flows, ignore_index=True)), "scenario"),
        parameters=_categories(pd.concat(parameters, ignore_index=True), "scenario", "parameter"),
        demand=demand,
        anchors=anchors,
        failures=pd.concat(failures, ignore_index=True)[columns] if failures else pd.DataFrame(columns=columns),
        observations=outlook.observations,
        smoothed=outlook.smoothed,
        stamp={},
        scenarios={scenario.name: scenario for scenario in asked},
    )


def _categories(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    for name in names:
        frame[name] = frame[name].astype("category")
    return frame


def _name_flows(frame: pd.DataFrame) -> pd.DataFrame:
    """Codes of path, district and industry become categories: the names there are, in the order of the words."""
    from sim.abm.events import PATHS
    from sim.register.disclosure import district_names, industry_names

    for column, names in (("path", PATHS), ("district", district_names()), ("industry", industry_names())):
        codes = frame[column].astype("category").cat
        named = codes.rename_categories({code: names[code] for code in codes.categories}).cat
        frame[column] = named.reorder_categories(named.categories.astype("str").sort_values())
    return frame
