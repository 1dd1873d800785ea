from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lead import NotEvaluated, Verdict
from analytics.material import DAY
from analytics.typologies.be01_cash_structuring import TYPOLOGY, Cash, Span, split
from tests.analytics.by_hand import START, ByHand
from tests.contracts.typology import Examples, detection, found

UGX = "UGX:0"
LINE = 1_935_000  # shillings: USD 15,000 at 129


def deposits(*sums: int, holder: str = "saver", apart: float = 1, asset: str = "KES:2") -> ByHand:
    case = ByHand().rate()
    for n, whole in enumerate(sums):
        case.pay(f"C{n}", holder, whole, apart * n, asset=asset)
    return case


def shop() -> ByHand:
    """A wallet with the shape of an agent: over a hundred parties in each direction."""
    case = deposits(1_500_000, 1_500_000, 1_500_000)
    for n in range(101):
        case.pay(f"customer{n}", "saver", 100, -5).pay("saver", f"supplier{n}", 100, -4)
    return case


EXAMPLES = Examples(
    positive=deposits(1_000_000, 1_200_000, 1_500_000),
    near_miss=deposits(1_000_000, 900_000, 1_500_000),
    look_alike=shop(),
    pattern="agents",
    missing=ByHand(rows=deposits(1_000_000, 1_200_000, 1_500_000).rows),
)


def test_three_deposits_below_the_line_of_the_day() -> None:
    (lead,) = detection(TYPOLOGY, EXAMPLES.positive, EXAMPLES).leads
    assert dict(lead.figures) == {
        "days": 3,
        "payments": 3,
        "total": "3700000.00 KES",
        "least_share": "51 %",
        "most_share": "77 %",
        "threshold": "15000.00 USD",
        "way": "in",
        "country": "KE",
    }
    assert lead.observations == ("o00000", "o00001", "o00002", "rate-10")
    assert len(lead.instruments) == 1 + 3


@pytest.mark.parametrize(
    "case",
    [
        deposits(1_000_000, 1_200_000),
        deposits(1_000_000, LINE * 999 // 1000, 1_500_000),  # 99.9 %
        deposits(1_000_000, LINE, 1_500_000),  # reported
        deposits(1_000_000, 1_200_000, 1_500_000, apart=1.5),  # the third is no longer within three days
        deposits(1_000_000, 1_200_000, 1_500_000, holder="A1"),  # an agent's own float
        deposits(100_000, 120_000, 150_000),
    ],
    ids=["two", "at the line", "reported", "apart", "agent", "small"],
)
def test_near_misses(case: ByHand) -> None:
    assert found(TYPOLOGY, case.material(), EXAMPLES) == []


def test_ways_are_not_added_to_one_another() -> None:
    case = deposits(1_000_000, 1_200_000).pay("saver", "C9", 1_500_000, 2)
    assert found(TYPOLOGY, case.material(), EXAMPLES) == []
    out = ByHand().rate()
    for n in range(3):
        out.pay("saver", f"A{n}", 1_100_000, n)
    (one,) = found(TYPOLOGY, out.material(), EXAMPLES)
    assert one.figures["way"] == "out"


def test_a_slow_rhythm_needs_five_in_thirty_days() -> None:
    four = deposits(*[1_100_000] * 4, apart=6).rate(day=10)
    five = deposits(*[1_100_000] * 5, apart=6).rate(day=10)
    assert found(TYPOLOGY, four.material(), EXAMPLES) == []
    (one,) = found(TYPOLOGY, five.material(), EXAMPLES)
    assert one.figures["payments"] == 5


def test_the_line_is_that_of_the_day() -> None:
    """Until August 2023 the Kenyan line was USD 10,000: a part of 1,450,000 shillings lay above it."""
    case = deposits(1_450_000, 1_450_000, 1_450_000)
    back = 1_200 * DAY  # from September 2026 to May 2023
    early = ByHand(
        rows=[(lo - back, hi - back, *rest) for lo, hi, *rest in case.rows],  # type: ignore[misc]
    ).rate(day=-1_210)
    assert len(found(TYPOLOGY, case.material(), EXAMPLES)) == 1
    assert found(TYPOLOGY, early.material(), EXAMPLES) == []


def test_uganda_needs_no_rate_and_other_currencies_have_no_line() -> None:
    (one,) = found(TYPOLOGY, deposits(*[12_000_000] * 3, asset=UGX).material(), EXAMPLES)
    assert (one.figures["threshold"], one.figures["least_share"]) == ("20000000 UGX", "60 %")
    assert one.observations == ()
    foreign = detection(TYPOLOGY, deposits(*[12_000] * 3, asset="EUR:2"), EXAMPLES)
    assert foreign.leads == ()
    assert foreign.not_evaluated == (NotEvaluated("BE-01", "no country's reporting line is known for EUR:2"),)


def test_a_line_from_memory_is_said() -> None:
    (one,) = found(TYPOLOGY, deposits(*[200_000] * 3, asset="ETB:2").material(), EXAMPLES)
    assert one.figures["threshold"] == "300000.00 ETB"
    assert one.missing[-1].startswith("the reporting line in the original")


def test_without_a_rate_payments_are_counted_as_not_looked_at() -> None:
    (skipped,) = detection(TYPOLOGY, EXAMPLES.missing, EXAMPLES).not_evaluated
    assert skipped.why == "3 cash payments in Kenya: the line of their day is not known"


def test_a_business_by_shape_is_no_persons_cash() -> None:
    assert detection(TYPOLOGY, shop(), EXAMPLES).leads == ()


def test_a_savings_group_that_banks_is_shown_beside() -> None:
    case = deposits(1_000_000, 1_200_000, 1_500_000)
    for month in range(5):
        for member in range(6):
            case.pay(f"member{member}", "saver", 5_000, 30 * month - 150 + member)
        case.pay("saver", f"member{month}", 30_000, 30 * month - 143)
    (lead,) = detection(TYPOLOGY, case, EXAMPLES).leads
    assert {i.pattern: i.verdict for i in lead.innocent}["chama"] is Verdict.SUPPORTED


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 130)), max_size=18).map(sorted),
    st.sampled_from([(Span(3, 3 * DAY),), (Span(2, 5 * DAY), Span(4, 20 * DAY))]),
)
def test_runs_are_what_the_definition_says(paid: list[tuple[int, int]], spans: tuple[Span, ...]) -> None:
    cash = [Cash(n, START + day * DAY, units, Fraction(100)) for n, (day, units) in enumerate(paid)]
    near = [c for c in cash if 50 <= c.units <= 99]
    wanted: set[int] = set()
    for first in range(len(near)):
        for last in range(first, len(near)):
            run = near[first : last + 1]
            for span in spans:
                within = run[-1].at - run[0].at < span.window
                if within and len(run) >= span.payments and sum(c.units for c in run) >= 100:
                    wanted |= {c.place for c in run}
    given_runs = split(cash, spans, Fraction(1, 2), Fraction(99, 100))
    places = [c.place for run in given_runs for c in run]
    assert set(places) == wanted
    assert len(set(places)) == len(places)
