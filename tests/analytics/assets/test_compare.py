from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from analytics.assets.allocation import allocations
from analytics.assets.claims import Loss
from analytics.assets.compare import CHOICE, compare
from analytics.assets.terms import Pool, Terms
from analytics.errors import AllocationError
from tests.contracts.allocation import Case, cases

INVESTORS = tuple(
    Loss(claimant=name, asset="USD:2", paid_in=Fraction(150), received=Fraction(back))
    for name, back in (("A", 60), ("B", 30), ("C", 0))
)


def test_who_gains_and_who_loses_against_the_named_base() -> None:
    found = compare(Pool.of("USD:2", 60), INVESTORS, Terms(), base="net_loss_pari_passu")
    assert found.base == "net_loss"
    assert (found.gainers("rising_tide"), found.losers("rising_tide")) == (("C",), ("A", "B"))
    assert [e.gain for e in found.effects if e.scheme == "rising_tide"] == [-15, -5, 20]
    assert not found.gainers("net_loss") + found.losers("net_loss")


def test_the_choice_is_left_to_the_court() -> None:
    record = compare(Pool.of("USD:2", 60), INVESTORS, Terms(), base="net_loss").record()
    assert record["statement"] == CHOICE == "The choice of scheme is the court's."
    assert json.loads(json.dumps(record)) == record


def test_a_scheme_that_cannot_be_applied_is_named_with_the_reason() -> None:
    found = compare(Pool.of("USD:2", 60), INVESTORS, Terms(), base="net_loss")
    (left_out,) = found.not_evaluated
    assert (left_out.scheme, left_out.why) == ("pari_passu", "admitted is not known for A, B, C")
    with pytest.raises(AllocationError, match="base of the comparison"):
        compare(Pool.of("USD:2", 60), INVESTORS, Terms(), base="pari_passu")


@settings(max_examples=60)
@given(case=cases())
def test_what_some_gain_others_lose(case: Case) -> None:
    found = compare(replace(case.pool, general_costs=0), case.losses, case.terms, base="pari_passu")
    assert [s.scheme for s in found.schedules] == list(allocations())
    base = next(s for s in found.schedules if s.scheme == "pari_passu")
    for schedule in found.schedules:
        gains = sum((e.gain for e in found.effects if e.scheme == schedule.scheme), Fraction(0))
        moved = base.residual - schedule.residual + base.costs_paid - schedule.costs_paid
        assert gains == moved
