from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.assets.rates import Rate, Rates
from analytics.errors import AnalyticsError
from graph.model.amounts import fiat

USD, KES = fiat("USD"), fiat("KES")


def rate(at: int, price: int = 129, source: str = "central bank", **fields: Any) -> Rate:
    return Rate(USD, KES, Fraction(price), at, source, **fields)


@given(times=st.lists(st.integers(0, 40)), at=st.integers(-5, 45))
def test_the_latest_rate_not_after_the_time(times: list[int], at: int) -> None:
    found = Rates(rate(t, 100 + t) for t in times).latest(USD, KES, at)
    due = [t for t in times if t <= at]
    assert [r.at for r in found] == ([max(due)] if due else [])


def test_a_source_can_be_asked_for() -> None:
    rates = Rates([rate(1), rate(2, 130, "bureau")])
    assert [r.price for r in rates.latest(USD, KES, 9)] == [130]
    assert [r.price for r in rates.latest(USD, KES, 9, source="central bank")] == [129]
    assert rates.latest(KES, USD, 9) == ()


def test_two_sources_of_one_time_both_come() -> None:
    rates = Rates([rate(2, 131, "bureau"), rate(2), rate(1, 1)])
    assert [r.source for r in rates.latest(USD, KES, 2)] == ["bureau", "central bank"]


def test_one_source_cannot_give_two_rates_for_one_time() -> None:
    Rates([rate(1), rate(1)])
    with pytest.raises(AnalyticsError, match="two rates"):
        Rates([rate(1), rate(1, 130)])


@pytest.mark.parametrize(
    "fields",
    [{"price": 0}, {"price": -1}, {"source": ""}, {"spread": Fraction(-1)}, {"spread": Fraction(258)}],
)
def test_what_is_no_rate_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(AnalyticsError):
        rate(0, **fields)


def test_an_asset_has_no_price_in_itself() -> None:
    with pytest.raises(AnalyticsError):
        Rate(KES, KES, Fraction(1), 0, "nobody")
