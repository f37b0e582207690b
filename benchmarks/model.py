"""``python -m benchmarks.model``: the engine, its readable numpy form, the twin of objects; memory, start and scaling.

One process; whole runs in turns, medians; the twin on 2,000 enterprises for a year, where its cost per enterprise and
month is what it is at any size.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import sim
from benchmarks.__main__ import empty_store
from sim.population import Population, synthesise
from sim.regions import CITY as CITY_NAME
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario

CITY, MONTHS, ROUNDS = 73_000, 84, 5
SAMPLE, YEAR = 2_000, 12


def seven_years() -> Scenario:
    """The baseline to December 2027."""
    return load_scenario("baseline").model_copy(update={"horizon": MONTHS - 1})


def copies(population: Population, times: int) -> Population:
    """The same enterprises so many times over, each standing for as much less."""
    table = {name: np.tile(column, times) for name, column in population.table.items()}
    table["id"] = np.arange(table["id"].size, dtype=np.uint32)
    return Population(table, population.weight / times, population.margins)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run(population: Population, months: int = MONTHS, compiled: bool = True) -> sim.IndustrialUpgradeModel:
    model = sim.IndustrialUpgradeModel(seven_years(), population=population, compiled=compiled)
    for _ in range(months):
        model.step()
    return model


def forms() -> None:
    """Cost of one enterprise for one month in the three forms of the model."""
    from tests.abm.twin import City

    city, sample = synthesise(), synthesise(SAMPLE)
    times: dict[str, list[float]] = {"compiled": [], "numpy": [], "twin": []}
    run(city, YEAR)
    for _ in range(ROUNDS):
        times["compiled"].append(seconds(lambda: run(city)) / CITY / MONTHS)
        times["numpy"].append(seconds(lambda: run(city, compiled=False)) / CITY / MONTHS)
        twin = City(sim.IndustrialUpgradeModel(seven_years(), population=sample))
        times["twin"].append(seconds(lambda twin=twin: [twin.step() for _ in range(YEAR)]) / SAMPLE / YEAR)
    middle = {name: statistics.median(values) for name, values in times.items()}
    print("| form | s a replication | ns an enterprise and month | ratio |\n|---|---|---|---|")
    for name, each in middle.items():
        print(f"| {name} | {each * CITY * MONTHS:.2f} | {each * 1e9:,.0f} | {each / middle['compiled']:,.1f} |")


def scaling() -> None:
    """Ten times fewer and more enterprises, and how much of the cost is the month itself."""
    whole = synthesise()
    print("\n| enterprises | s a replication | ns an enterprise and month | bytes of state each |\n|---|---|---|---|")
    for population in (synthesise(CITY // 10), whole, copies(whole, 10)):
        took = statistics.median(seconds(lambda population=population: run(population)) for _ in range(3))
        each = took / population.n / MONTHS * 1e9
        held = sim.IndustrialUpgradeModel(seven_years(), population=synthesise(SAMPLE)).enterprises.bytes_each
        print(f"| {population.n:,} | {took:.2f} | {each:.0f} | {held} |")
    print(f"\npeak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def start() -> None:
    """A year of the city in a new process: with the machine code kept from before, and with none.

    Python keeps its own byte code as it does unless told not to; reading the libraries as text takes twice the time.
    """
    words = "import sim\nmodel = sim.IndustrialUpgradeModel()\nfor _ in range(13): model.step()"
    root = Path(sim.__file__).parents[1]
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["cp", "-r", *(str(root / name) for name in ("sim", "data", "scenarios")), folder], check=True)
        subprocess.run(["find", folder, "-name", "__pycache__", "-prune", "-exec", "rm", "-rf", "{}", "+"], check=True)
        cold, warm, again = (
            seconds(lambda: subprocess.run([sys.executable, "-c", words], cwd=folder, env=usual, check=True))
            for _ in range(3)
        )
    print(f"\nfirst year of the city in a new process: {cold:.1f} s cold, {min(warm, again):.1f} s warm")


def pairs() -> None:
    """Variance of a scenario's difference from the baseline under common draws, against draws of its own."""
    from sim.ensemble.runner import run as ensemble

    runs, size = 48, 5_000
    with empty_store():
        common = ensemble(["baseline", "upstairs-faster"], runs, seed=1, enterprises=size).frame
        apart = ensemble("upstairs-faster", runs, seed=2, enterprises=size).frame
    print("\n| difference of two scenarios in 2030 | variance with draws of its own ÷ with common draws |\n|---|---|")
    for name in ("firms_upstairs", "quality_space_started", "gross_output_above_scale"):
        same, more = (_city(common, name, scenario) for scenario in ("baseline", "upstairs-faster"))
        ratio = (_city(apart, name, "upstairs-faster") - same).var() / max((more - same).var(), 1e-12)
        print(f"| {name} | {ratio:,.0f} |")


def _city(frame: pd.DataFrame, indicator: str, scenario: str) -> pd.Series:
    rows = (frame["indicator"] == indicator) & (frame["scenario"] == scenario) & (frame["year"] == 2030)
    return frame[rows & (frame["district"] == CITY_NAME)].set_index("replicate")["value"]


if __name__ == "__main__":
    forms()
    scaling()
    start()
    pairs()
