"""Rolling pro-rata taint of every transfer in one pass.

The arithmetic is ``fixed`` at one sub-unit per base unit, with all claims as one owner. A transfer
takes ``amount * traced / balance`` of its payer's traced money, rounded to the nearest unit, halves to
the claim: the largest remainder between two owners. Money that an account pays without ever having
received it is clean outside money (a missing opening), counted in ``outside``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from analytics.kernels.wide import share_half_up

if TYPE_CHECKING:
    from analytics.kernels.transfers import Ids, Ints, Transfers


@dataclass(frozen=True, slots=True)
class ProRataTaint:
    """Traced money of every transfer and account, in base units.

    Parameters
    ----------
    traced : array of int64, shape (m,)
        Claimants' money in each transfer.
    balance, held : array of int64, shape (n,)
        What each account holds at the end, and how much of it is claimants'.
    outside : int
        Clean money paid that was never seen coming in.
    competing : int
        Claims on money that already carried one; the first claim keeps it.
    """

    traced: Ints
    balance: Ints
    held: Ints
    outside: int
    competing: int


def pro_rata(transfers: Transfers) -> ProRataTaint:
    """Taint all transfers by the rolling charge.

    Parameters
    ----------
    transfers : Transfers
        In time order.

    Returns
    -------
    ProRataTaint
        Equal to the engine under ``pro_rata_rolling`` with ``fixed``, one sub-unit and one claimant.

    Examples
    --------
    >>> from analytics.kernels.transfers import Transfers
    >>> found = pro_rata(Transfers.of([0, 1, 1], [1, 2, 3], [60, 30, 20], [60, 0, 0], 4))
    >>> found.traced.tolist(), found.held.tolist()
    ([60, 30, 20], [0, 10, 30, 20])
    """
    rows = np.zeros((transfers.accounts, 2), np.int64)
    traced = np.empty(transfers.amount.size, np.int64)
    outside, competing = _pass(
        transfers.src, transfers.dst, transfers.amount, transfers.claimed, rows, traced
    )
    return ProRataTaint(traced, rows[:, 0], rows[:, 1], int(outside), int(competing))


@njit(cache=True, nogil=True, error_model="numpy")
def _pass(
    src: Ids, dst: Ids, amount: Ints, claimed: Ints, rows: Ints, traced: Ints
) -> tuple[np.int64, np.int64]:
    """Walk the transfers once; ``rows`` packs (balance, traced) of an account into one cache line."""
    outside = np.int64(0)
    competing = np.int64(0)
    for e in range(src.size):
        s, d, a, claim = src[e], dst[e], amount[e], claimed[e]
        b, t = rows[s, 0], rows[s, 1]
        if b < a:
            outside += a - b
            b = a
        x = np.int64(0)
        if t > 0:
            x = share_half_up(a, t, b)
        rows[s, 0] = b - a
        rows[s, 1] = t - x
        placed = min(claim, a - x)
        competing += claim - placed
        x += placed
        rows[d, 0] += a
        rows[d, 1] += x
        traced[e] = x
    return outside, competing
