"""How long a slider's answer takes at full size, in a browser, and which levers are worth a slider.

``python -m benchmarks.bench`` opens the bench as ``make app`` serves it, moves a slider by keyboard again and again,
and measures inside the page from the key to the first chart that is drawn anew and painted. ``python -m
benchmarks.bench levers`` pushes every lever to each end of its range and ranks them by what that moves.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from sim.bench.serve import environment

MOVES = 20
WAITED = """window.waited = new Promise((resolve) => {
  const drawn = () => [...document.querySelectorAll('.vega-embed svg')].map((chart) => chart.innerHTML).join('');
  document.addEventListener('keydown', () => {
    const pressed = performance.now();
    let before = null;  // what is drawn once the old position's answer is crossed out
    const watch = () => {
      const stale = document.querySelector('.tl-stale');
      if (before === null && stale) before = drawn();
      if (before === null || drawn() === before) return setTimeout(watch, 4);
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed), 0));
    };
    watch();
  }, {capture: true, once: true});
}); 0"""


def main() -> None:
    """Print what was asked for."""
    (levers if sys.argv[1:] == ["levers"] else redraw)()


def redraw() -> None:
    """Print the milliseconds from a key on a slider to redrawn charts, and of the model alone."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sim.bench.serve", f"--port={port}"]
    server = subprocess.Popen(
        command, env={**os.environ, **environment()}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        _wait(address)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1500, "height": 1400})
            began = time.perf_counter()
            page.goto(address, timeout=600_000)
            page.wait_for_selector(".tl-runs", timeout=600_000)
            print(f"page to first answer: {time.perf_counter() - began:.1f} s")
            page.wait_for_function("+document.querySelector('.tl-runs').textContent >= 8", timeout=600_000)
            took = [_move(page) for _ in range(MOVES)]
            browser.close()
    finally:
        server.terminate()
        server.wait()
    took.sort()
    print(f"slider to redraw, ms, {MOVES} moves: median {statistics.median(took):.0f}, lowest {took[0]:.0f}, "
          f"highest {took[-1]:.0f}; load average {os.getloadavg()[0]:.1f}")  # fmt: skip
    _model_alone()


def _move(page: Any) -> float:
    page.wait_for_timeout(1_500)
    handle = page.locator(".noUi-handle").first
    handle.focus()
    page.evaluate(WAITED)
    handle.press("ArrowRight")
    return float(page.evaluate("window.waited"))


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address + "voila/static/voila.js", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return


def _model_alone() -> None:
    from sim.bench.answer import answer
    from sim.bench.dials import LEVERS, turned
    from sim.bench.luck import Luck
    from sim.scenario.load import load_scenario

    luck, baseline = Luck(2027, 73_000), load_scenario("baseline")
    base, took, busy = luck.run(baseline, 0), [], []
    for value in range(30, 40):
        began, worked = time.perf_counter(), time.thread_time()
        here = luck.run(turned(baseline, {LEVERS[0]: float(value)}), 0)
        answer([here], [base], 1)
        took.append(1_000 * (time.perf_counter() - began))
        busy.append(1_000 * (time.thread_time() - worked))
    print(f"of it, the model and its summary: median {statistics.median(took):.0f} ms, lowest {min(took):.0f} ms; "
          f"processor time {statistics.median(busy):.0f} ms")  # fmt: skip


def levers(replicates: int = 24, enterprises: int = 7_300, workers: int = 2) -> None:
    """Print by lever the furthest it moves what is held against a headline target, in standard deviations of runs."""
    from sim.analysis.asked import asked_targets, reached
    from sim.analysis.pushes import SINCE, Push, pushed
    from sim.ensemble.variants import variant_values
    from sim.registry import HEADLINES
    from sim.scenario.catalogue import catalogue
    from sim.scenario.load import load_scenario

    scenario = load_scenario("baseline")
    entries = catalogue().of_kind("lever")
    now = {name: [value for month, value in scenario.levers[name] if month <= SINCE][-1] for name in entries}
    pushes = [Push(entry, now[name], bound) for name, entry in entries.items() for bound in entry.bounds
              if bound != now[name]]  # fmt: skip
    variants = [scenario, *(pushed(scenario, [push], 1.0, SINCE) for push in pushes)]
    targets = asked_targets(HEADLINES, scenario)
    indicators = sorted({target.indicator for target in targets})
    wanted = [range(len(variants))] * replicates
    values = variant_values([scenario], variants, wanted, indicators, 2030, 2027, enterprises, workers)
    furthest: dict[str, float] = {}
    for target in targets:
        held = reached(values, target)
        for place, push in enumerate(pushes, 1):
            moved = abs(float((held[place] - held[0]).mean() / held[0].std()))
            furthest[push.entry.id] = max(furthest.get(push.entry.id, 0.0), moved)
    for name, moved in sorted(furthest.items(), key=lambda item: -item[1]):
        print(f"{moved:6.2f}  {name}")


if __name__ == "__main__":
    main()
