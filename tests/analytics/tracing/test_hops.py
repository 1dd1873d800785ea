"""What a hop keeps of the ledger around it: whose money was there before, what went, what stayed."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from analytics.tracing.band import trace
from analytics.tracing.movements import BANK, OWN, UNTRACED, Claim, Movement, Opening, TraceInput
from analytics.tracing.policy import Policy
from tests.api.evidence.random_traces import random_trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.tracing.result import Hop

RULES = ("own_first", "pro_rata_rolling", "fifo", "lifo", "tainted_first")


def traced(parts: Mapping[str, object]) -> Fraction:
    return sum((Fraction(str(n)) for owner, n in parts.items() if owner not in UNTRACED), Fraction(0))


def kept(given: TraceInput, rule: str) -> list[Hop]:
    result = trace(given, Policy(rule=rule))
    return [hop for hop in result.hops if hop.before or hop.after]


@pytest.mark.parametrize("rule", RULES)
def test_what_was_there_less_what_went_is_what_stayed(rule: str) -> None:
    looked = 0
    for given, hop in ((g, h) for g in map(random_trace, range(8)) for h in kept(g, rule)):
        if hop.debit not in given.ledgers or hop.debit == hop.credit:
            continue
        looked += 1
        paid = {owner: part.amount for owner, part in hop.composition.items()}
        for owner in {*hop.before, *paid, *hop.after} - {OWN, BANK}:
            assert hop.before.get(owner, 0) - paid.get(owner, 0) == hop.after.get(owner, 0), hop.movement
        untraced = sum(hop.before.get(o, 0) - paid.get(o, 0) for o in (OWN, BANK))
        left = sum(hop.after.get(o, 0) for o in (OWN, BANK))
        assert left == untraced or (hop.debit in given.incomplete and left > untraced), hop.movement
    assert looked


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(8))
def test_the_lots_drawn_are_what_went(rule: str, seed: int) -> None:
    for hop in kept(random_trace(seed), rule):
        paid: dict[str, Fraction] = {}
        for lot in hop.drawn:
            paid[lot.owner] = paid.get(lot.owner, Fraction(0)) + lot.amount
        assert paid == {o: p.amount for o, p in hop.composition.items() if p.amount}


@pytest.mark.parametrize("rule", ["own_first", "pro_rata_rolling", "tainted_first"])
def test_the_formula_of_the_rule_gives_what_went(rule: str) -> None:
    moves = (
        Movement("t1", "victim", "W", 60),
        Movement("t2", "W", "shop", 50),
        Movement("t3", "other", "W", 70),
        Movement("t4", "W", "shop", 45),
        Movement("t5", "W", "shop", 64),
    )
    given = TraceInput(("W",), moves, (Opening("W", OWN, 40),), (Claim("t1", "V1"),))
    for hop in kept(given, rule):
        if hop.debit != "W":
            assert (dict(hop.before), dict(hop.after)) == ({OWN: 40}, {OWN: 40, "V1": 60})
            continue
        balance, known = sum(hop.before.values()), traced(hop.before)
        given_by = {
            "own_first": max(Fraction(0), known - (balance - hop.amount)),
            "pro_rata_rolling": Fraction(hop.amount) * known / balance,
            "tainted_first": min(Fraction(hop.amount), known),
        }[rule]
        assert traced({o: p.amount for o, p in hop.composition.items()}) == given_by


def test_a_debt_to_the_bank_is_its_negative_part() -> None:
    moves = (Movement("t1", "victim", "W", 60), Movement("t2", "W", "shop", 100))
    result = trace(TraceInput(("W",), moves, (), (Claim("t1", "V1"),)), Policy())
    hop = result.hop("t2")
    assert (dict(hop.before), dict(hop.after)) == ({"V1": 60}, {BANK: -40})


def test_a_movement_without_claims_keeps_nothing() -> None:
    moves = (Movement("t0", "W", "shop", 5), Movement("t1", "victim", "W", 60))
    result = trace(TraceInput(("W",), moves, (Opening("W", OWN, 40),), (Claim("t1", "V1"),)), Policy())
    assert (result.hop("t0").before, result.hop("t0").drawn) == ({}, ())
