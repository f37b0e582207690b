"""A Dask cluster of separate processes gives what this machine's own processes give, and its failures are said."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from sim import workspace
from sim.cli.simulate import Where, where
from sim.ensemble.batch import Job
from sim.ensemble.executors import Cluster, Local, NoCluster, _away
from sim.ensemble.runner import run
from sim.ensemble.store import CONTENT, Ensemble
from sim.scenario.load import load_scenario
from tests.small import SEED, copy_workspace, working_in

TINY, RUNS = 1_250, 40

pytest.importorskip("distributed", reason="没有 Dask：pip install 'tenglong[cluster]'")


def start(*words: str, **environment: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=os.environ | environment, stdout=quiet, stderr=quiet, start_new_session=True)


class Processes:
    """A scheduler and two workers, each a process of the system with a single thread."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        loopback = ("--host", "127.0.0.1")
        self.scheduler = start("dask_scheduler", *loopback, "--port", str(port), "--no-dashboard")
        single = ("--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny")
        self.workers = [start("dask_worker", self.address, *loopback, *single) for _ in range(2)]

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(fresh_home: Path) -> Iterator[Processes]:
    processes = Processes()
    yield processes
    processes.stop()


def command(*words: str) -> subprocess.Popen[str]:
    asked = [sys.executable, "-m", "sim.cli", "run", "baseline", "--runs", str(RUNS), "--enterprises", str(TINY)]
    pipe = subprocess.PIPE
    return subprocess.Popen([*asked, "--json", *words], stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def wait_for_a_shard(process: subprocess.Popen[str], home: Path) -> None:
    while process.poll() is None and not list(home.glob("runs/*/shard-*")):
        time.sleep(0.02)
    assert process.poll() is None, process.communicate()


@pytest.mark.slow
def test_two_workers_elsewhere_one_killed_midway_give_the_same_digest(
    cluster: Processes, fresh_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    asked = command("--scheduler", cluster.address)
    wait_for_a_shard(asked, fresh_home)
    os.killpg(cluster.workers[0].pid, signal.SIGKILL)
    out, err = asked.communicate(timeout=300)
    assert asked.returncode == 0, err
    with working_in(copy_workspace(tmp_path_factory.mktemp("local"))):
        local, _ = command("--executor", "local").communicate(timeout=300)
    assert json.loads(out)["digest"] == json.loads(local)["digest"]
    stored = [
        number for shard in fresh_home.glob("runs/*/shard-*")
        for number in json.loads((shard / CONTENT).read_text(encoding="utf-8"))["replicates"]
    ]  # fmt: skip
    assert sorted(stored) == list(range(RUNS))


@pytest.mark.slow
def test_a_scheduler_that_vanishes_is_said_and_what_ended_is_kept(cluster: Processes, fresh_home: Path) -> None:
    asked = command("--scheduler", cluster.address)
    wait_for_a_shard(asked, fresh_home)
    os.killpg(cluster.scheduler.pid, signal.SIGKILL)
    _, err = asked.communicate(timeout=300)
    assert asked.returncode == 4 and "调度器的连接断了" in err and "Traceback" not in err
    again = command("--executor", "local")
    out, err = again.communicate(timeout=300)
    assert again.returncode == 0, err
    assert json.loads(out)["runs_reused"] > 0


@pytest.mark.slow
def test_a_cluster_of_this_machine_made_for_the_while(fresh_home: Path) -> None:
    asked = command("--executor", "dask", "--workers", "1")
    out, err = asked.communicate(timeout=300)
    assert asked.returncode == 0, err
    assert json.loads(out)["runs_done"] == RUNS and "Traceback" not in err


def test_no_scheduler_there(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.ensemble.executors.CONNECT_S", 1)
    with pytest.raises(NoCluster, match=r"连不上 Dask 调度器 tcp://127\.0\.0\.1:9"):
        run("baseline", 2, SEED, TINY, executor=Cluster("tcp://127.0.0.1:9"))


def test_without_dask_the_way_to_get_it_is_said(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(NoCluster, match="pip install"):
        run("baseline", 2, SEED, TINY, executor=Cluster())


def test_a_worker_with_other_data_is_refused(fresh_home: Path) -> None:
    ensemble = Ensemble(load_scenario("baseline"), SEED, TINY)
    key = ensemble.key
    with (workspace.data_dir() / "indicators.csv").open("a", encoding="utf-8") as table:
        table.write("\n")
    with pytest.raises(NoCluster, match="与本机不同"):
        _away(key, ensemble, [Job(0, {}, ())])


def test_a_scheduler_is_for_dask() -> None:
    assert where(None, "tcp://somewhere:8786", None) == Cluster("tcp://somewhere:8786")
    assert where(Where.dask, None, 2) == Cluster(workers=2) and where(None, None, 2) == Local(2)
    with pytest.raises(typer.BadParameter, match="--executor dask"):
        where(Where.local, "tcp://somewhere:8786", None)
