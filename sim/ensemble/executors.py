"""Where batches run: in this process, in several of this machine, or in the workers of a Dask cluster."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sim.ensemble.batch import Batch, Job, Outcome, compute, run_batch
from sim.ensemble.store import Ensemble
from sim.parallel import as_they_end, default_workers

if TYPE_CHECKING:
    from distributed import Client

Task = tuple[Ensemble, list[Job]]

CONNECT_S = 20
"""How long a cluster's scheduler may take to answer."""

KEPT = "已完成的运行都在，重新运行同一命令即可继续。"

_log = logging.getLogger(__name__)


class Executor(Protocol):
    """Makes batches; what ends is in the store. On an interrupt the batches in hand are dropped: a shard is in the
    store whole or not at all."""

    def outcomes(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Make all tasks and yield their outcomes as they end, in any order.

        Raises:
            WorkersLost: workers died; what had ended is stored.
        """


class WorkersLost(RuntimeError):
    """Workers were killed while they worked."""


class NoCluster(RuntimeError):
    """A cluster cannot be used, or no longer; the message says why and what to do."""


@dataclass(frozen=True)
class Local:
    """Processes of this machine, by default one a core; each writes what it makes into the store."""

    workers: int | None = None

    def outcomes(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        from loky.process_executor import BrokenProcessPool

        try:
            yield from as_they_end(_run, tasks, self.workers or default_workers())
        except BrokenProcessPool as error:
            raise WorkersLost from error


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster: the one whose scheduler has this address (``tcp://…``), or one made here for the while.

    Its workers need this version of the package and of the data, and no shared disk: they return their tables, which
    this process stores. A batch whose worker dies is handed on by the scheduler.
    """

    scheduler: str | None = None
    workers: int | None = None

    def outcomes(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        if not tasks:
            return
        with ExitStack() as stack:
            client = self._connect(stack)
            from distributed import KilledWorker, as_completed
            from distributed.client import FutureCancelledError

            ensembles = {client.submit(_away, task[0].key, *task, pure=False): task[0] for task in tasks}
            try:
                for future in as_completed(list(ensembles)):
                    yield future.result().store(ensembles.pop(future))
            except KilledWorker as error:
                raise WorkersLost from error
            except FutureCancelledError as error:
                raise NoCluster(f"与 Dask 调度器的连接断了。{KEPT}") from error
            except ModuleNotFoundError as error:
                raise NoCluster(
                    f"Dask 的工作进程上没有 {error.name}，请在那边安装同一版本的 tenglong。"
                ) from error

    def _connect(self, stack: ExitStack) -> Client:
        try:
            import dask

            with dask.config.set({"logging": {"distributed": "critical", "distributed.client": "critical"}}):
                from distributed import Client, LocalCluster
        except ImportError as error:
            raise NoCluster(
                "没有安装 Dask。请运行 pip install 'tenglong[cluster]'，或用 --executor local。"
            ) from error
        address: str | LocalCluster | None = self.scheduler
        if address is None:
            address = stack.enter_context(LocalCluster(
                n_workers=self.workers or default_workers(), threads_per_worker=1, dashboard_address=None,
                silence_logs=logging.CRITICAL,
            ))  # fmt: skip
        try:
            client: Client = stack.enter_context(Client(address, timeout=CONNECT_S))
        except (OSError, ValueError) as error:
            raise NoCluster(f"连不上 Dask 调度器 {self.scheduler}（应形如 tcp://主机:8786）。") from error
        if not client.scheduler_info()["workers"]:
            _log.warning("Dask 调度器上还没有工作进程，等它们到来（Ctrl-C 放弃）。")
        return client


def _run(task: Task) -> Outcome:
    return run_batch(*task)


def _away(key: str, ensemble: Ensemble, jobs: list[Job]) -> Batch:
    """Make a batch on another machine, if what decides its results is the same there."""
    if ensemble.key != key:
        raise NoCluster(
            "Dask 的工作进程上的程序或数据与本机不同，结果会对不上。请在那边安装同一版本、放同一份数据。"
        )
    return compute(ensemble, jobs)
