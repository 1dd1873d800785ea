"""The loops of expand and paths, written once and run two ways.

Below some tens of thousands of transfers they run as plain Python; above, numba compiles the very
same functions (``compiled``). So a small store never waits for a compiler, and a test of one is a
test of both. They know arrays only: compressed rows as in ``index_arrays.Adjacency``.

``stamp`` marks what a call has touched with the call's own number ``epoch``, so that no array is
cleared between calls.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Return a kernel compiled by numba; kept on disk where the machine allows it."""
    from numba import njit

    try:
        return njit(cache=True, nogil=True)(kernel)
    except RuntimeError:  # numba finds no folder that it may write its cache to
        return njit(nogil=True)(kernel)


def reach(  # noqa: C901, PLR0912, PLR0915 - one loop; numba inlines nothing cheaper
    out_ptr: Any,
    out_pos: Any,
    out_nbr: Any,
    in_ptr: Any,
    in_pos: Any,
    in_nbr: Any,
    starts: Any,
    first: int,
    last: int,
    hops: int,
    outward: bool,
    inward: bool,
    guard: int,
    stamp: Any,
    epoch: int,
    slot: Any,
    queue: Any,
    found: Any,
    guarded: Any,
) -> tuple[int, int, bool]:
    """Collect the transfers within ``hops`` of ``starts``, each once, breadth first.

    Parameters
    ----------
    first, last : int
        Range of positions (a window of time).
    guard : int
        A node met on the way with more transfers than this in the window is not expanded.
    slot, queue : int32, shape (nodes,)
        Working space: a node's place in the queue, and the queue.
    found, guarded : int32
        Filled with positions and with unexpanded nodes.

    Returns
    -------
    tuple
        How many were found, how many nodes were guarded, and whether ``found`` or ``guarded`` was
        too small (then nothing holds and the caller retries with more room).
    """
    tail = 0
    for i in range(len(starts)):
        s = starts[i]
        if stamp[s] != epoch:
            stamp[s] = epoch
            slot[s] = tail
            queue[tail] = s
            tail += 1
    count = 0
    blocked = 0
    head = 0
    never = len(queue)
    for hop in range(hops):
        level_end = tail
        while head < level_end:
            u = queue[head]
            a = b = c = d = 0
            if outward:
                base = out_ptr[u]
                a = base + np.searchsorted(out_pos[base : out_ptr[u + 1]], first)
                b = base + np.searchsorted(out_pos[base : out_ptr[u + 1]], last)
            if inward:
                base = in_ptr[u]
                c = base + np.searchsorted(in_pos[base : in_ptr[u + 1]], first)
                d = base + np.searchsorted(in_pos[base : in_ptr[u + 1]], last)
            if hop > 0 and b - a + d - c > guard:
                if blocked == len(guarded):
                    return count, blocked, True
                guarded[blocked] = u
                blocked += 1
                slot[u] = never
                head += 1
                continue
            if count + b - a + d - c > len(found):
                return count, blocked, True
            for i in range(a, b):
                v = out_nbr[i]
                if inward and stamp[v] == epoch and slot[v] < head:
                    continue  # seen from the other end, which was expanded before
                found[count] = out_pos[i]
                count += 1
                if stamp[v] != epoch:
                    stamp[v] = epoch
                    slot[v] = tail
                    queue[tail] = v
                    tail += 1
            for i in range(c, d):
                v = in_nbr[i]
                if outward and stamp[v] == epoch and slot[v] <= head:
                    continue
                found[count] = in_pos[i]
                count += 1
                if stamp[v] != epoch:
                    stamp[v] = epoch
                    slot[v] = tail
                    queue[tail] = v
                    tail += 1
            head += 1
    return count, blocked, False


def distances(
    in_ptr: Any,
    in_pos: Any,
    in_nbr: Any,
    b: int,
    first: int,
    last: int,
    depth: int,
    stamp: Any,
    epoch: int,
    level: Any,
    queue: Any,
) -> None:
    """Write into ``level`` how many transfers lead from each node to ``b``, up to ``depth``."""
    stamp[b] = epoch
    level[b] = 0
    queue[0] = b
    head = 0
    tail = 1
    for step in range(1, depth + 1):
        level_end = tail
        while head < level_end:
            u = queue[head]
            base = in_ptr[u]
            c = base + np.searchsorted(in_pos[base : in_ptr[u + 1]], first)
            d = base + np.searchsorted(in_pos[base : in_ptr[u + 1]], last)
            for i in range(c, d):
                v = in_nbr[i]
                if stamp[v] != epoch:
                    stamp[v] = epoch
                    level[v] = step
                    queue[tail] = v
                    tail += 1
            head += 1


