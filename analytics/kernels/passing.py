"""Money passed on: a receipt and the payment that follows it, and chains of such hops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from analytics.kernels.lists import behind, grown

if TYPE_CHECKING:
    from analytics.kernels.transfers import Ids, Ints

_START = 16


def passed_on(
    start: Ints, order: Ints, ends: tuple[Ids, Ids], lo: Ints, bands: tuple[Ints, Ints, Ints], within: int
) -> Ints:
    """Return for each receipt the first payment that passes it on, each payment used once; else -1.

    Parameters
    ----------
    start, order : array of int64
        Outgoing lists: see ``fans``.
    ends : pair of array of int32
        Payer and receiver of each transfer; a payment back to the sender passes nothing on.
    bands : three arrays of int64
        Amount, and the least and the most that a payment may be that passes it on.
    within : int
        A payment counts up to this long after the receipt, the end included.

    Examples
    --------
    >>> src, dst = np.array([0, 1], np.int32), np.array([1, 2], np.int32)
    >>> bands = np.array([100, 95]), np.array([90, 86]), np.array([102, 96])
    >>> passed_on(np.array([0, 1, 2, 2]), np.array([0, 1]), (src, dst), np.array([5, 6]), bands, 3).tolist()
    [1, -1]
    """
    return _matches(start, order, ends[0], ends[1], lo, *bands, within, np.zeros(ends[0].size, np.bool_))


def chains(
    start: Ints, order: Ints, ends: tuple[Ids, Ids], lo: Ints, bands: tuple[Ints, Ints, Ints], within: int
) -> tuple[Ints, Ints]:
    """Return how many hops the longest chain from each transfer has, and its next hop (-1: none).

    Each hop leaves the receiver of the one before, later in the total order and within ``within``,
    with an amount in the band of the one before, and not back to its payer. Of equally long
    continuations the earliest counts.

    Examples
    --------
    >>> src, dst = np.array([0, 1, 2], np.int32), np.array([1, 2, 3], np.int32)
    >>> amount = np.array([100, 95, 90])
    >>> lists = np.array([0, 1, 2, 3, 3]), np.arange(3)
    >>> bands = amount, np.array([85, 81, 77]), amount
    >>> [one.tolist() for one in chains(*lists, (src, dst), np.array([5, 6, 7]), bands, 3)]
    [[3, 2, 1], [1, 2, -1]]
    """
    return _longest(start, order, ends[0], ends[1], lo, *bands, within)


def through(
    start: Ints, order: Ints, ends: tuple[Ids, Ids], lo: Ints, bands: tuple[Ints, Ints, Ints], within: int
) -> Ints:
    """Return every pair of transfers by which money went through one account, as rows (first, second).

    The second leaves the receiver of the first, later in the total order and within ``within``, with
    an amount in its band, to a third account.

    Examples
    --------
    >>> src, dst = np.array([0, 1, 1], np.int32), np.array([1, 2, 3], np.int32)
    >>> bands = np.array([100, 95, 99]), np.array([90, 86, 90]), np.array([102, 96, 100])
    >>> through(np.array([0, 1, 3, 3, 3]), np.arange(3), (src, dst), np.array([5, 6, 7]), bands, 3).tolist()
    [[0, 1], [0, 2]]
    """
    return _pairs(start, order, ends[0], ends[1], lo, *bands, within)


@njit(cache=True, nogil=True)
def _pairs(
    start: Ints,
    order: Ints,
    src: Ids,
    dst: Ids,
    lo: Ints,
    amount: Ints,
    least: Ints,
    most: Ints,
    within: int,
) -> Ints:
    found = np.full((_START, 2), -1, np.int64)
    count = 0
    for e in range(src.size):
        account = dst[e]
        if account == src[e]:
            continue
        for at in range(behind(start, order, account, e), start[account + 1]):
            p = order[at]
            if lo[p] - lo[e] > within:
                break
            if least[e] <= amount[p] <= most[e] and dst[p] != src[e] and dst[p] != account:
                if count == found.shape[0]:
                    found = grown(found)
                found[count, 0] = e
                found[count, 1] = p
                count += 1
    return found[:count].copy()


@njit(cache=True, nogil=True)
def _matches(
    start: Ints,
    order: Ints,
    src: Ids,
    dst: Ids,
    lo: Ints,
    amount: Ints,
    least: Ints,
    most: Ints,
    within: int,
    used: np.ndarray,
) -> Ints:
    found = np.full(src.size, -1, np.int64)
    for e in range(src.size):
        account = dst[e]
        for at in range(behind(start, order, account, e), start[account + 1]):
            p = order[at]
            if lo[p] - lo[e] > within:
                break
            if not used[p] and least[e] <= amount[p] <= most[e] and dst[p] != src[e] and dst[p] != account:
                used[p] = True
                found[e] = p
                break
    return found


@njit(cache=True, nogil=True)
def _longest(
    start: Ints,
    order: Ints,
    src: Ids,
    dst: Ids,
    lo: Ints,
    amount: Ints,
    least: Ints,
    most: Ints,
    within: int,
) -> tuple[Ints, Ints]:
    hops = np.ones(src.size, np.int64)
    following = np.full(src.size, -1, np.int64)
    for e in range(src.size - 1, -1, -1):
        account = dst[e]
        if account == src[e]:
            continue
        for at in range(behind(start, order, account, e), start[account + 1]):
            p = order[at]
            if lo[p] - lo[e] > within:
                break
            fits = least[e] <= amount[p] <= most[e] and dst[p] != src[e] and dst[p] != account
            if fits and hops[p] + 1 > hops[e]:
                hops[e] = hops[p] + 1
                following[e] = p
    return hops, following
