"""What the compiled loops are made of: keyed random words, and a logarithm and exponential that vectorise.

Without Intel's library numba's own ``log`` and ``exp`` run one number at a time. These have no branches, so that LLVM
turns them into vector instructions; no operation is fused or reordered, so every processor gives the same bits.
Polynomials are split into halves (Estrin's scheme), whose short chains let several numbers be worked on at once.
"""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numba import config, njit

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_MASK, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
UNIT = 2.0**-32
_FIRST, _SECOND = np.int64(0), np.int64(1)
"""Blocks of words. As everywhere in the loops numpy's integers: for each of Python's numba compiles them anew."""

LANES = 8
"""Sums that run side by side, since one alone would wait for itself at each step."""

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_PER_LN2 = 1 / math.log(2)
_TO_INTEGER = 1.5 * 2.0**52
"""Added to a double below 2⁵¹ it leaves the nearest integer in the low bits (Warren, Hacker's Delight, 17–3)."""
_INTEGER_BITS = np.int64(np.float64(_TO_INTEGER).view(np.int64))
_MANTISSA = np.int64(52)
_BIAS = np.int64(0x3FF)
_ONE_BITS = _BIAS << _MANTISSA
_ROOT_HALF_BITS = np.int64(np.float64(math.sqrt(0.5)).view(np.int64))


_OPTIONS: Any = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}


@lru_cache(maxsize=1)
def cache_folder() -> Path:
    """Where machine code is kept from run to run, apart for each version of the model.

    Numba looks only at the file a loop stands in, not at those whose loops it takes in: a change there would be missed.
    """
    model = Path(__file__).parents[1]
    sources = b"".join(path.read_bytes() for path in sorted(model.rglob("*.py")))
    folders = Path(__file__).parent / "__pycache__" / "loops"
    mine = folders / hashlib.sha256(sources).hexdigest()[:16]
    for old in set(folders.glob("*")) - {mine}:
        shutil.rmtree(old, ignore_errors=True)
    return mine


def compiled(loop: Callable[..., Any]) -> Any:
    """Compile a loop on first use; division by zero gives infinity as in numpy, and threads may run side by side.

    Nobody calls one from C, so that no entry for it is compiled.
    """
    settings: Any = config
    options: Any = _OPTIONS | {"cache": True}
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(cache_folder())
    try:
        return njit(**options)(loop)
    finally:
        settings.CACHE_DIR = before


def part(loop: Callable[..., Any]) -> Any:
    """Compile a loop that only other loops call: whose machine code contains it, so that neither an entry from Python
    nor a copy on disk is made, a third of the time that a short one takes."""
    options: Any = _OPTIONS | {"no_cpython_wrapper": True}
    return njit(**options)(loop)


@njit(inline="always")
def philox(c0, c1, c2, c3, k0, k1):
    """Four 32-bit words of counter and key: Philox4x32-10 (Salmon et al., SC 2011)."""
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _MASK, (p0 >> _HALF) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@njit(inline="always")
def log(x):
    """Natural logarithm of a positive normal double, to 1e-15.

    x = 2ᵉ·m with m near 1, log m = 2 artanh((m − 1)/(m + 1)). Coefficients of the series in s = ((m − 1)/(m + 1))² as
    in FreeBSD's ``e_log.c``.
    """
    bits = np.float64(x).view(np.int64)
    # what is shifted is not negative, since there is a vector instruction for that only
    exponent = np.int64(np.uint64(bits - _ROOT_HALF_BITS + _ONE_BITS) >> np.uint64(_MANTISSA)) - _BIAS
    m = np.int64(bits - (exponent << _MANTISSA)).view(np.float64)
    e = np.int64(exponent + _INTEGER_BITS).view(np.float64) - _TO_INTEGER
    f = (m - 1.0) / (m + 1.0)
    s = f * f
    s2 = s * s
    low = (0.6666666666666735130 + s * 0.3999999999940941908) + s2 * (0.2857142874366239149 + s * 0.2222219843214978396)
    high = (0.1818357216161805012 + s * 0.1531383769920937332) + s2 * 0.1479819860511658591
    return e * _LN2_HIGH + (f * (2.0 + s * (low + s2 * s2 * high)) + e * _LN2_LOW)


