"""The forecast on one's own monthly series of gross output, in place of the public evidence on it.

Output of the years the series knows is the series itself; from then on, joint paths of the pooled members
(``monthly``). Years from 2020 to the series' start, where it begins later, are the public evidence model's. So is
value added: output over the ratio of the two that the public evidence teaches, with that ratio's uncertainty; and of
all industry, from that (``all_industry``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.forecast.attainment import Chance, YearNotForecast, share
from sim.forecast.evidence_model import BANDS, PATHS_FROM, Attainment, OutputForecast, evidence_model
from sim.forecast.fitted import Array
from sim.forecast.monthly import PATHS, MonthlyPaths, monthly_paths, periods
from sim.forecast.naive import drift_probability
from sim.forecast.own_observations import own_observations, year_readings
from sim.forecast.state_space import STATES, K
from sim.own import SeriesFile
from sim.own.cells import Month
from sim.own.output import months

RATIO_KEY = 20260802
"""Philox key of the draws of output over value added behind the bands."""
CHOICE_TAG = 0x4F574E
"""Keeps the choice of a path's monthly path apart from the evidence model's draws under the same seed."""
_WORD = (1 << 64) - 1


@dataclass(frozen=True)
class OwnForecast:
    """Above-scale gross output and value added from one's own monthly series (亿元, nominal)."""

    series: SeriesFile
    rows: tuple[Month, ...]
    monthly: MonthlyPaths
    evidence: OutputForecast

    @property
    def last_observed(self) -> int:
        """The last year that the series knows to its end."""
        return self.monthly.last_whole

    @cached_property
    def observations(self) -> pd.DataFrame:
        """The series' yearly totals, published growth beside them, and the public figures they replace."""
        return own_observations(self.series.name, self.rows, self.monthly.known, self.evidence.observations)

    @cached_property
    def smoothed(self) -> pd.DataFrame:
        """One row a year: median and 50/80/95 % bands of output and of value added (prefix value_added_).

        Phase: past (known to its end, or before the series) or forecast, which the current year is.
        """
        before = self.evidence.smoothed[self.evidence.smoothed["year"] < self.monthly.first]
        return pd.concat([before, pd.DataFrame(self._years())], ignore_index=True)

    def paths(self, replicates: Sequence[int], seed: int) -> pd.DataFrame:
        """Return joint paths: replicate, year (2020 … last), gross_output, gross_output_real, value_added,
        value_added_all_industry.

        Path r is a pure function of (seed, r), of the series and of the evidence: one of the series' monthly paths,
        and the evidence model's path r for prices, the ratio to value added and years before the series.
        """
        table = self.evidence.paths(replicates, seed)
        shape = (len(replicates), -1)
        names = ("gross_output", "gross_output_real", "value_added")
        public, real, added = (table[name].to_numpy().reshape(shape) for name in names)
        output = public.copy()
        output[:, max(self.monthly.first - PATHS_FROM, 0) :] = self._output(replicates, seed)
        own = table.assign(
            gross_output=output.ravel(), gross_output_real=(output * (real / public)).ravel(),
            value_added=(output * (added / public)).ravel(),
        )  # fmt: skip
        return self.evidence.industry.beside(own, replicates, seed)

    def probability(self, threshold: float, year: int) -> Attainment:
        """Return how likely output reaches ``threshold`` 亿元 in ``year``: (k + 0.5) / (n + 1) of the paths.

        ``low``, ``high``: range over the members, each alone. ``ever`` looks back no further than 2020 or, where the
        series begins later, than its first whole year.

        Raises:
            YearNotForecast: the year is known, or beyond the horizon.
        """
        ahead = self.monthly.ahead
        if year not in ahead:
            raise YearNotForecast(year, min(ahead), max(ahead))
        past = max(total for known, total in self.monthly.known.items() if known >= PATHS_FROM)
        highest = np.max([np.full(PATHS, past), *(paths for when, paths in ahead.items() if when <= year)], axis=0)
        reached = ahead[year] >= threshold
        chance = Chance.of(reached, self.monthly.owner, len(self.monthly.members))
        base = self.monthly.known[self.last_observed]
        return Attainment(
            probability=chance.middle, error=chance.error, low=chance.lowest, high=chance.highest,
            ever=share(highest >= threshold),
            naive_drift=drift_probability(year_readings(self.series.name, self.monthly.known), threshold, year),
            growth_needed=100 * ((threshold / base) ** (1 / (year - self.last_observed)) - 1),
        )  # fmt: skip

    def _output(self, replicates: Sequence[int], seed: int) -> Array:
        """Output (replicates, years) from the later of 2020 and the series' start."""
        totals = self.monthly.known
        past = np.array([total for year, total in totals.items() if year >= PATHS_FROM])
        chosen = [int(_choice(seed, replicate).integers(PATHS)) for replicate in replicates]
        ahead = np.column_stack(list(self.monthly.ahead.values()))[chosen]
        return np.hstack([np.tile(past, (len(replicates), 1)), ahead])

    def _years(self) -> list[dict[str, object]]:
        first = max(self.evidence.fit.first, self.monthly.first)
        past = [(year, np.full(PATHS, total)) for year, total in self.monthly.known.items() if year >= first]
        return [self._year(year, draws) for year, draws in (*past, *self.monthly.ahead.items())]

    def _year(self, year: int, output: Array) -> dict[str, object]:
        phase = "past" if year <= self.last_observed else "forecast"
        added = _bands(output * np.exp(-self._ratio(year)), "value_added_")
        return {"year": year, "phase": phase, **_bands(output), **added}

    def _ratio(self, year: int) -> Array:
        """Draws (PATHS,) of log output over value added, from every particle of the evidence model alike."""
        fit = self.evidence.fit
        mean, sd = (np.resize(np.repeat(each, fit.count), PATHS) for each in fit.along(np.eye(STATES)[K], year))
        noise = np.random.Generator(np.random.Philox(key=np.array([RATIO_KEY, year], dtype=np.uint64)))
        return np.asarray(mean + sd * noise.standard_normal(PATHS))


def own_forecast(series: SeriesFile) -> OwnForecast:
    """Fit the members to the series in this file, and the public evidence model for what it does not hold.

    Raises:
        SeriesChanged, DataInvalid: the file cannot be used; every reason is given.
    """
    rows = months(series)
    evidence = evidence_model()
    return OwnForecast(series, tuple(rows), monthly_paths(periods(rows), evidence.fit.last), evidence)


def _choice(seed: int, replicate: int) -> np.random.Generator:
    key = np.array([seed & _WORD, replicate], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=CHOICE_TAG << 192))


def _bands(draws: Array, prefix: str = "") -> dict[str, float]:
    levels = {"median": 0.5} | {
        f"{side}{band}": 0.5 + sign * band / 200 for band in BANDS for side, sign in (("lo", -1), ("hi", 1))
    }
    values = np.quantile(draws, list(levels.values()))
    return {prefix + name: float(value) for name, value in zip(levels, values, strict=True)}
