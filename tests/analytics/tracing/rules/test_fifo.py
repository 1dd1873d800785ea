"""First in, first out: the head of the queue leaves, and returns to the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analytics.tracing.rules.fifo import RULE
from tests.analytics.tracing.rules.hand_worked import debit_of_60, put_back
from tests.contracts.tracing_rule import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.tracing.rule import TracingRule


@pytest.mark.parametrize("promise", CONTRACT, ids=lambda promise: promise.__name__)
def test_the_contract_is_kept(promise: Callable[[TracingRule], None]) -> None:
    promise(RULE)


def test_a_debit_worked_by_hand() -> None:
    taken, left = debit_of_60(RULE)
    assert taken == [("_own", 40), ("A", 20)]
    assert left == [("A", 10), ("_own", 10), ("B", 20)]


def test_a_reversal_puts_back_where_it_came_from() -> None:
    assert put_back(RULE) == [("_own", 40), ("A", 20), ("A", 10), ("_own", 10), ("B", 20)]
