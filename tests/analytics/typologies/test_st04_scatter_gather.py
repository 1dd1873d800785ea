from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analytics.typologies.st04_scatter_gather import TYPOLOGY
from tests.analytics.typologies.village import busy_person, through_businesses, village
from tests.contracts.typology import Examples, detection, found

if TYPE_CHECKING:
    from tests.analytics.by_hand import ByHand


def relay(
    middles: int = 4,
    *,
    passed: int = 95,
    wait: float = 0.5,
    apart: float = 0.1,
    names: str = "mnopq",
    to: str = "w",
) -> ByHand:
    case = village()
    for n in range(middles):
        whole = 20_000 + 700 * n
        case.pay("u", names[n], whole, 90 + apart * n)
        case.pay(names[n], to, whole * passed // 100, 90 + apart * n + wait)
    return case


EXAMPLES = Examples(
    positive=relay(),
    near_miss=relay(2),
    look_alike=busy_person(relay(), "w"),
    pattern="agents",
    missing=through_businesses(),
)


def test_four_middles_between_two_ends() -> None:
    (lead,) = detection(TYPOLOGY, EXAMPLES.positive, EXAMPLES).leads
    assert dict(lead.figures) == {
        "days": 1,
        "middles": 4,
        "scattered": "84200.00 KES",
        "gathered": "79990.00 KES",
    }
    assert lead.instruments == ("w", "u", "m", "n", "o", "p")
    assert len(lead.observations) == 8
    assert float(lead.expected_by_chance or 9) < 0.01


@pytest.mark.parametrize(
    "case",
    [
        relay(passed=84),
        relay(passed=101),
        relay(wait=-0.5),
        relay(wait=2.8, apart=0.3),
        relay(names="mnmnm"),
        relay(3, names="mnA"),
        relay(to="u"),
        relay(to="T1"),
    ],
    ids=[
        "a sixth stays",
        "it grows",
        "against time",
        "too slow",
        "two middles",
        "an agent",
        "back",
        "a till",
    ],
)
def test_near_misses(case: ByHand) -> None:
    assert not found(TYPOLOGY, case.material(), EXAMPLES)


def test_a_month_later_it_is_another_lead() -> None:
    case = relay()
    for name in "mno":
        case.pay("u", name, 30_000, 120).pay(name, "w", 29_000, 120.5)
    assert len(found(TYPOLOGY, case.material(), EXAMPLES)) == 2


def test_more_middles_surprise_more() -> None:
    three, five = (found(TYPOLOGY, relay(n).material(), EXAMPLES)[0].surprise for n in (3, 5))
    assert three is not None
    assert five is not None
    assert five < three - 1
