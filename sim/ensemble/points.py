"""Runs at points that an analysis chooses: a quantile of every uncertainty and of the demand path.

A point lies in the unit cube, one coordinate a factor: each uncertainty of the catalogue at that quantile of the
scenario's own distribution, and last the forecast path whose output ranks there in the last year. All points share
their luck (the same replicates), so that two points differ by their factors alone; the seed is no factor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ensemble.batch import Job, simulate
from sim.ensemble.calibrated import require_current
from sim.ensemble.design import drawn_at
from sim.ensemble.kept import folder_of, keep, kept, stamp_about
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

DEMAND = "demand.path"
"""The factor that is no entry of the catalogue: which of the forecast's joint paths."""
PATHS = 512
FOLDER, RUNS = "points", "runs"


@dataclass(frozen=True)
class Points:
    """Where to run: ``at`` (points, factors) in (0, 1), each with every replicate of luck in ``luck``."""

    at: NDArray[np.float64]
    luck: tuple[int, ...] = (0,)

    @property
    def runs(self) -> int:
        return len(self.at) * len(self.luck)

    def digest(self) -> str:
        """Short SHA-256 of the design."""
        return hashlib.sha256(np.ascontiguousarray(self.at).tobytes() + repr(self.luck).encode()).hexdigest()[:16]


def factors() -> list[str]:
    """Return the factors in the order of a point's coordinates: every uncertainty, then the demand path."""
    return [*catalogue().of_kind("uncertainty"), DEMAND]


def run_points(
    scenario: Scenario, points: Points, indicators: Sequence[str], seed: int, enterprises: int, workers: int = 1,
    progress: Progress | None = None, horizon: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return point, luck, year, indicator, value (the city's, output anchored) of every run; kept in ``runs/points/``.

    The model runs to ``horizon`` (a month, the scenario's own if None); what is not in ``indicators`` is left out.

    Raises:
        PosteriorRefused: the scenario draws from a sample that another model or other data made.
    """
    import pandas as pd

    require_current(scenario)
    stamp = stamp_about(scenario, seed, enterprises, points.runs)
    scenario = scenario if horizon is None else scenario.model_copy(update={"horizon": horizon})
    content = [Ensemble(scenario, seed, enterprises).key, points.digest(), sorted(indicators), PATHS]
    begun = data_digest()
    folder = folder_of(FOLDER, scenario.name, content)
    if found := kept(folder, [RUNS]):
        return found[0][RUNS]
    demand = ranked_paths(scenario, seed)
    work = partial(_run, points=points, scenario=scenario, wanted=tuple(indicators), seed=seed,
                   enterprises=enterprises, demand=demand)  # fmt: skip
    places = list(np.ndindex(len(points.at), len(points.luck)))
    runs = pd.concat(in_order(work, places, workers, progress), ignore_index=True)
    keep(folder, {RUNS: runs}, stamp, begun)
    return runs


def ranked_paths(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Return ``PATHS`` forecast paths to the horizon, numbered by their output in its year."""
    last = 2021 + scenario.horizon // 12
    demand = demand_paths(range(PATHS), seed, scenario)
    demand = demand[demand["year"] <= last]
    ends = demand[demand["year"] == last].set_index("replicate")["gross_output"]
    rank = ends.rank(method="first").astype(int) - 1
    return demand.assign(replicate=demand["replicate"].map(rank)).sort_values(["replicate", "year"], ignore_index=True)


def run_at(
    scenario: Scenario, at: NDArray[np.float64], luck: int, seed: int, enterprises: int, demand: pd.DataFrame
) -> pd.DataFrame:
    """Make one run at a point, and its reference, which sees the same point and the same luck; return its cells, the
    city and every district, output anchored.

    Args:
        demand: as :func:`ranked_paths` gives it.
    """
    rank = min(int(at[-1] * PATHS), PATHS - 1)
    mine = demand[demand["replicate"] == rank].assign(replicate=luck)
    path = tuple(map(float, mine["gross_output"]))
    raw = simulate(Ensemble(scenario, seed, enterprises), Job(luck, drawn_at(scenario, at), path))[0]
    reference, against = scenario.reference(), raw
    if reference.canonical() != scenario.canonical():
        job = Job(luck, drawn_at(reference, at), path)
        against = simulate(Ensemble(reference, seed, enterprises), job)[0]
    return anchor(raw, anchor_factors(against, mine))


def _run(
    item: tuple[int, ...], points: Points, scenario: Scenario, wanted: tuple[str, ...], seed: int, enterprises: int,
    demand: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    point, luck = item[0], points.luck[item[1]]
    cells = run_at(scenario, points.at[point], luck, seed, enterprises, demand)
    city = cells[cells["district"] == CITY]
    values = city[["year", *wanted]].melt("year", var_name="indicator")
    return values.assign(point=point, luck=luck)
