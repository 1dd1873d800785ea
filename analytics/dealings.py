"""Account-to-account transfers of one asset: the table that structure and flow rules work on.

Cash, agents, tills, business numbers and utilities are boundaries; what happens between them is a
purchase or a withdrawal and says nothing of a ring.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.kernels.pairs import one_off, pair_keys
from analytics.material import listed
from analytics.surprise.passing import AmountTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.material import Flags, Ids, Ints, Material

SECOND = 1_000_000


@dataclass(frozen=True)
class Dealings:
    """One asset's transfers between instruments of persons, in the total order.

    Attributes
    ----------
    material : Material
    at : ndarray of int64, shape (m,)
        Position in the material of each of them.
    tables : int
        How many such tables the case has: each had its chance to surprise.
    """

    material: Material
    at: Ints
    asset: int
    tables: int

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def src(self) -> Ids:
        """Payer of each."""
        return self.material.src[self.at]

    @cached_property
    def dst(self) -> Ids:
        """Receiver of each."""
        return self.material.dst[self.at]

    @cached_property
    def lo(self) -> Ints:
        """Instant of each, microseconds."""
        return self.material.lo[self.at]

    @cached_property
    def amount(self) -> Ints:
        """Base units of each."""
        return self.material.amount[self.at]

    @cached_property
    def outgoing(self) -> tuple[Ints, Ints]:
        """Where each payer's list begins, and places by payer."""
        return listed(self.src, len(self.material.nodes))

    @cached_property
    def incoming(self) -> tuple[Ints, Ints]:
        """Where each receiver's list begins, and places by receiver."""
        return listed(self.dst, len(self.material.nodes))

    @cached_property
    def one_off(self) -> Flags:
        """Whether two accounts have no other dealing in the whole of the evidence, in any asset."""
        return np.asarray(one_off(self.material.src, self.material.dst, len(self.material.nodes))[self.at])

    @cached_property
    def amounts(self) -> AmountTable:
        """All amounts in order."""
        return AmountTable.of(self.amount)

    @cached_property
    def period(self) -> int:
        """From the first transfer to the last; at least a second."""
        return max(SECOND, int(self.lo.max() - self.lo.min())) if len(self) else SECOND

    @cached_property
    def accounts(self) -> int:
        """Distinct accounts."""
        return len(np.unique(np.concatenate([self.src, self.dst])))

    def balance(self, place: int) -> int | None:
        """Return what the payer's own record prints as left after a payment, if it prints it."""
        at, material = int(self.at[place]), self.material
        if not len(material.balance_of) or material.balance_of[at] != self.src[place]:
            return None
        return int(material.balance[at])

    def precision(self, *places: int) -> int:
        """Return how exactly the least exact of these times is known; a second at best."""
        ends = [int(self.at[p]) for p in places]
        return max(SECOND, *(int(self.material.hi[p] - self.material.lo[p]) for p in ends))

    def within(self, ends: tuple[Ints, Ints], node: int, lo: int, hi: int) -> int:
        """Count a node's transfers of a list in ``[lo, hi]``."""
        start, order = ends
        own = self.lo[order[start[node] : start[node + 1]]]
        return int(np.searchsorted(own, hi, "right") - np.searchsorted(own, lo, "left"))

    @cached_property
    def _pairs(self) -> Ints:
        return np.unique(pair_keys(self.src, self.dst, len(self.material.nodes)))

    def linked(self, accounts: Sequence[int]) -> int:
        """Count pairs among distinct accounts that have any dealing with each other."""
        ordered = np.sort(np.array(accounts, np.int64))
        low, high = np.triu_indices(len(ordered), 1)
        keys = ordered[low] * len(self.material.nodes) + ordered[high]
        at = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
        return int(np.count_nonzero(self._pairs[at] == keys))

    def positions(self, places: tuple[int, ...]) -> tuple[int, ...]:
        """Return positions in the material."""
        return tuple(int(self.at[p]) for p in places)


def dealings(material: Material) -> list[Dealings]:
    """Return one table an asset, in the order of assets; those with fewer than two transfers are none."""
    own = material.person[material.src] & material.person[material.dst] & (material.src != material.dst)
    places = [(a, np.flatnonzero(own & (material.asset == a))) for a in range(len(material.assets))]
    kept = [(a, at) for a, at in places if len(at) > 1]
    return [Dealings(material, at.astype(np.int64), a, len(kept)) for a, at in kept]
