"""Workspaces and small real runs shared by the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.ensemble.results import Results
from tests.machine import lacking
from tests.once import made_once
from tests.small import AWKWARD, ENTERPRISES, FEW, RUNS, SEED, copy_workspace, working_in

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
FIX = "缺少 Chromium 或中文字体：apt-get install chromium fonts-noto-cjk"


def pytest_configure() -> None:
    """A worker of pytest-xdist keeps to its share of the cores, and all that it starts as well.

    Where no number of processes is asked for, as many are started as there are cores, for each of many small questions
    anew; with a test running on every core already, starting them takes longer than the answers.
    """
    number = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if number and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        mine = cores[int(number) % len(cores) :: int(os.environ["PYTEST_XDIST_WORKER_COUNT"])]
        os.sched_setaffinity(0, mine)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write scenarios/*.expected.json anew")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace where the session's results and report are."""
    return copy_workspace(tmp_path_factory.mktemp("shared") / "工作 区")


@pytest.fixture(scope="session")
def results(shared_folder: Path) -> Results:
    """A few runs of two scenarios on a small population."""
    from sim.ensemble.runner import run

    with working_in(shared_folder):
        return run(["baseline", AWKWARD], RUNS, SEED, ENTERPRISES, workers=1)


@pytest.fixture(scope="session")
def report(shared_folder: Path, results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished page of the shipped notebook, made as ``tenglong report`` makes it, of fewer runs."""
    from sim.cli.briefings import see_forecast, see_ledger
    from sim.report.answers import QUESTIONS, about, keep_answers
    from sim.report.publish import report_folder
    from sim.report.render import render
    from sim.report.wording import wording

    scenario = results.scenarios[AWKWARD]
    sizes = dict.fromkeys(QUESTIONS, FEW)

    def made() -> Path:
        see_ledger(scenario, SEED, ENTERPRISES, workers=1)
        see_forecast(scenario)
        keep_answers(about(scenario, results, wording("zh"), sizes=sizes, workers=1))
        folder = report_folder(scenario, RUNS, SEED, ENTERPRISES, "zh")
        return render(results.save(folder.name), folder, scenario=AWKWARD)

    with working_in(shared_folder):
        return made_once(tmp_path_factory, "report", shared_folder, made)


@pytest.fixture
def home(shared_folder: Path, results: Results) -> Iterator[Path]:
    """Work in the shared workspace, where the runs of ``results`` are stored."""
    with working_in(shared_folder):
        yield shared_folder


@pytest.fixture
def fresh_home(tmp_path: Path) -> Iterator[Path]:
    """A workspace where nothing was ever run."""
    with working_in(copy_workspace(tmp_path / "工作 区")) as folder:
        yield folder


@pytest.fixture
def all_cores() -> Iterator[None]:
    """For a test of what is asked with as many processes as there are cores."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    share = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    yield
    os.sched_setaffinity(0, share)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium; without one, skips with the one-line fix, or fails under TENGLONG_CI=1."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        lacking(FIX)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        started.close()
