"""``python -m benchmarks.ensemble [RUNS [READ]]``: one ensemble on processes, threads and Dask; many runs read back."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from benchmarks.__main__ import empty_store
from sim.ensemble.batch import Outcome, run_batch
from sim.ensemble.executors import Cluster, Executor, Local, Task
from sim.ensemble.results import Results
from sim.ensemble.runner import BATCH_RUNS, run
from sim.population import ENTERPRISES

RUNS, READ_BACK, TINY = 48, 10_000, 1_250
Result = TypeVar("Result")
EVERY_S = 0.5
"""Between two looks at memory: each takes milliseconds of a core that those who are measured want."""


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


KINDS: dict[str, Callable[[int], Executor]] = {
    "this process": lambda cores: Local(1), "processes": Local, "threads": Threads,
    "Dask, local workers": lambda cores: Cluster(None, cores),
}  # fmt: skip


def executors(runs: int) -> None:
    """The baseline at full size, all cells written, on each kind of worker, each asked from a process of its own."""
    columns = ("s", "s a run", "of one process", "parent, MB", "all, MB", "digest")
    print(f"| {runs} runs × {ENTERPRISES:,} enterprises | {' | '.join(columns)} |")
    print("|---|---|---|---|---|---|---|")
    first = None
    for kind in KINDS:
        took, own, all_of, digest = fresh(on, kind, runs)
        first = first or took
        print(f"| {kind} | {took:.1f} | {took / runs:.3f} | {took / first:.2f} | {own:.0f} | {all_of:.0f} | {digest} |",
              flush=True)  # fmt: skip


def on(kind: str, runs: int) -> tuple[float, float, float, str]:
    """Seconds, memory (MB) of the parent and of all, and digest of an ensemble on one kind of worker."""
    cores = len(os.sched_getaffinity(0))
    with empty_store():  # machine code is there, the enterprises are made once more
        run("baseline", runs=1, workers=1) if kind == "this process" else None
    with empty_store():
        executor = KINDS[kind](cores)
        results, took, own, all_of = watched(lambda: run("baseline", runs, executor=executor, cells=False))
        return took, own, all_of, results.digest


def reading(runs: int) -> None:
    """Read a finished ensemble of many runs: the city's values, every cell, all checksums, and the whole call again.

    The shards are real runs, as many as the runner puts into one of so many, written again under other numbers.
    """
    with empty_store():
        size, times, own = fresh(read_back, runs)
    print(f"\n{runs:,} stored runs, {size:.0f} MB on disk")
    for what, took in times.items():
        print(f"- {what}: {took:.2f} s")
    print(f"- the parent holds at most {own:.0f} MB")


def read_back(runs: int) -> tuple[float, dict[str, float], float]:
    """Fill a store; return its MB, seconds by what is read, and the most memory (MB) of the whole call."""
    from sim.ensemble.store import Ensemble
    from sim.scenario.load import load_scenario

    run("baseline", BATCH_RUNS, enterprises=TINY, workers=1, cells=False)
    store, wanted = Ensemble(load_scenario("baseline"), 2027, TINY), set(range(runs))
    tables = {name: store.read(name, set(range(BATCH_RUNS))) for name in ("city", "cells", "flows", "parameters")}
    for start in range(BATCH_RUNS, runs, BATCH_RUNS):
        moved = {name: table.assign(replicate=table["replicate"] + start) for name, table in tables.items()}
        store.write(moved, list(range(start, start + BATCH_RUNS)))
    times = {}
    for what, work in {
        "the city's values": lambda: store.read("city", wanted),
        "every cell": lambda: store.read("cells", wanted),
        "checksums of all shards": store.sweep,
    }.items():
        started = time.perf_counter()
        work()
        times[what] = time.perf_counter() - started
    size = sum(path.stat().st_size for path in store.folder.rglob("*.parquet")) / 1e6
    took, own = fresh(again, runs)
    return size, times | {"the whole call again, paths of demand drawn anew": took}, own


def again(runs: int) -> tuple[float, float]:
    """Seconds and memory (MB) of asking for an ensemble that is there."""
    _, took, own, _ = watched(lambda: run("baseline", runs, enterprises=TINY, cells=False))
    return took, own


def fresh(work: Callable[..., Result], *given: object) -> Result:
    """Call in a process of its own, so that what came before takes none of its memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


if __name__ == "__main__":
    executors(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
    reading(int(sys.argv[2]) if len(sys.argv) > 2 else READ_BACK)
