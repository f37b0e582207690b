"""One forecast from several: the median of their points, an equal-weight pool of their distributions, joint paths.

Weights learnt from few origins lose accuracy, equal ones do not (Genre et al. 2013; the M4 competition). A pooled
path is one member's path; the whole is stretched about the median of points by one factor per frequency and block
of the horizon, learnt on other series (``stretch``), with Student's t for the spread that is itself uncertain.
For a series that is positive throughout, errors act on logs, so that no path is negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.forecast.members import Array, Member
from sim.forecast.stretch import Stretch

GUARD = (0.3, 3.0)
"""A member outside these multiples of the others' median, anywhere on its path, is dropped (positive series)."""
LOWEST = 0.01
"""A path of a member that is not on logs ends here, relative to the pooled point, where it would turn negative."""
FARTHEST = 8.0
"""Errors on logs are cut here: a factor of 3,000, beyond which numbers stop meaning anything."""


@dataclass(frozen=True)
class Pool:
    """``point`` (H,) and joint ``paths`` (n, H) in the series' unit; ``members`` pooled, ``dropped`` by the guard.

    ``owner`` (n,): the place in ``members`` of the one that each path is of.
    """

    point: Array
    paths: Array
    owner: NDArray[np.int64]
    members: tuple[Member, ...]
    dropped: tuple[str, ...]

    def times(self, size: float) -> Pool:
        """Return the same in another unit, ``size`` times smaller."""
        members = tuple(member.times(size) for member in self.members)
        return replace(self, point=self.point * size, paths=self.paths * size, members=members)


def guarded(members: Sequence[Member], positive: bool) -> tuple[list[Member], tuple[str, ...]]:
    """Drop members far from the others' median, the farthest first: one astray of three pulls the median of two."""
    kept = list(members)
    while positive and len(kept) > 2:
        levels = np.array([member.level for member in kept])
        far = [_far(level, np.median(np.delete(levels, place, axis=0), axis=0)) for place, level in enumerate(levels)]
        if max(far) <= 1 or min(far) == np.inf:
            break
        del kept[int(np.argmax(far))]
    names = {member.name for member in kept}
    return kept, tuple(member.name for member in members if member.name not in names)


def _far(level: Array, others: Array) -> float:
    """How far a path goes from the others: 1 at the edge of the guard, infinitely far if it turns negative."""
    if np.any(level <= 0):
        return np.inf
    ratio = level / np.maximum(others, np.finfo(float).tiny)
    return float(max(ratio.max() / GUARD[1], GUARD[0] / ratio.min()))


def pool(
    members: Sequence[Member], lowest: float, stretch: Stretch, paths: int, random: np.random.Generator
) -> Pool:
    """Pool members into ``paths`` joint paths (rounded up to a multiple of the members').

    ``lowest`` is the least value of the series: above 0, errors act on logs and every path is positive.
    """
    positive = lowest > 0
    kept, dropped = guarded(members, positive)
    levels = np.array([member.level for member in kept])
    point = np.median(levels, axis=0)
    if positive:
        point = np.maximum(point, LOWEST * lowest)
    each = -(-paths // len(kept))
    scale = np.sqrt(stretch.degrees / random.chisquare(stretch.degrees, (len(kept), each, 1)))
    deviations = np.concatenate([
        _deviations(member, level, point, positive, scale[place] * _errors(member, each, random))
        for place, (member, level) in enumerate(zip(kept, levels, strict=True))
    ])  # fmt: skip
    deviations = (deviations - np.median(deviations, axis=0)) * stretch.factors(point.size)
    found = point * np.exp(np.clip(deviations, -FARTHEST, FARTHEST)) if positive else point + deviations
    mixed = random.permutation(len(found))
    return Pool(point, found[mixed], mixed // each, tuple(kept), dropped)


def _errors(member: Member, paths: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Joint errors (n, H) about a member's own point."""
    horizon = member.response.size
    spread = np.array([np.concatenate([np.zeros(h), member.response[: horizon - h]]) for h in range(horizon)])
    errors: NDArray[np.float64] = member.sd * random.standard_normal((paths, horizon)) @ spread
    return errors


def _deviations(
    member: Member, level: Array, point: Array, positive: bool, errors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Paths (n, H) of one member about the pooled point: on logs if positive, else in the unit."""
    if not positive:
        return level - point + errors
    if member.log:
        found: NDArray[np.float64] = np.log(level / point) + errors
    else:
        found = np.log(np.maximum((level + errors) / point, LOWEST))
    return found
