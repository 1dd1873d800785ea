"""Sharing a pool without tracing: Todd's example, the ratchet of caps, and their limits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from analytics.errors import TraceInputError
from analytics.tracing.engine import run
from analytics.tracing.ex_post import assessed_value, libr_cap_then_share, pari_passu_ex_post
from analytics.tracing.movements import Claim, Movement, TraceInput
from analytics.tracing.policy import Policy
from tests.analytics.tracing.random_traces import one_asset

TODD = TraceInput(
    ("F",),
    (
        Movement("d1", "p", "F", 10),
        Movement("d2", "m", "F", 10),
        Movement("w1", "F", None, 10),
        Movement("d3", "k", "F", 10),
        Movement("w2", "F", None, 15),
    ),
    claims=(Claim("d1", "Paul"), Claim("d2", "Michael"), Claim("d3", "Karen")),
)


def test_contributions_share_the_final_pool() -> None:
    assert pari_passu_ex_post(TODD, "F").shares == {n: Fraction(5, 3) for n in ("Karen", "Michael", "Paul")}
    assert pari_passu_ex_post(TODD, "F", "w1").shares == {"Michael": 5, "Paul": 5}


def test_caps_fall_to_the_lowest_balance_after_the_deposit() -> None:
    found = libr_cap_then_share(TODD, "F")
    assert (found.pool, found.caps) == (5, {"Karen": 5, "Michael": 5, "Paul": 5})


def test_nobody_gets_more_than_the_cap_and_the_rest_is_own() -> None:
    rows = (Movement("d", "a", "F", 10), Movement("w", "F", None, 4), Movement("own", "x", "F", 90))
    found = libr_cap_then_share(TraceInput(("F",), rows, claims=(Claim("d", "A"),)), "F")
    assert found.shares == {"A": 6, "_own": 90}


def test_an_unknown_ledger_or_movement_is_refused() -> None:
    with pytest.raises(TraceInputError, match="no traced ledger"):
        pari_passu_ex_post(TODD, "G")
    with pytest.raises(TraceInputError, match="no movement"):
        pari_passu_ex_post(TODD, "F", "w9")


@given(trace_input=one_asset(ledgers=("L1",), references=False))
def test_shares_sum_to_the_pool_and_stay_within_caps(trace_input: TraceInput) -> None:
    for method in (pari_passu_ex_post, libr_cap_then_share):
        found = method(trace_input, "L1")
        assert sum(found.shares.values()) == found.pool
        assert all(found.shares.get(owner, 0) <= cap for owner, cap in found.caps.items())


def test_for_one_claimant_cap_then_share_is_own_first() -> None:
    rows = (
        Movement("d", "a", "F", 455),
        Movement("w", "F", None, 430),
        Movement("own", "x", "F", 333),
        Movement("w2", "F", None, 100),
    )
    given_input = TraceInput(("F",), rows, claims=(Claim("d", "A"),))
    traced = run(given_input, Policy(rule="own_first")).at("F")
    assert libr_cap_then_share(given_input, "F").shares == {o: p.amount for o, p in traced.items()}


def test_assessed_value_is_a_cap() -> None:
    assert (assessed_value(100, 70), assessed_value(50, 70), assessed_value(50, 70, 90)) == (70, 50, 0)
