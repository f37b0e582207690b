"""What luck multiplies demand by in a month, written so that the same lines work on one number and on whole columns.

numpy runs them on columns, numba takes them into a loop; single-precision operations are exact to the bit in both.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

_LAST_BIT, _MANTISSA = np.uint32(1), np.int32(23)
_ONE, _TWO, _HALF, _PER_31_BITS = np.float32(1), np.float32(2), np.float32(0.5), np.float32(2.0**-31)
_ONE_BITS = np.int32(0x7F) << _MANTISSA
_ROOT_HALF_BITS = np.float32(math.sqrt(0.5)).view(np.int32)
_LN2, _PER_LN2 = np.float32(math.log(2)), np.float32(1 / math.log(2))
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(math.log(2) - 0.693359375)
_TO_INTEGER = np.float32(1.5 * 2.0**23)
"""Added to a small number in single precision it leaves the nearest integer in the low bits."""
_ARTANH_2, _ARTANH_4, _ARTANH_6, _ARTANH_8 = (np.float32(2 / n) for n in (3, 5, 7, 9))
_TAYLOR_2, _TAYLOR_3, _TAYLOR_4, _TAYLOR_5, _TAYLOR_6, _TAYLOR_7 = (
    np.float32(1 / math.factorial(n)) for n in range(2, 8)
)


def laplace_factor(word: Any, scale: Any) -> Any:
    """exp of a Laplace shock of a scale, over its mean 1 / (1 − scale²), so that the expected total stays put.

    The last bit of a word is the sign of the shock; the size is −log of the uniform in (0, 1] that the other 31 make,
    with log(2ᵉ·m) = e·log 2 + 2·artanh((m − 1)/(m + 1)). Right to 1e-6 of the factor for a scale up to 0.5.

    Args:
        word: random word or words, uint32.
        scale: scale or scales, float32, below 1.
    """
    uniform = (np.float32(np.int32(word >> _LAST_BIT)) + _HALF) * _PER_31_BITS
    bits = np.float32(uniform).view(np.int32)
    exponent = np.int32((bits - _ROOT_HALF_BITS) >> _MANTISSA)
    m = np.int32(bits - (exponent << _MANTISSA)).view(np.float32)
    f = (m - _ONE) / (m + _ONE)
    s = f * f
    series = (_ARTANH_2 + s * _ARTANH_4) + s * s * (_ARTANH_6 + s * _ARTANH_8)
    size = -(np.float32(exponent) * _LN2 + f * (_TWO + s * series))
    sign = np.float32(np.int32(word & _LAST_BIT)) * _TWO - _ONE
    shock = sign * size * scale
    shifted = shock * _PER_LN2 + _TO_INTEGER
    k = shifted - _TO_INTEGER
    r = (shock - k * _LN2_HIGH) - k * _LN2_LOW
    r2 = r * r
    low = (_ONE + r) + r2 * (_TAYLOR_2 + r * _TAYLOR_3)
    high = (_TAYLOR_4 + r * _TAYLOR_5) + r2 * (_TAYLOR_6 + r * _TAYLOR_7)
    power = np.int32((np.float32(shifted).view(np.int32) << _MANTISSA) + _ONE_BITS).view(np.float32)
    return (low + r2 * r2 * high) * power * (_ONE - scale * scale)
