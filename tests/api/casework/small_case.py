"""A case small enough to work by hand: two claims, a wallet, a purchase of tokens, two assertions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.following import Seed
from analytics.tracing.policy import Policy
from api.casework.traces import TraceRun, run_trace
from graph.model.provenance import Balance, Source
from graph.model.results import AssertionKind, instrument_at
from tests.analytics.tracing.following.evidence import DAY, SCOPE, USDT, Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = ("fifo", "lifo", "own_first", "pro_rata_rolling", "tainted_first")
SOURCES = (
    Source("bank", "bank.csv", 1, supplier="Example Bank"),
    Source("m", "m.pdf", 1, supplier="Example Mobile Money"),
    Source("x", "x.xlsx", 1, supplier="Example Exchange"),
)


def small_case(*, priced: bool = True) -> Evidence:
    """V1 pays 1,000.00 from a bank, V2 500.00; M spends 100.00 at a till and buys 10 tokens for 1,300.00."""
    evidence = Evidence(
        {"?": "unknown", "U": "exchange", "T": "exchange", "W": "tron", "H": "tron", "till": "till"}
    )
    paid = evidence.row("bank", 1, "V", "?", 100_000, 0, lasting=DAY, statement="V", ref="FT1")
    came = evidence.row("m", 1, "bank", "M", 100_000, 500, statement="M", balance=110_000, ref="R1")
    evidence.row("m", 2, "V2", "M", 50_000, 600, statement="M", balance=160_000, ref="R2")
    evidence.row("m", 3, "M", "till", 10_000, 650, statement="M", balance=150_000, ref="R3")
    evidence.row("m", 4, "M", None, 500, 650, statement="M", balance=149_500, kind="fee", ref="R3")
    bought = evidence.row("m", 5, "M", "S", 130_000, 700, statement="M", balance=19_500, ref="R4")
    order = evidence.row("x", 1, "M", "S", 130_000, 700)
    tokens = evidence.row("x", 1, "T", "U", 10_000_000, 700, asset=USDT)
    evidence.link(bought, order)
    sent = evidence.row("w", 1, "H", "W", 6_000_000, 900, asset=USDT)
    evidence.balance("M", Balance.RECONCILES)
    if priced:
        evidence.rate(0, "125")
    evidence.state(AssertionKind.SAME_EVENT, paid, came)
    evidence.state(AssertionKind.PAID_FOR, sent, instrument_at(tokens, "credit", USDT))
    return evidence


def run(
    evidence: Evidence, rule: str = "own_first", codes: Sequence[str] = RULES, arithmetic: str = "exact"
) -> TraceRun:
    """Trace both claims with everything that was stated."""
    first, second = evidence.references(SCOPE, "FT1"), evidence.references(SCOPE, "R2")
    seeds = [Seed(first[0], "V1"), Seed(second[0], "V2")]
    policy = Policy(rule=rule, arithmetic=arithmetic)
    return run_trace(evidence.view, SCOPE, seeds, policy, codes=codes, assertions=evidence.stated)
