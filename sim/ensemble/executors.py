"""Where batches run: in this process, or in several of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.ensemble.batch import Job, Outcome, run_batch
from sim.ensemble.store import Ensemble
from sim.parallel import as_they_end

Task = tuple[Ensemble, list[Job]]


def execute(tasks: Sequence[Task], workers: int) -> Iterator[Outcome]:
    """Run all tasks and yield their outcomes as they end, in any order.

    On an interrupt the batches in hand are dropped: a shard is in the store whole or not at all.
    """
    yield from as_they_end(_run, tasks, workers)


def _run(task: Task) -> Outcome:
    return run_batch(*task)
