"""Counting over a snapshot's arrays: which transfers a filter keeps, and what they come to, exactly."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from graph.store import Snapshot

    Positions = NDArray[np.int64]

_LIMB, _MASK = 64, (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Filter:
    """Which transfers count: a half-open window, one asset, a least amount in its base units."""

    window: tuple[int, int] | None = None
    asset: str = ""
    least: int = 0


def number_of(snapshot: Snapshot, instrument: str) -> int | None:
    """Return the dense number of an opaque id, or None where no transfer has it."""
    at = bisect_left(snapshot.nodes, instrument)
    return at if at < len(snapshot.nodes) and snapshot.nodes[at] == instrument else None


def units_at(snapshot: Snapshot, positions: Positions) -> list[int]:
    """Return exact amounts as Python integers, base units of each transfer's own asset."""
    low = snapshot.amount[positions].tolist()
    if snapshot.amount_hi is None:
        return [int(n) for n in low]
    high = snapshot.amount_hi[positions].tolist()
    return [(int(h) << _LIMB) + (int(n) & _MASK) for h, n in zip(high, low, strict=True)]


def sums_at(snapshot: Snapshot, positions: Positions) -> dict[str, int]:
    """Return the exact sum of each asset; assets are never added together."""
    sums: dict[str, int] = {}
    for asset, units in zip(snapshot.asset[positions].tolist(), units_at(snapshot, positions), strict=True):
        key = snapshot.assets[asset]
        sums[key] = sums.get(key, 0) + units
    return {key: sums[key] for key in sorted(sums)}


def kept(snapshot: Snapshot, wanted: Filter) -> NDArray[np.bool_]:
    """Return which transfers the filter keeps, by position."""
    keep = np.ones(len(snapshot.lo), bool)
    if wanted.window is not None:
        keep &= (snapshot.lo >= wanted.window[0]) & (snapshot.lo < wanted.window[1])
    if wanted.asset:
        known = snapshot.assets.index(wanted.asset) if wanted.asset in snapshot.assets else -1
        keep &= snapshot.asset == known
    if wanted.least:
        at = np.flatnonzero(keep)
        enough = np.array([n >= wanted.least for n in units_at(snapshot, at)], bool)
        keep[at[~enough]] = False
    return keep


def inside(snapshot: Snapshot, positions: Positions, window: tuple[int, int] | None) -> Positions:
    """Return those of the positions whose transfers begin in a half-open window."""
    if window is None:
        return positions
    lo = snapshot.lo[positions]
    return positions[(lo >= window[0]) & (lo < window[1])]


def touching(snapshot: Snapshot, keep: NDArray[np.bool_], nodes: Iterable[int]) -> dict[int, int]:
    """Return how many kept transfers touch each node; one to itself counts once."""
    size = len(snapshot.nodes)
    src, dst = snapshot.src[keep], snapshot.dst[keep]
    count = np.bincount(src, minlength=size) + np.bincount(dst[src != dst], minlength=size)
    return {n: int(count[n]) for n in sorted(nodes)}
