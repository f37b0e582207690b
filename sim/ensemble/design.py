"""Which runs make an ensemble: one draw of every uncertainty and one forecast path per replicate.

Points are a scrambled Sobol' sequence: its first 2^m points are a Latin hypercube in every parameter (one point in
each of 2^m equal slices), and, unlike a Latin hypercube drawn whole, it can be extended without changing the runs
that exist (Owen 1998; scipy.stats.qmc).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema import Scenario


def quantiles(dimensions: int, replicates: Sequence[int], seed: int) -> NDArray[np.float64]:
    """Points in (0, 1); shape (len(replicates), dimensions). Row r depends on (dimensions, seed, replicate) alone."""
    from scipy.stats import qmc

    largest = max(replicates, default=0) + 1
    sequence = qmc.Sobol(dimensions, scramble=True, rng=seed)
    points = sequence.random_base2(int(np.ceil(np.log2(max(largest, 2)))))
    chosen: NDArray[np.float64] = np.clip(points[list(replicates)], 1e-9, 1 - 1e-9)
    return chosen


def draw_parameters(scenario: Scenario, replicates: Sequence[int], seed: int) -> list[dict[str, float]]:
    """One value of each uncertainty per replicate, clipped to its bounds; scenarios share the quantiles."""
    from sim.scenario.catalogue import catalogue

    entries = catalogue()
    names = list(entries.of_kind("uncertainty"))
    points = quantiles(len(names), replicates, seed)
    bounds = {name: entries[name].bounds for name in names}
    return [
        {
            name: float(np.clip(scenario.uncertainties[name].quantile(point), *bounds[name]))
            for name, point in zip(names, row, strict=True)
        }
        for row in points
    ]
