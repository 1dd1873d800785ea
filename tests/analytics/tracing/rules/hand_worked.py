"""One ledger worked by hand for every rule: own 40, A 30, own 10, B 20; a debit of 60; and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.arithmetic import Exact, Fixed
from analytics.tracing.lots import Lot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.tracing.movements import Number
    from analytics.tracing.rule import TracingRule

LEDGER = (Lot("_own", 40), Lot("A", 30, 30, "t1"), Lot("_own", 10), Lot("B", 20, 20, "t2"))

Told = list[tuple[str, "Number"]]


def told(lots: Iterable[Lot]) -> Told:
    """Say lots in order, as (owner, amount)."""
    return [(lot.owner, lot.amount) for lot in lots]


def debit_of_60(rule: TracingRule) -> tuple[Told, Told]:
    """Return what is taken and what stays; both arithmetics must agree, the figures being whole."""
    exact = rule.draw(LEDGER, 60, Exact().begin(), "KES")
    fixed = rule.draw(LEDGER, 60, Fixed(scale=1).begin(), "KES")
    assert exact == fixed
    return told(exact.taken), told(exact.left)


def put_back(rule: TracingRule) -> Told:
    """Return the ledger after the debit of 60 is reversed."""
    draw = rule.draw(LEDGER, 60, Exact().begin(), "KES")
    return told(rule.restore(draw.left, draw.taken))
