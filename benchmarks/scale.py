"""``python -m benchmarks.scale``: what a run costs at ten times fewer and more enterprises, and what a province or a
hundred cities would cost on a cluster.

Costs are processor time, so that other work on the machine matters little. Each size is measured in a process of its
own, through the code that workers run; what grows with the number of runs is measured at two numbers of them.
"""

from __future__ import annotations

import pickle
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.__main__ import empty_store
from benchmarks.ensemble import TINY, fresh
from sim.ensemble.batch import Job, compute, population_of
from sim.ensemble.executors import Cluster
from sim.ensemble.runner import BATCH_RUNS, batch_runs, demand_paths, job_of, run
from sim.ensemble.store import Ensemble
from sim.scenario.load import load_scenario

SIZES = {7_300: 24, 73_000: 8, 730_000: 2}
"""Enterprises, and how many runs are measured."""
SEED, FEW, MANY, TASKS = 2027, 1_000, 4_000, 200
TABLES = ("city", "cells", "flows", "parameters", "failures")


@dataclass(frozen=True)
class Cost:
    """Of a batch of ``runs``: processor seconds that a worker spends on each, and the process that stores them on all;
    bytes sent and bytes kept of all.

    ``memory_mb`` is the most that a worker held, ``population_s`` what it spent once on the enterprises.
    """

    enterprises: int
    runs: int
    worker_s: float
    storing_s: float
    sent: float
    kept: float
    memory_mb: float
    population_s: float


