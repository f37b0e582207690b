"""What a forecast of output offers, whatever evidence it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from sim.forecast.evidence_model import Attainment


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
        """Return joint paths: replicate, year, gross_output, value_added; path r depends on (seed, r) alone."""

    def probability(self, threshold: float, year: int) -> Attainment:
        """Return how likely output reaches ``threshold`` 亿元 in ``year``."""


NAMES = {"gross_output": "gross_output_above_scale", "value_added": "value_added_above_scale"}
"""Columns of the paths, and the indicator that each is."""
MEAN_PATHS = 2_000
_SEED = 0


def long_table(outlook: Outlook) -> pd.DataFrame:
    """Return the years ahead as any other forecast: unique_id, ds (YYYY-01-01), mean, median, lo-50 … hi-95.

    The mean is that of 2,000 paths.
    """
    ahead = outlook.smoothed[outlook.smoothed["phase"] == "forecast"]
    mean = outlook.paths(range(MEAN_PATHS), _SEED).groupby("year")[list(NAMES)].mean()
    bands = [f"{side}-{level}" for level in (50, 80, 95) for side in ("lo", "hi")]
    frames = []
    for column, name in NAMES.items():
        prefix = "" if column == "gross_output" else f"{column}_"
        frame = pd.DataFrame({"unique_id": name, "ds": _dates(ahead["year"]), "mean": mean.loc[ahead["year"], column]})
        frame["median"] = ahead[f"{prefix}median"].to_numpy()
        for band in bands:
            frame[band] = ahead[prefix + band.replace("-", "")].to_numpy()
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def long_paths(outlook: Outlook, count: int, seed: int) -> pd.DataFrame:
    """Return unique_id, path, ds, y of ``count`` joint paths, the years ahead only."""
    table = outlook.paths(range(count), seed)
    table = table[table["year"] > outlook.last_observed].rename(columns={"replicate": "path"} | NAMES)
    table["ds"] = _dates(table["year"])
    return table.melt(["path", "ds"], list(NAMES.values()), "unique_id", "y")[["unique_id", "path", "ds", "y"]]


def _dates(years: pd.Series) -> list[str]:
    return [f"{year}-01-01" for year in years]
