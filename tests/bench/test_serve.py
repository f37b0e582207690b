"""The page of sliders as it is opened: what is seen meanwhile is Chinese, what Voilà says of itself is kept quiet."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from sim import workspace
from sim.bench.serve import LACKING, arguments, environment, main
from tests.machine import heed_ctrl_c


def test_the_waiting_page_is_ours_and_counts_no_cells(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from voila.paths import collect_template_paths

    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    folders = collect_template_paths(["voila", "nbconvert"], "tenglong", prune=True)
    loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    waiting = str(Environment(loader=loader).get_template("spinner.macro.html.j2").module.html())  # type: ignore[attr-defined]
    assert 'id="loading"' in waiting and "正在准备滑块页面" in waiting and "Running" not in waiting
    assert "loading_text" not in waiting  # which Voilà would fill with "Executing 3 of 3"


def test_the_tab_is_titled_in_chinese() -> None:
    """Voilà's page takes its title from the notebook's metadata, else from the file's name."""
    notebook = json.loads(workspace.notebook("bench").read_text(encoding="utf-8"))
    assert notebook["metadata"]["title"] == "腾笼：滑块"


def test_voila_tells_errors_alone_and_stays_on_this_machine() -> None:
    given = arguments(Path("a.ipynb"), ["--port=1"])
    assert {"--Voila.log_level=ERROR", "--Voila.ip=127.0.0.1", "--port=1"} <= set(given)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_ctrl_c_ends_quietly_while_a_page_is_being_opened(fresh_home: Path, tmp_path: Path, seconds: float) -> None:
    log = tmp_path / "said"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("w", encoding="utf-8") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "sim.bench.serve", f"--port={port}"], cwd=fresh_home, stdout=file,
            stderr=subprocess.STDOUT, env={**os.environ, **environment()}, preexec_fn=heed_ctrl_c,
        )  # fmt: skip
    try:
        address = _address(server, log)
        with urllib.request.urlopen(address, timeout=120) as answer:
            answer.read(1)
            kernels = _kernels(server)
            time.sleep(seconds)  # the kernel is in the middle of the notebook
            server.send_signal(signal.SIGINT)
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=60) == 0
    finally:
        server.kill()
    assert log.read_text(encoding="utf-8").splitlines() == [
        "正在打开滑块页面……", f"请用浏览器打开：{address}", "只在本机可用；用完按 Ctrl-C 结束。", "滑块页面已关闭。",
    ]  # fmt: skip
    assert psutil.wait_procs(kernels, timeout=10)[1] == []


@pytest.mark.slow
def test_ctrl_c_before_there_is_an_address_is_no_traceback(fresh_home: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "sim.bench.serve"], cwd=fresh_home, stderr=subprocess.PIPE, encoding="utf-8",
        env={**os.environ, **environment()}, preexec_fn=heed_ctrl_c,
    )  # fmt: skip
    assert server.stderr is not None
    assert server.stderr.readline() == "正在打开滑块页面……\n"
    server.send_signal(signal.SIGINT)
    assert server.stderr.read() == "还没有打开，已停止。\n" and server.wait(timeout=60) == 130


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        if "打开：" in (said := log.read_text(encoding="utf-8")):
            return said.split("打开：")[1].split()[0]
        assert server.poll() is None, said
        time.sleep(0.2)
    return pytest.fail("no address")


def _kernels(server: subprocess.Popen[bytes]) -> list[psutil.Process]:
    for _ in range(600):
        if found := psutil.Process(server.pid).children():
            return found
        time.sleep(0.1)
    return pytest.fail("no kernel")


def test_without_voila_the_line_that_installs_it_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.bench.serve.find_spec", lambda name: None)
    assert main() == LACKING and "pip install 'tenglong[app]'" in capsys.readouterr().err
