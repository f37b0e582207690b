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
        """Return joint paths: replicate, year, gross_output, value_added, value_added_all_industry (of below-scale
        enterprises too, never less than value_added); path r depends on (seed, r) alone."""

    def probability(self, threshold: float, year: int) -> Attainment:
        """Return how likely output reaches ``threshold`` 亿元 in ``year``."""

    def leave_one_out(self, threshold: float, year: int) -> pd.DataFrame:
        """Return how far the probability moves without each source."""
