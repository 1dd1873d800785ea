"""Pools: many pay one within days, far above what it usually takes, and nearly all leaves to one or two.

What is found is a shape in time and amounts. Whether it is a ransom, a funeral or a land purchase is not
in it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from analytics.material import Flags, Ids, Ints


@dataclass(frozen=True, slots=True)
class Terms:
    """What a pool must be; instants and spans in microseconds, amounts in base units.

    ``share`` is the least part of the pool that leaves to the ``receivers`` largest new ones.
    """

    window: int
    senders: int
    times: int
    share: Fraction
    receivers: int
    leaving: int
    base: int
    base_least: int


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool: positions of transfers, and what they come to in base units.

    ``usual`` is what the organiser took in as long a time before; ``None`` where too little of the
    time before is on record.
    """

    organiser: int
    credits: tuple[int, ...]
    releases: tuple[int, ...]
    senders: int
    receivers: tuple[int, ...]
    pooled: int
    released: int
    usual: Fraction | None


def busy(dst: Ids, at: Ints, between: Flags, terms: Terms) -> list[int]:
    """Return nodes that took enough payments within a window: a cheap necessary condition.

    Parameters
    ----------
    dst, at : ndarray of int, shape (n,)
        Receiver and instant of each transfer.
    between : ndarray of bool, shape (n,)
        Whether a person paid it to a person.
    """
    where = np.flatnonzero(between)
    order = where[np.lexsort((at[where], dst[where]))]
    ahead = terms.senders - 1
    if order.size <= ahead:
        return []
    first, last = order[: order.size - ahead], order[ahead:]
    found = (dst[first] == dst[last]) & (at[last] - at[first] <= terms.window)
    return [int(node) for node in np.unique(dst[first][found])]


@dataclass(frozen=True, slots=True)
class Wallet:
    """One instrument's transfers of one asset in the total order, as its pools are looked for.

    ``given`` are those that persons paid in, ``paid`` those that left to anybody but cash and agents;
    ``since`` is the first instant on its record.
    """

    node: int
    took: Sequence[int]
    given: Sequence[int]
    paid: Sequence[int]
    since: int
    src: Ids
    dst: Ids
    at: Ints
    units: Ints

    def sum(self, rows: Iterable[int]) -> int:
        """Add amounts exactly."""
        return sum(int(self.units[i]) for i in rows)

    def first_met(self) -> dict[int, int]:
        """Return the first transfer with each counterparty."""
        met: dict[int, int] = {}
        for i in sorted({*self.took, *self.paid}):
            other = int(self.src[i]) if int(self.dst[i]) == self.node else int(self.dst[i])
            met.setdefault(other, i)
        return met


def pools(wallet: Wallet, terms: Terms) -> list[Pool]:
    """Return the pools of one wallet, none sharing a payment with another, in order of time.

    Of pools that share payments the one into which most was paid stands; of equal ones the earlier.

    Examples
    --------
    >>> from analytics.material import DAY
    >>> terms = Terms(10 * DAY, 2, 5, Fraction(4, 5), 2, 3 * DAY, 90 * DAY, 14 * DAY)
    >>> src, dst = np.array([8, 1, 2, 0]), np.array([0, 0, 0, 9])
    >>> at, units = np.array([0, 30, 31, 32]) * DAY, np.array([50, 600, 500, 1000])
    >>> wallet = Wallet(0, [0, 1, 2], [0, 1, 2], [3], 0, src, dst, at, units)
    >>> [(p.credits, p.releases, p.senders, p.pooled, str(p.usual)) for p in pools(wallet, terms)]
    [((1, 2), (3,), 2, 1100, '50/3')]
    """
    found = sorted(
        _candidates(wallet, terms, wallet.first_met()), key=lambda p: (-p.pooled, p.credits, p.releases)
    )
    kept: list[Pool] = []
    used: set[int] = set()
    for pool in found:
        rows = {*pool.credits, *pool.releases}
        if not rows & used:
            kept.append(pool)
            used |= rows
    return sorted(kept, key=lambda p: p.credits)


def _candidates(wallet: Wallet, terms: Terms, met: dict[int, int]) -> Iterator[Pool]:
    given_at = [int(wallet.at[i]) for i in wallet.given]
    paid_at = [int(wallet.at[i]) for i in wallet.paid]
    for release in wallet.paid:
        until = int(wallet.at[release])
        first = bisect_left(given_at, until - terms.window)
        given = list(wallet.given[first : bisect_left(wallet.given, release)])
        senders = {int(wallet.src[i]) for i in given}
        if len(senders) < terms.senders:
            continue
        later = wallet.paid[: bisect_right(paid_at, until + terms.leaving)]
        fresh = [
            i
            for i in later[bisect_left(later, given[0]) :]
            if met[int(wallet.dst[i])] > given[0] and int(wallet.dst[i]) not in senders
        ]
        pool = _pool(wallet, terms, given, fresh)
        if release in pool.releases and pool.released >= terms.share * pool.pooled and _unusual(pool, terms):
            yield pool


def _pool(wallet: Wallet, terms: Terms, given: list[int], fresh: list[int]) -> Pool:
    by: dict[int, list[int]] = defaultdict(list)
    for i in fresh:
        by[int(wallet.dst[i])].append(i)
    pooled, released = wallet.sum(given), 0
    largest: list[int] = []
    for receiver in sorted(by, key=lambda r: (-wallet.sum(by[r]), r))[: terms.receivers]:
        largest.append(receiver)
        released += wallet.sum(by[receiver])
        if released >= terms.share * pooled:  # as few receivers as it takes: shops come after
            break
    releases = sorted(i for r in largest for i in by[r])
    return Pool(
        wallet.node,
        tuple(given),
        tuple(releases),
        len({int(wallet.src[i]) for i in given}),
        tuple(sorted(largest)),
        pooled,
        released,
        _usual(wallet, terms, int(wallet.at[given[0]])),
    )


def _usual(wallet: Wallet, terms: Terms, start: int) -> Fraction | None:
    since = max(wallet.since, start - terms.base)
    if start - since < terms.base_least:
        return None
    before = [i for i in wallet.took if since <= int(wallet.at[i]) < start]
    return Fraction(wallet.sum(before) * terms.window, start - since)


def _unusual(pool: Pool, terms: Terms) -> bool:
    return pool.usual is None or pool.pooled >= terms.times * pool.usual
