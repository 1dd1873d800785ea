"""Days hold many rows: the order in which balances chain is found, and found the same whatever the file's."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from ingest.table.order import ORDERS, base_order, eulerian, nearest, solve_moments
from ingest.table.signs import by_balance, solve, two_columns
from ingest.table.statements import Statements, links

moves = some.lists(some.integers(-50, 50).filter(bool), min_size=1, max_size=40)


def statements(
    signed: list[int], days: list[int], groups: list[int] | None = None, from_zero: bool = True
) -> Statements:
    n = len(signed)
    of = np.array(groups or [0] * n, np.int32)
    balance = np.zeros(n, np.int64)
    held: dict[int, int] = {}
    for i in range(n):
        held[int(of[i])] = held.get(int(of[i]), 0) + signed[i]
        balance[i] = held[int(of[i])]
    lo = np.array(days, np.int64)
    return Statements(of, lo, lo + 1, np.ones(n, bool), balance, np.ones(n, bool), from_zero)


def shuffled(
    st: Statements, signed: list[int], rows: list[int]
) -> tuple[Statements, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    at = np.array(rows)
    return (
        Statements(
            st.group[at], st.lo[at], st.hi[at], st.moves[at], st.balance[at], st.known[at], st.from_zero
        ),
        np.array(signed, np.int64)[at],
    )


@given(moves, some.randoms(use_true_random=False))
def test_any_shuffle_within_days_is_put_in_an_order_that_chains(signed: list[int], random: object) -> None:
    days = [i // 5 for i in range(len(signed))]
    st = statements(signed, days)
    rows = list(range(len(signed)))
    getattr(random, "shuffle")(rows)  # noqa: B009 - hypothesis types it as object
    other, amounts = shuffled(st, signed, sorted(rows, key=lambda r: days[r]))
    order = solve_moments(other, amounts, base_order(other, "time"), 0)
    assert sorted(order.tolist()) == sorted(range(len(signed)))
    assert not links(other, amounts, order).broken().any()


@given(moves)
def test_a_file_that_runs_backwards_is_seen_to(signed: list[int]) -> None:
    st = statements(signed, list(range(len(signed))))
    back = list(reversed(range(len(signed))))
    other, amounts = shuffled(st, signed, back)
    found = solve(other, {"plus_in": amounts}, ORDERS)
    assert found.held == found.compared == len(signed)
    assert found.order.tolist() == back


@given(
    some.lists(some.tuples(some.integers(0, 3), some.integers(-9, 9).filter(bool)), min_size=1, max_size=30)
)
def test_statements_of_many_accounts_are_solved_each_alone(rows: list[tuple[int, int]]) -> None:
    groups = [g for g, _ in rows]
    number = {g: i for i, g in enumerate(dict.fromkeys(groups))}
    st = statements([m for _, m in rows], list(range(len(rows))), [number[g] for g in groups])
    found = solve(st, {"plus_in": np.array([m for _, m in rows], np.int64)}, ORDERS)
    assert found.held == len(rows)


@given(some.lists(some.integers(-30, 30), min_size=1, max_size=25))
def test_an_eulerian_trail_uses_each_step_once(signed: list[int]) -> None:
    st = statements(signed, [0] * len(signed))
    edges = {i: (int(st.balance[i]) - m, int(st.balance[i])) for i, m in enumerate(signed)}
    trail = eulerian(edges, 0)
    assert trail is not None
    assert sorted(trail) == sorted(edges)
    assert all(edges[a][1] == edges[b][0] for a, b in pairwise(trail))


def test_no_trail_where_a_balance_is_wrong() -> None:
    assert eulerian({0: (0, 10), 1: (11, 20)}, 0) is None
    assert nearest({0: (0, 10), 1: (11, 20)}, 0, 0) is None
    assert nearest({0: (0, 10), 1: (11, 20)}, 0, 1) == [0, 1]


def test_ties_keep_the_order_of_the_file() -> None:
    assert eulerian({5: (0, 10), 6: (10, 0), 7: (0, 10), 8: (10, 0)}, 0) == [5, 6, 7, 8]


def test_the_convention_that_reconciles_is_taken() -> None:
    signed = [100, -30, 50, -20]
    st = statements(signed, [0, 1, 2, 3])
    money_in = np.array([100, 0, 50, 0])
    for out, name in (([0, 30, 0, 20], "columns"), ([0, -30, 0, -20], "columns")):
        assert solve(st, two_columns(money_in, np.array(out)), ORDERS).convention == name
    swapped = two_columns(np.array([0, 30, 0, 20]), np.array([100, 0, 50, 0]))
    assert solve(st, swapped, ORDERS).convention == "swapped"
    back = statements([100, 30, -50], [0, 1, 2])
    assert (
        solve(back, two_columns(np.array([100, 0, 0]), np.array([0, -30, 50])), ORDERS).convention
        == "printed"
    )


@given(moves)
def test_bare_figures_get_their_direction_from_the_balance(signed: list[int]) -> None:
    st = statements(signed, list(range(len(signed))))
    found = by_balance(st, np.abs(np.array(signed, np.int64)), ("file",))
    assert found.signed.tolist() == signed


def test_sums_beyond_int64_stay_exact() -> None:
    big = 10**30
    st = statements([1, 1], [0, 1])
    balance = np.array([big, 2 * big], dtype=object)
    wide = Statements(st.group, st.lo, st.hi, st.moves, balance, st.known, st.from_zero)
    good = np.array([big, big], dtype=object)
    assert not links(wide, good, np.array([0, 1])).broken().any()
    assert links(wide, good + np.array([0, 1], dtype=object), np.array([0, 1])).off.tolist() == [0, -1]
