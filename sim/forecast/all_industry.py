"""Value added of all industry, below-scale enterprises included: a path's own above-scale value added times a ratio.

q  log(all-industry / above-scale value added)     q[t] = q[t-1] + drift + noise, q >= 0

The ratio is read where both are published. After 2022 only the secondary sector is: its value added times
industry's share of it reads the level itself, so that against path r's own value added it reads path r's ratio. A
path low on the above-scale side gets a higher ratio, and the published level pins the sum; nothing here moves output
or above-scale value added. Growth at comparable prices is no reading: all levels are nominal.

Given the s.d. of the noise everything is Gaussian, and the same few years are seen on every path, so one gain matrix
serves all paths (Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, eq. 2.23–2.24); the s.d. is
weighted by each path's likelihood. Figures up to 2023 precede the revision by the census of 2023, mostly as first
published, and carry an error for it; those of 2024 and 2025 do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, hypot, log

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.forecast.book import Book
from sim.forecast.fitted import Array
from sim.forecast.paths import stream
from sim.forecast.readings import Reading, annual, from_later
from sim.scenario.catalogue import catalogue
from sim.scenario.distribution import Distribution

TAG = 0x414C4C49
"""Keeps these draws apart from those of output under the same seed."""
RATIO, LEVEL, SHARE_ERROR = "industry_ratio", "all_industry", "industry_share_sd"
FIRST_YEAR = (0.25, 0.2)
"""Prior (mean, s.d.) of the first year's q, wide enough to say little: 1.28 within a factor of 1.5."""
NOISES = 15
"""Equally likely values that stand for the prior of the noise's s.d."""
TRIES = 100
"""Draws until one stays non-negative; after that, of a path far above the published level, it is cut at zero."""



def industry_readings(book: Book) -> list[Reading]:
    """Return readings of the ratio (log) and, for 2024 and 2025, of the level (log 亿元), oldest first."""

    def both(year: int, whole: str, above: str, *errors: str) -> Reading:
        return _ratio(book, annual(book, whole, year, LEVEL), annual(book, above, year, "value_added"), *errors)

    earliest = from_later(book, "A023", 2015, "value_added", 56.9, 0.1, ("definition_sd",))
    return [
        _ratio(book, annual(book, "A044", 2015, LEVEL), earliest),
        both(2018, "A045", "A017"),
        _ratio(book, from_secondary(book, "A100", 2019), annual(book, "A018", 2019, "value_added")),
        both(2020, "A046", "A023"),
        both(2021, "A047", "A024"),
        both(2022, "A048", "A025"),
        replace(both(2023, "M144", "M087", "rate_update_sd"), period="2023-09"),
        from_secondary(book, "A102", 2024),
        from_secondary(book, "A103", 2025),
    ]


def from_secondary(book: Book, row: str, year: int) -> Reading:
    """All industry from the secondary sector's value added, at industry's mean share of it in 2015 and 2020."""
    pairs = (("A044", "A099"), ("A046", "A101"))
    share = exp(sum(log(book.value(part) / book.value(whole)) for part, whole in pairs) / len(pairs))
    whole, sources = annual(book, row, year, LEVEL), (row, *(name for pair in pairs for name in pair))
    value, sd = whole.log_value + log(share), hypot(whole.sd, book.parameter(SHARE_ERROR))
    how = f"二产增加值×全部工业占比{share:.1%}"
    return replace(whole, sources=sources, log_value=value, sd=sd, how=how, errors=(SHARE_ERROR,))


def _ratio(book: Book, whole: Reading, above: Reading, *more: str) -> Reading:
    names, value = ("revision_sd", *more), whole.log_value - above.log_value
    return Reading(
        (*whole.sources, *above.sources), whole.year, whole.period, RATIO, exp(value), "倍", value,
        hypot(whole.sd, above.sd, *(book.parameter(name) for name in names)), "全部工业增加值÷规上工业增加值",
        (*whole.errors, *above.errors, *names),
    )  # fmt: skip


