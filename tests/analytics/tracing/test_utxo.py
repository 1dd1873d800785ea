"""One chain transaction: rules conserve, poison has no amounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import TraceInputError
from analytics.tracing.arithmetic import Exact
from analytics.tracing.utxo import FEE, HAIRCUT, ChainTransaction, poison, spread
from tests.analytics.tracing.random_traces import rules

COINS = ChainTransaction((("Thief", 3), ("_own", 7)), (("o1", 2), ("o2", 5)), 3)


def test_the_fee_is_the_last_output() -> None:
    assert spread(COINS, "lifo", Exact()) == {"o1": {"_own": 2}, "o2": {"_own": 5}, FEE: {"Thief": 3}}


def test_haircut_spreads_in_proportion() -> None:
    assert str(spread(COINS, HAIRCUT, Exact())["o1"]["Thief"]) == "3/5"


def test_poison_names_owners_and_no_amount() -> None:
    assert poison(COINS) == {"o1": ("Thief",), "o2": ("Thief",), FEE: ("Thief",)}


def test_inputs_must_equal_outputs_and_fee() -> None:
    with pytest.raises(TraceInputError, match="inputs differ"):
        ChainTransaction((("A", 3),), (("o", 2),))
    with pytest.raises(TraceInputError, match="negative"):
        ChainTransaction((("A", 3),), (("o", 4),), -1)


@given(
    inputs=st.lists(
        st.tuples(st.sampled_from(("_own", "A", "B")), st.integers(1, 9)), min_size=1, max_size=5
    ),
    cuts=st.lists(st.integers(0, 9), max_size=4),
    rule=rules,
)
def test_every_rule_gives_each_owner_back(inputs: list[tuple[str, int]], cuts: list[int], rule: str) -> None:
    left = sum(amount for _, amount in inputs)
    outputs: list[tuple[str, int]] = []
    for i, cut in enumerate(cuts):
        outputs.append((f"o{i}", min(cut, left)))
        left -= outputs[-1][1]
    transaction = ChainTransaction(tuple(inputs), tuple(outputs), left)
    found = spread(transaction, rule, Exact())
    for owner in ("_own", "A", "B"):
        brought = sum(amount for name, amount in inputs if name == owner)
        assert sum(parts.get(owner, 0) for parts in found.values()) == brought
