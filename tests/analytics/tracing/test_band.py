"""All rules side by side: the band of tracing.md, its invariants and its limits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given

from analytics.tracing.band import EVERYONE, compare
from analytics.tracing.movements import Claim, Movement, Number, TraceInput
from analytics.tracing.policy import Policy
from analytics.tracing.result import OUTCOMES
from tests.analytics.tracing.random_traces import RULES, one_asset

ONE = one_asset(ledgers=("L1",), references=False, openings=False)


@given(trace_input=ONE)
def test_on_one_ledger_own_first_leaves_most_and_tainted_first_least(trace_input: TraceInput) -> None:
    # A credit that is mixed repays an overdraft by its front or its composition, as each rule says:
    # there the rules differ before any debit is drawn, so credits here are wholly claimed or wholly not.
    assume(all(m.debit != m.credit for m in trace_input.movements))
    trace_input = replace(trace_input, claims=tuple(replace(c, amount=None) for c in trace_input.claims))
    held = {
        code: sum((leg.amount for leg in result.holdings if leg.place == "L1" and leg.origin), start=0)
        for code, result in compare(trace_input, Policy()).results.items()
    }
    assert all(held["tainted_first"] <= held[code] <= held["own_first"] for code in RULES)


@given(trace_input=one_asset())
def test_every_rule_lies_in_the_band_and_the_band_is_reached(trace_input: TraceInput) -> None:
    comparison = compare(trace_input, Policy())
    for row in (*comparison.band, *comparison.totals):
        assert set(row.values) == set(comparison.results) >= set(RULES)
        assert (row.low, row.high) == (min(row.values.values()), max(row.values.values()))
        assert row.agreed == (len(set(row.values.values())) == 1)


@given(trace_input=one_asset())
def test_totals_of_every_rule_are_the_whole_claim(trace_input: TraceInput) -> None:
    comparison = compare(trace_input, Policy())
    claim = sum(next(iter(comparison.results.values())).claims.values())
    for code in RULES:
        sums: list[Number] = [row.values[code] for row in comparison.totals if row.owner == EVERYONE]
        assert sum(sums) == claim


def test_rows_come_in_one_order_and_name_their_unit() -> None:
    rows = (
        Movement("t1", "a", "M", 100),
        Movement("t2", "own", "M", 100),
        Movement("t3", "M", "U", 100, credited=1),
    )
    given_input = TraceInput(
        ("M", "U"), rows, claims=(Claim("t1", "A"),), assets={"M": "KES", "U": "USDT"}, claim_asset="KES"
    )
    comparison = compare(given_input, Policy(), ("fifo", "own_first"))
    assert [(r.outcome, r.place, r.owner, r.asset, r.unit, r.low, r.high) for r in comparison.band] == [
        ("holdings", "M", "", "KES", "amount", 0, 100),
        ("holdings", "M", "", "KES", "principal", 0, 100),
        ("holdings", "M", "A", "KES", "amount", 0, 100),
        ("holdings", "M", "A", "KES", "principal", 0, 100),
        ("holdings", "U", "", "USDT", "amount", 0, 1),
        ("holdings", "U", "", "USDT", "principal", 0, 100),
        ("holdings", "U", "A", "USDT", "amount", 0, 1),
        ("holdings", "U", "A", "USDT", "principal", 0, 100),
    ]
    assert [(r.owner, r.low, r.high) for r in comparison.totals] == [("", 100, 100), ("A", 100, 100)]
    assert {row.outcome for row in comparison.totals} <= set(OUTCOMES)
