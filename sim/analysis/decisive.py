"""Targets that one uncertain parameter decides nearly alone: their probability is that of its range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.attainment import met, reached_value
from sim.analysis.robustness import futures
from sim.ensemble.points import DEMAND
from sim.registry import chosen

if TYPE_CHECKING:
    import pandas as pd

    from sim.ensemble.results import Results

ALONE = 0.95
"""Rank correlation from which on a parameter explains nine tenths of what a target's number does from run to run."""
FEW = 30
"""Of fewer runs, ranks of some forty parameters agree with anything by chance."""
COLUMNS = ("id", "parameter", "correlation", "low", "median", "high", "cut", "agree")


def decisive(results: Results, scenario: str) -> pd.DataFrame:
    """Return, for each simulated target that one drawn parameter decides nearly alone, which and from where.

    Returns:
        ``COLUMNS``: id of the target and of the parameter, Spearman's rank correlation of parameter and number over
        runs, least, middle and largest value drawn, the value that parts runs which reach the target from runs which
        do not (NaN where all do or none), and the share of runs so parted rightly. No rows from fewer than ``FEW``
        runs.
    """
    import pandas as pd

    table = futures(results, scenario).drop(columns=DEMAND)
    rows = []
    for target in chosen(()):
        values = reached_value(results, scenario, target) if target.basis == "simulated" else None
        if values is None or len(values := values.dropna()) < FEW or values.nunique() == 1:
            continue
        ranks = table.reindex(values.index).corrwith(values, method="spearman").dropna()
        if ranks.empty or ranks.abs().max() < ALONE:
            continue
        place = int(np.argmax(ranks.abs()))
        at = table.loc[values.index, ranks.index[place]].to_numpy()
        spread = float(at.min()), float(np.median(at)), float(at.max())
        hit = met(values, target).to_numpy()
        rows.append((target.id, str(ranks.index[place]), float(ranks.iloc[place]), *spread, *parted(at, hit)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def parted(values: NDArray[np.float64], hit: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the value halfway between two neighbours that best parts the hits from the rest, and the share parted
    rightly; NaN and 1 where there are only hits or none."""
    if hit.all() or not hit.any():
        return float("nan"), 1.0
    order = np.argsort(values)
    hits = np.cumsum(hit[order])[:-1]  # among those below each place between two neighbours
    below = np.arange(1, values.size)
    right = below - hits + hit.sum() - hits  # misses below and hits above
    shares = np.maximum(right, values.size - right) / values.size
    place = int(np.argmax(shares))
    low, high = values[order][place : place + 2]
    return float((low + high) / 2), float(shares[place])
