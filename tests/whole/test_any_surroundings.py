"""The command where the machine is not as usual: a locale without Chinese, outputs that take nothing, a signal, a clock
set back, another time zone."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from functools import partial
from pathlib import Path

import psutil
import pytest

from sim.cli import main
from sim.cli.exits import LACKING, report_error
from sim.ensemble.runner import run
from sim.ensemble.store import Ensemble
from sim.scenario.load import load_scenario
from tests.small import SEED

COMMAND = [sys.executable, "-m", "sim.cli"]
DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
PLAIN_C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
TINY, MANY, PATIENCE_S = 1_250, 4_000, 120


def said(words: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *words.split()], env=os.environ | variables, capture_output=True)


@pytest.mark.skipif(not __file__.isascii(), reason="there Python itself cannot read where its packages lie")
def test_where_the_locale_has_no_chinese_it_is_printed_all_the_same(fresh_home: Path) -> None:
    shown, wrong = said("explain S205", **PLAIN_C), said("fly", **PLAIN_C)
    assert shown.returncode == DONE and "规上工业产值" in shown.stdout.decode("utf-8")
    assert (wrong.returncode, wrong.stderr.decode("utf-8").splitlines()[0]) == (USAGE, "没有命令 fly。")
    assert "次序" in said("schedule", PYTHONIOENCODING="cp1252").stdout.decode("utf-8")


def test_a_sign_that_an_encoding_lacks_costs_the_sign_alone(fresh_home: Path) -> None:
    shown = said("schedule", PYTHONIOENCODING="gbk")
    assert shown.returncode == DONE and "次序" in shown.stdout.decode("gbk") and not shown.stderr


@pytest.mark.parametrize(
    ("redirected", "code"),
    [("| true", DONE), (">&-", DONE), (">/dev/full", LACKING), ("2>&-", DONE)],
)  # fmt: skip
def test_an_output_that_takes_nothing(fresh_home: Path, redirected: str, code: int) -> None:
    line = f'"{sys.executable}" -m sim.cli schedule --json {redirected}'
    done = subprocess.run(["sh", "-c", line], capture_output=True)
    told = done.stderr.decode("utf-8")
    assert done.returncode == code and "Traceback" not in told and "Exception" not in told
    assert ("磁盘已满" in told) == (code == LACKING)


def test_a_reader_that_goes_away_needs_no_message(fresh_home: Path) -> None:
    process = subprocess.Popen([*COMMAND, "explain", "S205"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait() == FAILED


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (OSError(28, "", "a.csv"), "a.csv：磁盘已满"), (PermissionError(13, "", "a.csv"), "a.csv：没有权限"),
        (OSError(30, ""), "要读写的地方：所在的磁盘只能读"), (FileExistsError(17, "", "a"), "把它移开"),
        (OSError(24, ""), "ulimit"), (OSError(5, "坏", "a"), "检查磁盘"),
        (MemoryError(), "--workers 1"),
    ],
)  # fmt: skip
def test_what_the_machine_lacks_is_told_with_what_to_do(
    error: Exception, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_error(error) == LACKING
    told = capsys.readouterr().err
    assert part in told and "出错：" not in told


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (IsADirectoryError(21, "", "a"), "这是文件夹"), (OSError(36, "", "a" * 300), "太长"),
        (OSError(40, "", "a"), "绕成一圈"),
    ],
)  # fmt: skip
def test_a_path_that_cannot_be_is_the_caller_s(error: OSError, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert report_error(error) == USAGE
    assert part in capsys.readouterr().err


def test_a_signal_handler_is_no_part_of_a_thread_s_start(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command can be called from a thread, where Python forbids handlers."""
    from threading import Thread

    codes: list[object] = []

    def called() -> None:
        with pytest.raises(SystemExit) as ended:
            main()
        codes.append(ended.value.code)

    monkeypatch.setattr(sys, "argv", ["tenglong", "schedule", "--json"])
    thread = Thread(target=called)
    thread.start()
    thread.join()
    assert codes == [DONE]


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_a_full_disk_leaves_the_table_there_was(tmp_path: Path, ending: str) -> None:
    """A limit on the size of files, which writing past fails as on a full disk; in a process of its own, whose last
    words count too."""
    out = tmp_path / f"表.{ending}"
    out.write_text("旧表", encoding="utf-8")
    code = (
        "import resource, sys; import pandas as pd; from pathlib import Path\n"
        "from sim.report.export import write_frame\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try: write_frame(pd.DataFrame({'a': [i * 7919 % 10007 / 7 for i in range(5_000)]}), Path(sys.argv[1]))\n"
        "except OSError as error: print(error.errno)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(out)], capture_output=True, text=True)
    assert done.stdout.strip() in (str(errno.EFBIG), str(errno.ENOSPC)), done.stderr
    assert out.read_text(encoding="utf-8") == "旧表" and list(tmp_path.iterdir()) == [out]


@pytest.mark.slow
def test_ended_by_the_system_it_stops_as_when_interrupted_and_goes_on(fresh_home: Path) -> None:
    words = ["run", "baseline", "--runs", str(MANY), "--enterprises", str(TINY), "--workers", "2"]
    heed = partial(signal.signal, signal.SIGTERM, signal.SIG_DFL)
    started = subprocess.Popen([*COMMAND, *words], stderr=subprocess.PIPE, text=True, preexec_fn=heed)
    deadline = time.monotonic() + PATIENCE_S
    while started.poll() is None and not list(fresh_home.glob("runs/*/shard-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    children = psutil.Process(started.pid).children(recursive=True)
    started.terminate()
    told = started.communicate(timeout=PATIENCE_S)[1]
    assert started.returncode == INTERRUPTED and "已中断" in told and "Traceback" not in told
    assert not psutil.wait_procs(children, timeout=10)[1], "no worker goes on by itself"
    stored = Ensemble(load_scenario("baseline").reference(), 2027, TINY).done()
    words[3] = str(max(stored) + 1)
    again = json.loads(subprocess.check_output([*COMMAND, *words, "--json"], stderr=subprocess.DEVNULL))
    assert again["runs_reused"] == len(stored) > 0


@pytest.mark.slow
def test_a_clock_set_back_or_another_zone_changes_no_number(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run("baseline", 2, SEED, TINY, workers=1)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 10 * 365 * 86_400)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        assert datetime.fromtimestamp(time.time()).year < datetime.fromtimestamp(now).year
        longer = run("baseline", 3, SEED, TINY, workers=1)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (longer.stamp["runs_reused"], longer.stamp["runs_done"]) == (2, 1)
    assert first.digest != longer.digest and set(longer.frame["replicate"]) == {0, 1, 2}
