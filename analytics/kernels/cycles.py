"""Time-respecting cycles: money that goes out and comes back along later and later transfers.

Every cycle is found once, from its first transfer. A search that exceeds its budget of steps is
named, because a cap that hides roots would be a false negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from analytics.kernels.lists import behind, grown

if TYPE_CHECKING:
    from analytics.kernels.transfers import Ids, Ints

STEPS = 200_000
_START = 16


@dataclass(frozen=True, slots=True)
class Cycles:
    """Cycles as rows of positions in time order, padded with -1, and roots whose search was cut.

    Parameters
    ----------
    rows : array of int64, shape (c, longest)
    cut : array of int64, shape (k,)
        First transfers whose budget of steps ran out.
    """

    rows: Ints
    cut: Ints


def cycles(
    start: Ints,
    order: Ints,
    ends: tuple[Ids, Ids],
    lo: Ints,
    amounts: tuple[Ints, Ints],
    window: int,
    *,
    shortest: int = 3,
    longest: int = 6,
    steps: int = STEPS,
    ordered: bool = True,
) -> Cycles:
    """Find cycles whose transfers follow each other in the total order within ``[t, t + window)``.

    Parameters
    ----------
    start, order : array of int64
        Outgoing lists: see ``fans``.
    ends : pair of array of int32
        Payer and receiver of each transfer.
    amounts : pair of array of int64
        Amount of each transfer, and the least that later ones must have when it is the first.
    shortest, longest : int
        Transfers in a cycle; its accounts are distinct.
    ordered : bool
        Else the transfers after the first may come in any order; rows are then in that of the cycle.

    Examples
    --------
    >>> src, dst = np.array([0, 1, 2], np.int32), np.array([1, 2, 0], np.int32)
    >>> lists = np.array([0, 1, 2, 3]), np.array([0, 1, 2])
    >>> found = cycles(*lists, (src, dst), np.array([5, 6, 7]), (np.array([9, 9, 8]), np.full(3, 8)), 10)
    >>> found.rows.tolist()
    [[0, 1, 2, -1, -1, -1]]
    """
    rows, cut = _search(
        start, order, ends[0], ends[1], lo, amounts[0], amounts[1], window, shortest, longest, steps, ordered
    )
    return Cycles(rows, cut)


@njit(cache=True, nogil=True)
def _search(
    start: Ints,
    order: Ints,
    src: Ids,
    dst: Ids,
    lo: Ints,
    amount: Ints,
    least: Ints,
    window: int,
    shortest: int,
    longest: int,
    steps: int,
    ordered: bool,
) -> tuple[Ints, Ints]:
    found = np.full((_START, longest), -1, np.int64)
    cut = np.full((_START, 1), -1, np.int64)
    path = np.empty(longest, np.int64)
    place = np.empty(longest, np.int64)
    count, cuts = 0, 0
    for root in range(src.size):
        if src[root] == dst[root]:
            continue
        path[0] = root
        place[0] = behind(start, order, dst[root], root)
        depth, left = 0, steps
        while depth >= 0 and left > 0:
            at = place[depth]
            if at >= start[dst[path[depth]] + 1] or lo[order[at]] - lo[root] >= window:
                depth -= 1
                continue
            place[depth] += 1
            left -= 1
            following = order[at]
            if amount[following] < least[root]:
                continue
            if dst[following] == src[root]:
                if depth + 2 >= shortest:
                    found = _kept(found, count, path, depth, following)
                    count += 1
            elif depth + 2 < longest and not _passed(path, depth, dst, dst[following]):
                depth += 1
                path[depth] = following
                place[depth] = behind(start, order, dst[following], following if ordered else root)
        if left <= 0:
            cut = grown(cut) if cuts == cut.shape[0] else cut
            cut[cuts, 0] = root
            cuts += 1
    return found[:count].copy(), cut[:cuts, 0].copy()


@njit(cache=True, nogil=True)
def _kept(found: Ints, count: int, path: Ints, depth: int, last: int) -> Ints:
    """Write a cycle into row ``count``, making room where there is none."""
    rows = grown(found) if count == found.shape[0] else found
    rows[count, : depth + 1] = path[: depth + 1]
    rows[count, depth + 1] = last
    return rows


@njit(cache=True, nogil=True)
def _passed(path: Ints, depth: int, dst: Ids, account: int) -> bool:
    for i in range(depth + 1):  # noqa: SIM110 - numba compiles no any() over a generator
        if dst[path[i]] == account:
            return True
    return False
