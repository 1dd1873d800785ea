"""The order of a statement's rows: files run forwards or backwards, and days hold many rows.

Balances decide. A row leads from the balance before it to the balance after it, so the rows of one
day in their true order are a trail that uses every such step once: an Eulerian trail, found in
linear time (Hierholzer 1873). Where several trails exist the row that stands first in the file's
direction goes first; the end, and every balance printed, is the same in all of them.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from ingest.table.statements import Array, Statements, links

if TYPE_CHECKING:
    from collections.abc import Sequence

ORDERS = ("time", "file", "reverse", "time_reverse")
MOST_STEPS = 20_000
_SAME_MOMENT_MOST = 5_000


def base_order(st: Statements, name: str) -> Array:
    """Return row numbers, statement by statement, in one of ``ORDERS``."""
    n = len(st.group)
    rows = np.arange(n, dtype=np.int64)
    if name in ("reverse", "time_reverse"):
        rows = rows[::-1]
    if name.startswith("time"):
        lo = st.lo[rows]
        if np.any(lo[1:] < lo[:-1]):
            rows = rows[np.argsort(lo, kind="stable")]
    group = st.group[rows]
    if np.any(group[1:] < group[:-1]):
        rows = rows[np.argsort(group, kind="stable")]
    return np.ascontiguousarray(rows)


def best_orders(st: Statements, signed: Array, names: Sequence[str], tolerance: int) -> Array:
    """Return, for each statement, the order among ``names`` under which most balances follow."""
    chosen = base_order(st, names[0])
    found = links(st, signed, chosen)
    if len(names) == 1 or not found.broken().any():
        return chosen
    fewest = np.bincount(st.group[found.rows[found.broken(tolerance)]], minlength=st.count)
    parts = _spans(st, chosen)
    for name in names[1:]:
        other = base_order(st, name)
        found = links(st, signed, other)
        broken = np.bincount(st.group[found.rows[found.broken(tolerance)]], minlength=st.count)
        better = np.flatnonzero(broken < fewest)
        for g in better:
            a, b = parts[g], parts[g + 1]
            chosen[a:b] = other[a:b]  # both list statement g in the same span
        fewest = np.minimum(fewest, broken)
        if not fewest.any():
            break
    return chosen


def _spans(st: Statements, order: Array) -> Array:
    return np.searchsorted(st.group[order], np.arange(st.count + 1))


def solve_moments(st: Statements, signed: Array, order: Array, tolerance: int) -> Array:
    """Put rows of one moment (a day, a second) into the order in which their balances chain.

    Only moments that a broken comparison touches are looked at. A statement that chains exactly is
    never traded for one that chains within ``tolerance``.
    """
    exact = _solve(st, signed, order, 0)
    if not tolerance:
        return exact
    off = links(st, signed, exact)
    bad = np.bincount(st.group[off.rows[off.broken()]], minlength=st.count) > 0
    if not bad.any():
        return exact
    mixed = np.where(bad[st.group[order]], order, exact)
    return _solve(st, signed, mixed, tolerance)


def _solve(st: Statements, signed: Array, order: Array, tolerance: int) -> Array:
    found = links(st, signed, order)
    broken = found.rows[found.broken(tolerance)]
    if not len(broken):
        return order
    solved = order.copy()
    for a, b in _moments(st, order, broken):
        rows = solved[a:b]
        before = _balance_before(st, solved, a)
        trail = _trail(st, signed, rows, before, tolerance)
        if trail is not None:
            solved[a:b] = trail
    return solved


def _moments(st: Statements, order: Array, broken: Array) -> list[tuple[int, int]]:
    """Return spans of ``order`` of several rows of one moment that a broken comparison touches."""
    group, lo = st.group[order], st.lo[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (group[1:] != group[:-1]) | (lo[1:] != lo[:-1])
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(order))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    moment = np.searchsorted(starts, place[broken], side="right") - 1
    touched = np.union1d(moment, np.maximum(moment - 1, 0))
    spans = [(int(starts[m]), int(ends[m])) for m in touched]
    return [(a, b) for a, b in spans if 1 < b - a <= _SAME_MOMENT_MOST]


def _balance_before(st: Statements, order: Array, at: int) -> int | None:
    group = st.group[order[at]]
    while at > 0 and st.group[order[at - 1]] == group:
        at -= 1
        row = order[at]
        if st.known[row] and st.moves[row]:
            return int(st.balance[row])
        if st.moves[row]:
            return None
    return 0 if st.from_zero else None


def _trail(
    st: Statements, signed: Array, rows: Array, before: int | None, tolerance: int
) -> list[int] | None:
    still = [int(r) for r in rows if not st.moves[r]]
    steps = [int(r) for r in rows if st.moves[r]]
    if any(not st.known[r] for r in steps):
        return None
    edges = {r: (int(st.balance[r] - signed[r]), int(st.balance[r])) for r in steps}
    found = eulerian(edges, before)
    if found is None and tolerance:
        found = nearest(edges, before, tolerance)
    return None if found is None else [*found, *still]


def eulerian(edges: dict[int, tuple[int, int]], start: int | None) -> list[int] | None:
    """Return the rows as one trail over balances from ``start``, or None where there is none.

    Parameters
    ----------
    edges : dict
        Row number to (balance before, balance after); earlier keys win ties.
    start : int, optional
        Balance at which the trail begins; None: wherever one can.

    Examples
    --------
    >>> eulerian({7: (30, 10), 8: (0, 30), 9: (10, 15)}, 0)
    [8, 7, 9]
    >>> eulerian({7: (30, 10), 8: (0, 31)}, 0) is None
    True
    """
    out: dict[int, list[int]] = {}
    degree: dict[int, int] = {}
    for row, (a, b) in reversed(edges.items()):
        out.setdefault(a, []).append(row)
        degree[a] = degree.get(a, 0) + 1
        degree[b] = degree.get(b, 0) - 1
    if start is None:
        heads = [a for a, d in degree.items() if d == 1]
        start = heads[0] if heads else next(iter(edges.values()))[0]
    path: list[int] = []
    stack: list[tuple[int, int]] = [(start, -1)]
    while stack:
        node, row = stack[-1]
        if out.get(node):
            taken = out[node].pop()
            stack.append((edges[taken][1], taken))
        else:
            stack.pop()
            if row >= 0:
                path.append(row)
    path.reverse()
    if len(path) != len(edges):
        return None
    chained = all(edges[x][1] == edges[y][0] for x, y in itertools.pairwise(path))
    return path if chained and edges[path[0]][0] == start else None


def nearest(edges: dict[int, tuple[int, int]], start: int | None, tolerance: int) -> list[int] | None:
    """Return the rows as one trail whose steps meet within ``tolerance``, nearest first.

    Depth-first, given up after ``MOST_STEPS`` steps: a day of many rows and a wide tolerance has
    more orders than can be tried.

    Examples
    --------
    >>> nearest({1: (31, 10), 2: (0, 30)}, 0, 1)
    [2, 1]
    """
    heads = [start] if start is not None else [a for a, _ in edges.values()]
    steps = 0
    for head in heads:
        stack: list[tuple[list[int], int]] = [([], head)]
        while stack:
            trail, at = stack.pop()
            if len(trail) == len(edges):
                return trail
            steps += 1
            if steps > MOST_STEPS:
                return None
            used = set(trail)
            near = [
                (abs(a - at), i, row, b)
                for i, (row, (a, b)) in enumerate(edges.items())
                if row not in used and abs(a - at) <= tolerance
            ]
            stack.extend(([*trail, row], b) for _, _, row, b in sorted(near, reverse=True))
    return None
