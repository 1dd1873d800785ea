"""Where nodes stand: the whole of a wide canvas, rows apart, few crossings, the same each time."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.casework.network_layout import COLUMN, ROW, SHAPE, places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.network import Network

PAIRS = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), min_size=1, max_size=60)


def network(pairs: Sequence[tuple[str, str]]) -> Network:
    names = dict.fromkeys(n for pair in pairs for n in pair)
    return cast(
        "Network",
        SimpleNamespace(
            nodes=[SimpleNamespace(id=n) for n in names],
            edges=[SimpleNamespace(source=a, target=b) for a, b in pairs],
        ),
    )


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_nodes_keep_their_distance_and_places_are_the_same_each_time(pairs: list[tuple[int, int]]) -> None:
    given_pairs = [(f"n{a:02}", f"n{b:02}") for a, b in pairs]
    found = places(network(given_pairs))
    assert found == places(network(given_pairs))
    for (x, y), (u, v) in combinations(found.values(), 2):
        assert abs(x - u) >= COLUMN or abs(y - v) >= ROW - 1


@pytest.mark.parametrize("long", [3, 5, 8])
def test_a_chain_with_leaves_fills_a_wide_canvas(long: int) -> None:
    chain = [(f"c{i}", f"c{i + 1}") for i in range(long)]
    leaves = [(f"c{i}", f"out{i}{k}") for i in range(long) for k in range(2)]
    found = places(network(chain + leaves))
    wide = max(x for x, _ in found.values()) - min(x for x, _ in found.values())
    high = max(y for _, y in found.values()) - min(y for _, y in found.values())
    assert wide * SHAPE[1] <= 2 * high * SHAPE[0]
    assert high * SHAPE[0] <= wide * SHAPE[1]


def test_money_runs_to_the_right_and_ladders_do_not_cross() -> None:
    ladder = [("s", f"a{i}") for i in range(4)] + [(f"a{i}", f"b{3 - i}") for i in range(4)]
    found = places(network([*ladder, *((f"b{i}", "t") for i in range(4))]))
    assert found["s"][0] < found["a0"][0] < found["b0"][0] < found["t"][0]
    rails = [(found[f"a{i}"][1], found[f"b{3 - i}"][1]) for i in range(4)]
    assert all((a < c) == (b < d) for (a, b), (c, d) in combinations(rails, 2))


def test_nothing_has_no_places() -> None:
    assert places(network([])) == {}
