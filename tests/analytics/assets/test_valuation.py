from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.assets.rates import Rate, Rates
from analytics.assets.valuation import Outcome, total, value
from analytics.errors import AnalyticsError
from graph.model.amounts import Amount, fiat, token

USD, KES, UGX, ETB = fiat("USD"), fiat("KES"), fiat("UGX"), fiat("ETB")
USDT = token("ethereum", "", "USDT", 6)
DAY = 86_400_000_000
LIST = "central bank, daily list"
RATES = Rates(
    [
        Rate(USD, KES, Fraction("129.25"), DAY, LIST, Fraction("0.50")),
        Rate(USD, KES, Fraction("130"), 3 * DAY, LIST),
        Rate(USD, UGX, Fraction("3700"), DAY, LIST, Fraction(10)),
        Rate(USDT, USD, Fraction("0.9995"), DAY, "exchange, closing price"),
    ]
)


def test_the_value_is_exact_in_base_units_with_its_record() -> None:
    found = value(Amount(1_050, USD), KES, 2 * DAY, RATES)
    assert (found.outcome, found.value, found.age) == (Outcome.VALUED, Fraction("135712.5"), DAY)
    assert (found.least, found.most) == (1_050 * Fraction(129), 1_050 * Fraction("129.5"))
    (step,) = found.steps
    assert (step.rate.source, step.rate.at, step.inverted) == (LIST, DAY, False)


def test_assets_of_other_exponents_scale() -> None:
    assert value(Amount(1_00, USD), UGX, DAY, RATES).value == 3_700
    assert value(Amount(2_000_000, USDT), USD, DAY, RATES).value == Fraction("199.9")


def test_a_rate_read_backwards_says_so_and_turns_its_spread() -> None:
    found = value(Amount(12_925, KES), USD, DAY, RATES)
    assert found.value == 100
    assert found.steps[0].inverted
    assert (found.least, found.most) == (12_925 / Fraction("129.5"), 12_925 / Fraction(129))


def test_a_way_through_another_asset_is_the_callers_to_name() -> None:
    assert value(Amount(1_000_000, USDT), KES, DAY, RATES).outcome is Outcome.NOT_EVALUATED
    found = value(Amount(1_000_000, USDT), KES, DAY, RATES, through=[USD])
    assert found.value == 100 * Fraction("0.9995") * Fraction("129.25")
    assert [step.rate.quote.code for step in found.steps] == ["USD", "KES"]


def test_spreads_of_several_steps_widen_the_bounds() -> None:
    found = value(Amount(12_925, KES), UGX, DAY, RATES, through=[USD])
    assert found.value == 3_700
    assert found.least == Fraction("129.25") / Fraction("129.5") * 3_695
    assert found.most == Fraction("129.25") / Fraction(129) * 3_705


def test_staleness_is_stated_and_bounded_by_the_caller() -> None:
    fresh = value(Amount(1, USD), KES, 5 * DAY, RATES, max_age=2 * DAY)
    old = value(Amount(1, USD), KES, 5 * DAY + 1, RATES, max_age=2 * DAY)
    assert (fresh.outcome, fresh.age) == (Outcome.VALUED, 2 * DAY)
    assert (old.outcome, old.age) == (Outcome.STALE, 2 * DAY + 1)
    assert old.value == 130
    assert str(2 * DAY + 1) in old.why


@pytest.mark.parametrize(
    ("amount", "at", "why"),
    [
        (Amount(1, ETB), DAY, "no rate"),
        (Amount(1, USD), DAY - 1, "no rate"),
        (Amount(1, token("ethereum", "", "ODD", None)), DAY, "exponent"),
    ],
)
def test_a_missing_rate_is_an_outcome_not_an_error(amount: Amount, at: int, why: str) -> None:
    odd = Rate(token("ethereum", "", "ODD", None), KES, Fraction(1), 0, "nobody can say")
    found = value(amount, KES, at, Rates([odd, Rate(USD, KES, Fraction("129.25"), DAY, LIST)]))
    assert (found.outcome, found.value, found.least, found.most) == (Outcome.NOT_EVALUATED, None, None, None)
    assert why in found.why


def test_sources_that_disagree_at_one_time_are_not_chosen_between() -> None:
    rates = Rates([Rate(USD, KES, Fraction(p), DAY, s) for p, s in ((129, "bureau"), (130, "bank"))])
    found = value(Amount(1, USD), KES, DAY, rates)
    assert found.outcome is Outcome.NOT_EVALUATED
    assert "bank, bureau give different rates" in found.why
    assert value(Amount(1, USD), KES, DAY, rates, source="bureau").value == 129


@given(units=st.integers(-(10**20), 10**20), price=st.fractions(Fraction(1, 1000), 1000))
def test_there_and_back_is_where_it_was(units: int, price: Fraction) -> None:
    rates = Rates([Rate(USD, UGX, price, 0, LIST)])
    there = value(Amount(units, USD), UGX, 0, rates)
    assert there.value == units * price / 100
    back = value(Amount(units, USD), USD, 0, rates, through=[UGX])
    assert back.value == units


def test_an_asset_in_itself_needs_no_rate() -> None:
    found = value(Amount(7, ETB), ETB, 0, Rates([]))
    assert found.outcome is Outcome.VALUED
    assert found.value == 7
    assert not found.steps


def test_the_amount_is_never_touched() -> None:
    amount = Amount(1_050, USD)
    assert value(amount, KES, DAY, RATES).amount is amount


def test_a_sum_with_a_gap_is_no_sum() -> None:
    known = value(Amount(100, USD), KES, DAY, RATES)
    assert total([known, known]) == 2 * 100 * Fraction("129.25")
    assert total([known, value(Amount(1, ETB), KES, DAY, RATES)]) is None
    assert total([]) == 0
    with pytest.raises(AnalyticsError, match="never added"):
        total([known, value(Amount(1, USD), UGX, DAY, RATES)])


def test_the_record_is_plain_exact_data() -> None:
    record = value(Amount(1_050, USD), KES, 2 * DAY, RATES).record()
    assert json.loads(json.dumps(record)) == record
    assert (record["value"], record["outcome"], record["age"]) == ("271425/2", "valued", DAY)
