"""Exact a*t/b on 64-bit integers, with a 128-bit product where 64 bits do not hold it.

numba wraps silently on overflow, so the product is formed in two limbs and divided by Knuth's
algorithm D. In nearly all transfers the high limb is 0 and one division does it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFF_FFFF)
_BASE = np.uint64(1 << 32)
_ONE = np.uint64(1)
_TOP = np.uint64(63)
_FULL = np.uint64(64)
_ZERO = np.uint64(0)


@njit(cache=True, nogil=True, inline="always")
def _product(a: np.uint64, t: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Return the high and the low limb of a * t."""
    a1, a0, t1, t0 = a >> _HALF, a & _LOW, t >> _HALF, t & _LOW
    low, mid1, mid2, high = a0 * t0, a1 * t0, a0 * t1, a1 * t1
    carry = (low >> _HALF) + (mid1 & _LOW) + (mid2 & _LOW)
    return high + (mid1 >> _HALF) + (mid2 >> _HALF) + (carry >> _HALF), a * t


@njit(cache=True, nogil=True)
def _divide(high: np.uint64, low: np.uint64, b: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Return quotient and remainder of a two-limb number by ``b``; ``high < b < 2**63``."""
    shift = _ZERO
    while (b >> _TOP) == _ZERO:
        b = b << _ONE
        shift += _ONE
    b1, b0 = b >> _HALF, b & _LOW
    top = (high << shift) | (low >> (_FULL - shift))
    rest = low << shift
    q1, middle = _digit(top, rest >> _HALF, b, b1, b0)
    q0, last = _digit(middle, rest & _LOW, b, b1, b0)
    return q1 * _BASE + q0, last >> shift


@njit(cache=True, nogil=True, inline="always")
def _digit(
    top: np.uint64, following: np.uint64, b: np.uint64, b1: np.uint64, b0: np.uint64
) -> tuple[np.uint64, np.uint64]:
    """Return one 32-bit digit of a quotient, and what is left to divide."""
    digit = top // b1
    left = top - digit * b1
    while digit >= _BASE or digit * b0 > left * _BASE + following:
        digit -= _ONE
        left += b1
        if left >= _BASE:
            break
    return digit, top * _BASE + following - digit * b


@njit(cache=True, nogil=True)
def share_half_up(a: np.int64, t: np.int64, b: np.int64) -> np.int64:
    """Return a*t/b rounded to the nearest integer, halves up; ``0 <= a, t <= b`` and ``b > 0``.

    For two owners this is the largest remainder with the tie going to the traced one.
    """
    high, low = _product(np.uint64(a), np.uint64(t))
    whole = np.uint64(b)
    if high == _ZERO:
        quotient = low // whole
        rest = low - quotient * whole
    else:
        quotient, rest = _divide(high, low, whole)
    if rest >= whole - rest and rest > _ZERO:
        quotient += _ONE
    return np.int64(quotient)
