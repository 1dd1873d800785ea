"""Own money first: all 50 of it, then 10 from A and B in proportion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analytics.tracing.rules.own_first import RULE
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
    assert taken == [("_own", 40), ("_own", 10), ("A", 6), ("B", 4)]
    assert left == [("A", 24), ("B", 16)]


def test_a_reversal_puts_back_where_it_came_from() -> None:
    assert put_back(RULE) == [("A", 24), ("B", 16), ("_own", 40), ("_own", 10), ("A", 6), ("B", 4)]
