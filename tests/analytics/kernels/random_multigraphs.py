"""Small random multigraphs, equal times and self-payments included, and their lists by payer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.material import listed

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Multigraph:
    """Transfers in the total order."""

    accounts: int
    src: NDArray[np.int32]
    dst: NDArray[np.int32]
    lo: NDArray[np.int64]
    amount: NDArray[np.int64]
    window: int

    @property
    def outgoing(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return listed(self.src, self.accounts)

    @property
    def incoming(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return listed(self.dst, self.accounts)

    def __len__(self) -> int:
        return len(self.src)


def multigraph(seed: int) -> Multigraph:
    chance = np.random.default_rng(seed)
    accounts, size = int(chance.integers(3, 14)), int(chance.integers(5, 70))
    src, dst = (chance.integers(0, accounts, size).astype(np.int32) for _ in range(2))
    lo = np.sort(chance.integers(0, int(chance.integers(5, 120)), size)).astype(np.int64)
    amount = chance.integers(80, 121, size).astype(np.int64)
    return Multigraph(accounts, src, dst, lo, amount, int(chance.integers(1, 40)))


GRAPHS = [multigraph(seed) for seed in range(220)]
