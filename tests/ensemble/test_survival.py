"""What an ensemble survives: kill −9, a dead worker, a spoiled shard, two processes at once, a disk that is full."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from sim.ensemble.batch import Job, Outcome, run_batch
from sim.ensemble.executors import Task, WorkersLost
from sim.ensemble.runner import WorkersDied, run
from sim.ensemble.store import CONTENT, FAILURES, Ensemble, StoreUnusable
from sim.scenario.load import load_scenario
from tests.machine import mounted
from tests.small import SEED, copy_workspace, working_in

TINY, RUNS, KILLS = 1_250, 160, 10
IN_TWOS = (
    f"from sim.ensemble import runner; runner.BATCH_ENTERPRISES = {2 * TINY}\n"
    "from sim.cli import main; main()"
)
"""``tenglong`` with shards of two runs, so that there are many moments to be killed at."""
COMMAND = [sys.executable, "-c", IN_TWOS, "run", "baseline", "--runs", str(RUNS), "--enterprises", str(TINY)]


SHARDS = "runs/*/shard-*"


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of two runs."""
    monkeypatch.setattr("sim.ensemble.runner.BATCH_ENTERPRISES", 2 * TINY)


def start(workers: int = 2) -> subprocess.Popen[str]:
    words = [*COMMAND, "--workers", str(workers), "--json"]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the same ensemble, made at a stretch by one worker."""
    with working_in(copy_workspace(tmp_path_factory.mktemp("whole"))):
        return run("baseline", RUNS, enterprises=TINY, workers=1).digest


@pytest.mark.slow
def test_killed_ten_times_nothing_is_lost_repeated_or_different(fresh_home: Path, undisturbed: str) -> None:
    luck, killed = random.Random(5), 0
    for number in range(KILLS):
        enough = len(list(fresh_home.glob(SHARDS))) + luck.randint(1, 2)
        process = start(workers=1 + number % 2)
        while process.poll() is None and len(list(fresh_home.glob(SHARDS))) < enough:
            time.sleep(0.01)
        time.sleep(luck.uniform(0, 0.05))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.communicate()
    assert killed == KILLS, "it had nothing left to do"
    last = told(start())
    assert last["digest"] == undisturbed and last["runs_reused"] > 0
    stored = [
        number for shard in fresh_home.glob(SHARDS)
        for number in json.loads((shard / CONTENT).read_text(encoding="utf-8"))["replicates"]
    ]  # fmt: skip
    assert sorted(stored) == list(range(RUNS)), "the baseline is its own reference: one ensemble, each run once"
    assert not list(fresh_home.glob("runs/*/.*.writing"))


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_its_batch_only(fresh_home: Path, undisturbed: str) -> None:
    process = start()
    while process.poll() is None and not list(fresh_home.glob(SHARDS)):
        time.sleep(0.05)
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    workers = [pid for pid in children if b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(int(workers[0]), signal.SIGKILL)
    assert told(process)["digest"] == undisturbed


@pytest.mark.slow
def test_two_processes_on_one_store_do_each_other_no_harm(fresh_home: Path, undisturbed: str) -> None:
    both = [start(workers=1), start(workers=1)]
    assert [told(process)["digest"] for process in both] == [undisturbed] * 2


@pytest.mark.parametrize("spoil", ["truncated", "one bit", "no list", "missing"])
def test_a_spoiled_shard_is_set_aside_and_its_runs_are_made_again(
    fresh_home: Path, small_batches: None, caplog: pytest.LogCaptureFixture, spoil: str
) -> None:
    whole = run("baseline", 4, SEED, TINY, workers=1)
    [first, _] = Ensemble(load_scenario("baseline"), SEED, TINY).shards()
    table = first / "cells.parquet"
    content = bytearray(table.read_bytes())
    if spoil == "truncated":
        table.write_bytes(content[:-100])
    elif spoil == "one bit":
        content[len(content) // 2] ^= 1
        table.write_bytes(content)
    elif spoil == "no list":
        (first / CONTENT).write_text("{", encoding="utf-8")
    else:
        table.unlink()
    again = run("baseline", 4, SEED, TINY, workers=1)
    assert again.digest == whole.digest and again.stamp["runs_done"] == 2
    assert "已损坏" in caplog.text and (first.parent / f".damaged-{first.name}").is_dir()
    assert run("baseline", 4, SEED, TINY, workers=1).stamp["runs_done"] == 0


def test_what_a_dead_process_left_is_removed_and_what_a_living_one_writes_is_not(fresh_home: Path) -> None:
    ensemble = Ensemble(load_scenario("baseline"), SEED, TINY)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    host = os.uname().nodename
    writers = (f"{gone.pid}@{host}", f"{os.getpid()}@{host}", "1@x.y")
    dead, mine, elsewhere = (ensemble.folder / f".shard-000000-ab.{writer}.writing" for writer in writers)
    for path in (dead, mine, elsewhere):
        path.mkdir(parents=True)
    assert ensemble.sweep() == []
    assert [path.exists() for path in (dead, mine, elsewhere)] == [False, True, True]


def test_a_list_of_odd_kinds_and_a_shard_of_another_ensemble_are_set_aside(
    fresh_home: Path, small_batches: None, caplog: pytest.LogCaptureFixture
) -> None:
    whole = run("baseline", 4, SEED, TINY, workers=1)
    ensemble = Ensemble(load_scenario("baseline"), SEED, TINY)
    first, second = ensemble.shards()
    for shard, change in ((first, {"replicates": ["0", "1"]}), (second, {"ensemble": "another"})):
        content = json.loads((shard / CONTENT).read_text(encoding="utf-8"))
        (shard / CONTENT).write_text(json.dumps(content | change), encoding="utf-8")
    assert ensemble.done() == {2, 3}, "what cannot be listed is not there"
    again = run("baseline", 4, SEED, TINY, workers=1)
    assert again.digest == whole.digest and again.stamp["runs_done"] == 4 and "是别的情景或设置的" in caplog.text


def test_recorded_failures_that_a_disk_spoiled_are_left_out(fresh_home: Path) -> None:
    ensemble = Ensemble(load_scenario("baseline"), SEED, TINY)
    assert ensemble.failures().empty and ensemble.read("city", {0}).empty, "nothing is there yet"
    assert run_batch(ensemble, [Job(replicate, {}, ()) for replicate in (0, 1)]).failed == 2
    [shard] = ensemble.shards()
    assert sorted(ensemble.failures()["replicate"]) == [0, 1] and ensemble.read("city", {0}).empty
    (shard / FAILURES).unlink()
    assert ensemble.failures().empty


class Killed:
    """Where every worker is killed, after so many batches."""

    def __init__(self, batches: int) -> None:
        self.left, self.times = batches, 0

    def outcomes(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        self.times += 1
        for ensemble, jobs in tasks:
            if not self.left:
                raise WorkersLost
            self.left -= 1
            yield run_batch(ensemble, jobs)


def test_workers_killed_twice_over_are_said_and_what_ended_is_kept(fresh_home: Path, small_batches: None) -> None:
    executor = Killed(batches=1)
    with pytest.raises(WorkersDied, match="多半是内存不足；可用 --workers 减少进程。已完成的运行都在"):
        run("baseline", 4, SEED, TINY, executor=executor)
    assert executor.times == 2 and Ensemble(load_scenario("baseline"), SEED, TINY).done() == {0, 1}


def test_a_store_of_a_later_version_is_left_alone(fresh_home: Path, small_batches: None) -> None:
    run("baseline", 2, SEED, TINY, workers=1)
    [shard] = Ensemble(load_scenario("baseline"), SEED, TINY).shards()
    content = json.loads((shard / CONTENT).read_text(encoding="utf-8"))
    (shard / CONTENT).write_text(json.dumps(content | {"format": 99}), encoding="utf-8")
    with pytest.raises(StoreUnusable, match="更新的版本"):
        run("baseline", 2, SEED, TINY, workers=1)
    assert shard.is_dir()


def test_a_file_where_the_store_should_be_is_one_clear_error(fresh_home: Path) -> None:
    (fresh_home / "runs").write_text("", encoding="utf-8")
    with pytest.raises(StoreUnusable, match="是文件，不是文件夹"):
        run("baseline", 2, SEED, TINY, workers=1)


def test_a_full_disk_loses_nothing_that_was_finished(fresh_home: Path, small_batches: None) -> None:
    """A limit on the size of files, which writing past fails as on a full disk."""
    run("baseline", 2, SEED, TINY, workers=1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        with pytest.raises(StoreUnusable, match="磁盘已满"):
            run("baseline", 4, SEED, TINY, workers=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(fresh_home.glob("runs/*/.*.writing"))
    assert run("baseline", 4, SEED, TINY, workers=1).stamp["runs_reused"] == 2


def test_a_folder_that_cannot_be_written_is_one_clear_error(fresh_home: Path) -> None:
    """The superuser may write in any folder, but on no disk that is mounted to be read."""
    store, superuser = fresh_home / "runs", os.geteuid() == 0
    kept_from_writing = mounted(store, "ro") if superuser else nullcontext(store.mkdir(mode=0o555))
    with kept_from_writing, pytest.raises(StoreUnusable, match="只能读" if superuser else "没有权限"):
        run("baseline", 2, SEED, TINY, workers=1)
