from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analytics.typologies.st08_ring_of_strangers import TYPOLOGY
from tests.analytics.typologies.village import savings_group, through_businesses, village
from tests.contracts.typology import Examples, detection, found

if TYPE_CHECKING:
    from tests.analytics.by_hand import ByHand


def ring(*days: float, holders: str = "abcdefgh", size: int = 0) -> ByHand:
    case = village()
    size = size or len(days)
    for n, day in enumerate(days):
        case.pay(holders[n], holders[(n + 1) % size], 5_000 + 900 * n, 60 + day)
    return case


EXAMPLES = Examples(
    positive=ring(0, 5, 2, 9),
    near_miss=ring(0, 5, 2, size=4),
    look_alike=savings_group(),
    pattern="chama",
    missing=through_businesses(),
)


def test_a_ring_in_no_order_of_time_at_growing_amounts() -> None:
    (lead,) = detection(TYPOLOGY, EXAMPLES.positive, EXAMPLES).leads
    assert dict(lead.figures) == {"hops": 4, "days": 9, "total": "25400.00 KES"}
    assert set(lead.instruments) == set("abcd")
    assert len(lead.observations) == 4
    assert float(lead.expected_by_chance or 9) < 0.1


@pytest.mark.parametrize(
    "case",
    [
        ring(0, 5, 2, 9).pay("c", "b", 40, 150),
        ring(0, 5, 2, 57),
        ring(*range(7)),
        ring(0, 5),
        ring(0, 5, 2, holders="abT"),
    ],
    ids=["two dealt before", "two months", "seven", "two", "through a till"],
)
def test_near_misses(case: ByHand) -> None:
    assert not found(TYPOLOGY, case.material(), EXAMPLES)


def test_in_order_of_time_it_surprises_more() -> None:
    (in_order,) = found(TYPOLOGY, ring(0, 3, 6, 9).material(), EXAMPLES)
    (in_none,) = found(TYPOLOGY, ring(0, 6, 3, 9).material(), EXAMPLES)
    assert in_order.surprise is not None
    assert in_none.surprise is not None
    assert in_order.surprise < in_none.surprise
