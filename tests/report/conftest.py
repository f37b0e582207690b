"""One briefing of real runs, rendered once, and a real browser without a network to open it in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.ensemble.results import Results
from sim.report.material import Material
from tests.small import AWKWARD, working_in

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
FIX = "缺少 Chromium 或中文字体：apt-get install chromium fonts-noto-cjk"


@pytest.fixture(scope="session")
def material(shared_folder: Path, results: Results) -> Material:
    """Everything the briefing is made of."""
    from sim.report.material import gather

    with working_in(shared_folder):
        return gather(results, AWKWARD)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium; without one, skips with the one-line fix, or fails under TENGLONG_CI=1."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        (pytest.fail if os.environ.get("TENGLONG_CI") == "1" else pytest.skip)(FIX)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        started.close()
