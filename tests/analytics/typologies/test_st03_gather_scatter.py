from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analytics.typologies.st03_gather_scatter import TYPOLOGY
from tests.analytics.typologies.village import busy_person, through_businesses, village
from tests.contracts.typology import Examples, detection, found

if TYPE_CHECKING:
    from tests.analytics.by_hand import ByHand


def hub(
    senders: int = 10, receivers: int = 10, *, each: int = 950, late: float = 1.2, back: bool = False
) -> ByHand:
    """Strangers pay 1,000 each from day 90 on; strangers, or the senders themselves, are paid."""
    case = village()
    for n in range(senders):
        case.pay(f"s{n:02d}", "v", 1_000, 90 + 0.1 * n)
    for n in range(receivers):
        case.pay("v", f"s{n:02d}" if back else f"r{n:02d}", each, 90 + late + 0.1 * n)
    return case


EXAMPLES = Examples(
    positive=hub(),
    near_miss=hub(each=840),
    look_alike=busy_person(hub(), "v"),
    pattern="agents",
    missing=through_businesses(),
)


def test_what_ten_strangers_gave_goes_to_ten_others() -> None:
    (lead,) = detection(TYPOLOGY, EXAMPLES.positive, EXAMPLES).leads
    assert dict(lead.figures) == {
        "days": 3,
        "senders": 10,
        "receivers": 10,
        "gathered": "10000.00 KES",
        "scattered": "9500.00 KES",
    }
    assert lead.instruments[0] == "v"
    assert len(lead.observations) == 20
    assert float(lead.expected_by_chance or 9) < 0.01


@pytest.mark.parametrize(
    "case",
    [
        hub(senders=7, each=665),
        hub(receivers=7, each=1_357),
        hub(each=1_030),
        hub(late=2.2),
        hub(late=-3),
        hub(back=True),
    ],
    ids=["few senders", "few receivers", "more left", "too late", "paid before", "paid back"],
)
def test_near_misses(case: ByHand) -> None:
    assert not found(TYPOLOGY, case.material(), EXAMPLES)


def test_payments_before_half_was_gathered_are_not_the_scatter() -> None:
    case = hub()
    case.pay("v", "early", 1_000, 90.05)
    (one,) = found(TYPOLOGY, case.material(), EXAMPLES)
    assert one.figures["receivers"] == 10
