from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analytics.tracing.band import compare
from analytics.tracing.following import Budget
from analytics.tracing.policy import Policy
from tests.analytics.tracing.following.evidence import Evidence
from tests.analytics.tracing.following.statements import followed, where


def chain(length: int) -> tuple[Evidence, str]:
    """V pays N0, who pays N1 and so on."""
    evidence = Evidence()
    seed = evidence.row("f", 1, "V", "N0", 100, 10)
    for n in range(length):
        evidence.row("f", n + 2, f"N{n}", f"N{n + 1}", 100, 20 + n)
    return evidence, seed


def test_money_is_followed_to_the_last_payment_known() -> None:
    evidence, seed = chain(5)
    assert where(followed(evidence, seed)) == {("holdings", "N5"): 100}


def test_a_budget_of_ledgers_cuts_and_names_where() -> None:
    evidence, seed = chain(5)
    found = followed(evidence, seed, budget=Budget(ledgers=3))
    assert found.cut == {"N3|KES:2": "budget of 3 ledgers reached; not followed"}
    assert where(found) == {("holdings", "N3"): 100}


def test_a_hub_is_not_followed_and_named() -> None:
    evidence, seed = chain(3)
    for n in range(30):
        evidence.row("hub", n, f"P{n}", "N2", 1, 5)
    found = followed(evidence, seed, budget=Budget(rows=20))
    assert found.cut == {"N2|KES:2": "more than 20 rows; not followed"}
    assert where(found) == {("holdings", "N2"): 100}


def test_a_claim_that_arrives_at_a_hub_stops_there_and_is_named() -> None:
    evidence, seed = chain(3)
    for n in range(30):
        evidence.row("hub", n, f"P{n}", "N0", 1, 5)
    found = followed(evidence, seed, budget=Budget(rows=20))
    assert set(found.cut) == {"N0|KES:2"}
    assert found.trace_input.ledgers == ()
    assert where(found) == {("holdings", "N0"): 100}


def test_an_institutions_own_account_is_not_followed() -> None:
    evidence, seed = chain(3)
    evidence.fact("tag", "N2", text="Example Exchange", category="exchange_hot_wallet")
    found = followed(evidence, seed)
    assert where(found) == {("holdings", "N2"): 100}
    assert "Example Exchange" in found.trace_input.ends["N2|KES:2"].reason


def test_what_left_before_the_money_came_is_not_followed() -> None:
    evidence = Evidence()
    evidence.row("f", 1, "M", "N", 100, 5)
    seed = evidence.row("f", 2, "V", "M", 100, 10)
    evidence.row("f", 3, "N", "Z", 100, 20)
    found = followed(evidence, seed)
    assert where(found) == {("holdings", "M"): 100}
    assert "N|KES:2" not in found.trace_input.ledgers


def test_money_that_comes_back_later_is_followed_again() -> None:
    evidence = Evidence()
    seed = evidence.row("f", 1, "V", "A", 100, 10)
    evidence.row("f", 2, "A", "B", 100, 20)
    evidence.row("f", 3, "B", "A", 70, 30)
    evidence.row("f", 4, "A", "C", 50, 40)
    assert where(followed(evidence, seed)) == {
        ("holdings", "A"): 20,
        ("holdings", "B"): 30,
        ("holdings", "C"): 50,
    }


def test_an_earlier_arrival_by_another_way_opens_what_left_in_between() -> None:
    evidence = Evidence()
    late = evidence.row("f", 9, "V", "A", 100, 50)
    early = evidence.row("f", 1, "W", "B", 40, 10)
    evidence.row("f", 2, "B", "A", 40, 20)
    evidence.row("f", 3, "A", "C", 40, 30)
    evidence.row("f", 4, "C", "D", 40, 35)
    assert where(followed(evidence, late, early)) == {("holdings", "A"): 100, ("holdings", "D"): 40}


def test_a_vague_start_holds_no_money_unless_it_has_a_statement() -> None:
    for kind, outcome in (("unknown", "spent"), ("agent", "spent"), ("msisdn", "holdings")):
        evidence = Evidence({"M": kind})
        seed = evidence.row("f", 1, "V", "M", 100, 10)
        evidence.row("g", 1, "M", "N", 100, 20)
        place = "N" if kind == "msisdn" else "M"
        assert where(followed(evidence, seed)) == {(outcome, place): 100}
    evidence = Evidence({"M": "till"})
    seed = evidence.row("f", 1, "V", "M", 100, 10, statement="M", balance=100)
    evidence.row("f", 2, "M", "N", 60, 20, statement="M", balance=40)
    assert where(followed(evidence, seed)) == {("holdings", "M"): 40, ("holdings", "N"): 60}


def test_what_a_till_paid_to_others_is_not_taken_for_money_that_went_in() -> None:
    for kind in ("till", "agent", "unknown"):
        evidence = Evidence({"shop": kind})
        seed = evidence.row("a", 1, "V", "A", 100, 10, statement="A", balance=100)
        evidence.row("a", 2, "A", "shop", 100, 20, statement="A", balance=0)
        evidence.row("n", 1, "shop", "N", 100, 30, statement="N", balance=100)
        assert where(followed(evidence, seed)) == {("spent", "shop"): 100}


nodes = st.sampled_from(["A", "B", "C", "D"])


@given(st.lists(st.tuples(nodes, nodes, st.integers(1, 50), st.integers(11, 30)), max_size=15))
def test_circles_end_and_every_rule_accounts_for_the_claim(
    drawn: list[tuple[str, str, int, int]],
) -> None:
    evidence = Evidence()
    seed = evidence.row("f", 0, "V", "A", 100, 10)
    for line, (debit, credit, units, at) in enumerate(drawn, 1):
        if debit != credit:
            evidence.row("f", line, debit, credit, units, at)
    found = followed(evidence, seed)
    assert len(set(found.trace_input.ledgers)) <= 4
    for rule in compare(found.trace_input, Policy()).results:
        assert sum(where(found, rule).values()) == 100
