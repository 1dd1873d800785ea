"""Last in, first out: the top of the stack leaves, and returns to the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analytics.tracing.rules.lifo import RULE
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
    assert taken == [("B", 20), ("_own", 10), ("A", 30)]
    assert left == [("_own", 40)]


def test_a_reversal_puts_back_where_it_came_from() -> None:
    assert put_back(RULE) == [("_own", 40), ("A", 30), ("_own", 10), ("B", 20)]
