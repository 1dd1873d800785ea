from __future__ import annotations

from fractions import Fraction

import pytest

from analytics.dollars import DollarRates
from analytics.material import DAY
from analytics.tracing.following.conversions import Rate

KES, USD, USDT = "KES:2", "USD:2", "tron:T/USDT:6"


def rate(base: str, quote: str, day: int, per_unit: Fraction, name: str = "r") -> Rate:
    return Rate(base, quote, day * DAY, per_unit, name, "by hand")


def test_a_rate_either_way_and_the_newest_not_after() -> None:
    rates = DollarRates(
        [
            rate(USD, KES, 1, Fraction(129)),
            rate(USD, KES, 5, Fraction(130)),
            rate(KES, USD, 9, Fraction(1, 131)),
        ]
    )
    told = [rates.at(KES, day * DAY, 30 * DAY) for day in (1, 4, 5, 8, 9)]
    assert [one.units for one in told if one] == [12_900, 12_900, 13_000, 13_000, 13_100]
    assert rates.at(KES, DAY - 1, 30 * DAY) is None
    assert rates.at(KES, 40 * DAY, 30 * DAY) is None
    assert rates.at("UGX:0", 9 * DAY, 30 * DAY) is None


def test_the_dollar_before_its_tokens() -> None:
    token = rate(USDT, KES, 8, Fraction(13_200, 10**6), "token")
    both = DollarRates([token, rate(USD, KES, 1, Fraction(129), "dollar")]).at(KES, 9 * DAY, 30 * DAY)
    alone = DollarRates([token]).at(KES, 9 * DAY, 30 * DAY)
    assert both is not None
    assert alone is not None
    assert (both.of, both.observation, both.units) == ("USD", "dollar", Fraction(12_900))
    assert (alone.of, alone.observation, alone.units) == ("USDT", "token", Fraction(13_200))


def test_the_dollar_is_a_dollar() -> None:
    found = DollarRates([]).at(USD, 0, 0)
    assert found is not None
    assert found.dollars(12_345) == Fraction(12_345, 100)


@pytest.mark.parametrize("fake", ["USDT:6", "tron:T/USDT:?", "tron:T/DOLLAR:6", "no key"])
def test_what_is_no_dollar(fake: str) -> None:
    assert DollarRates([rate(fake, KES, 1, Fraction(129))]).at(KES, 2 * DAY, 30 * DAY) is None
