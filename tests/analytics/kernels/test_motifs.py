"""Kernels give what a definition read aloud gives, on 220 random multigraphs."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analytics.kernels.bands import at_least, at_most
from analytics.kernels.cycles import cycles
from analytics.kernels.fans import fans
from analytics.kernels.pairs import one_off
from analytics.kernels.passing import chains, passed_on, through
from tests.analytics.kernels.random_multigraphs import GRAPHS, Multigraph, multigraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

KEPT, MOST = Fraction(9, 10), Fraction(51, 50)


def bands(g: Multigraph) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    return g.amount, at_least(g.amount, KEPT), at_most(g.amount, MOST)


def test_fans_count_parties_of_every_window() -> None:
    for g in GRAPHS:
        start, order = g.incoming
        found = fans(start, order, g.src, g.lo, g.window)
        for account in range(g.accounts):
            own = order[start[account] : start[account + 1]].tolist()
            for n, last in enumerate(own):
                inside = [p for p in own[: n + 1] if g.lo[last] - g.lo[p] < g.window]
                before = [p for p in own[: n + 1] if p not in inside]
                known = {int(g.src[p]) for p in before}
                at = int(start[account]) + n
                assert found.parties[at] == len({int(g.src[p]) for p in inside})
                assert found.fresh[at] == len({int(g.src[p]) for p in inside} - known)
                assert order[found.opened[at]] == inside[0]


def test_one_off_is_the_only_dealing_of_two_accounts() -> None:
    for g in GRAPHS:
        pairs = [frozenset((int(s), int(d))) for s, d in zip(g.src, g.dst, strict=True)]
        expected = [pairs.count(pair) == 1 for pair in pairs]
        assert one_off(g.src, g.dst, g.accounts).tolist() == expected


def closed(g: Multigraph, least: NDArray[np.int64], shortest: int, longest: int) -> Iterator[tuple[int, ...]]:
    for size in range(shortest, longest + 1):
        for path in combinations(range(len(g)), size):
            first = path[0]
            holders = {int(g.src[e]) for e in path}
            linked = all(g.dst[a] == g.src[b] for a, b in zip(path, (*path[1:], first), strict=True))
            in_time = g.lo[path[-1]] - g.lo[first] < g.window
            enough = all(g.amount[e] >= least[first] for e in path[1:])
            if linked and in_time and enough and len(holders) == size:
                yield path


def test_cycles_are_all_and_each_once() -> None:
    small = [g for g in GRAPHS if len(g) <= 24]
    small += [g for seed in range(1000, 1600) if len(g := multigraph(seed)) <= 24]
    assert len(small) >= 200
    several = 0
    for g in small:
        least = at_least(g.amount, KEPT)
        found = cycles(*g.outgoing, (g.src, g.dst), g.lo, (g.amount, least), g.window, shortest=2, longest=4)
        rows = sorted(tuple(int(p) for p in row if p >= 0) for row in found.rows)
        assert rows == sorted(closed(g, least, 2, 4))
        assert not found.cut.size
        several += len(rows) > 16
    assert several, "the buffer never grew"


def rings(g: Multigraph, longest: int) -> Iterator[tuple[int, ...]]:
    """Give every ring in whatever order of time, from its first transfer on in the order of the ring."""
    for size in range(2, longest + 1):
        for first in range(len(g)):
            for rest in permutations(range(first + 1, len(g)), size - 1):
                path = (first, *rest)
                linked = all(g.dst[a] == g.src[b] for a, b in zip(path, (*rest, first), strict=True))
                in_time = all(g.lo[e] - g.lo[first] < g.window for e in rest)
                if linked and in_time and len({int(g.src[e]) for e in path}) == size:
                    yield path


def test_rings_in_any_order_are_all_and_each_once() -> None:
    small = [g for seed in range(3000, 5000) if len(g := multigraph(seed)) <= 16]
    assert len(small) >= 200
    for g in small:
        ends = (g.src, g.dst)
        nothing = (g.amount, g.amount * 0)
        found = cycles(*g.outgoing, ends, g.lo, nothing, g.window, shortest=2, longest=3, ordered=False)
        rows = sorted(tuple(int(p) for p in row if p >= 0) for row in found.rows)
        assert rows == sorted(rings(g, 3))


def test_a_search_without_budget_is_named() -> None:
    g = next(g for g in GRAPHS if len(g) > 40)
    found = cycles(*g.outgoing, (g.src, g.dst), g.lo, (g.amount, g.amount * 0), 10**6, steps=1)
    assert found.cut.size


def test_what_is_passed_on_is_matched_once() -> None:
    for g in GRAPHS:
        used: set[int] = set()
        expected = []
        for e in range(len(g)):
            match = -1
            for p in range(e + 1, len(g)):
                fits = KEPT * int(g.amount[e]) <= int(g.amount[p]) <= MOST * int(g.amount[e])
                onward = g.src[p] == g.dst[e] and g.dst[p] not in (g.src[e], g.dst[e])
                if fits and onward and p not in used and g.lo[p] - g.lo[e] <= g.window:
                    match = p
                    used.add(p)
                    break
            expected.append(match)
        found = passed_on(*g.outgoing, (g.src, g.dst), g.lo, bands(g), g.window)
        assert found.tolist() == expected


def test_all_ways_through_an_account_are_given() -> None:
    longest = 0
    for g in GRAPHS:
        expected = [
            [e, p]
            for e in range(len(g))
            for p in range(e + 1, len(g))
            if g.src[e] != g.dst[e] == g.src[p]
            and g.dst[p] not in (g.src[e], g.dst[e])
            and KEPT * int(g.amount[e]) <= int(g.amount[p]) <= MOST * int(g.amount[e])
            and g.lo[p] - g.lo[e] <= g.window
        ]
        found = through(*g.outgoing, (g.src, g.dst), g.lo, bands(g), g.window)
        assert found.tolist() == expected
        longest = max(longest, len(expected))
    assert longest > 16, "the buffer never grew"


def test_chains_are_the_longest() -> None:
    for g in GRAPHS:
        hops = [1] * len(g)
        for e in reversed(range(len(g))):
            for p in range(e + 1, len(g)):
                fits = KEPT * int(g.amount[e]) <= int(g.amount[p]) <= MOST * int(g.amount[e])
                onward = g.src[p] == g.dst[e] and g.dst[p] not in (g.src[e], g.dst[e])
                if g.src[e] != g.dst[e] and fits and onward and g.lo[p] - g.lo[e] <= g.window:
                    hops[e] = max(hops[e], hops[p] + 1)
        found, following = chains(*g.outgoing, (g.src, g.dst), g.lo, bands(g), g.window)
        assert found.tolist() == hops
        for e, p in enumerate(following.tolist()):
            assert (hops[e] == 1) if p < 0 else (hops[p] == hops[e] - 1 and g.dst[e] == g.src[p])


@pytest.mark.parametrize("share", [Fraction(17, 20), Fraction(51, 50), Fraction(1), Fraction(1, 3)])
def test_shares_are_exact_up_to_the_last_unit(share: Fraction) -> None:
    amounts = [0, 1, 2, 19, 20, 21, 10**18, 2**62 - 1, 2**62]
    column = np.array(amounts, np.int64)
    assert at_most(column, share).tolist() == [int(a * share // 1) for a in amounts]
    assert at_least(column, share).tolist() == [-int(-a * share // 1) for a in amounts]
