"""Postings whose order is not known: sorted by policy, and told when it matters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.tracing.movements import Claim, Movement, Opening, TraceInput
from analytics.tracing.order import both_orders, reorder
from analytics.tracing.policy import OrderPolicy, Policy
from tests.analytics.tracing.random_traces import one_asset

DAY = 86_400_000_000


def day_rows(*rows: tuple[str, str, str, int], day: int = 0) -> tuple[Movement, ...]:
    return tuple(
        Movement(i, debit, credit, amount, lo=day * DAY, hi=(day + 1) * DAY, order_known=False)
        for i, debit, credit, amount in rows
    )


def ids(trace_input: TraceInput, order: OrderPolicy) -> list[str]:
    return [m.id for m in reorder(trace_input, Policy(order_policy=order)).movements]


ROWS = day_rows(("out", "N", "shop", 40), ("hop", "M", "N", 50), ("in", "victim", "M", 60))
GIVEN = TraceInput(
    ("M", "N"), ROWS, (Opening("M", "_own", 50), Opening("N", "_own", 40)), (Claim("in", "A"),)
)


def test_credits_come_first_in_every_ledger() -> None:
    assert ids(GIVEN, "credits_first") == ["in", "hop", "out"]
    assert ids(replace(GIVEN, movements=ROWS[::-1]), "debits_first") == ["out", "hop", "in"]
    assert ids(GIVEN, "as_given") == ["out", "hop", "in"]


def test_both_answers_are_given_where_the_order_moves_a_figure() -> None:
    both = both_orders(GIVEN, Policy(rule="tainted_first"))
    assert both is not None
    first, last = both
    assert [leg.amount for leg in first.spent if leg.owner == "A"] == [40]
    assert [leg.amount for leg in last.spent if leg.owner == "A"] == []
    assert first.policy.order_policy == "credits_first"


def test_nothing_is_given_twice_where_the_order_moves_no_figure() -> None:
    assert both_orders(replace(GIVEN, claims=()), Policy(rule="own_first")) is None
    known = tuple(replace(m, order_known=True) for m in ROWS)
    assert both_orders(replace(GIVEN, movements=known), Policy(rule="tainted_first")) is None


def test_only_overlapping_neighbours_of_unknown_order_move() -> None:
    later = day_rows(("late in", "b", "M", 5), day=1)
    pinned = (replace(ROWS[1], order_known=True),)
    given_input = replace(GIVEN, movements=(ROWS[0], *pinned, *later, ROWS[2]), claims=())
    assert ids(given_input, "credits_first") == ["out", "hop", "late in", "in"]


def test_a_circle_of_payments_keeps_the_order_given() -> None:
    circle = day_rows(("ab", "M", "N", 1), ("ba", "N", "M", 1))
    assert ids(TraceInput(("M", "N"), circle), "credits_first") == ["ab", "ba"]
    assert ids(TraceInput(("M", "N"), circle), "debits_first") == ["ab", "ba"]


def test_a_reversal_stays_behind_what_it_reverses() -> None:
    rows = day_rows(("pay", "M", "shop", 5), ("back", "shop", "M", 5))
    rows = (rows[0], replace(rows[1], reverses="pay"))
    assert ids(TraceInput(("M",), rows), "credits_first") == ["pay", "back"]


@pytest.mark.parametrize("order", ["credits_first", "debits_first"])
@given(trace_input=one_asset(), spans=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=12))
def test_sorting_loses_nothing_and_is_stable(
    order: OrderPolicy, trace_input: TraceInput, spans: list[tuple[int, int]]
) -> None:
    moves = tuple(
        replace(m, lo=lo, hi=lo + span, order_known=bool(span % 4))
        for m, (lo, span) in zip(trace_input.movements, spans, strict=False)
    )
    given_input = replace(trace_input, movements=moves)
    once = reorder(given_input, Policy(order_policy=order))
    assert sorted(m.id for m in once.movements) == sorted(m.id for m in moves)
    before = {m.id: i for i, m in enumerate(once.movements)}
    for m in moves:
        for other in (m.reverses, m.follows):
            assert other is None or before[other] < before[m.id]
