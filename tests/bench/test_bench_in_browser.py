"""The bench in JupyterLab and as Voilà's page, in a real browser with the network cut."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim import workspace
from sim.analysis.attainment import targets
from sim.bench.serve import environment
from sim.ensemble.runner import run
from sim.scenario.load import check_file
from tests.small import ENTERPRISES, SEED, copy_workspace, working_in

pytestmark = pytest.mark.slow
RUNS = 3
PATIENCE_MS = 300_000
GIVEN = {"runs": str(RUNS), "enterprises": str(ENTERPRISES), "seed": str(SEED)}
DRAWN = "[...document.querySelectorAll('.vega-embed svg')].map((chart) => chart.innerHTML)"
STARTED = "tr[data-target='quality_space_2030.started']"


@pytest.fixture(scope="module")
def bench_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace whose notebook asks for few runs of a small population, by its parameters."""
    folder = copy_workspace(tmp_path_factory.mktemp("bench") / "工作 区")
    with working_in(folder):
        path = workspace.notebook("bench")
        text = path.read_text(encoding="utf-8")
        for name, value in GIVEN.items():
            text, count = re.subn(rf'"{name} = \d+', f'"{name} = {value}', text)
            assert count == 1
        path.write_text(text, encoding="utf-8")
        yield folder


@contextmanager
def serving(command: list[str], home: Path, log: Path, ready: str) -> Iterator[str]:
    """Run a server on a free loopback port until the block ends; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    with working_in(home), log.open("w") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, f"--port={port}"], env={**os.environ, **environment()}, stdout=file,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(address + ready, timeout=5)
                    break
                except urllib.error.HTTPError:
                    break
                except OSError:
                    assert server.poll() is None, log.read_text()
                    time.sleep(0.2)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


class Cut:
    """A page that reaches loopback only, and what it asked of others."""

    def __init__(self, browser: Any) -> None:
        self.outside: list[str] = []
        self._context = browser.new_context(viewport={"width": 1500, "height": 1400})
        self._context.route("**/*", self._route)
        self.page = self._context.new_page()

    def _route(self, route: Any) -> None:
        url = route.request.url
        if re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", url):
            route.continue_()
        else:
            self.outside.append(url)
            route.abort()

    def close(self) -> None:
        self._context.close()


@pytest.fixture
def cut(browser: Any) -> Iterator[Cut]:
    view = Cut(browser)
    yield view
    view.close()


def settled(page: Any) -> None:
    """Wait until all runs of the newest position are on the screen."""
    page.wait_for_function(
        f"document.querySelector('.tl-runs')?.textContent === '{RUNS}' && !document.querySelector('.tl-stale')",
        timeout=PATIENCE_MS,
    )
    page.wait_for_function(f"{DRAWN}.length === 5", timeout=PATIENCE_MS)
    page.wait_for_timeout(1_000)


def shown(page: Any) -> dict[str, dict[str, float]]:
    """The exact numbers of the table by target."""
    rows = page.eval_on_selector_all("tr[data-target]", "(rows) => rows.map((row) => ({...row.dataset}))")
    return {row.pop("target"): {name: float(value) for name, value in row.items()} for row in rows}


def use(page: Any, home: Path, name: str) -> None:
    """Move a slider by keyboard, save, and hold everything against the command line's numbers."""
    settled(page)
    before, drawn = shown(page), page.evaluate(DRAWN)
    assert same(before, "baseline")
    handle = page.locator(".noUi-handle").first
    handle.focus()
    for _ in range(6):
        handle.press("PageUp")
    page.wait_for_function(f"document.querySelector(\"{STARTED}\").dataset.median > 3000", timeout=PATIENCE_MS)
    settled(page)
    after = shown(page)
    assert after["quality_space_2030.started"]["probability"] > before["quality_space_2030.started"]["probability"]
    assert after["gross_output_2030"]["base"] == before["gross_output_2030"]["base"]
    moved = [one != other for one, other in zip(page.evaluate(DRAWN), drawn, strict=True)]
    assert sum(moved) >= 3, "space started, space delivered and the probabilities are drawn anew"
    page.get_by_placeholder("如 my-plan").fill(name)
    page.get_by_role("button", name="保存情景").click()
    page.wait_for_selector(f"text=已保存：scenarios/{name}.yaml", timeout=PATIENCE_MS)
    assert check_file(name) == []
    settled(page)
    assert shown(page) == after and same(after, name)
    for label, numbers in (("基准：执行现状与既定计划（baseline）", before), (f"{name}（{name}）", after)):
        page.locator(".widget-dropdown select").first.select_option(label=label)
        page.wait_for_timeout(500)
        settled(page)
        assert shown(page) == numbers, "the saved scenario loads, and the baseline is as it was"


def same(found: dict[str, dict[str, float]], name: str) -> bool:
    """Whether a scenario's numbers are those that ``tenglong targets`` prints."""
    rows = targets(run([name], RUNS, SEED, ENTERPRISES, workers=1)).set_index("id")
    said = {
        target: {"probability": rows.loc[target, "probability"], "low": rows.loc[target, "ci_low"],
                 "high": rows.loc[target, "ci_high"], "median": rows.loc[target, "median"]} for target in found
    }  # fmt: skip
    return said == {target: {key: row[key] for key in said[target]} for target, row in found.items()}


def test_voila_s_page_without_code(bench_home: Path, cut: Cut, tmp_path: Path) -> None:
    log = tmp_path / "voila.log"
    with serving(["sim.bench.serve"], bench_home, log, "voila/static/voila.js") as address:
        cut.page.goto(address, timeout=PATIENCE_MS, wait_until="commit")
        cut.page.wait_for_selector("#loading >> text=正在准备滑块页面", timeout=PATIENCE_MS)
        use(cut.page, bench_home, "from-the-page")
        assert "import sim" not in cut.page.content()
        assert cut.outside == []
    said = log.read_text()
    assert f"请用浏览器打开：{address}" in said and "0.0.0.0" not in said and "[Voila]" not in said


def test_jupyterlab(bench_home: Path, cut: Cut, tmp_path: Path) -> None:
    server = ["jupyterlab", "--no-browser", "--ip=127.0.0.1", "--IdentityProvider.token=", "--allow-root", "notebooks"]
    with serving(server, bench_home, tmp_path / "lab.log", "api/status") as address:
        page = cut.page
        page.goto(f"{address}lab/tree/00_bench.ipynb?reset", timeout=PATIENCE_MS)
        page.wait_for_selector("text=| Idle", timeout=PATIENCE_MS)
        page.locator("li.lm-MenuBar-item", has_text="Run").first.click()
        page.locator("li[data-command='runmenu:run-all']").click()
        use(page, bench_home, "from-the-lab")
        assert cut.outside == []
