"""Where a group's scores are cut, found without sorting them."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, part, queue_order

BINS, SIGN = np.int64(1024), np.int64(63)
_SIZE = np.int64(2**63 - 1)


@compiled
def cuts(score, counts, cut, equal):
    """For each of ``counts``: the lowest score inside it, and how many of those level with it are inside.

    Scores are counted in bins of the bits they are written in, which are in the order of the numbers and finer where
    numbers are small; only the bin in which a count ends is sorted.
    """
    size, shift = score.size, 0
    rank, held = np.empty(size, np.int64), np.zeros(BINS, np.int64)
    lowest, highest = _as_ranks(score, rank)
    span = np.uint64(highest - lowest)
    while span >> np.uint64(shift) >= np.uint64(BINS):
        shift += 1
    _as_bins(rank, lowest, shift)
    for k in range(size):
        held[np.uint64(rank[k])] += 1
    for column in range(counts.size):
        count = counts[column]
        if count <= 0 or count >= size:
            cut[column], equal[column] = -np.inf if count > 0 else np.inf, 0
            continue
        at = BINS - 1
        while held[at] < count:
            count -= held[at]
            at -= 1
        inside = _inside(score, rank, at, held[at])
        one_group, fallen = np.zeros(inside.size, np.int8), np.empty(inside.size)
        for k in range(inside.size):
            fallen[k] = -inside[k]
        order = queue_order(one_group, fallen, fallen)
        cut[column] = inside[order[count - 1]]
        equal[column] = 0
        for k in range(count):
            equal[column] += inside[order[k]] == cut[column]


@compiled
def median(sizes):
    """``processes.turnover.median``."""
    n = sizes.size
    if n < 3:
        return sizes.sum() / n if n else 1.0
    middle, equal = np.empty(2), np.empty(2, np.int64)
    cuts(sizes, np.array([n - n // 2, n - n // 2 + 1]), middle, equal)
    return (middle[0] + middle[1]) / 2 if n % 2 == 0 else middle[0]


@part
def _as_ranks(score, rank):
    """Whole numbers in the order of the scores: of negative ones all bits but the sign are turned around.

    Returns the lowest and the highest.
    """
    lowest, highest = _SIZE, -_SIZE
    for k in range(score.size):
        bits = np.float64(score[k] + 0.0).view(np.int64)
        rank[k] = bits ^ ((bits >> SIGN) & _SIZE)
        lowest, highest = min(lowest, rank[k]), max(highest, rank[k])
    return (lowest, highest) if score.size else (highest, highest)


@part
def _as_bins(rank, lowest, shift):
    for k in range(rank.size):
        rank[k] = np.int64(np.uint64(rank[k] - lowest) >> np.uint64(shift))


@part
def _inside(score, bin_of, wanted, count):
    inside, found = np.empty(count + 1), 0
    for k in range(score.size):
        inside[found] = score[k]
        found += bin_of[k] == wanted
    return inside[:count]
