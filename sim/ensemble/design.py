"""Which runs make an ensemble: one draw of every uncertainty and one forecast path per replicate.

Points are a scrambled Sobol' sequence: its first 2^m points are a Latin hypercube in every parameter (one point in
each of 2^m equal slices), and, unlike a Latin hypercube drawn whole, it can be extended without changing the runs
that exist (Owen 1998; scipy.stats.qmc).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.ensemble.calibrated import require_current
from sim.scenario.catalogue import catalogue
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
    """One value of each uncertainty per replicate, clipped to its bounds; scenarios share the quantiles.

    Raises:
        PosteriorRefused: the scenario draws from a sample that another model or other data made.
    """
    require_current(scenario)
    names = list(catalogue().of_kind("uncertainty"))
    return [drawn_at(scenario, row) for row in quantiles(len(names), replicates, seed)]


def drawn_at(scenario: Scenario, at: NDArray[np.float64]) -> dict[str, float]:
    """Return the value of every uncertainty at one point of the unit cube, clipped to its bounds.

    Args:
        at: a quantile of each uncertainty in the catalogue's order; what follows is not looked at.
    """
    entries = catalogue().of_kind("uncertainty")
    places = {name: float(place) for name, place in zip(entries, at, strict=False)}
    drawn = {name: scenario.uncertainties[name].quantile(place) for name, place in places.items()}
    if scenario.calibration is not None:
        drawn |= scenario.calibration.values(places)
    return {name: float(np.clip(value, *entries[name].bounds)) for name, value in drawn.items()}
