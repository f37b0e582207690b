"""Where batches run: in this process, or in several of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from sim.ensemble.batch import Job, Outcome, run_batch
from sim.ensemble.store import Ensemble

Task = tuple[Ensemble, list[Job]]


def execute(tasks: Sequence[Task], workers: int) -> Iterator[Outcome]:
    """Run all tasks and yield their outcomes as they end, in any order.

    On an interrupt the batches in hand are dropped: a shard is in the store whole or not at all.
    """
    if workers <= 1 or len(tasks) <= 1:
        for ensemble, jobs in tasks:
            yield run_batch(ensemble, jobs)
        return
    from loky import ProcessPoolExecutor, as_completed

    # loky's workers are new processes that inherit no half-used lock and, unlike those of multiprocessing, do not
    # import the caller's script again: a script without an ``if __name__`` guard, or read from stdin, just works
    with ProcessPoolExecutor(min(workers, len(tasks))) as pool:
        futures = [pool.submit(run_batch, ensemble, jobs) for ensemble, jobs in tasks]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(kill_workers=True)
            raise


def default_workers() -> int:
    """All cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
