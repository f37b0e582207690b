"""Keyed random numbers: a draw is a pure function of (seed, replicate, process, month, enterprise, alternative).

Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): no state, no sequence, so
neither order nor chunking nor workers can change a result, and two scenarios share the luck of every enterprise.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numba import njit
from numpy.typing import NDArray

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_MASK, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_UNIT = 2.0**-32


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


@njit(cache=True, nogil=True, inline="always")
def _philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _MASK, (p0 >> _HALF) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@njit(cache=True, nogil=True)
def _fill(ids, month, process, block, k0, k1, out):  # type: ignore[no-untyped-def]
    """Four uniforms per id: out has shape (4, len(ids))."""
    for i in range(ids.size):
        w0, w1, w2, w3 = _philox(np.uint64(ids[i]), month, process, block, k0, k1)
        out[0, i] = (w0 + 0.5) * _UNIT
        out[1, i] = (w1 + 0.5) * _UNIT
        out[2, i] = (w2 + 0.5) * _UNIT
        out[3, i] = (w3 + 0.5) * _UNIT


def philox4x32(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """One block of four 32-bit words, for checking against published known answers."""
    words = _philox(*(np.uint64(word) for word in (*counter, *key)))
    return int(words[0]), int(words[1]), int(words[2]), int(words[3])


def _mix(value: int) -> int:
    """SplitMix64 finaliser (Steele, Lea, Flood 2014): spreads neighbouring seeds over all 64 bits."""
    value = (value + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return value ^ (value >> 31)


class Draws:
    """All luck of one run."""

    def __init__(self, seed: int, replicate: int) -> None:
        key = _mix(_mix(seed) ^ replicate)
        self._k0, self._k1 = np.uint64(key & 0xFFFFFFFF), np.uint64(key >> 32)

    def block(self, process: Process, month: int, ids: NDArray[np.uint32], block: int = 0) -> NDArray[np.float64]:
        """Four independent uniforms in (0, 1) per id; shape (4, n)."""
        out = np.empty((4, ids.size))
        _fill(ids, np.uint64(month), np.uint64(process), np.uint64(block), self._k0, self._k1, out)
        return out

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
