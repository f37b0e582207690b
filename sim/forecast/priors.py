"""Prior of the forecast: Gaussian long-run means, and a fixed cloud of noise and persistence parameters.

So few points do not identify six variances and persistences. They get triangular priors (mode and bounds
from the catalogue), are drawn once as a Latin hypercube that never changes, and are weighted by the
likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.scenario.catalogue import catalogue
from sim.scenario.distribution import Distribution

HYPER = (
    "real_growth_sd", "price_growth_sd", "scope_sd", "ratio_sd",
    "real_growth_persistence", "price_growth_persistence",
)
MEANS = (
    ("real_growth_mean", "real_growth_mean_sd"),
    ("price_growth_mean", "price_growth_mean_sd"),
    ("scope_mean", "scope_mean_sd"),
    ("ratio_drift_mean", "ratio_drift_sd"),
    ("slowdown_mean", "slowdown_sd"),
)
REFERENCE_YEAR = 2020
"""The year whose mean real growth the prior states; before and after it the slowdown applies."""
VAGUE = 3.0
"""Mean real growth around 2020 then lies within 0 and 11 % a year: wider than any view held at the time."""
CLOUD_KEY = 20210101
"""Philox key of the cloud: any number would do, but it must never change with the user's seed."""


@dataclass(frozen=True)
class Hyper:
    """Noise s.d. (logs a year) and persistence of one particle."""

    real_growth_sd: float
    price_growth_sd: float
    scope_sd: float
    ratio_sd: float
    real_growth_persistence: float
    price_growth_persistence: float


@dataclass(frozen=True)
class Means:
    """Gaussian prior of the constants (logs a year): mean real growth in the reference year, price, scope
    effect, ratio drift, and the yearly change of mean real growth."""

    centre: NDArray[np.float64]
    sd: NDArray[np.float64]


def means() -> Means:
    """Return the catalogue's prior of the constants."""
    table = catalogue()
    pairs = [[table[f"forecast.{name}"].value for name in pair] for pair in MEANS]
    centre, sd = np.array(pairs).T
    return Means(centre, sd)


def vague() -> Means:
    """Return the same centres ``VAGUE`` times as uncertain: growth is learnt mostly from the figures themselves."""
    known = means()
    return replace(known, sd=VAGUE * known.sd)


def cloud(size: int, key: int = CLOUD_KEY) -> list[Hyper]:
    """Return ``size`` parameter draws from their priors, a Latin hypercube with a fixed key."""
    table, draw = catalogue(), np.random.Generator(np.random.Philox(key=key))
    columns = []
    for name in HYPER:
        entry = table[f"forecast.{name}"]
        prior = Distribution(kind="triangular", numbers=(entry.bounds[0], entry.value, entry.bounds[1]))
        ranks = (draw.permutation(size) + draw.random(size)) / size
        columns.append([prior.quantile(float(rank)) for rank in ranks])
    return [Hyper(*values) for values in zip(*columns, strict=True)]
