"""What a forecast of output offers, whatever evidence it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from sim.forecast.evidence_model import Attainment
from sim.forecast.scores import LEVELS, quantile_levels


class Outlook(Protocol):
    """Above-scale gross output and value added, 亿元 at current prices, to the end of the horizon."""

    @property
    def observations(self) -> pd.DataFrame:
        """Every figure with its source, what it implies for its year, and why it is not used if so."""

    @property
    def smoothed(self) -> pd.DataFrame:
        """One row a year: phase, median and 50/80/95 % bands of output, and of value added."""

    @property
    def last_observed(self) -> int:
        """The latest year that counts as past."""

    def paths(self, replicates: Sequence[int], seed: int) -> pd.DataFrame:
        """Return joint paths: replicate, year, gross_output, gross_output_real (at prices of 2020), value_added,
        value_added_all_industry (of below-scale enterprises too, never less than value_added).

        Path r depends on (seed, r) alone.
        """

    def probability(self, threshold: float, year: int) -> Attainment:
        """Return how likely output reaches ``threshold`` 亿元 in ``year``."""


NAMES = {
    "gross_output": "gross_output_above_scale", "gross_output_real": "gross_output_above_scale_2020_prices",
    "value_added": "value_added_above_scale", "value_added_all_industry": "value_added_all_industry",
}  # fmt: skip
"""Columns of the paths, and the series that each is."""
DRAWS, SEED = 4_000, 0


def long_table(outlook: Outlook, last: int) -> pd.DataFrame:
    """Return the years ahead, up to ``last``, as any other forecast: unique_id, ds (YYYY-01-01), mean … hi-95.

    All from 4,000 joint paths, so that they agree with each other.
    """
    groups = long_paths(outlook, DRAWS, SEED, last).groupby(["unique_id", "ds"], sort=False)["y"]
    table = groups.quantile(np.array([0.5, *quantile_levels()])).unstack()
    table.columns = pd.Index(["median", *(f"{side}-{level}" for level in LEVELS for side in ("lo", "hi"))])
    table.insert(0, "mean", groups.mean())
    return table.reset_index()


def long_paths(outlook: Outlook, count: int, seed: int, last: int) -> pd.DataFrame:
    """Return unique_id, path, ds, y of ``count`` joint paths, the years ahead up to ``last`` only."""
    table = outlook.paths(range(count), seed)
    table = table[table["year"].between(outlook.last_observed + 1, last)].rename(columns={"replicate": "path"} | NAMES)
    table["ds"] = _dates(table["year"])
    return table.melt(["path", "ds"], list(NAMES.values()), "unique_id", "y")[["unique_id", "path", "ds", "y"]]


def _dates(years: pd.Series) -> list[str]:
    return [f"{year}-01-01" for year in years]