@dataclass(frozen=True)
class _Law:
    """The ratio's law under one s.d. of the noise: readings (m,) of it, and all years (years,) given them.

    ``precision`` (m, m) and ``log_det``: of the readings; ``gain`` (years, m); ``root`` (years, years): Cholesky.
    """

    precision: Array
    log_det: float
    gain: Array
    root: Array


@dataclass(frozen=True)
class AllIndustry:
    """The ratio of all-industry to above-scale value added in the years ``first`` … ``last``, as the readings tell."""

    observed: tuple[Reading, ...]
    first: int
    last: int

    def beside(self, paths: pd.DataFrame, replicates: Sequence[int], seed: int) -> pd.DataFrame:
        """Return ``paths`` with a column value_added_all_industry (亿元), never below its value_added.

        ``paths``: for each of ``replicates`` in turn the same years, up to ``last``. A path's ratio is a pure function
        of (seed, replicate), of its own value added and of the readings.
        """
        shape = (len(replicates), len(paths) // max(len(replicates), 1))
        added = np.log(paths["value_added"].to_numpy().reshape(shape))
        ratios = [
            self._ratios(row, stream(seed, replicate, TAG)) for row, replicate in zip(added, replicates, strict=True)
        ]
        return paths.assign(value_added_all_industry=paths["value_added"] * np.exp(np.reshape(ratios, -1)))

    def _ratios(self, added: Array, draw: np.random.Generator) -> Array:
        """One path's log ratio in the years of ``added``, its own log value added up to ``last``."""
        start = self._mean.size - added.size
        own = [added[at - start] if r.kind == LEVEL else 0.0 for r, at in zip(self.observed, self._places, strict=True)]
        surprise = np.array([r.log_value for r in self.observed]) - own - self._mean[self._places]
        likelihood = np.array([-(surprise @ law.precision @ surprise + law.log_det) / 2 for law in self._laws])
        weights = np.cumsum(np.exp(likelihood - likelihood.max()))
        for _ in range(TRIES):
            law = self._laws[int(np.searchsorted(weights, draw.random() * weights[-1]))]
            ratio = (self._mean + law.gain @ surprise + law.root @ draw.standard_normal(self._mean.size))[start:]
            if ratio.min() >= 0:
                break
        return np.asarray(np.maximum(ratio, 0.0))

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        return np.array([reading.year - self.first for reading in self.observed], dtype=np.intp)

    @cached_property
    def _mean(self) -> Array:
        drift = catalogue()["forecast.industry_ratio_drift_mean"].value
        return np.asarray(FIRST_YEAR[0] + drift * np.arange(self.last - self.first + 1))

    @cached_property
    def _laws(self) -> list[_Law]:
        table, steps = catalogue(), np.arange(self.last - self.first + 1.0)
        entry = table["forecast.industry_ratio_sd"]
        prior = Distribution(kind="triangular", numbers=(entry.bounds[0], entry.value, entry.bounds[1]))
        fixed = FIRST_YEAR[1] ** 2 + table["forecast.industry_ratio_drift_sd"].value ** 2 * np.outer(steps, steps)
        sds = [prior.quantile((number + 0.5) / NOISES) for number in range(NOISES)]
        return [_law(fixed + sd**2 * np.minimum.outer(steps, steps), self._places, self._noise()) for sd in sds]

    def _noise(self) -> Array:
        """Covariance of the readings' errors: that of industry's share of the secondary sector is one and the same."""
        common = np.array([SHARE_ERROR in reading.errors for reading in self.observed], dtype=float)
        shared = catalogue()[f"forecast.{SHARE_ERROR}"].value ** 2 * (np.outer(common, common) - np.diag(common))
        return np.asarray(np.diag([reading.sd**2 for reading in self.observed]) + shared)


def _law(cover: Array, places: NDArray[np.intp], noise: Array) -> _Law:
    seen = cover[np.ix_(places, places)] + noise
    precision = np.asarray(np.linalg.inv(seen), dtype=np.float64)
    gain = cover[:, places] @ precision
    root = np.linalg.cholesky(cover - gain @ cover[places] + 1e-12 * np.eye(len(cover)))
    return _Law(precision, float(np.linalg.slogdet(seen)[1]), gain, np.asarray(root, dtype=np.float64))
