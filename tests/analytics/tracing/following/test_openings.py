from __future__ import annotations

import pytest

from analytics.tracing.movements import BANK, OWN
from graph.model.provenance import Balance
from tests.analytics.tracing.following.evidence import Evidence
from tests.analytics.tracing.following.statements import followed, where


def opening(evidence: Evidence, seed: str) -> list[tuple[str, str, int, str]]:
    found = followed(evidence, seed).trace_input.openings
    return [(o.ledger, o.owner, int(o.amount), o.basis) for o in found]


def collected(balance: int | None) -> tuple[Evidence, str]:
    evidence = Evidence()
    seed = evidence.row("m", 1, "V", "M", 100, 10, statement="M", balance=balance)
    evidence.row("m", 2, "M", "N", 60, 20, statement="M", balance=None if balance is None else balance - 60)
    return evidence, seed


def test_the_first_printed_balance_gives_what_was_there_before() -> None:
    assert opening(*collected(150)) == [("M|KES:2", OWN, 50, "derived")]


def test_a_balance_below_zero_before_is_the_banks_money() -> None:
    evidence, seed = collected(70)
    assert opening(evidence, seed) == [("M|KES:2", BANK, -30, "derived")]
    evidence.balance("M", Balance.RECONCILES)
    assert where(followed(evidence, seed))["swallowed", "M"] == 30


def test_a_history_known_to_be_whole_opens_with_nothing() -> None:
    evidence, seed = collected(None)
    evidence.fact("statement", "M", complete=True)
    found = followed(evidence, seed)
    assert found.trace_input.openings == ()
    assert found.notes["M|KES:2"].basis == "known"
    assert not found.notes["M|KES:2"].incomplete


def test_else_the_least_is_assumed_that_its_payments_need_and_said() -> None:
    evidence = Evidence()
    evidence.row("n", 1, "M", "S", 40, 5)
    seed = evidence.row("n", 2, "V", "M", 100, 10)
    evidence.row("n", 3, "M", "N", 120, 20)
    found = followed(evidence, seed)
    assert [(o.owner, o.amount, o.basis) for o in found.trace_input.openings] == [(OWN, 60, "assumed")]
    assert any("no statement of its own" in gap and "assumed" in gap for gap in found.gaps)
    assert found.trace_input.incomplete == {"M|KES:2"}


def test_what_other_sources_moved_before_the_statement_begins_is_not_counted_twice() -> None:
    evidence = Evidence()
    seed = evidence.row("v", 1, "V", "M", 100, 10, statement="V")
    evidence.row("m", 1, "M", "N", 60, 1000, statement="M", balance=90)
    assert opening(evidence, seed) == [("M|KES:2", OWN, 50, "derived")]
    assert where(followed(evidence, seed)) == {("holdings", "M"): 90, ("holdings", "N"): 10}


def test_where_less_is_printed_than_earlier_payments_left_nothing_is_made_the_banks() -> None:
    evidence = Evidence()
    seed = evidence.row("v", 1, "V", "M", 100, 10, statement="V")
    evidence.row("m", 1, "M", "N", 5, 1000, statement="M", balance=0)
    found = followed(evidence, seed)
    assert found.trace_input.openings == ()
    assert found.notes["M|KES:2"].basis == "assumed"


@pytest.mark.parametrize(
    ("first", "second", "verdict", "incomplete"),
    [
        (Balance.RECONCILES, Balance.RECONCILES, "reconciles", False),
        (Balance.BREAKS, Balance.RECONCILES, "breaks", True),
        (Balance.RECONCILES, Balance.INCOMPLETE, "incomplete", True),
        (Balance.NONE, Balance.RECONCILES, "reconciles", False),
    ],
)
def test_of_several_files_of_one_statement_the_worst_check_counts(
    first: Balance, second: Balance, verdict: str, incomplete: bool
) -> None:
    evidence, seed = collected(150)
    evidence.balance("M", first)
    evidence.balance("M", second)
    note = followed(evidence, seed).notes["M|KES:2"]
    assert (note.balance_check, note.incomplete) == (verdict, incomplete)
