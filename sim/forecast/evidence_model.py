"""The evidence model: published figures of every kind and quality, one state space, joint paths to 2030."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.figures import last_day
from sim.forecast.all_industry import AllIndustry, industry_readings
from sim.forecast.attainment import YearNotForecast, inside
from sim.forecast.book import Book
from sim.forecast.documents import BETWEEN, documents
from sim.forecast.naive import drift_probability
from sim.forecast.observations import observation_table, select
from sim.forecast.paths import paths
from sim.forecast.posterior import CLOUD, PARTICLES, Posterior, posterior
from sim.forecast.priors import Means, cloud, means
from sim.forecast.readings import Reading, readings
from sim.forecast.state_space import STATES, K, Y

PATHS_FROM = 2020
EARLIEST, FROM = 2011, 2015
"""First years that the model can begin in, and does."""
BANDS = (50, 80, 95)
EVER_DRAWS = 1000
ALL_GRADES = "ABC"


class ForecastSpan(ValueError):
    """The years asked for cannot be forecast; ``first`` and ``last`` hold them."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last
        super().__init__(
            f"年份范围 {first}—{last} 不可用："
            f"起点须在 {EARLIEST}（规上门槛改为2000万元）至 {PATHS_FROM} 之间，"
            "终点须在 2026 至 2040 之间。"
        )


class TooLittleEvidence(ValueError):
    """No level of gross output is left after grades, ``drop`` and ``as_of``."""

    def __init__(self) -> None:
        super().__init__("剩下的证据中没有任何总产值绝对数，无法预测。请放宽证据等级、少去掉一些来源，或推后截止日期。")


@dataclass(frozen=True)
class Attainment:
    """P(threshold reached), 0..1, never quite 0 or 1.

    ``probability``: reached in that year; ``error``: its Monte Carlo standard error. ``low``, ``high``: 10–90 %
    range over parameter draws. ``ever``: reached in that year or an earlier one from 2020 on. ``naive_drift``: the
    random walk with drift, for comparison (NaN if it has too few levels). ``growth_needed``: yearly growth in
    percent from the median of the last observed year (NaN for a year not after it).
    """

    probability: float
    error: float
    low: float
    high: float
    ever: float
    naive_drift: float
    growth_needed: float


