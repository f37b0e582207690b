"""How wide pooled forecasts must be beside their own spread: learnt on public, competition and simulated series, kept
in ``data/``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

FILE = "forecast/stretch.csv"
FREQUENCIES = {1: "YS", 4: "QS", 11: "MS", 12: "MS"}
"""Periods a year, and the frequency whose factors hold for it."""


@dataclass(frozen=True)
class Stretch:
    """Degrees of freedom of Student's t, and the factor of each block: (last period of the block, factor).

    ``typical_sd``: s.d. of one-period errors, relative to the level, that is typical of public series.
    """

    degrees: float
    typical_sd: float
    blocks: tuple[tuple[int, float], ...]

    def factors(self, horizon: int) -> NDArray[np.float64]:
        """Return the factor of each period 1 … ``horizon``; beyond the last block its factor goes on."""
        ends = [end for end, _ in self.blocks[:-1]]
        values = np.array([factor for _, factor in self.blocks])
        return values[np.searchsorted(ends, np.arange(1, horizon + 1))]


@cache
def learnt(season: int) -> Stretch:
    """Return what was learnt for series of so many periods a year."""
    from sim.tables import rows

    found = [row for row in rows(FILE) if row["frequency"] == FREQUENCIES[season]]
    blocks = tuple((int(row["to_period"]), float(row["factor"])) for row in found)
    return Stretch(float(found[0]["degrees"]), float(found[0]["typical_sd"]), blocks)
