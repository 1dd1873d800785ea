"""The engine on hand-worked ledgers: what is the same under every rule."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.errors import TraceInputError
from analytics.tracing.band import trace
from analytics.tracing.conservation import faults
from analytics.tracing.engine import run
from analytics.tracing.movements import Claim, End, Movement, Opening, TraceInput
from analytics.tracing.policy import Policy
from tests.analytics.tracing.random_traces import RULES, halves, one_asset, rules

if TYPE_CHECKING:
    from analytics.tracing.movements import Number
    from analytics.tracing.result import TraceResult

EVERY_RULE = pytest.mark.parametrize("rule", RULES)


def held(result: TraceResult, place: str) -> dict[str, Number]:
    return {owner: part.amount for owner, part in result.at(place).items()}


def flow(result: TraceResult, movement: str) -> dict[str, Number]:
    return {owner: part.amount for owner, part in result.hop(movement).composition.items()}


def moves(*rows: tuple[str, str | None, str | None, int]) -> tuple[Movement, ...]:
    return tuple(Movement(name, debit, credit, amount) for name, debit, credit, amount in rows)


@EVERY_RULE
def test_a_reversed_credit_already_spent_leaves_an_overdraft(rule: str) -> None:
    rows = moves(("t1", "victim", "M", 100), ("t2", "M", "N", 100), ("t3", "N", "shop", 80))
    back = Movement("t4", "N", "M", 100, reverses="t2")
    result = trace(TraceInput(("M", "N"), (*rows, back), claims=(Claim("t1", "A"),)), Policy(rule=rule))
    assert held(result, "M") == {"A": 20, "_bank": 80}
    assert held(result, "N") == {}
    assert result.overdrafts == {"N": 80}
    assert [stop.kind for stop in result.stops] == ["spent", "reversal_short"]


@EVERY_RULE
def test_reversing_everything_restores_the_openings(rule: str) -> None:
    rows = moves(
        ("t1", "victim", "M", 70), ("t2", "M", "N", 60), ("t3", "N", "shop", 45), ("t4", "M", "N", 30)
    )
    back = tuple(Movement(f"r{m.id}", m.credit, m.debit, m.amount, reverses=m.id) for m in reversed(rows))
    opening = (Opening("M", "_own", 40), Opening("N", "B", 5))
    given_input = TraceInput(("M", "N"), (*rows, *back), opening, (Claim("t1", "A"),))
    result = trace(given_input, Policy(rule=rule))
    assert (held(result, "M"), held(result, "N")) == ({"_own": 40}, {"B": 5})
    assert held(result, "victim") == {"A": 70}
    assert sum(leg.amount for leg in result.spent) == 0


@EVERY_RULE
def test_the_bank_is_repaid_first_when_an_overdrawing_debit_is_reversed(rule: str) -> None:
    rows = moves(("t1", "victim", "M", 50), ("t2", "M", "shop", 120))
    back = Movement("t3", "shop", "M", 120, reverses="t2")
    result = trace(TraceInput(("M",), (*rows, back), claims=(Claim("t1", "A"),)), Policy(rule=rule))
    assert held(result, "M") == {"A": 50}
    assert [(leg.owner, leg.amount) for leg in result.swallowed] == [("_bank", 70)]


def test_a_reversal_as_a_new_payment_gives_another_answer() -> None:
    rows = moves(("t1", "victim", "M", 50), ("t2", "M", "N", 60))
    back = Movement("t3", "N", "M", 60, reverses="t2")
    spend = Movement("t4", "M", "shop", 20)
    given_input = TraceInput(
        ("M", "N"), (*rows, back, spend), (Opening("M", "_own", 40),), (Claim("t1", "A"),)
    )
    restored = trace(given_input, Policy(rule="fifo"))
    renewed = trace(given_input, Policy(rule="fifo", reversal_policy="new_payment"))
    assert (flow(restored, "t4"), held(restored, "M")) == ({"_own": 20}, {"A": 50, "_own": 20})
    assert (flow(renewed, "t4"), held(renewed, "M")) == ({"A": 20}, {"A": 30, "_own": 40})


@pytest.mark.parametrize("rule", ["fifo", "lifo"])
def test_a_partial_reversal_undoes_the_last_drawn_first(rule: str) -> None:
    order = {"fifo": ("_own", "A"), "lifo": ("A", "_own")}[rule]
    rows = moves(("t1", "victim", "M", 50), ("t2", "M", "N", 80))
    back = Movement("t3", "N", "M", 10, reverses="t2")
    given_input = TraceInput(("M", "N"), (*rows, back), (Opening("M", "_own", 50),), (Claim("t1", "A"),))
    result = trace(given_input, Policy(rule=rule))
    assert held(result, "N") == {order[0]: 50, order[1]: 20}
    assert flow(result, "t3") == {order[1]: 10}


@EVERY_RULE
def test_a_conversion_keeps_fractions_and_the_claim(rule: str) -> None:
    rows = (
        Movement("t1", "victim", "M", 1000),
        Movement("t2", "M", "U", 1000, credited=7),
        Movement("t3", "U", "exchange", 3, kind="fee"),
        Movement("t4", "U", "M2", 4, credited=900),
    )
    assets = {"M": "KES", "M2": "KES", "U": "USDT"}
    given_input = TraceInput(
        ("M", "U", "M2"), rows, claims=(Claim("t1", "A"),), assets=assets, claim_asset="KES"
    )
    result = trace(given_input, Policy(rule=rule))
    part = result.at("M2")["A"]
    assert (part.amount, part.principal) == (900, Fraction(4000, 7))
    assert [(leg.asset, leg.amount, leg.principal) for leg in result.fees] == [("USDT", 3, Fraction(3000, 7))]


def test_a_conversion_into_nothing_loses_the_claim_there() -> None:
    rows = (Movement("t1", "victim", "M", 10), Movement("t2", "M", "U", 10, credited=0))
    assets = {"M": "KES", "U": "SCAM"}
    given_input = TraceInput(("M", "U"), rows, claims=(Claim("t1", "A"),), assets=assets, claim_asset="KES")
    result = trace(given_input, Policy())
    assert [(leg.owner, leg.asset, leg.principal) for leg in result.lost] == [("A", "KES", 10)]


def test_a_later_claim_does_not_displace_an_earlier_one() -> None:
    rows = moves(("t1", "a", "M", 60), ("t2", "own", "M", 40), ("t3", "M", "N", 100))
    claims = (Claim("t1", "A"), Claim("t3", "B"))
    result = trace(TraceInput(("M", "N"), rows, claims=claims), Policy())
    assert held(result, "N") == {"A": 60, "B": 40}
    assert [(leg.owner, leg.principal) for leg in result.lost] == [("B", 60)]
    assert "competing_claim" in {stop.kind for stop in result.stops}


@EVERY_RULE
def test_an_asserted_direct_match_follows_its_credit_and_can_be_ignored(rule: str) -> None:
    rows = moves(("t1", "a", "M", 60), ("t2", "own", "M", 40), ("t3", "b", "M", 30))
    onward = Movement("t4", "M", "N", 29, follows="t3")
    given_input = TraceInput(("M", "N"), (*rows, onward), claims=(Claim("t1", "A"), Claim("t3", "B")))
    assert held(trace(given_input, Policy(rule=rule)), "N") == {"B": 29}
    ignored = trace(given_input, Policy(rule=rule, direct_matches="ignored"))
    plain = trace(replace(given_input, movements=(*rows, replace(onward, follows=None))), Policy(rule=rule))
    assert held(ignored, "N") == held(plain, "N")


@EVERY_RULE
def test_a_debit_beyond_the_balance_is_an_overdraft_or_a_gap(rule: str) -> None:
    rows = moves(("t1", "a", "M", 60), ("t2", "M", "shop", 100), ("t3", "b", "M", 50))
    given_input = TraceInput(("M",), rows, claims=(Claim("t1", "A"), Claim("t3", "B")))
    result = trace(given_input, Policy(rule=rule))
    assert flow(result, "t2") == {"A": 60, "_bank": 40}
    assert held(result, "M") == {"B": 10}
    seen = trace(replace(given_input, incomplete=frozenset({"M"})), Policy(rule=rule))
    assert flow(seen, "t2") == {"A": 60, "_own": 40}
    assert held(seen, "M") == {"B": 50}
    assert [(gap.movement, gap.amount) for gap in seen.gaps] == [("t2", 40)]
    assert trace(given_input, Policy(rule=rule, data_gaps="outside_money")).gaps == seen.gaps


@pytest.mark.parametrize(
    ("rule", "swallowed"), [("fifo", {"A": 30}), ("pro_rata_rolling", {"A": 15, "B": 15})]
)
def test_a_mixed_credit_repays_by_its_front_or_its_composition(rule: str, swallowed: dict[str, int]) -> None:
    rows = moves(("t1", "a", "M", 50), ("t2", "b", "M", 50), ("t3", "M", "N", 100))
    given_input = TraceInput(
        ("M", "N"), rows, (Opening("N", "_bank", -30),), (Claim("t1", "A"), Claim("t2", "B"))
    )
    result = trace(given_input, Policy(rule=rule))
    assert {leg.owner: leg.amount for leg in result.swallowed} == swallowed


def test_ends_count_as_declared_and_an_unfollowed_return_is_told() -> None:
    rows = moves(
        ("t1", "a", "M", 60), ("t2", "M", "car", 30), ("t3", "M", "bridge", 10), ("t4", "car", "M", 25)
    )
    ends = {"car": End("car", "held", "restrained"), "bridge": End("bridge", "lost", "hacked")}
    result = trace(TraceInput(("M",), rows, claims=(Claim("t1", "A"),), ends=ends), Policy())
    assert held(result, "car") == {"A": 30}
    assert [(leg.place, leg.amount) for leg in result.lost] == [("bridge", 10)]
    assert [(s.kind, s.place) for s in result.stops if s.reason.startswith("an end")] == [
        ("untraced_return", "car")
    ]


def test_two_claims_share_one_credit_in_their_order() -> None:
    rows = moves(("t1", "till", "M", 100), ("t2", "M", "shop", 50))
    claims = (Claim("t1", "A", 30), Claim("t1", "B", 30))
    result = trace(TraceInput(("M",), rows, claims=claims), Policy(rule="fifo"))
    assert flow(result, "t2") == {"A": 30, "B": 20}
    assert held(result, "M") == {"B": 10, "_own": 40}


@given(trace_input=one_asset(references=False), rule=rules)
def test_splitting_a_debit_into_halves_changes_nothing(trace_input: TraceInput, rule: str) -> None:
    movement = trace_input.movements[-1]
    assume(movement.id not in {claim.movement for claim in trace_input.claims})
    assume(movement.debit != movement.credit)
    whole, split = (
        run(trace_input, Policy(rule=rule)),
        run(halves(trace_input, movement.id), Policy(rule=rule)),
    )
    assume(movement.id not in {leg.movement for leg in whole.swallowed})
    for place in (*trace_input.ledgers, "frozen"):
        assert whole.at(place) == split.at(place)
    assert whole.overdrafts == split.overdrafts


@given(
    events=st.lists(st.tuples(st.sampled_from(("own", "claim", "debit")), st.integers(1, 50)), max_size=20)
)
def test_for_one_claimant_own_first_is_the_lowest_intermediate_balance(events: list[tuple[str, int]]) -> None:
    balance = ratchet = 0
    rows: list[Movement] = []
    for i, (what, amount) in enumerate(events):
        if what == "debit":
            spent = min(amount, balance)
            rows.append(Movement(f"debit{i}", "M", "shop", spent))
            balance -= spent
            ratchet = min(ratchet, balance)
        else:
            rows.append(Movement(f"{what}{i}", what, "M", amount))
            balance += amount
            ratchet += amount if what == "claim" else 0
    claims = tuple(Claim(m.id, "A") for m in rows if m.debit == "claim")
    result = run(TraceInput(("M",), tuple(rows), claims=claims), Policy(rule="own_first"))
    assert held(result, "M").get("A", 0) == ratchet


@pytest.mark.parametrize(
    ("given_input", "message"),
    [
        (TraceInput(("M",), moves(("t", "a", "M", 1), ("t", "a", "M", 1))), "two movements have one id"),
        (TraceInput(("M",), moves(("t", "a", "M", -1))), "negative"),
        (TraceInput(("M",), (Movement("t", "a", "M", 1, reverses="x"),)), "not before it"),
        (TraceInput(("M",), moves(("t", "a", "M", 1)), claims=(Claim("t", "A", 2),)), "exceed"),
        (TraceInput(("M",), moves(("t", "a", "M", 1)), claims=(Claim("u", "A"),)), "no movement"),
        (TraceInput(("M",), moves(("t", "a", "M", 1)), claims=(Claim("t", "_own"),)), "name of its own"),
        (TraceInput(("M",), (), (Opening("M", "_own", -5),)), "negative exactly when"),
        (TraceInput(("M",), (), (Opening("M", "_own", 5), Opening("M", "_bank", -5))), "both overdrawn"),
        (TraceInput(("M",), (), (Opening("N", "_own", 5),)), "no traced ledger"),
        (TraceInput(("M", "M"), ()), "named twice"),
        (TraceInput(("M",), (Movement("t", "a", "M", 1, credited=2),)), "differ in one asset"),
        (
            TraceInput(("M", "U"), moves(("t", "M", "U", 1)), assets={"M": "KES", "U": "USDT"}),
            "amount received is missing",
        ),
        (
            TraceInput(
                ("M",),
                moves(("t", "a", "M", 1)),
                claims=(Claim("t", "A"),),
                assets={"M": "UGX"},
                claim_asset="KES",
            ),
            "not in the asset in which claims are stated",
        ),
    ],
)
def test_an_input_that_contradicts_itself_is_refused(given_input: TraceInput, message: str) -> None:
    with pytest.raises(TraceInputError, match=message):
        run(given_input, Policy())


@EVERY_RULE
def test_repaying_the_provider_is_swallowed_at_an_end_outside(rule: str) -> None:
    """A wallet's overdraft stands with the provider: no balance is negative, repayment is a debit."""
    moves = (
        Movement("in", "victim", "W", 100),
        Movement("out", "W", "provider|overdraft", 40, kind="overdraft"),
    )
    ends = {"provider|overdraft": End("provider|overdraft", "swallowed", "repaid an overdraft")}
    story = TraceInput(("W",), moves, claims=(Claim("in", "V"),), ends=ends)
    result = trace(story, Policy(rule))
    assert [(leg.owner, leg.amount) for leg in result.swallowed] == [("V", 40)]
    assert result.at("W")["V"].amount == 60
    less = replace(result, swallowed=())
    assert faults(story, less)
