"""How many time-ordered cycles chance would close where receivers were drawn by their degree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORTEST = 3


def cycle_surprise(
    span: int, period: int, pays: Sequence[tuple[int, int]], takes_at_start: int, *, ordered: bool = True
) -> float:
    """Return log10 of the expected number of cycles as quick as this one, among accounts as busy.

    Parameters
    ----------
    span, period : int
        From the first transfer of the cycle to the last, the precision of times included, and of the
        whole record.
    pays : sequence of (int, int)
        Of each account after the first: payments in the whole record, and inside the span besides the
        one that is part of the cycle.
    takes_at_start : int
        Receipts in the whole record of the account where it starts and ends.

    ordered : bool
        Whether the order of time is that of the cycle.

    Notes
    -----
    Any of M transfers may be the first. Each account met then pays on at its usual rate, or at that of
    the span where it was busier; of k - 1 further payments one order in (k - 1)! is that of the cycle;
    the last one meets the start with chance d_in / M. Each length had its chance.

    Examples
    --------
    Three accounts that each pay once in 1000 days, within ten:

    >>> round(10 ** cycle_surprise(10, 1000, [(1, 0), (1, 0)], 1), 6)
    5e-05
    """
    hops = len(pays) + 1
    share = min(1.0, span / max(1, period))
    rates = sum(math.log10(max(total * share, inside, 1e-12)) for total, inside in pays)
    lengths = math.log10(max(1, hops - SHORTEST + 1))
    orders = math.log10(math.factorial(hops - 1)) if ordered else 0.0
    return math.log10(max(1, takes_at_start)) + rates - orders + lengths
