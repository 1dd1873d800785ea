"""Tainted money first: all 50 of the claimants, then 10 of own money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analytics.tracing.rules.tainted_first import RULE
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
    assert taken == [("A", 30), ("B", 20), ("_own", 8), ("_own", 2)]
    assert left == [("_own", 32), ("_own", 8)]


def test_a_reversal_puts_back_where_it_came_from() -> None:
    assert put_back(RULE) == [("_own", 32), ("_own", 8), ("A", 30), ("B", 20), ("_own", 8), ("_own", 2)]
