"""How many distinct parties, and how many of them new, an account has in a sliding window.

One pass over each account's list of transfers; every transfer closes the window that ends with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from analytics.kernels.transfers import Ids, Ints


@dataclass(frozen=True, slots=True)
class Fans:
    """Windows by the list position that closes them.

    Parameters
    ----------
    opened : array of int64, shape (m,)
        List position of the first transfer of the window.
    parties, fresh : array of int64, shape (m,)
        Distinct parties in it, and those whose very first transfer with the account lies in it.
    """

    opened: Ints
    parties: Ints
    fresh: Ints


def fans(start: Ints, order: Ints, party: Ids, lo: Ints, window: int) -> Fans:
    """Count parties in windows ``[t, t + window)`` of every account's list.

    Parameters
    ----------
    start : array of int64, shape (n + 1,)
        Where each account's list begins in ``order``.
    order : array of int64, shape (m,)
        Positions of transfers by account, each list in time order.
    party : array of int32
        The other end of each transfer, by position.
    lo : array of int64
        Instant of each transfer, by position.
    window : int
        In the unit of ``lo``, above zero.

    Examples
    --------
    >>> start, order = np.array([0, 4]), np.arange(4)
    >>> found = fans(start, order, np.array([7, 8, 7, 9], np.int32), np.array([0, 1, 2, 12]), 10)
    >>> found.parties.tolist(), found.fresh.tolist(), found.opened.tolist()
    ([1, 2, 2, 1], [1, 2, 2, 1], [0, 0, 0, 3])
    """
    accounts = int(party.max()) + 1 if party.size else 0
    opened, parties, fresh = (np.zeros(order.size, np.int64) for _ in range(3))
    _pass(start, order, party, lo, window, np.zeros(accounts, np.int64), opened, parties, fresh)
    return Fans(opened, parties, fresh)


@njit(cache=True, nogil=True)
def _pass(
    start: Ints,
    order: Ints,
    party: Ids,
    lo: Ints,
    window: int,
    seen: Ints,
    opened: Ints,
    parties: Ints,
    fresh: Ints,
) -> None:
    """Slide over each list; ``seen`` counts a party's transfers in the window, and is zero in between."""
    met = np.full(seen.size, -1, np.int64)
    for account in range(start.size - 1):
        first = start[account]
        distinct = 0
        new = 0
        for last in range(start[account], start[account + 1]):
            p = party[order[last]]
            if seen[p] == 0:
                distinct += 1
            seen[p] += 1
            if met[p] < start[account]:
                met[p] = last
                new += 1
            while lo[order[last]] - lo[order[first]] >= window:
                q = party[order[first]]
                seen[q] -= 1
                if seen[q] == 0:
                    distinct -= 1
                if met[q] == first:
                    new -= 1
                first += 1
            opened[last] = first
            parties[last] = distinct
            fresh[last] = new
        for i in range(first, start[account + 1]):
            seen[party[order[i]]] = 0
