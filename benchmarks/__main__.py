"""``python -m benchmarks [NAME…]``: each measurement beside what it is compared with; medians of alternating rounds."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.workspace import HOME_VARIABLE

Work = Callable[[], object]
ROUNDS = 5


@dataclass(frozen=True)
class Pair:
    """What is measured and what it is measured against."""

    what: str
    work: Work
    against: str
    other: Work


def model() -> Pair:
    """A whole run of the city against merely copying the state once a month."""
    import sim
    from sim.population import synthesise

    synthesise()
    columns = list(sim.IndustrialUpgradeModel(seed=1).enterprises.to_frame().to_dict("series").values())
    months = 120

    def pass_over() -> None:
        for _ in range(months):
            for column in columns:
                column.copy()

    return Pair(
        f"73,000 enterprises × {months} months", lambda: sim.IndustrialUpgradeModel(seed=1).run(),
        f"copying the state {months} times", pass_over,
    )  # fmt: skip


def workers() -> Pair:
    """The same ensemble on all cores and on one."""
    from sim.ensemble.runner import run

    count, runs = len(os.sched_getaffinity(0)), 16

    def ensemble(workers: int) -> None:
        with empty_store():
            run("baseline", runs=runs, workers=workers)

    return Pair(f"{runs} runs × 73,000 enterprises, {count} workers", lambda: ensemble(count),
                "one worker", lambda: ensemble(1))  # fmt: skip


def resume() -> Pair:
    """Reading a finished ensemble from the store against making it."""
    from sim.ensemble.runner import run

    def make() -> None:
        with empty_store():
            ensemble()

    def ensemble() -> None:
        run("baseline", runs=16, enterprises=20_000, workers=1)

    ensemble()
    return Pair("16 stored runs read back", ensemble, "made anew", make)


def start() -> Pair:
    """The command's start against that of bare Python."""
    help_text, nothing = ("-m", "sim.cli", "--help"), ("-c", "pass")
    return Pair("tenglong --help", lambda: _python(*help_text), "python -c pass", lambda: _python(*nothing))


def forecast() -> Pair:
    """A thousand joint paths against fitting the evidence model that they are drawn from."""
    from sim.forecast import evidence_model

    fitted = evidence_model()
    return Pair("1,000 joint paths to 2030", lambda: fitted.paths(range(1000), seed=1), "fitting", evidence_model)


def _python(*words: str) -> None:
    subprocess.run([sys.executable, *words], check=True, capture_output=True)


@contextmanager
def empty_store() -> Iterator[None]:
    """Work where nothing was ever run, with the same data and scenarios."""
    source = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("data", "scenarios"):
            (Path(folder) / name).symlink_to(source / name)
        before = os.environ.get(HOME_VARIABLE)
        os.environ[HOME_VARIABLE] = folder
        try:
            yield
        finally:
            os.environ.pop(HOME_VARIABLE)
            if before is not None:
                os.environ[HOME_VARIABLE] = before


def measure(pair: Pair) -> tuple[float, float]:
    """Median seconds of both, in turns, so that a busy machine slows both alike."""
    times: dict[str, list[float]] = {"work": [], "other": []}
    for _ in range(ROUNDS):
        for name in times:
            started = time.perf_counter()
            getattr(pair, name)()
            times[name].append(time.perf_counter() - started)
    return statistics.median(times["work"]), statistics.median(times["other"])


ALL = {function.__name__: function for function in (model, workers, resume, start, forecast)}


def main(names: list[str]) -> None:
    print("| what | s | against | s | ratio |\n|---|---|---|---|---|")
    for name in names or ALL:
        pair = ALL[name]()
        took, other = measure(pair)
        print(f"| {pair.what} | {took:.3f} | {pair.against} | {other:.3f} | {took / other:.2f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
