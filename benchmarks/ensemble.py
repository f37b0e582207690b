"""``python -m benchmarks.ensemble [RUNS [READ]]``: one ensemble on processes, threads and Dask; many runs read back."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.__main__ import empty_store
from sim.ensemble.batch import Outcome, run_batch
from sim.ensemble.executors import Cluster, Executor, Local, Task
from sim.ensemble.results import Results
from sim.ensemble.runner import run
from sim.population import ENTERPRISES

RUNS, READ_BACK, TINY = 48, 10_000, 1_250
EVERY_S = 0.05


class Threads:
    """What :class:`Local` would be with threads of this process."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def outcomes(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(lambda task: run_batch(*task), tasks)


def watched(work: Callable[[], Results]) -> tuple[Results, float, float, float]:
    """What work gives, its seconds, and the most memory (MB) of this process and of all its children together."""
    most, ended = [0.0, 0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(EVERY_S):
            own, all_of = memory()
            most[0], most[1] = max(most[0], own), max(most[1], all_of)

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    try:
        results = work()
    finally:
        took = time.perf_counter() - started
        ended.set()
        watcher.join()
    return results, took, *most  # type: ignore[return-value]


def memory() -> tuple[float, float]:
    """Resident memory (MB) now: of this process, and of it with all its descendants (shared pages once in each)."""
    parents, sizes = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            sizes[int(folder.name)] = int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        except (OSError, IndexError):
            continue
    mine, family = os.getpid(), {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sizes.get(mine, 0.0), sum(sizes.get(one, 0.0) for one in family)


def executors(runs: int) -> None:
    """The baseline at full size, all cells written, on each kind of worker; the first also makes machine code."""
    cores = len(os.sched_getaffinity(0))
    kinds: dict[str, Executor] = {
        "1 process (this one)": Local(1), f"{cores} processes": Local(cores), f"{cores} threads": Threads(cores),
        f"Dask, {cores} local workers": Cluster(None, cores),
    }  # fmt: skip
    with empty_store():
        run("baseline", runs=1, workers=1)
    columns = ("s", "s a run", "of one process", "parent, MB", "all, MB", "digest")
    print(f"| {runs} runs × {ENTERPRISES:,} enterprises | {' | '.join(columns)} |")
    print("|---|---|---|---|---|---|---|")
    first = None
    for name, executor in kinds.items():
        with empty_store():
            results, took, own, all_of = watched(lambda executor=executor: run("baseline", runs, executor=executor))  # type: ignore[misc]
        first = first or took
        print(f"| {name} | {took:.1f} | {took / runs:.3f} | {took / first:.2f} | {own:.0f} | {all_of:.0f} "
              f"| {results.digest} |", flush=True)  # fmt: skip


def reading(runs: int) -> None:
    """A finished ensemble of many small runs: the city's values read back, and every cell of a tenth of them."""
    from sim.ensemble.store import Ensemble
    from sim.regions import CITY
    from sim.scenario.load import load_scenario

    with empty_store():
        _, made_s, made_mb, _ = watched(lambda: run("baseline", runs, enterprises=TINY, cells=False))
        store, wanted = Ensemble(load_scenario("baseline"), 2027, TINY), set(range(runs))
        times = {}
        for what, work in {
            "the city's values from the store": lambda: store.read("cells", wanted, CITY),
            "every cell": lambda: store.read("cells", wanted),
            "checksums of all shards": store.sweep,
        }.items():
            started = time.perf_counter()
            work()
            times[what] = time.perf_counter() - started
        _, again_s, again_mb, _ = watched(lambda: run("baseline", runs, enterprises=TINY, cells=False))
        size = sum(path.stat().st_size for path in store.folder.rglob("*.parquet")) / 1e6
    print(f"\n{runs:,} runs of {TINY:,} enterprises: made in {made_s:.0f} s, parent at most {made_mb:.0f} MB; "
          f"{size:.0f} MB on disk")  # fmt: skip
    for what, took in times.items():
        print(f"- {what}: {took:.2f} s")
    print(f"- the whole call again, paths of demand drawn anew: {again_s:.1f} s, parent at most {again_mb:.0f} MB")


if __name__ == "__main__":
    executors(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
    reading(int(sys.argv[2]) if len(sys.argv) > 2 else READ_BACK)
