from __future__ import annotations

import pytest

from analytics.errors import AnalyticsError
from graph.model.results import AssertionKind, instrument_at
from tests.analytics.tracing.following.evidence import DAY, KES, USDT, Evidence
from tests.analytics.tracing.following.statements import followed, where


def test_two_statements_of_one_payment_move_its_money_once() -> None:
    evidence = Evidence()
    seed = evidence.row("a", 1, "V", "A", 100, 10, statement="A", balance=100)
    paid = evidence.row("a", 2, "A", "~B", 60, 20, statement="A", balance=40)
    came = evidence.row("b", 1, "~A", "B", 60, 20, statement="B", balance=60)
    apart = followed(evidence, seed)
    assert where(apart) == {("holdings", "A"): 40, ("holdings", "~B"): 60}
    evidence.link(paid, came)
    joined = followed(evidence, seed)
    assert where(joined) == {("holdings", "A"): 40, ("holdings", "B"): 60}
    assert {r.observation for r in joined.cites[min(paid, came)]} == {paid, came}


def test_two_equal_rows_move_money_twice() -> None:
    evidence = Evidence()
    seed = evidence.row("a", 1, "V", "A", 100, 10, statement="A", balance=100)
    evidence.row("a", 2, "A", "B", 30, 20, statement="A", balance=70)
    evidence.row("a", 3, "A", "B", 30, 20, statement="A", balance=40)
    assert where(followed(evidence, seed)) == {("holdings", "A"): 40, ("holdings", "B"): 60}


def test_a_fee_follows_its_payment_and_counts_as_a_fee() -> None:
    evidence = Evidence()
    seed = evidence.row("a", 1, "V", "A", 100, 10, statement="A", balance=100)
    evidence.row("a", 2, "A", "B", 90, 20, statement="A", balance=10)
    evidence.row("a", 2, "A", None, 10, 20, statement="A", kind="fee", balance=0)
    found = followed(evidence, seed)
    assert {k: n for (k, _), n in where(found).items()} == {"holdings": 90, "fees": 10}


def test_an_overdraft_repaid_swallows_the_money() -> None:
    evidence = Evidence({"OD": "paybill"})
    seed = evidence.row("a", 1, "V", "A", 100, 10, statement="A", balance=100)
    evidence.row("a", 2, "A", "OD", 30, 11, statement="A", kind="overdraft", balance=70)
    assert where(followed(evidence, seed)) == {("holdings", "A"): 70, ("swallowed", "OD"): 30}


@pytest.mark.parametrize("status", ["failed", "pending", "reversed"])
def test_what_did_not_complete_moves_nothing_and_carries_no_claim(status: str) -> None:
    evidence = Evidence()
    seed = evidence.row("a", 1, "V", "A", 100, 10, statement="A", balance=100)
    dead = evidence.row("a", 2, "A", "B", 60, 20, statement="A", balance=100, status=status)
    assert where(followed(evidence, seed)) == {("holdings", "A"): 100}
    with pytest.raises(AnalyticsError, match="no completed payment"):
        followed(evidence, dead)


def test_claims_in_several_assets_are_refused() -> None:
    evidence = Evidence()
    seed = evidence.row("a", 1, "V", "A", 100, 10)
    other = evidence.row("t", 1, "V", "A", 100, 10, asset=USDT)
    with pytest.raises(AnalyticsError, match="one asset"):
        followed(evidence, seed, other)
    with pytest.raises(AnalyticsError, match="one asset"):
        followed(evidence)


def test_several_claims_stay_apart() -> None:
    evidence = Evidence()
    one = evidence.row("a", 1, "V", "A", 100, 10, statement="A", balance=100)
    two = evidence.row("a", 2, "W", "A", 50, 11, statement="A", balance=150)
    evidence.row("a", 3, "A", "B", 120, 20, statement="A", balance=30)
    found = followed(evidence, one, two)
    assert [(c.movement, c.claimant) for c in found.trace_input.claims] == [(one, "V1"), (two, "V2")]
    assert where(found, "fifo") == {("holdings", "A"): 30, ("holdings", "B"): 120}


