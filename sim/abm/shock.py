"""What luck multiplies demand by in a month, written so that the same lines work on one number and on whole columns.

numpy runs them on columns, numba takes them into a loop; single-precision operations are exact to the bit in both.
Polynomials are split into halves (Estrin's scheme), whose short chains let several numbers be worked on at once.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

_LAST_BIT, _MANTISSA, _SIGN_BIT = np.uint32(1), np.int32(23), np.uint32(31)
_ONE, _HALF, _BITS = np.float32(1), np.float32(0.5), np.float32(31)
_ONE_BITS = np.int32(0x7F) << _MANTISSA
_ROOT_HALF_BITS = np.float32(math.sqrt(0.5)).view(np.int32)
_TO_INTEGER = np.float32(1.5 * 2.0**23)
"""Added to a small number in single precision it leaves the nearest integer in the low bits."""
_LOG_1, _LOG_2, _LOG_3, _LOG_4, _LOG_5, _LOG_6, _LOG_7 = (
    np.float32(c)
    for c in (1.44269631, -0.72136769, 0.48064870, -0.35918480, 0.29509975, -0.27097748, 0.17616715)
)
"""log₂(1 + f) for √½ − 1 ≤ f ≤ √2 − 1, to 7e-7 (minimax)."""
_EXP_1, _EXP_2, _EXP_3, _EXP_4, _EXP_5 = (
    np.float32(c) for c in (0.693147225, 0.240221074, 0.0555029730, 0.00967603636, 0.00134100051)
)
"""2ʳ − 1 for |r| ≤ ½, to 2e-7 (minimax)."""
_CHANCE_BITS, _PER_CHANCE_BITS = np.uint32(8), np.float32(2.0**-24)


def laplace_factor(word: Any, scale: Any) -> Any:
    """exp of a Laplace shock of a scale, over its mean 1 / (1 − scale²), so that the expected total stays put.

    The last bit of a word is the sign of the shock; the size is −log of the uniform u in (0, 1) that the other 31 make.
    The factor is therefore u^(∓scale) = 2^(∓scale·log₂ u), with log₂(2ᵉ·m) = e + log₂ m. Right to 1e-6 of the factor
    for a scale up to 0.5.

    Args:
        word: random word or words, uint32.
        scale: scale or scales, float32, below 1.
    """
    drawn = np.float32(np.int32(word >> _LAST_BIT)) + _HALF
    bits = np.float32(drawn).view(np.int32)
    exponent = np.int32(np.int32(bits - _ROOT_HALF_BITS) >> _MANTISSA)
    f = np.int32(bits - np.int32(exponent << _MANTISSA)).view(np.float32) - _ONE
    f2 = f * f
    low = (_LOG_1 + f * _LOG_2) + f2 * (_LOG_3 + f * _LOG_4)
    high = (_LOG_5 + f * _LOG_6) + f2 * _LOG_7
    log_of_size = (np.float32(exponent) - _BITS) + f * (low + f2 * f2 * high)
    # the sign bit of a word with nothing else in it turns the scale around
    sign = np.uint32((word & _LAST_BIT) << _SIGN_BIT)
    signed = np.uint32(np.float32(scale).view(np.uint32) ^ sign).view(np.float32)
    power = signed * log_of_size
    shifted = power + _TO_INTEGER
    r = power - (shifted - _TO_INTEGER)
    r2 = r * r
    fraction = (_ONE + r * _EXP_1) + r2 * ((_EXP_2 + r * _EXP_3) + r2 * (_EXP_4 + r * _EXP_5))
    whole = np.int32((np.float32(shifted).view(np.int32) << _MANTISSA) + _ONE_BITS).view(np.float32)
    return fraction * whole * (_ONE - scale * scale)


def chance(word: Any) -> Any:
    """A uniform in [0, 1) of 24 bits, which single precision holds exactly.

    Args:
        word: random word or words, uint32.
    """
    return np.float32(np.int32(word >> _CHANCE_BITS)) * _PER_CHANCE_BITS