@dataclass(frozen=True)
class OutputForecast:
    """Above-scale gross output and value added: smoothed past, nowcast, joint paths (亿元, nominal).

    ``industry`` adds the value added of all industry to the paths.
    """

    fit: Posterior
    known: tuple[Reading, ...]
    refused: dict[Reading, str]
    book: Book
    industry: AllIndustry

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Every relevant published row with source id, what it implies, and why it is not used if so."""
        return observation_table(self.known, self.refused, self.book, self.fit)

    @property
    def last_observed(self) -> int:
        """The latest year with a reading."""
        return max(reading.year for reading in self.fit.observed)

    @cached_property
    def smoothed(self) -> pd.DataFrame:
        """One row a year: median and 50/80/95 % bands of output and of value added (prefix value_added_).

        Phase: past (a reading of that year or later exists) or forecast.
        """
        output, added = _direction(Y), _direction(Y) - _direction(K)
        rows = []
        for year in range(self.fit.first, self.fit.last + 1):
            phase = "past" if year <= self.last_observed else "forecast"
            bands = self._bands(output, year) | self._bands(added, year, "value_added_")
            rows.append({"year": year, "phase": phase, **bands})
        return pd.DataFrame(rows)

    def paths(self, replicates: Sequence[int], seed: int) -> pd.DataFrame:
        """Return joint paths: replicate, year (2020 … last), gross_output, gross_output_real, value_added,
        value_added_all_industry.

        Path r is a pure function of (seed, r) and of the evidence.
        """
        return self.industry.beside(paths(self.fit, replicates, seed, PATHS_FROM), replicates, seed)

    def probability(self, threshold: float, year: int) -> Attainment:
        """Return how likely output reaches ``threshold`` 亿元 in ``year``.

        The probability is that of the mixture of all parameter draws, exact but for the finite cloud;
        ``ever`` is a share of 1,000 paths, (k + 0.5) / (n + 1).

        Raises:
            YearNotForecast: outside the fitted years from 2020 on.
        """
        if not PATHS_FROM <= year <= self.fit.last:
            raise YearNotForecast(year, PATHS_FROM, self.fit.last)
        each = self._exceed(threshold, year)
        sample = self._sample
        reached = sample[sample["year"] <= year].groupby("replicate")["gross_output"].max() >= threshold
        base = self.smoothed.set_index("year")["median"].to_dict()[self.last_observed]
        ahead = year - self.last_observed
        middle = inside(float(np.average(each, weights=self.fit.count)), PARTICLES)
        draws = np.repeat(each, self.fit.count)
        low, high = np.quantile(draws, [0.1, 0.9])
        return Attainment(
            probability=middle, error=float(np.std(draws) / np.sqrt(PARTICLES)), low=float(low), high=float(high),
            ever=max(middle, (float(reached.sum()) + 0.5) / (EVER_DRAWS + 1)),
            naive_drift=drift_probability(self.fit.observed, threshold, year),
            growth_needed=100 * ((threshold / float(base)) ** (1 / ahead) - 1) if ahead > 0 else float("nan"),
        )

    def exceeds(self, threshold: float, year: int) -> float:
        """Return P(output of ``year`` ≥ ``threshold`` 亿元) alone, as in :meth:`probability`, without drawing paths."""
        return inside(float(np.average(self._exceed(threshold, year), weights=self.fit.count)), PARTICLES)

    def leave_one_out(self, threshold: float, year: int) -> pd.DataFrame:
        """Return source, probability without it and change, largest first: what the answer rests on.

        A source is a document: its rows, joined by ``BETWEEN``. Takes about 0.4 s each the first time. One without
        which no level is left is not tried, nor one whose rows are only used beside those of others.
        """
        full = self.exceeds(threshold, year)
        each = {source: other.exceeds(threshold, year) for source, other in self._without_each.items()}
        rows = [{"source": source, "probability": found, "change": found - full} for source, found in each.items()]
        table = pd.DataFrame(rows, columns=["source", "probability", "change"])
        return table.sort_values("change", key=abs, ascending=False, ignore_index=True)

    @cached_property
    def _without_each(self) -> dict[str, OutputForecast]:
        found = {}
        leading = {reading.sources[0] for reading in self.fit.observed}
        for rows in documents(name for reading in self.fit.observed for name in reading.sources):
            kept = [reading for reading in self.fit.observed if not set(rows) & set(reading.sources)]
            if leading & set(rows) and any(reading.kind == "level" for reading in kept):
                found[BETWEEN.join(rows)] = replace(self, fit=_fit(kept, self.fit.means, self.fit.first, self.fit.last))
        return found

    @cached_property
    def _sample(self) -> pd.DataFrame:
        return paths(self.fit, range(EVER_DRAWS), 0, PATHS_FROM)

    def _exceed(self, threshold: float, year: int) -> NDArray[np.float64]:
        from scipy.stats import norm

        mean, sd = self.fit.along(_direction(Y), year)
        return np.asarray(norm.sf((log(threshold) - mean) / np.maximum(sd, 1e-12)))

    def _bands(self, direction: NDArray[np.float64], year: int, prefix: str = "") -> dict[str, float]:
        levels = [0.5, *(side for band in BANDS for side in (0.5 - band / 200, 0.5 + band / 200))]
        names = ["median", *(f"{side}{band}" for band in BANDS for side in ("lo", "hi"))]
        quantiles = _mixture_quantiles(*self.fit.along(direction, year), self.fit.count, levels)
        return {prefix + name: float(np.exp(value)) for name, value in zip(names, quantiles, strict=True)}


def evidence_model(
    grades: str = ALL_GRADES, drop: Sequence[str] = (), first: int = FROM, last: int = 2030, *,
    as_of: str | None = None, prior: Means | None = None,
) -> OutputForecast:
    """Fit the evidence model to the public figures of these grades, without the rows in ``drop`` (ids).

    ``first`` may go back to 2011, when the above-scale threshold became 20 million yuan; the few figures of
    2011–2012 then enter too. Plan targets are never read.

    ``as_of`` (YYYY, YYYY-MM or YYYY-MM-DD, to its end) uses only what had been published by then, by the dates of the
    pages the figures were read from (``Book.published``). That is the filter as it would have run, not what would have
    been believed: the priors and error parameters of the catalogue were set with later data in view, and
    year-to-date figures that a fuller figure has since replaced are not read, though they were all there was then.
    ``prior`` replaces the catalogue's prior of the constants (``priors.vague`` is a wider one).

    Raises:
        DateUnreadable: ``as_of`` is not a date.
        ForecastSpan: years outside what can be forecast.
        TooLittleEvidence: no level of gross output is left.
    """
    if not EARLIEST <= first <= PATHS_FROM or not 2026 <= last <= 2040:
        raise ForecastSpan(first, last)
    book = Book()
    known = readings(book)
    day = None if as_of is None else last_day(as_of)
    used, refused = select(known, book, grades, drop, first, day)
    if not any(reading.kind == "level" for reading in used):
        raise TooLittleEvidence
    whole, _ = select(industry_readings(book), book, grades, drop, first, day)
    industry = AllIndustry(tuple(whole), first, last)
    return OutputForecast(_fit(used, prior or means(), first, last), tuple(known), refused, book, industry)


def _fit(observed: Sequence[Reading], prior: Means, first: int, last: int) -> Posterior:
    return posterior(observed, prior, cloud(CLOUD), first, last)


def _direction(state: int) -> NDArray[np.float64]:
    row = np.zeros(STATES)
    row[state] = 1.0
    return row


def _mixture_quantiles(
    mean: NDArray[np.float64], sd: NDArray[np.float64], count: NDArray[np.int64], levels: Sequence[float]
) -> NDArray[np.float64]:
    """Quantiles of a mixture of normals from 201 equiprobable points of each."""
    from scipy.stats import norm

    points = norm.ppf((np.arange(201) + 0.5) / 201)
    pooled = np.repeat(mean, count)[:, None] + np.repeat(sd, count)[:, None] * points
    return np.asarray(np.quantile(pooled, levels))