def test_a_seed_is_found_by_any_observation_of_its_event() -> None:
    evidence = Evidence()
    paid = evidence.row("v", 1, "V", "~A", 100, 10, statement="V")
    came = evidence.row("a", 1, "~V", "A", 100, 10, statement="A", balance=100)
    evidence.row("a", 2, "A", "B", 100, 20, statement="A", balance=0)
    evidence.link(paid, came)
    assert where(followed(evidence, paid)) == where(followed(evidence, came)) == {("holdings", "B"): 100}


def reversed_payment(*, by_rail: bool) -> tuple[Evidence, str, str, str]:
    """A's money goes to a shop nobody names twice alike, and comes back after own money came."""
    evidence = Evidence({"shop": "unknown", "shop again": "unknown"})
    seed = evidence.row("a", 1, "V", "A", 100, 10, statement="A", balance=100)
    paid = evidence.row("a", 2, "A", "shop", 60, 20, statement="A", balance=40)
    back = evidence.row(
        "a", 3, "shop again", "A", 60, 30, statement="A", balance=100, reverses=paid if by_rail else None
    )
    return evidence, seed, paid, back


def test_a_reversal_by_the_rail_restores_the_claim() -> None:
    evidence, seed, paid, back = reversed_payment(by_rail=True)
    found = followed(evidence, seed)
    assert {m.id: m.reverses for m in found.trace_input.movements}[back] == paid
    assert where(found) == {("holdings", "A"): 100}


def test_a_likeness_is_no_reversal_until_a_person_says_so() -> None:
    evidence, seed, paid, back = reversed_payment(by_rail=False)
    assert where(followed(evidence, seed)) == {("holdings", "A"): 40, ("spent", "shop"): 60}
    said = evidence.state(AssertionKind.REVERSES, back, paid)
    found = followed(evidence, seed, assertions=[said])
    assert where(found) == {("holdings", "A"): 100}
    assert found.assertions == (said,)
    assert where(followed(evidence, seed)) == {("holdings", "A"): 40, ("spent", "shop"): 60}


def test_a_stated_reversal_that_fits_nothing_is_named() -> None:
    evidence, seed, paid, back = reversed_payment(by_rail=False)
    for subject, other in ((paid, back), (back, seed)):
        said = evidence.state(AssertionKind.REVERSES, subject, other)
        found = followed(evidence, seed, assertions=[said])
        assert any(said.id in gap and "not applied" in gap for gap in found.gaps)
        assert where(found) == {("holdings", "A"): 40, ("spent", "shop"): 60}


def test_nothing_is_reversed_twice() -> None:
    evidence, seed, paid, _ = reversed_payment(by_rail=True)
    again = evidence.row("a", 4, "shop again", "A", 60, 40, statement="A", balance=160, reverses=paid)
    found = followed(evidence, seed)
    assert {m.id: m.reverses for m in found.trace_input.movements}[again] is None
    assert where(found) == {("holdings", "A"): 100}


def test_a_payment_between_other_ends_is_no_reversal_whatever_the_record_says() -> None:
    evidence = Evidence()
    seed = evidence.row("a", 1, "V", "A", 60, 10, statement="A", balance=60)
    wrong = evidence.row("a", 2, "X", "A", 60, 20, statement="A", balance=120, reverses=seed)
    found = followed(evidence, seed)
    movement = next(m for m in found.trace_input.movements if m.id == wrong)
    assert (movement.reverses, movement.debit) == (None, "X|KES:2")
    assert where(found) == {("holdings", "A"): 60}


def test_a_stated_backward_link_is_named_as_not_applied() -> None:
    evidence, seed, paid, _ = reversed_payment(by_rail=True)
    said = evidence.state(AssertionKind.BACKWARD_LINK, paid, seed)
    found = followed(evidence, seed, assertions=[said])
    assert any(said.id in gap and "backwards" in gap for gap in found.gaps)


