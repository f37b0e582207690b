"""From parameters to statistics: what the model gives at a point, on average over luck that all points share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.calibration.statistics import Statistic
from sim.ensemble.points import factors, ranked_paths, run_at
from sim.parallel import Progress, in_order

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

Array = NDArray[np.float64]
EDGE = 1e-6
"""Points keep this far off the cube's faces, where a normal score is infinite."""


def keyed(seed: int, purpose: int, stage: int = 0) -> np.random.Generator:
    """Return a generator that depends on its key alone, whatever was drawn before it."""
    return np.random.Generator(np.random.Philox(key=np.array([seed & (2**64 - 1), purpose << 16 | stage], np.uint64)))


@dataclass(frozen=True)
class Simulator:
    """Runs of one scenario at points (a quantile of every factor, see :mod:`sim.ensemble.points`), each with every
    replicate of ``luck``, the same for all points: two points differ by their parameters alone. The seed is no
    parameter; it is never searched over."""

    scenario: Scenario
    statistics: Sequence[Statistic]
    seed: int
    enterprises: int
    luck: tuple[int, ...]
    workers: int = 1
    names: tuple[str, ...] = field(default_factory=lambda: tuple(factors()))

    def __call__(self, at: Array, progress: Progress | None = None) -> Array:
        """Return the statistics (points, statistics) at points (points, factors) in (0, 1)."""
        work = partial(_measured, at=np.clip(at, EDGE, 1 - EDGE), simulator=replace(self, workers=1),
                       demand=self.demand)  # fmt: skip
        places = list(np.ndindex(len(at), len(self.luck)))
        found = np.array(in_order(work, places, self.workers, progress))
        return np.asarray(found.reshape(len(at), len(self.luck), -1).mean(axis=1))

    def with_luck(self, luck: Sequence[int]) -> Simulator:
        """Return the same under other luck, as the world's is to the model's."""
        return replace(self, luck=tuple(luck))

    @cached_property
    def demand(self) -> pd.DataFrame:
        """The forecast paths that a point's last coordinate chooses from."""
        return ranked_paths(self.scenario, self.seed)


def until_last(scenario: Scenario, statistics: Sequence[Statistic]) -> Scenario:
    """Return the scenario under its priors, ending in the last December that a statistic looks at."""
    last = 12 * (max(each.last for each in statistics) - 2020) - 1
    return scenario.model_copy(update={"horizon": last, "calibration": None})


def _measured(place: tuple[int, ...], at: Array, simulator: Simulator, demand: pd.DataFrame) -> list[float]:
    point, luck = place[0], simulator.luck[place[1]]
    cells = run_at(simulator.scenario, at[point], luck, simulator.seed, simulator.enterprises, demand)
    return [statistic.measure(cells) for statistic in simulator.statistics]
