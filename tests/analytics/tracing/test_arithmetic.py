"""Exact against fixed: what rounding may move, where exact stops, and that nothing is lost."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import ExactnessError
from analytics.tracing.arithmetic import Exact, Fixed
from analytics.tracing.engine import run
from analytics.tracing.movements import Claim, Movement, Number, Opening, TraceInput
from analytics.tracing.policy import Policy
from analytics.tracing.result import TraceResult, by_owner
from tests.analytics.tracing.random_traces import one_asset, rules


def apart(one: Number, other: Number) -> Number:
    return max(one - other, other - one)


WEIGHTS = st.lists(st.integers(1, 100), min_size=1, max_size=6)


@given(weights=WEIGHTS, part=st.integers(1, 1000))
def test_fixed_shares_are_whole_within_one_unit_and_sum_up(weights: list[int], part: int) -> None:
    amount = 1 + part % sum(weights)
    owners = [f"o{i}" for i in range(len(weights))]
    shares = Fixed(scale=1).begin().apportion(amount, weights, owners, "KES")
    true = Exact().begin().apportion(amount, weights, owners, "KES")
    assert sum(shares) == sum(true) == amount
    assert all(
        isinstance(share, int) and 0 <= share <= weight for share, weight in zip(shares, weights, strict=True)
    )
    assert all(apart(share, fraction) < 1 for share, fraction in zip(shares, true, strict=True))


def test_ties_go_to_claimants_by_id_and_untraced_money_comes_last() -> None:
    begin = Fixed(scale=1).begin
    assert begin().apportion(1, [1, 1], ["B", "A"], "KES") == [0, 1]
    assert begin().apportion(1, [1, 1], ["_own", "a"], "KES") == [0, 1]
    assert begin().apportion(1, [1, 1], ["_own", "Z"], "KES") == [0, 1]


def test_lots_of_one_owner_round_together() -> None:
    assert Fixed(scale=1).begin().apportion(2, [1, 1, 2], ["A", "A", "_own"], "KES") == [1, 0, 1]


def test_an_amount_finer_than_the_scale_is_refused() -> None:
    with pytest.raises(ExactnessError, match="no whole number of sub-units"):
        Fixed(scale=100).begin().inward(Fraction(1, 1000), "KES")
    assert Fixed(scale=100, scales={"ETH": 10**18}).begin().inward(Fraction(1, 1000), "ETH") == 10**15


def rolling(debits: int) -> TraceInput:
    rows = [Movement("t0", "victim", "M", 1_000_003)]
    for i in range(debits):
        rows.append(Movement(f"out{i}", "M", "shop", 997 + i))
        rows.append(Movement(f"in{i}", "own", "M", 1_009 + 2 * i))
    return TraceInput(("M",), tuple(rows), (Opening("M", "_own", 7_001),), (Claim("t0", "A"),))


def test_exact_stops_at_its_stated_size_and_fixed_goes_on_within_its_bound() -> None:
    given_input = rolling(600)
    with pytest.raises(ExactnessError, match="choose the arithmetic 'fixed'"):
        run(given_input, Policy(rule="pro_rata_rolling"))
    fixed = run(given_input, Policy(rule="pro_rata_rolling", arithmetic="fixed"))
    exact = run(given_input, Policy(rule="pro_rata_rolling", denominator_digits=5_000))
    assert fixed.rounding.proven
    assert 0 < fixed.rounding.bounds[""] < Fraction(1, 1000)
    assert apart(fixed.at("M")["A"].amount, exact.at("M")["A"].amount) <= fixed.rounding.bounds[""]


def figures(result: TraceResult) -> dict[tuple[str, str, str], Number]:
    return {
        (outcome, place, owner): part.amount
        for outcome in ("holdings", "spent", "fees", "swallowed", "lost")
        for place in sorted({leg.place for leg in result.outcome(outcome)})
        for owner, part in by_owner(leg for leg in result.outcome(outcome) if leg.place == place).items()
    }


@given(trace_input=one_asset(), rule=rules, scale=st.sampled_from((1, 10, 1_000_000)))
def test_fixed_differs_from_exact_by_no_more_than_the_printed_bound(
    trace_input: TraceInput, rule: str, scale: int
) -> None:
    exact = run(trace_input, Policy(rule=rule))
    fixed = run(trace_input, Policy(rule=rule, arithmetic="fixed", sub_units=scale))
    one, other = figures(exact), figures(fixed)
    bound = fixed.rounding.bounds.get("KES", 0)
    if fixed.rounding.proven:
        assert all(apart(one.get(key, 0), other.get(key, 0)) <= bound for key in {*one, *other})
    assert exact.rounding.bounds == {}
    assert exact.rounding.proven


@given(trace_input=one_asset(), scale=st.sampled_from((1, 3)))
def test_rules_that_never_share_never_round(trace_input: TraceInput, scale: int) -> None:
    for rule in ("fifo", "lifo"):
        exact = run(trace_input, Policy(rule=rule))
        fixed = run(trace_input, Policy(rule=rule, arithmetic="fixed", sub_units=scale))
        assert figures(exact) == figures(fixed)
        assert fixed.rounding.bounds == {}


def test_a_share_below_one_sub_unit_is_held_by_rounding() -> None:
    rows = (
        Movement("t1", "victim", "M", 1),
        Movement("t2", "own", "M", 999),
        Movement("t3", "M", "U", 1000, credited=2),
    )
    given_input = TraceInput(
        ("M", "U"), rows, claims=(Claim("t1", "A"),), assets={"M": "KES", "U": "BTC"}, claim_asset="KES"
    )
    result = run(given_input, Policy(rule="fifo", arithmetic="fixed", sub_units=1))
    assert [(leg.owner, leg.asset, leg.amount, leg.principal) for leg in result.rounding.legs] == [
        ("A", "BTC", 0, 1)
    ]
    assert result.rounding.bounds == {"BTC": 1}
