"""A nested ensemble: structures, in each several parameter draws, in each demand paths, in each repeats.

Every draw is its own, so that the spread between and within the levels tells how much of an answer's uncertainty comes
from which (Searle, Casella & McCulloch 1992, Variance Components, chapter 3).
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ensemble.batch import Job, simulate
from sim.ensemble.design import draw_parameters
from sim.ensemble.kept import folder_of, keep, kept, newest, stamp_about
from sim.ensemble.results import anchor, anchor_factors
from sim.ensemble.runner import demand_paths
from sim.ensemble.stamp import data_digest
from sim.ensemble.store import Ensemble
from sim.parallel import Progress, in_order
from sim.regions import CITY
from sim.scenario.catalogue import catalogue
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("structure", "parameters", "demand", "chance")
FOLDER, RUNS = "ledger", "runs"


@dataclass(frozen=True)
class Sizes:
    """How many structures, parameter draws in each, demand paths in each of those, repeats of each of those."""

    structures: int = 8
    parameters: int = 4
    demand: int = 4
    chance: int = 2

    @property
    def runs(self) -> int:
        return self.structures * self.parameters * self.demand * self.chance


BRIEF = Sizes(8, 2, 2, 2)
"""What a briefing takes the time for; the command ``ledger`` takes more."""


class DesignTooSmall(ValueError):
    """A level with one draw has no spread."""

    def __init__(self) -> None:
        super().__init__("结构、参数、需求、重复各至少要 2 个，否则看不出这一层的差别。")


def nested_runs(
    scenario: Scenario, sizes: Sizes, seed: int, enterprises: int, workers: int = 1, progress: Progress | None = None,
    horizon: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the city's indicators of every run: the four ``LEVELS`` (numbers from 0), year, indicator, value.

    The first structure is the scenario's own; each switch of the others is drawn evenly from its options. Runs go to
    ``horizon`` (a month, the scenario's own if None). Kept in ``runs/ledger/``.

    Raises:
        DesignTooSmall: a level has fewer than two draws.
    """
    import pandas as pd

    if min(astuple(sizes)) < 2:
        raise DesignTooSmall
    stamp = stamp_about(scenario, seed, enterprises, sizes.runs)
    scenario = scenario if horizon is None else scenario.model_copy(update={"horizon": horizon})
    begun = data_digest()
    folder = folder_of(FOLDER, scenario.name, [Ensemble(scenario, seed, enterprises).key, astuple(sizes)])
    if found := kept(folder, [RUNS]):
        return found[0][RUNS]
    demand = demand_paths(range(sizes.structures * sizes.parameters * sizes.demand), seed, scenario)
    items = list(np.ndindex(*astuple(sizes)))
    work = partial(
        _run, variants=structures(scenario, sizes.structures, seed), sizes=sizes, seed=seed, enterprises=enterprises,
        demand=demand,
    )  # fmt: skip
    runs = pd.concat(in_order(work, items, workers, progress), ignore_index=True)
    keep(folder, {RUNS: runs}, stamp | {"horizon": scenario.horizon}, begun)
    return runs


def stored(scenario: Scenario) -> tuple[pd.DataFrame, dict[str, Any]] | None:
    """Return the newest runs of a scenario's nested ensemble up to its horizon that the present code and data made, and
    their stamp; None without any."""
    folder = newest(FOLDER, scenario, horizon=scenario.horizon)
    there = None if folder is None else kept(folder, [RUNS])
    return None if there is None else (there[0][RUNS], there[1])


def structures(scenario: Scenario, count: int, seed: int) -> list[Scenario]:
    """Return the scenario itself and, for the rest of ``count``, it under options drawn evenly for every switch."""
    switches = catalogue().of_kind("switch")
    draw = np.random.Generator(np.random.Philox(key=np.array([seed & (2**64 - 1), 0x4C454447], dtype=np.uint64)))
    found = [scenario]
    for _ in range(count - 1):
        drawn = {name: list(entry.options)[int(draw.integers(len(entry.options)))] for name, entry in switches.items()}
        found.append(scenario.model_copy(update={"structure": scenario.structure | drawn}))
    return found


def _run(
    place: tuple[int, ...], variants: list[Scenario], sizes: Sizes, seed: int, enterprises: int, demand: pd.DataFrame
) -> pd.DataFrame:
    """Make one run; its parameters, path and luck are numbered through the whole design."""
    each = np.ravel_multi_index(place[:2], astuple(sizes)[:2])
    path = int(np.ravel_multi_index(place[:3], astuple(sizes)[:3]))
    replicate = int(np.ravel_multi_index(place, astuple(sizes)))
    scenario = variants[place[0]]
    mine = demand[demand["replicate"] == path].assign(replicate=replicate)
    until = mine[mine["year"] <= 2021 + scenario.horizon // 12]
    [drawn] = draw_parameters(scenario, [int(each)], seed)
    job = Job(replicate, drawn, tuple(map(float, until["gross_output"])))
    raw, _ = simulate(Ensemble(scenario, seed, enterprises), job)
    reference = scenario.reference()
    same = reference.canonical() == scenario.canonical()
    against = raw if same else simulate(Ensemble(reference, seed, enterprises), job)[0]
    city = anchor(raw[raw["district"] == CITY], anchor_factors(against, mine))
    values = city.drop(columns=["replicate", "district"]).melt("year", var_name="indicator")
    return values.assign(**dict(zip(LEVELS, place, strict=True)))