def withdrawal(*, own_record: bool) -> tuple[Evidence, str, str]:
    """A pays into U at an exchange, whose hot wallet H later pays W."""
    evidence = Evidence({"U": "exchange", "H": "tron", "W": "tron"})
    seed = evidence.row("a", 1, "V", "U", 100, 10)
    sent = evidence.row("w", 1, "H", "W", 80, 20, statement="W")
    if own_record:
        evidence.link(sent, evidence.row("h", 1, "H", "W", 80, 20, statement="H"))
    return evidence, seed, sent


@pytest.mark.parametrize("own_record", [False, True])
def test_whoever_was_acted_for_pays_only_where_a_person_says_so(own_record: bool) -> None:
    evidence, seed, sent = withdrawal(own_record=own_record)
    assert where(followed(evidence, seed)) == {("holdings", "U"): 100}
    said = evidence.state(AssertionKind.PAID_FOR, sent, instrument_at(seed, "credit", KES))
    assert where(followed(evidence, seed)) == {("holdings", "U"): 100}
    found = followed(evidence, seed, assertions=[said])
    assert where(found) == {("holdings", "U"): 20, ("holdings", "W"): 80}
    rows = [r for rows in found.cites.values() for r in rows]
    assert sent in {r.observation for r in rows}


def test_an_instrument_that_no_evidence_shows_is_named_and_changes_nothing() -> None:
    evidence, seed, sent = withdrawal(own_record=False)
    said = evidence.state(AssertionKind.PAID_FOR, sent, instrument_at("no such observation", "credit", KES))
    found = followed(evidence, seed, assertions=[said])
    assert where(found) == {("holdings", "U"): 100}
    assert any(said.id in gap for gap in found.gaps)


def test_a_stated_same_event_counts_only_where_it_is_accepted() -> None:
    evidence = Evidence({"?": "unknown"})
    paid = evidence.row("bank", 1, "V", "?", 100, 0, lasting=DAY, statement="V")
    came = evidence.row("m", 1, "bank", "M", 100, 500, statement="M", balance=100)
    evidence.row("m", 2, "M", "N", 70, 900, statement="M", balance=30)
    said = evidence.state(AssertionKind.SAME_EVENT, paid, came)
    assert where(followed(evidence, paid)) == {("spent", "?"): 100}
    found = followed(evidence, paid, assertions=[said])
    assert where(found) == {("holdings", "M"): 30, ("holdings", "N"): 70}


def test_sources_that_state_different_amounts_are_named() -> None:
    evidence = Evidence()
    seed = evidence.row("a", 1, "V", "A", 100, 10, statement="A", balance=100)
    paid = evidence.row("a", 2, "A", "B", 60, 20, statement="A", balance=40)
    evidence.link(paid, evidence.row("b", 1, "A", "B", 59, 20, statement="B", balance=59))
    assert any("different amounts" in gap for gap in followed(evidence, seed).gaps)


def test_sources_that_contradict_each_others_order_are_named() -> None:
    evidence = Evidence()
    seeds = []
    for amount, at, first, second in ((10, 10, 1, 2), (20, 20, 2, 1)):
        one = evidence.row("a", amount, "A", "B", amount, at, statement="A", seq=first)
        evidence.link(one, evidence.row("b", amount, "A", "B", amount, at, statement="B", seq=second))
        seeds.append(one)
    assert any("contradict" in gap for gap in followed(evidence, seeds[0]).gaps)


def test_an_order_that_no_source_states_is_marked() -> None:
    evidence = Evidence()
    seed = evidence.row("bank", 1, "V", "M", 100, 0, lasting=DAY)
    evidence.row("m", 1, "M", "N", 70, 900, statement="M")
    evidence.row("m", 2, "M", "N", 30, 2 * 86_400, statement="M")
    known = [m.order_known for m in followed(evidence, seed).trace_input.movements]
    assert known == [False, False, True]
