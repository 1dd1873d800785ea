"""The independent check notices every leg that is missing or wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import ConservationError
from analytics.tracing.conservation import claims_of, faults, require_conserved
from analytics.tracing.engine import run
from analytics.tracing.movements import Claim, Movement, TraceInput
from analytics.tracing.policy import Policy
from analytics.tracing.result import OUTCOMES, TraceResult, principal_by_owner
from tests.analytics.tracing.random_traces import rules, two_assets


def every_leg(result: TraceResult) -> list[tuple[str, int]]:
    return [(name, i) for name in OUTCOMES for i in range(len(result.outcome(name)))]


def without(result: TraceResult, name: str, place: int) -> TraceResult:
    legs = list(result.outcome(name))
    del legs[place]
    return replace(result, **{name: tuple(legs)})  # type: ignore[arg-type]


@given(trace_input=two_assets(), rule=rules, arithmetic=st.sampled_from(("exact", "fixed")))
def test_without_any_one_leg_the_sums_no_longer_agree(
    trace_input: TraceInput, rule: str, arithmetic: str
) -> None:
    result = run(trace_input, Policy(rule=rule, arithmetic=arithmetic))
    assert faults(trace_input, result) == ()
    for name, place in every_leg(result):
        assert faults(trace_input, without(result, name, place))
    for place in range(len(result.rounding.legs)):
        legs = result.rounding.legs[:place] + result.rounding.legs[place + 1 :]
        assert faults(trace_input, replace(result, rounding=replace(result.rounding, legs=legs)))


@given(trace_input=two_assets(), rule=rules)
def test_one_unit_more_anywhere_is_noticed(trace_input: TraceInput, rule: str) -> None:
    result = run(trace_input, Policy(rule=rule))
    for name, place in every_leg(result):
        legs = list(result.outcome(name))
        legs[place] = replace(legs[place], amount=legs[place].amount + 1, principal=legs[place].principal + 1)
        assert faults(trace_input, replace(result, **{name: tuple(legs)}))  # type: ignore[arg-type]


@given(trace_input=two_assets(), rule=rules, scale=st.sampled_from((1, 7, 1000)))
def test_the_sums_equal_the_claims_to_the_last_unit(trace_input: TraceInput, rule: str, scale: int) -> None:
    for policy in (Policy(rule=rule), Policy(rule=rule, arithmetic="fixed", sub_units=scale)):
        result = run(trace_input, policy)
        legs = [leg for name in OUTCOMES for leg in result.outcome(name)]
        found = principal_by_owner((*legs, *result.rounding.legs))
        claims = claims_of(trace_input)
        assert {o: n for o, n in found.items() if n} == claims == dict(result.claims)
        assert not result.rounding.legs or policy.arithmetic == "fixed"


def test_a_disagreement_is_raised_with_its_place() -> None:
    trace_input = TraceInput(("M",), (Movement("t1", "a", "M", 10),), claims=(Claim("t1", "A"),))
    result = run(trace_input, Policy())
    with pytest.raises(ConservationError, match="A claims 10 but legs carry 0"):
        require_conserved(trace_input, without(result, "holdings", 0))
