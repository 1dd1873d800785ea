"""Exact shares of 64-bit amounts without a product that could wrap."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from analytics.kernels.transfers import Ints


def at_least(amount: Ints, share: Fraction) -> Ints:
    """Return the least whole number that is at least ``share`` of each amount.

    Parameters
    ----------
    amount : array of int64
        From 0 to 2**62.
    share : Fraction
        From 0 to 2, with terms below 2**20.

    Examples
    --------
    >>> import numpy as np
    >>> from fractions import Fraction
    >>> at_least(np.array([100, 101]), Fraction(4, 5)).tolist()
    [80, 81]
    """
    whole, rest = amount // share.denominator, amount % share.denominator
    return whole * share.numerator - (-rest * share.numerator // share.denominator)


def at_most(amount: Ints, share: Fraction) -> Ints:
    """Return the largest whole number that is at most ``share`` of each amount.

    Examples
    --------
    >>> import numpy as np
    >>> from fractions import Fraction
    >>> at_most(np.array([100, 101]), Fraction(4, 5)).tolist()
    [80, 80]
    """
    whole, rest = amount // share.denominator, amount % share.denominator
    return whole * share.numerator + rest * share.numerator // share.denominator
