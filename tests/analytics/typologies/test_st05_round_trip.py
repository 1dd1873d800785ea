from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analytics.material import DAY
from analytics.typologies.st05_round_trip import TYPOLOGY
from tests.analytics.typologies.village import savings_group, through_businesses, village
from tests.contracts.typology import Examples, detection, found

if TYPE_CHECKING:
    from tests.analytics.by_hand import ByHand


def ring(*sums: int, apart: float = 1.0, holders: str = "abcdefgh", case: ByHand | None = None) -> ByHand:
    case = case or village()
    for n, whole in enumerate(sums):
        case.pay(holders[n], holders[(n + 1) % len(sums)], whole, 90 + apart * n)
    return case


EXAMPLES = Examples(
    positive=ring(10_000, 9_500, 9_000, 8_500),
    near_miss=ring(10_000, 9_500, 9_000, 7_900),
    look_alike=savings_group(),
    pattern="chama",
    missing=through_businesses(),
)


def test_four_strangers_send_it_round_in_four_days() -> None:
    (lead,) = detection(TYPOLOGY, EXAMPLES.positive, EXAMPLES).leads
    assert dict(lead.figures) == {"hops": 4, "days": 3, "least_share": "85 %"}
    assert lead.instruments == ("a", "b", "c", "d")
    assert float(lead.expected_by_chance or 9) < 0.1
    assert lead.missing[0].startswith("whether the instruments belong to different people")


@pytest.mark.parametrize(
    "case",
    [
        ring(10_000, 9_500, 9_000, apart=-1),
        ring(10_000, 9_500, 9_000, apart=7),
        ring(*[10_000] * 7),
        ring(10_000, 9_500),
        ring(10_000, 9_500, 9_000, holders="aAc"),
    ],
    ids=["against time", "half a month", "seven hops", "two who lend", "through an agent"],
)
def test_near_misses(case: ByHand) -> None:
    assert not found(TYPOLOGY, case.material(), EXAMPLES)


@pytest.mark.parametrize(("returns", "seen"), [(2, 0), (3, 1)])
def test_two_who_pay_each_other_count_from_the_third_return(returns: int, seen: int) -> None:
    case = village()
    for n in range(returns):
        case.pay("a", "b", 10_000, 90 + 3 * n).pay("b", "a", 9_000, 91 + 3 * n)
    leads = found(TYPOLOGY, case.material(), EXAMPLES)
    assert len(leads) == seen
    assert all(one.surprise == 0 for one in leads), "one such pair here: as many as there are"


def test_times_known_to_the_day_only_are_said() -> None:
    case = village()
    for n in range(3):
        case.pay("abc"[n], "bca"[n], 10_000, 90 + n / 10, lasting=DAY)
    (one,) = found(TYPOLOGY, case.material(), EXAMPLES)
    assert "times of day: the order of 2 of 2 steps is not certain" in one.missing


def test_a_ring_of_the_busy_is_less_surprising_than_one_of_strangers() -> None:
    busy = ring(10_000, 9_500, 9_000, holders="abc")
    for n in range(40):
        busy.pay("b", f"other{n}", 100, 4 * n).pay("c", f"third{n}", 100, 4 * n)
    (one,) = found(TYPOLOGY, busy.material(), EXAMPLES)
    (quiet,) = found(TYPOLOGY, ring(10_000, 9_500, 9_000).material(), EXAMPLES)
    assert one.surprise is not None
    assert quiet.surprise is not None
    assert one.surprise > quiet.surprise + 1
