from __future__ import annotations

from fractions import Fraction

from analytics.tracing.following.conversions import Rate, latest_rate
from analytics.tracing.following.following import rates_of
from tests.analytics.tracing.following.evidence import KES, SCOPE, USDT, Evidence
from tests.analytics.tracing.following.statements import followed, where

HUNDRED = 100_000_000
"""A hundred tokens in millionths."""


def bought(paid: int, price: str = "", *, at: int = 0, quote_first: bool = False) -> tuple[Evidence, str]:
    """V pays M, who buys a hundred tokens from S for ``paid`` and keeps them in U."""
    evidence = Evidence({"U": "exchange", "T": "exchange"})
    if price:
        base, quote = (KES, USDT) if quote_first else (USDT, KES)
        evidence.rate(at, price, base, quote)
    seed = evidence.row("m", 1, "V", "M", paid, 10, statement="M", balance=paid)
    came = evidence.row("m", 2, "M", "S", paid, 100, statement="M", balance=0)
    order = evidence.row("x", 1, "M", "S", paid, 100)
    evidence.row("x", 1, "T", "U", HUNDRED, 100, asset=USDT)
    evidence.row("x", 2, "U", "W", HUNDRED // 2, 200, asset=USDT)
    evidence.link(came, order)
    return evidence, seed


def test_money_becomes_tokens_and_the_price_above_the_market_is_lost() -> None:
    evidence, seed = bought(13_000_00, "129")
    found = followed(evidence, seed)
    assert where(found) == {
        ("holdings", "U"): 6_450_00,
        ("holdings", "W"): 6_450_00,
        ("lost", ""): 100_00,
    }
    kinds = [(m.kind, m.amount, m.received) for m in found.trace_input.movements if m.kind != "principal"]
    assert kinds == [("spread", 100_00, 100_00)]
    assert [r.source for r in found.rates] == ["desk"]
    assert not any("spread" in gap for gap in found.gaps)


def test_a_rate_of_the_opposite_pair_is_read_backwards() -> None:
    evidence, seed = bought(13_000_00, "1/125", quote_first=True)
    assert where(followed(evidence, seed))["lost", ""] == 500_00


def test_a_price_at_or_below_the_market_loses_nothing() -> None:
    for price in ("130", "131"):
        evidence, seed = bought(13_000_00, price)
        found = followed(evidence, seed)
        assert [m.kind for m in found.trace_input.movements if m.kind == "spread"] == []
        assert sum(n for (outcome, _), n in where(found).items() if outcome == "holdings") == 13_000_00


def test_without_a_rate_the_spread_is_not_evaluated_and_said() -> None:
    for evidence, seed in (bought(13_000_00), bought(13_000_00, "129", at=101)):
        found = followed(evidence, seed)
        assert [m.kind for m in found.trace_input.movements if m.kind == "spread"] == []
        assert found.rates == ()
        assert any("no dated rate" in gap and "not evaluated" in gap for gap in found.gaps)


def test_the_seller_is_traced_through_his_side_of_the_same_order() -> None:
    evidence, _ = bought(13_000_00, "129")
    evidence.row("t", 1, "V", "T", HUNDRED, 5, asset=USDT, statement="T", balance=HUNDRED)
    evidence.row("s", 1, "S", "Z", 5_000_00, 300, statement="S", balance=8_000_00)
    found = followed(evidence, evidence.stored[-2]["observation"])
    assert found.trace_input.claim_asset == USDT
    assert where(found) == {
        ("holdings", "S"): Fraction(8 * HUNDRED, 13),
        ("holdings", "Z"): Fraction(5 * HUNDRED, 13),
    }


def test_one_asset_both_ways_or_an_unnamed_end_is_no_conversion() -> None:
    evidence = Evidence()
    seed = evidence.row("m", 1, "V", "M", 100, 10, statement="M", balance=100)
    evidence.row("m", 2, "M", "S", 60, 20, statement="M", balance=40)
    evidence.row("m", 2, None, "U", HUNDRED, 20, asset=USDT)
    assert where(followed(evidence, seed)) == {("holdings", "M"): 40, ("holdings", "S"): 60}


def test_the_newest_rate_before_is_used_and_ties_go_by_observation() -> None:
    rates = [
        Rate(USDT, KES, lo, Fraction(price), observation, "desk")
        for lo, price, observation in ((1, 5, "a"), (3, 6, "b"), (3, 7, "c"), (9, 8, "d"))
    ]
    found = latest_rate(rates, USDT, KES, 5)
    assert found is not None
    assert (found.per_unit, found.observation) == (Fraction(7), "c")
    assert latest_rate(rates, USDT, KES, 0) is None


def test_rates_are_in_base_units_of_both_assets() -> None:
    evidence = Evidence()
    evidence.rate(0, "129.50")
    assert [r.per_unit for r in rates_of(evidence.view, SCOPE)] == [Fraction(12_950, 1_000_000)]
