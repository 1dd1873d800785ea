"""Whatever the evidence: every rule conserves what was followed, and balances agree with a plain replay."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from analytics.tracing.band import compare
from analytics.tracing.movements import UNTRACED
from analytics.tracing.policy import Policy
from analytics.tracing.rule import rules
from tests.analytics.tracing.following.evidence import Evidence
from tests.analytics.tracing.following.statements import followed

if TYPE_CHECKING:
    from analytics.tracing.following import Following

WALLETS = ("A", "B", "C", "D")
Payment = tuple[str, str, int, int]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Evidence, str, dict[str, int]]:
    """Return wallets, some with whole statements, which pay one another and strangers as they can."""
    evidence = Evidence()
    stated = {"A", *draw(st.sets(st.sampled_from(WALLETS[1:])))}
    balance = {name: draw(st.integers(0, 80)) for name in WALLETS}
    lines: dict[str, int] = defaultdict(int)

    def tell(debit: str, credit: str, units: int, at: int, kind: str = "principal") -> str:
        balance[debit] = balance.get(debit, 10**6) - units
        balance[credit] = balance.get(credit, 0) + units
        told = []
        for name in (debit, credit):
            if name in stated:
                lines[name] += 1
                ends = (debit if name == debit else f"~{debit}", credit if name == credit else f"~{credit}")
                told.append(
                    evidence.row(
                        name, lines[name], *ends, units, at, statement=name, balance=balance[name], kind=kind
                    )
                )
        if not told:
            lines["seen"] += 1
            told.append(evidence.row("seen", lines["seen"], debit, credit, units, at, kind=kind))
        if len(told) == 2:
            evidence.link(*told)
        return told[0]

    seed = tell("V", "A", 100, 10)
    payee = st.sampled_from((*WALLETS, "shop"))
    one = st.tuples(st.sampled_from(WALLETS), payee, st.integers(1, 90), st.booleans())
    payments = draw(st.lists(one, max_size=12))
    for number, (debit, credit, units, charged) in enumerate(payments):
        amount = min(units, balance[debit])
        if debit != credit and amount:
            tell(debit, credit, amount, 20 + number)
            if charged and balance[debit]:
                tell(debit, "provider", 1, 20 + number, "fee")
    return evidence, seed, balance


@given(cases())
def test_every_rule_conserves_and_the_hops_come_to_the_printed_balances(
    drawn: tuple[Evidence, str, dict[str, int]],
) -> None:
    evidence, seed, balance = drawn
    found = followed(evidence, seed)
    results = compare(found.trace_input, Policy()).results
    assert set(results) == set(rules())
    for result in results.values():
        assert result.claims == {"V1": 100}
        assert result.overdrafts == {}
        legs = [leg for name in OUTCOMES for leg in result.outcome(name) if leg.owner not in UNTRACED]
        assert sum(leg.principal for leg in legs) == 100
        assert all(leg.amount >= 0 for leg in legs)
        for ledger, at_end in replayed(found).items():
            there = sum(leg.amount for leg in result.holdings if leg.place == ledger)
            assert there == at_end
            wallet = found.places[ledger].instrument
            if found.notes[ledger].basis == "derived":
                assert at_end == balance[wallet]
        for hop in result.hops:
            assert 0 <= sum(part.amount for part in hop.traced.values()) <= hop.amount


OUTCOMES = ("holdings", "spent", "fees", "swallowed", "lost")


def replayed(found: Following) -> dict[str, int]:
    """Add up openings and movements, knowing no owner and no rule."""
    balance: dict[str, int] = dict.fromkeys(found.trace_input.ledgers, 0)
    for opening in found.trace_input.openings:
        balance[opening.ledger] += int(opening.amount)
    for m in found.trace_input.movements:
        if m.debit in balance:
            balance[m.debit] -= int(m.amount)
        if m.credit in balance:
            balance[m.credit] += int(m.received)
    return balance
