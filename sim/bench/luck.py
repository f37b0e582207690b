"""Runs one at a time, as fast as they can be had: what is past is made once a replicate, then forked.

A lever that is turned from :data:`sim.analysis.pushes.SINCE` on leaves every month before it as it was, so a replicate
is run to that month once, kept, and each position of the sliders goes on from a copy
(:meth:`sim.abm.model.IndustrialUpgradeModel.fork`). What comes out is bit for bit what :func:`sim.ensemble.runner.run`
gives for the same scenario, seed and replicate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.pushes import SINCE
from sim.ensemble.batch import model_of
from sim.ensemble.results import anchor, anchor_factors
from sim.ensemble.runner import demand_paths, job_of
from sim.regions import CITY
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.abm.model import IndustrialUpgradeModel

KEPT_ENTERPRISES = 32 * 73_000
"""Enterprises whose past is kept, about 0.3 kB each: 32 replicates of the whole city take 0.7 GB."""
KEPT_RUNS = 20_000
"""Finished runs that are kept, some kB each, so that a position seen before is there at once."""


class Stopped(Exception):
    """The run is no longer wanted."""


@dataclass(frozen=True)
class Run:
    """One finished run: the city's indicators by year, output anchored to its forecast path, and the moves.

    ``cells``: year, an indicator a column. ``moves``: enterprises by path (rows of :data:`sim.abm.events.PATHS`) and
    year from 2021 on, scaled to the city.
    """

    cells: pd.DataFrame
    moves: NDArray[np.float64]


class Luck:
    """The runs of one seed and one size of the population, kept while they may be wanted again.

    ``stop`` is asked before every simulated month; when it says so, what is in hand is dropped.
    """

    def __init__(self, seed: int, enterprises: int, stop: Callable[[], bool] = lambda: False) -> None:
        self.seed, self.enterprises, self._stop = seed, enterprises, stop
        self._pasts: dict[tuple[str, int], IndustrialUpgradeModel] = {}
        self._raw: dict[tuple[str, int], Run] = {}
        self._anchored: dict[tuple[str, int], Run] = {}
        self._factors: dict[tuple[str, int], pd.DataFrame] = {}
        self._paths: dict[tuple[str, int], pd.DataFrame] = {}

    def run(self, scenario: Scenario, replicate: int) -> Run:
        """Return one run of a scenario.

        Raises:
            Stopped: it is no longer wanted.
            PosteriorRefused, SeriesChanged, DataInvalid: the scenario cannot be run.
        """
        digest = scenario.canonical()
        if found := self._anchored.get((digest, replicate)):
            return found
        factors = self._factors_of(scenario.reference(), replicate)
        made = self._made(scenario, replicate)
        return _keep(self._anchored, (digest, replicate), Run(anchor(made.cells, factors), made.moves))

    def _factors_of(self, reference: Scenario, replicate: int) -> pd.DataFrame:
        key = (reference.canonical(), replicate)
        if key not in self._factors:
            cells = self._made(reference, replicate).cells
            self._factors[key] = anchor_factors(cells, self._path(reference, replicate))
        return self._factors[key]

    def _made(self, scenario: Scenario, replicate: int) -> Run:
        key = (scenario.canonical(), replicate)
        if found := self._raw.get(key):
            return found
        model = self._past(scenario, replicate).fork(scenario)
        self._advance(model, scenario.months)
        cells = model.cells()
        city = cells[cells["district"] == CITY].assign(replicate=replicate).reset_index(drop=True)
        return _keep(self._raw, key, Run(city, _moves(model)))

    def _past(self, scenario: Scenario, replicate: int) -> IndustrialUpgradeModel:
        """Return a run that stands at the first month still to be decided."""
        key = (_before(scenario), replicate)
        model = self._pasts.get(key)
        if model is None:
            job = job_of(scenario, replicate, self.seed, self._path(scenario, replicate))
            model = model_of(scenario, job, self.seed, self.enterprises)
            if (len(self._pasts) + 1) * model.enterprises.n <= KEPT_ENTERPRISES:
                self._pasts[key] = model  # even if it is stopped half-way
        try:
            self._advance(model, min(SINCE, scenario.months))
        except Exception as error:
            if not isinstance(error, Stopped):  # half a month is no past
                self._pasts.pop(key, None)
            raise
        return model

    def _advance(self, model: IndustrialUpgradeModel, month: int) -> None:
        while model.state.month < month:
            if self._stop():
                raise Stopped
            model.step()

    def _path(self, scenario: Scenario, replicate: int) -> pd.DataFrame:
        series = scenario.output_series
        key = (series.digest if series else "", replicate)
        if key not in self._paths:
            self._paths[key] = demand_paths([replicate], self.seed, scenario)
        return self._paths[key]


def _before(scenario: Scenario) -> str:
    """Return all that decides a run before :data:`SINCE`, as one text."""
    def early(steps: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
        return tuple(step for step in steps if step[0] < SINCE)

    districts = {name: {lever: early(steps) for lever, steps in own.items()}
                 for name, own in scenario.district_levers.items()}  # fmt: skip
    past = scenario.model_copy(update={
        "levers": {name: early(steps) for name, steps in scenario.levers.items()},
        "district_levers": {name: own for name, own in districts.items() if any(own.values())},
    })  # fmt: skip
    return past.canonical()


def _moves(model: IndustrialUpgradeModel) -> NDArray[np.float64]:
    """Count the moves by path and year, scaled to the city."""
    from sim.abm.events import PATHS

    events, years = model.events.columns(), -(-model.setting.months // 12)
    place = events["path"].astype(np.int64) * years + events["month"] // 12
    counts = np.bincount(place, minlength=len(PATHS) * years).reshape(len(PATHS), years)
    return np.asarray(counts / model.state.scale, dtype=np.float64)


def _keep(kept: dict[tuple[str, int], Run], key: tuple[str, int], run: Run) -> Run:
    kept[key] = run
    while len(kept) > KEPT_RUNS:
        del kept[next(iter(kept))]
    return run
