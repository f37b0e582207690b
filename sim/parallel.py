"""Work on many items in several processes of this machine, or in this one."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Called with (done, in all)."""
StageProgress = Callable[[str, int, int], None]
"""Called with (stage, done, in all)."""
CHUNK = 8


def of_stage(progress: StageProgress | None, stage: str) -> Progress | None:
    """Return the progress of one stage."""
    return None if progress is None else lambda done, total: progress(stage, done, total)


def as_they_end(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """Yield what ``work`` returns of each item, in the order in which they end.

    On an interrupt those begun are dropped.

    loky's workers are new processes that inherit no half-used lock and, unlike those of multiprocessing, do not
    import the caller's script again: a script without an ``if __name__`` guard, or read from stdin, just works.
    """
    if workers <= 1 or len(items) <= 1:
        yield from map(work, items)
        return
    from loky import ProcessPoolExecutor, as_completed

    # loky takes the population that a worker keeps for its next task for a leak, and replaces the worker
    warnings.filterwarnings("ignore", "A worker was restarted", UserWarning)
    with ProcessPoolExecutor(min(workers, len(items))) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(kill_workers=True)
            raise


def in_order(
    work: Callable[[Item], Result], items: Sequence[Item], workers: int, progress: Progress | None = None
) -> list[Result]:
    """Return what ``work`` returns of each of many small items, in their order, a few items a task."""
    numbered, size = list(enumerate(items)), max(1, min(CHUNK, len(items) // (4 * workers)))
    chunks = [numbered[start : start + size] for start in range(0, len(items), size)]
    found: dict[int, Result] = {}
    if progress is not None:
        progress(0, len(items))
    for done in as_they_end(partial(_chunk, work), chunks, workers):
        found |= done
        if progress is not None:
            progress(len(found), len(items))
    return [found[place] for place in range(len(items))]


def _chunk(work: Callable[[Item], Result], items: Sequence[tuple[int, Item]]) -> dict[int, Result]:
    return {place: work(item) for place, item in items}


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra in this block keeps to one thread.

    On small matrices nothing is won by more, and where other work keeps the cores busy, threads that wait for each
    other take thirty times as long.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        yield


def default_workers() -> int:
    """All cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
