"""Neighbourhoods and paths over the arrays of one content version.

Positions in, positions out: a position is a transfer's place in the total order, so that sorting,
cutting at a limit and windows of time are all questions about whole numbers.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.stores.ledger import index_kernels as kernels
from graph.stores.ledger.index_arrays import ID, Adjacency, Transfers, adjacency

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from graph.store import Direction, PathMode

GUARD = 20_000
"""Transfers in the window beyond which a node met on the way is named but not expanded."""
BUDGET = 200_000_000
"""Steps that one search for paths may take."""
INTERPRETED = 50_000
"""Up to this many transfers, or steps, the kernels run uncompiled."""
KEEP_FROM = 200_000
"""Transfers from which an index is worth a folder."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one index, as ``GUARD``, ``BUDGET``, ``INTERPRETED`` and ``KEEP_FROM`` say."""

    guard: int = GUARD
    budget: int = BUDGET
    interpreted: int = INTERPRETED
    keep_from: int = KEEP_FROM


@dataclass(frozen=True, slots=True)
class Reached:
    """Positions found, rising; nodes that were met but not expanded, rising."""

    positions: NDArray[np.int64]
    guarded: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Trails:
    """Trails as rows of positions, shortest first; ``cut`` says that there are more."""

    found: list[NDArray[np.int32]]
    cut: bool
    exhausted: bool


class Index:
    """One version's transfers, by sender and by receiver.

    Parameters
    ----------
    transfers : Transfers
    out, into : Adjacency, optional
        By sender and by receiver; built when not given.
    limits : Limits
    """

    def __init__(
        self,
        transfers: Transfers,
        out: Adjacency | None = None,
        into: Adjacency | None = None,
        limits: Limits = Limits(),
    ) -> None:
        self.transfers = transfers
        nodes = len(transfers.ids)
        self.out = out or adjacency(transfers.src, transfers.dst, nodes)
        self.into = into or adjacency(transfers.dst, transfers.src, nodes)
        self._limits = limits
        self._lock = threading.Lock()
        self._epoch = 0
        self._stamp, self._slot, self._queue = (np.zeros((2, nodes), np.int32) for _ in range(3))
        self._found = np.zeros(64, np.int32)
        self._guarded = np.zeros(4, np.int32)
        self._lists = (self.out.ptr, self.out.pos, self.out.nbr, self.into.ptr, self.into.pos, self.into.nbr)

    def nodes(self, ids: Sequence[bytes]) -> NDArray[np.int32]:
        """Return the numbers of those opaque ids that occur, in the order given."""
        wanted = np.array(ids, ID)
        at = np.searchsorted(self.transfers.ids, wanted)
        inside = at < len(self.transfers.ids)
        at, wanted = at[inside], wanted[inside]
        found: NDArray[np.int32] = at[self.transfers.ids[at] == wanted].astype(np.int32)
        return found

    def span(self, window: tuple[int, int] | None) -> tuple[int, int]:
        """Return the range of positions whose ``lo`` lies in the half-open window."""
        if window is None:
            return 0, len(self.transfers.lo)
        first, last = np.searchsorted(self.transfers.lo, window)
        return int(first), max(int(first), int(last))

    def expand(
        self, starts: NDArray[np.int32], direction: Direction, hops: int, window: tuple[int, int] | None
    ) -> Reached:
        """Return the transfers within ``hops`` of the nodes, each once, in the total order.

        A transfer counts when the end it is met from is fewer than ``hops`` transfers (in the window
        and the direction) from a start.
        """
        first, last = self.span(window)
        run = self._runner(kernels.reach, len(self.transfers.lo))
        with self._lock:
            while True:
                count, blocked, short = run(
                    *self._lists,
                    starts,
                    first,
                    last,
                    hops,
                    direction != "in",
                    direction != "out",
                    self._limits.guard,
                    self._stamp[0],
                    self._next(),
                    self._slot[0],
                    self._queue[0],
                    self._found,
                    self._guarded,
                )
                if not short:
                    break
                self._found = np.zeros(4 * len(self._found), np.int32)
                self._guarded = np.zeros(4 * len(self._guarded), np.int32)
            found = self._found[:count].astype(np.int64)
            guarded = self._guarded[:blocked].copy()
        found.sort()
        guarded.sort()
        return Reached(found, guarded)

    def paths(
        self, a: int, b: int, max_hops: int, mode: PathMode, window: tuple[int, int] | None, limit: int
    ) -> Trails:
        """Return trails from node ``a`` to node ``b`` by length, then by positions.

        ``shortest`` gives every trail of the least length; ``all`` every trail; ``time_respecting``
        those along which time need not go back.
        """
        span = self.span(window)
        found: list[NDArray[np.int32]] = []
        with self._lock:
            epoch = self._next()
            lengths, sure = self._lengths(a, b, max_hops, span, epoch, nearest=mode == "shortest")
            budget = self._limits.budget
            for length in lengths:
                room = np.zeros((limit + 1 - len(found), length), np.int32)
                count, budget = self._trails(a, b, span, mode, epoch, sure, budget, room)
                found.extend(room[:count])
                if budget < 0 or len(found) > limit:
                    break
        return Trails(found[:limit], len(found) > limit, budget < 0)

    def _lengths(
        self, a: int, b: int, max_hops: int, span: tuple[int, int], epoch: int, *, nearest: bool
    ) -> tuple[range, int]:
        """Return the lengths that trails may have, and how far distances to ``b`` are known."""
        size = len(self.transfers.lo)
        if nearest:
            lists = tuple(zip(self._lists[:3], self._lists[3:], strict=True))
            run = self._runner(kernels.meet, size)
            length, sure = run(*lists, (a, b), *span, max_hops, self._stamp, epoch, self._slot, self._queue)
            return range(length, length + 1) if length > 0 else range(0), int(sure)
        run = self._runner(kernels.distances, size)
        run(*self._lists[3:], b, *span, max_hops - 1, self._stamp[1], epoch, self._slot[1], self._queue[1])
        return range(1, max_hops + 1), max_hops

    def _trails(
        self,
        a: int,
        b: int,
        span: tuple[int, int],
        mode: PathMode,
        epoch: int,
        sure: int,
        budget: int,
        room: NDArray[np.int32],
    ) -> tuple[int, int]:
        def run(kernel: Callable[..., Any], steps: int) -> tuple[int, int]:
            count, left = kernel(
                *self._lists[:3],
                self.transfers.lo,
                self.transfers.hi,
                a,
                b,
                room.shape[1],
                *span,
                mode == "time_respecting",
                self._stamp[1],
                epoch,
                self._slot[1],
                sure,
                steps,
                room,
            )
            return int(count), int(left)

        trial = min(budget, self._limits.interpreted)
        count, left = run(kernels.trails, trial)
        if left < 0 and budget > trial:
            return run(kernels.compiled(kernels.trails), budget)
        return count, budget - trial + left if left >= 0 else -1

    def _runner(self, kernel: Callable[..., Any], size: int) -> Callable[..., Any]:
        return kernel if size <= self._limits.interpreted else kernels.compiled(kernel)

    def _next(self) -> int:
        self._epoch += 1
        if self._epoch == np.iinfo(np.int32).max:
            self._stamp[:] = 0
            self._epoch = 1
        return self._epoch