def meet(
    ptr: Any,
    pos: Any,
    nbr: Any,
    heads: Any,
    first: int,
    last: int,
    depth: int,
    stamp: Any,
    epoch: int,
    level: Any,
    queue: Any,
) -> tuple[int, int]:
    """Search from both ends at once for the least number of transfers between them.

    Parameters
    ----------
    ptr, pos, nbr : tuples of two arrays, of the lists forward and of the lists backward
    heads : tuple of int
        The two ends.
    stamp, level, queue : int32, shape (2, nodes)
        Working space of each side; ``level[1]`` then holds distances to the second end.

    Returns
    -------
    tuple of int
        The distance, at least 1 (or -1: none within ``depth``), and how far ``level[1]`` is complete.
    """
    begun = np.zeros(2, np.int64)
    tail = np.ones(2, np.int64)
    done = np.zeros(2, np.int64)
    for side in range(2):
        stamp[side, heads[side]] = epoch
        level[side, heads[side]] = 0
        queue[side, 0] = heads[side]
    while done[0] + done[1] < depth:
        side = 0 if tail[0] - begun[0] < tail[1] - begun[1] else 1
        level_end = tail[side]
        if begun[side] == level_end:
            return -1, done[1]
        done[side] += 1
        for at in range(begun[side], level_end):
            u = queue[side, at]
            base = ptr[side][u]
            top = ptr[side][u + 1]
            c = base + np.searchsorted(pos[side][base:top], first)
            d = base + np.searchsorted(pos[side][base:top], last)
            for i in range(c, d):
                v = nbr[side][i]
                if stamp[1 - side, v] == epoch:
                    return done[0] + done[1], done[1] - side
                if stamp[side, v] != epoch:
                    stamp[side, v] = epoch
                    level[side, v] = done[side]
                    queue[side, tail[side]] = v
                    tail[side] += 1
        begun[side] = level_end
    return -1, done[1]


def trails(  # noqa: C901 - one depth-first loop
    out_ptr: Any,
    out_pos: Any,
    out_nbr: Any,
    lo: Any,
    hi: Any,
    a: int,
    b: int,
    length: int,
    first: int,
    last: int,
    timed: bool,
    stamp: Any,
    epoch: int,
    level: Any,
    sure: int,
    budget: int,
    found: Any,
) -> tuple[int, int]:
    """Collect trails of exactly ``length`` transfers from ``a`` to ``b``, in the order of positions.

    A trail repeats no transfer; it may pass a node twice. With ``timed`` there must be instants, one
    in each transfer's interval, that never go back: ``hi`` of each exceeds every earlier ``lo``.

    Parameters
    ----------
    stamp, level, sure
        As ``distances`` or ``meet`` left them, complete up to ``sure``: nodes too far from ``b`` are
        not entered.
    budget : int
        Steps allowed.
    found : int32, shape (room, length)
        Filled with positions; the search stops when it is full.

    Returns
    -------
    tuple of int
        Trails found, and steps left (-1: the budget ran out).
    """
    cursor = np.zeros(length, np.int64)
    end = np.zeros(length, np.int64)
    path = np.zeros(length, np.int64)
    latest = np.zeros(length + 1, np.int64)
    latest[0] = np.iinfo(np.int64).min
    cursor[0] = out_ptr[a] + np.searchsorted(out_pos[out_ptr[a] : out_ptr[a + 1]], first)
    end[0] = out_ptr[a] + np.searchsorted(out_pos[out_ptr[a] : out_ptr[a + 1]], last)
    count = 0
    depth = 0
    while depth >= 0 and count < len(found):
        if cursor[depth] == end[depth]:
            depth -= 1
            continue
        i = cursor[depth]
        cursor[depth] += 1
        budget -= 1
        if budget < 0:
            return count, -1
        p = out_pos[i]
        v = out_nbr[i]
        left = length - depth - 1
        if left == 0:
            if v != b:
                continue
        elif left <= sure and (stamp[v] != epoch or level[v] > left):
            continue
        if timed and hi[p] <= latest[depth]:
            continue
        again = False
        for k in range(depth):
            again = again or path[k] == p
        if again:
            continue
        path[depth] = p
        if left == 0:
            found[count, :] = path
            count += 1
        else:
            latest[depth + 1] = max(latest[depth], lo[p])
            depth += 1
            cursor[depth] = out_ptr[v] + np.searchsorted(out_pos[out_ptr[v] : out_ptr[v + 1]], first)
            end[depth] = out_ptr[v] + np.searchsorted(out_pos[out_ptr[v] : out_ptr[v + 1]], last)
    return count, budget