@dataclass(frozen=True)
class Case:
    """Something large: so many cities of so many enterprises, under so many scenarios, each so many runs."""

    name: str
    cities: int
    enterprises: int
    scenarios: int
    runs: int = 128

    @property
    def ensembles(self) -> int:
        return self.cities * self.scenarios

    @property
    def shards(self) -> int:
        """As :func:`sim.ensemble.runner.run` parts them."""
        return self.ensembles * -(-self.runs // batch_runs(self.runs, self.enterprises))

    @property
    def all_runs(self) -> int:
        return self.ensembles * self.runs


CASES = (
    Case("one city, one scenario", 1, 73_000, 1),
    Case("Zhejiang as one model, 8 scenarios", 1, 1_000_000, 8),
    Case("100 cities × 100 scenarios", 100, 73_000, 100),
)
CLUSTERS = (16, 256, 2_048)
"""Cores: a workstation, eight nodes of 32, sixty-four of them."""


def spent(work: Callable[[], object]) -> float:
    """Processor seconds of this process and its threads."""
    started = time.process_time()
    work()
    return time.process_time() - started


def jobs(replicates: Sequence[int]) -> list[Job]:
    scenario = load_scenario("baseline")
    demand = demand_paths(replicates, SEED, scenario)
    return [job_of(scenario, replicate, SEED, demand) for replicate in replicates]


def cost(enterprises: int, runs: int) -> Cost:
    """Measure one size; to be called in a new process."""
    scenario = load_scenario("baseline")
    ensemble, asked = Ensemble(scenario, SEED, enterprises), jobs(range(runs))
    made = spent(lambda: population_of(scenario, enterprises))
    compute(ensemble, asked[:1])  # machine code is there
    found = []
    worked = spent(lambda: found.append(compute(ensemble, asked)))
    [batch] = found
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with empty_store():
        stored = spent(lambda: batch.store(ensemble))
        kept = sum(path.stat().st_size for path in ensemble.folder.rglob("*") if path.is_file())
    sent = len(pickle.dumps(batch, protocol=5))
    return Cost(enterprises, runs, worked / runs, stored, sent, kept, memory, made)


def growth() -> list[Cost]:
    """Print what a run costs at each size."""
    found = []
    print("| enterprises | runs | CPU s a run | ns an enterprise and month | worker's MB | population, CPU s | "
          "kB kept a shard | kB sent a shard | storing, CPU ms a shard |\n|"
          + "---|" * 9)  # fmt: skip
    for enterprises, runs in SIZES.items():
        each = fresh(cost, enterprises, runs)
        found.append(each)
        months = load_scenario("baseline").horizon + 1
        nanoseconds = each.worker_s / each.enterprises / months * 1e9
        print(f"| {enterprises:,} | {runs} | {each.worker_s:.3f} | {nanoseconds:.0f} | "
              f"{each.memory_mb:,.0f} | {each.population_s:.1f} | {each.kept / 1e3:.0f} | {each.sent / 1e3:.0f} | "
              f"{each.storing_s * 1e3:.0f} |", flush=True)  # fmt: skip
    return found


def fill(runs: int) -> Ensemble:
    """A store of so many runs, in the largest shards there are: real runs, written again under other numbers."""
    run("baseline", BATCH_RUNS, enterprises=TINY, workers=1, cells=False)
    ensemble = Ensemble(load_scenario("baseline"), SEED, TINY)
    tables = {name: ensemble.read(name, set(range(BATCH_RUNS))) for name in TABLES[:-1]}
    for start in range(BATCH_RUNS, runs, BATCH_RUNS):
        moved = {name: table.assign(replicate=table["replicate"] + start) for name, table in tables.items()}
        ensemble.write(moved | {"failures": pd.DataFrame({"replicate": []})}, list(range(start, start + BATCH_RUNS)))
    return ensemble


def ask(runs: int, cells: bool) -> tuple[float, float]:
    """Processor seconds and the most memory (MB) of asking for runs that are there; in a new process."""
    took = spent(lambda: run("baseline", runs, enterprises=TINY, cells=cells))
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def gathering() -> dict[bool, tuple[float, float]]:
    """Print what the asking process holds at two numbers of runs; CPU s and MB that a thousand more take, by cells."""
    slopes = {}
    print("\n| stored runs read back | CPU s | the parent's MB |\n|---|---|---|")
    with empty_store():
        fill(MANY)
        for cells, what in ((False, "the city"), (True, "every cell")):
            few, many = (fresh(ask, runs, cells) for runs in (FEW, MANY))
            for runs, (took, memory) in ((FEW, few), (MANY, many)):
                print(f"| {runs:,}, {what} | {took:.1f} | {memory:,.0f} |", flush=True)
            thousands = (MANY - FEW) / 1_000
            slopes[cells] = ((many[0] - few[0]) / thousands, (many[1] - few[1]) / thousands)
    return slopes


def scheduling() -> None:
    """Print what a task that does nothing costs this process, which asks and schedules, and how large a task is."""
    from contextlib import ExitStack

    task = (Ensemble(load_scenario("baseline"), SEED, TINY), jobs(range(BATCH_RUNS)))
    with ExitStack() as stack:
        client = Cluster(workers=2)._connect(stack)
        client.gather(client.map(len, [()] * 10, pure=False))
        took = spent(lambda: client.gather([client.submit(_received, *task, pure=False) for _ in range(TASKS)])) / TASKS
    size = len(pickle.dumps(task, protocol=5))
    print(f"\nDask: {took * 1e3:.1f} CPU ms a task that does nothing, {size / 1e3:.0f} kB a task of {BATCH_RUNS} runs")


def _received(ensemble: Ensemble, asked: list[Job]) -> int:
    return len(asked)


def worker_seconds(found: Sequence[Cost], enterprises: int) -> float:
    """Of one run at another size: on the straight line between the sizes around it, beyond them on the last two."""
    sizes, costs = [each.enterprises for each in found], [each.worker_s for each in found]
    upper = int(np.clip(np.searchsorted(sizes, enterprises), 1, len(found) - 1))
    part = (enterprises - sizes[upper - 1]) / (sizes[upper] - sizes[upper - 1])
    return costs[upper - 1] + part * (costs[upper] - costs[upper - 1])


def projection(found: Sequence[Cost], slopes: dict[bool, tuple[float, float]]) -> None:
    """Print what the cases would take: hours by cores, never less than the one process that stores all can manage."""
    a_run, a_shard = np.polyfit([each.runs for each in found], [each.kept for each in found], 1)
    storing_s = float(np.mean([each.storing_s for each in found]))
    print(f"\na shard: {a_shard / 1e3:.0f} kB and {a_run / 1e3:.0f} kB a run, stored in {storing_s * 1e3:.0f} ms")
    heads = " | ".join(f"h on {cores:,} cores" for cores in CLUSTERS)
    print(f"\n| case | runs | core hours | {heads} | storing, h | GB kept | files | GB to read every cell |\n"
          f"|{'---|' * (len(CLUSTERS) + 7)}")  # fmt: skip
    for case in CASES:
        hours = worker_seconds(found, case.enterprises) * case.all_runs / 3_600
        storing = storing_s * case.shards / 3_600
        wall = " | ".join(f"{max(hours / cores, storing):.2g}" for cores in CLUSTERS)
        held = f"{slopes[True][1] * case.all_runs / 1e6:.2g}"
        gigabytes = (a_shard * case.shards + a_run * case.all_runs) / 1e9
        print(f"| {case.name} | {case.all_runs:,} | {hours:,.2g} | {wall} | {storing:.2g} | {gigabytes:.2g} | "
              f"{case.shards * (len(TABLES) + 1):,} | {held} |")  # fmt: skip
    for runs in (BATCH_RUNS // 25, BATCH_RUNS):
        cores = worker_seconds(found, 73_000) * runs / storing_s
        print(f"\none process stores what {cores:,.0f} cores make of 73,000 enterprises in shards of {runs}")


def main() -> None:
    with empty_store():
        found = growth()
    slopes = gathering()
    scheduling()
    projection(found, slopes)


if __name__ == "__main__":
    main()