@njit(inline="always")
def exp(x):
    """Exponential for |x| < 700, to 1e-14: x = k·ln 2 + r, Taylor's polynomial in r, then k into the exponent bits."""
    shifted = x * _PER_LN2 + _TO_INTEGER
    k = shifted - _TO_INTEGER
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    low = (1.0 + r) + r2 * (1 / 2 + r * (1 / 6))
    middle = (1 / 24 + r * (1 / 120)) + r2 * (1 / 720 + r * (1 / 5040))
    high = (1 / 40320 + r * (1 / 362880)) + r2 * (1 / 3628800 + r * (1 / 39916800))
    p = low + r4 * (middle + r4 * high)
    power = (np.float64(shifted).view(np.int64) << _MANTISSA) + _ONE_BITS
    return p * np.int64(power).view(np.float64)


@compiled
def philox_words(ids, rest, key):
    """``randomness.philox``."""
    words = np.empty((4, ids.size), np.uint64)
    c1, c2, c3 = np.uint64(rest[0]), np.uint64(rest[1]), np.uint64(rest[2])
    for i in range(ids.size):
        words[0, i], words[1, i], words[2, i], words[3, i] = philox(np.uint64(ids[i]), c1, c2, c3, key[0], key[1])
    return words


@compiled
def uniform(key, process, month, number):
    """First uniform in (0, 1) of an id: ``Draws.uniform``."""
    return uniforms(key, process, month, number)[0]


@part
def uniforms(key, process, month, number):
    """Four uniforms in (0, 1) of an id: ``Draws.block``."""
    w0, w1, w2, w3 = philox(np.uint64(number), np.uint64(month), np.uint64(process), np.uint64(0), key[0], key[1])
    return (w0 + 0.5) * UNIT, (w1 + 0.5) * UNIT, (w2 + 0.5) * UNIT, (w3 + 0.5) * UNIT


@compiled
def logs(numbers):
    result = np.empty_like(numbers)
    for i in range(numbers.size):
        result[i] = log(numbers[i])
    return result


@part
def gumbels(key, process, month, ids):
    """Standard extreme-value errors of five alternatives, (5, ids): ``Draws.gumbel``."""
    words, rest = philox_words(ids, (month, process, _FIRST), key), philox_words(ids, (month, process, _SECOND), key)
    errors = np.empty((5, ids.size))
    for option in range(5):
        word, error = words[option] if option < 4 else rest[0], errors[option]
        for i in range(ids.size):
            error[i] = -log(-log((word[i] + 0.5) * UNIT))
    return errors


@part
def picked(column, rows):
    """A column's values in these rows: a loop of its own, which waits for many scattered places at once."""
    values = np.empty(rows.size, column.dtype)
    for k in range(rows.size):
        values[k] = column[rows[k]]
    return values


@compiled
def queue_order(district, first, second):
    """Positions by district, then first key, then second, then position (Shell's sort: short queues, no recursion)."""
    order = np.arange(district.size)
    gap = 1
    while gap < order.size // 3:
        gap = 3 * gap + 1
    while gap:
        for i in range(gap, order.size):
            moving, j = order[i], i
            while j >= gap and _before(moving, order[j - gap], district, first, second):
                order[j] = order[j - gap]
                j -= gap
            order[j] = moving
        gap //= 3
    return order


@part
def _before(a, b, district, first, second):
    if district[a] != district[b]:
        return district[a] < district[b]
    if first[a] != first[b]:
        return first[a] < first[b]
    if second[a] != second[b]:
        return second[a] < second[b]
    return a < b
