"""Keyed random numbers: a draw is a pure function of (seed, replicate, process, month, enterprise, alternative).

Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): no state, no sequence, so
neither order nor chunking nor workers can change a result, and two scenarios share the luck of every enterprise.

The one draw that everybody takes every month is SplitMix64's (Steele, Lea, Flood, "Fast splittable pseudorandom number
generators", OOPSLA 2014), a third of the work: number ``id`` of the sequence that the other parts of the key start.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Process(IntEnum):
    """Which process draws; a new process gets a new number, an old one never changes its own."""

    MONTHLY = 1
    LISTING = 2
    FATE = 3
    ENTRY = 4
    PIPELINE = 5
    CHOICE = 6
    LOTTERY = 7
    PROJECT = 8
    RATES = 9


GOLDEN, MIX_1, MIX_2 = (np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
SHIFT_0, SHIFT_1, SHIFT_2 = (np.uint64(bits) for bits in (30, 27, 31))


def splitmix(start: Any, number: Any) -> Any:
    """Word or words ``number`` of the SplitMix64 sequence after ``start``; all of them uint64."""
    z = start + (number + np.uint64(1)) * GOLDEN
    z = (z ^ (z >> SHIFT_0)) * MIX_1
    z = (z ^ (z >> SHIFT_1)) * MIX_2
    return z ^ (z >> SHIFT_2)


def _mix(value: int) -> int:
    """The first word after a start, on Python's integers: spreads neighbouring seeds over all 64 bits."""
    value = (value + int(GOLDEN)) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 30)) * int(MIX_1)) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 27)) * int(MIX_2)) & 0xFFFFFFFFFFFFFFFF
    return value ^ (value >> 31)

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_MASK, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


Key = tuple[np.uint64, np.uint64]
Philox = Callable[[NDArray[np.uint32], tuple[int, int, int], Key], NDArray[np.uint64]]


def philox(ids: NDArray[np.uint32], rest: tuple[int, int, int], key: Key) -> NDArray[np.uint64]:
    """Four 32-bit words for each counter (id, *rest); shape (4, n)."""
    c0 = ids.astype(np.uint64)
    c1, c2, c3 = (np.full(ids.size, word, np.uint64) for word in rest)
    k0, k1 = (np.array([word]) for word in key)
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _MASK, (p0 >> _HALF) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return np.stack([c0, c1, c2, c3])


def uniform(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Words as numbers in (0, 1)."""
    result: NDArray[np.float64] = (words.astype(float) + 0.5) * 2.0**-32
    return result


class Draws:
    """All luck of one run.

    Args:
        seed, replicate: key of the run.
        philox: what computes the words; a compiled form gives the same ones sooner.
    """

    def __init__(self, seed: int, replicate: int, philox: Philox = philox) -> None:
        self._run = key = _mix(_mix(seed) ^ replicate)
        self.key = (np.uint64(key & 0xFFFFFFFF), np.uint64(key >> 32))
        self._philox = philox

    def start(self, process: Process, month: int) -> np.uint64:
        """Start of the sequence in which :meth:`halves` finds an enterprise's word at the place of its id."""
        return np.uint64(_mix(self._run ^ (int(process) << 32 | month)))

    def halves(self, process: Process, month: int, ids: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], ...]:
        """Two words of 32 bits per id, sooner than :meth:`words`."""
        words = splitmix(self.start(process, month), ids.astype(np.uint64))
        return (words >> _HALF).astype(np.uint32), words.astype(np.uint32)

    def words(self, process: Process, month: int, ids: NDArray[np.uint32], block: int = 0) -> NDArray[np.uint64]:
        """Four words of 32 bits per id; shape (4, n)."""
        return self._philox(ids, (month, int(process), block), self.key)

    def block(self, process: Process, month: int, ids: NDArray[np.uint32], block: int = 0) -> NDArray[np.float64]:
        """Four independent uniforms in (0, 1) per id; shape (4, n)."""
        return uniform(self.words(process, month, ids, block))

    def uniform(self, process: Process, month: int, ids: NDArray[np.uint32]) -> NDArray[np.float64]:
        """One uniform in (0, 1) per id; shape (n,)."""
        result: NDArray[np.float64] = self.block(process, month, ids)[0]
        return result

    def gumbel(
        self, process: Process, month: int, ids: NDArray[np.uint32], alternatives: int
    ) -> NDArray[np.float64]:
        """Standard extreme-value errors, one per id and alternative; shape (n, alternatives)."""
        blocks = [self.block(process, month, ids, block) for block in range(-(-alternatives // 4))]
        uniforms = np.concatenate(blocks)[:alternatives].T
        result: NDArray[np.float64] = -np.log(-np.log(uniforms))
        return result
