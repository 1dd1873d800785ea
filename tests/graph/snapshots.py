"""Snapshots written by hand: a list of payments between named instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graph.store import Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

MASK = (1 << 64) - 1


class Paid(NamedTuple):
    """One transfer: who, to whom, how much, when (seconds), in what."""

    src: str
    dst: str
    units: int
    at: int = 0
    asset: str = "KES:2"


def snapshot(paid: Sequence[Paid], *, wide: bool = False) -> Snapshot:
    """Return the payments as a store would answer, in the order of time and then as given."""
    ordered = sorted(paid, key=lambda p: p.at)
    nodes = tuple(sorted({n for p in ordered for n in (p.src, p.dst)}))
    assets = tuple(sorted({p.asset for p in ordered}))
    number = {n: i for i, n in enumerate(nodes)}
    lo = np.array([p.at * 1_000_000 for p in ordered], np.int64)
    low = np.array([p.units & MASK for p in ordered], np.uint64).astype(np.int64)
    return Snapshot(
        version="v",
        nodes=nodes,
        assets=assets,
        src=np.array([number[p.src] for p in ordered], np.int32),
        dst=np.array([number[p.dst] for p in ordered], np.int32),
        lo=lo,
        hi=lo + 1_000_000,
        seq=np.arange(len(ordered), dtype=np.int64),
        amount=low,
        asset=np.array([assets.index(p.asset) for p in ordered], np.int32),
        row=np.arange(len(ordered), dtype=np.int64),
        amount_hi=np.array([p.units >> 64 for p in ordered], np.int64) if wide else None,
    )
