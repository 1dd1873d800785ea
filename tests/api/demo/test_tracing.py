"""The story does what it is there for: whatever rule a court prefers, money reaches the last address."""

from __future__ import annotations

from fractions import Fraction

import pytest

from analytics.tracing.band import compare
from analytics.tracing.movements import UNTRACED
from analytics.tracing.policy import Policy
from analytics.tracing.result import principal_by_owner
from analytics.tracing.rule import rules
from tests.api.demo.practice import SEEDS, crime_of
from tests.api.demo.practice_trace import COLLECTOR, DEPOSIT, OTHER, RUNNER, USER, WALLET, trace_input


@pytest.mark.parametrize("seed", SEEDS)
def test_under_every_rule_money_of_the_families_reaches_the_deposit(seed: int) -> None:
    done = crime_of(seed)
    given = trace_input(seed)
    found = compare(given, Policy(rule="pro_rata_rolling"), tuple(rules()))
    assert set(found.results) == {"fifo", "lifo", "own_first", "pro_rata_rolling", "tainted_first"}
    claim = done.ransom.units + done.second.units
    for result in found.results.values():
        assert result.overdrafts == {}
        assert not result.gaps
        outcomes = {
            name: sum(principal_by_owner(result.outcome(name)).values())
            for name in ("holdings", "spent", "fees", "swallowed", "lost")
        }
        assert sum(outcomes.values()) == claim
        at_deposit = {o: p for o, p in result.at(DEPOSIT).items() if o not in UNTRACED}
        assert sum(p.principal for p in at_deposit.values()) > Fraction(claim, 2)
        assert set(at_deposit) == {"V1", "V2"}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_overdraft_swallows_money_of_the_families_under_every_rule(seed: int) -> None:
    for result in compare(trace_input(seed), Policy(rule="fifo"), tuple(rules())).results.values():
        swallowed = sum(leg.principal for leg in result.outcome("swallowed") if leg.owner not in UNTRACED)
        assert swallowed > 0


def test_the_rules_disagree_about_what_stays_on_the_way() -> None:
    found = compare(trace_input(1), Policy(rule="own_first"), tuple(rules())).results
    for place in (COLLECTOR, RUNNER, USER, WALLET, OTHER):
        parts = {
            code: sum(p.principal for o, p in result.at(place).items() if o not in UNTRACED)
            for code, result in found.items()
        }
        assert len(set(parts.values())) > 1, place
