"""One forecast from several: an equal-weight pool of their distributions, as joint paths.

Weights learnt from few origins lose accuracy, equal ones do not (Genre et al. 2013; the M4 competition). A pooled
path is one member's path; the whole is stretched about the median of the members' points by one factor per frequency
and block of the horizon, learnt on other series (``stretch``), with Student's t for the spread that is itself
uncertain. Where members disagree to one side, the pool leans to that side too, and so does its median.
For a series that is positive throughout, errors act on logs, so that no path is negative.

Every member has a stream of its own and draws period after period: a longer horizon only adds periods, and a member
more or less leaves the others' errors as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.forecast.fitted import Array
from sim.forecast.members import Member
from sim.forecast.stretch import Stretch

GUARD = (0.3, 3.0)
"""A member outside these multiples of the others' median, anywhere on its path, is dropped (positive series)."""
LOWEST = 0.01
"""A path of a member that is not on logs ends here, relative to the median of points, where it would turn negative."""
Streams = Callable[[str], np.random.Generator]
"""The random stream of each name."""
FARTHEST = 8.0
"""Errors on logs are cut here: a factor of 3,000, beyond which numbers stop meaning anything."""


@dataclass(frozen=True)
class Pool:
    """Joint ``paths`` (n, H) in the series' unit; ``members`` pooled, ``dropped`` by the guard.

    ``owner`` (n,): the place in ``members`` of the one that each path is of.
    """

    paths: Array
    owner: NDArray[np.int64]
    members: tuple[Member, ...]
    dropped: tuple[str, ...]

    @cached_property
    def point(self) -> Array:
        """The median path (H,)."""
        return np.asarray(np.median(self.paths, axis=0))

    def times(self, size: float) -> Pool:
        """Return the same in another unit, ``size`` times smaller."""
        members = tuple(member.times(size) for member in self.members)
        return replace(self, paths=self.paths * size, members=members)

    def until(self, horizon: int) -> Pool:
        """Return the same of the first ``horizon`` periods only."""
        members = tuple(member.until(horizon) for member in self.members)
        return replace(self, paths=self.paths[:, :horizon], members=members)


def streams(key: str) -> Streams:
    """Return streams that depend on ``key`` and on their own name alone."""

    def stream(name: str) -> np.random.Generator:
        digest = hashlib.blake2b(f"{key}/{name}".encode(), digest_size=16).digest()
        return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "big")))

    return stream


def guarded(
    members: Sequence[Member], positive: bool, judged: int | None = None
) -> tuple[list[Member], tuple[str, ...]]:
    """Drop members far from the others' median, the farthest first: one astray of three pulls the median of two.

    ``judged``: the periods that are looked at; all if None.
    """
    kept = list(members)
    while positive and len(kept) > 2:
        levels = np.array([member.level[:judged] for member in kept])
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
    members: Sequence[Member], lowest: float, stretch: Stretch, paths: int, random: Streams, judged: int | None = None
) -> Pool:
    """Pool members into ``paths`` joint paths.

    ``lowest`` is the least value of the series: above 0, errors act on logs and every path is positive; a series that
    touches 0 and never falls below it (counts, amounts with empty months) has paths that end at 0.
    ``judged``: the periods by which the guard drops a member; later ones hold it to the guard's edge. All if None.
    """
    positive = lowest > 0
    kept, dropped = guarded(members, positive, judged)
    levels = np.array([member.level for member in kept])
    centre = median_of_points(kept, lowest)
    if positive and judged is not None:
        later = slice(judged, None)
        levels[:, later] = np.clip(levels[:, later], GUARD[0] * centre[later], GUARD[1] * centre[later])
    each = -(-paths // len(kept))
    deviations = np.concatenate([
        _deviations(member, level, centre, positive, _errors(member, each, stretch.degrees, random(member.name)))
        for member, level in zip(kept, levels, strict=True)
    ], axis=1)  # fmt: skip
    deviations *= stretch.factors(centre.size)[:, None]
    at = centre[:, None]
    found = at * np.exp(np.clip(deviations, -FARTHEST, FARTHEST)) if positive else at + deviations
    found = np.maximum(found, 0.0) if lowest == 0 else found
    mixed = random("").permutation(found.shape[1])[:paths]
    return Pool(found.T[mixed], mixed // each, tuple(kept), dropped)


def median_of_points(members: Sequence[Member], lowest: float) -> Array:
    """Return (H,): what the pool is stretched about; ``lowest`` as in :func:`pool`."""
    centre = np.median([member.level for member in members], axis=0)
    return np.maximum(centre, LOWEST * lowest) if lowest >= 0 else np.asarray(centre)


def _errors(member: Member, paths: int, degrees: float, random: np.random.Generator) -> Array:
    """Joint errors (H, n) about a member's own point: of each path Student's t, drawn period after period.

    Their median is 0 as that of what they are drawn from is, so that a member alone is forecast as it says.
    """
    scale = np.sqrt(degrees / random.chisquare(degrees, paths))
    shocks = member.sd * random.standard_normal((member.response.size, paths))
    errors = scale * np.array([member.response[period::-1] @ shocks[: period + 1] for period in range(len(shocks))])
    return np.asarray(errors - np.median(errors, axis=1, keepdims=True))


def _deviations(member: Member, level: Array, centre: Array, positive: bool, errors: Array) -> Array:
    """Paths (H, n) of one member about the median of points: on logs if positive, else in the unit."""
    level, centre = level[:, None], centre[:, None]
    if not positive:
        return level - centre + errors
    if member.log:
        return np.asarray(np.log(level / centre) + errors)
    return np.asarray(np.log(np.maximum((level + errors) / centre, LOWEST)))
