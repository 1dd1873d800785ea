from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analytics.typologies.fl02_layering_path import TYPOLOGY
from tests.analytics.typologies.village import through_businesses, village
from tests.contracts.typology import Examples, detection, found

if TYPE_CHECKING:
    from tests.analytics.by_hand import ByHand


def path(*sums: int, apart: float = 0.2, holders: str = "abcdefgh") -> ByHand:
    case = village()
    for n, whole in enumerate(sums):
        case.pay(holders[n], holders[n + 1], whole, 90 + apart * n)
    return case


EXAMPLES = Examples(
    positive=path(50_000, 48_000, 46_000, 44_000),
    near_miss=path(50_000, 48_000, 46_000),
    look_alike=path(50_000, 48_000, 46_000, 44_000, holders="abAde"),
    pattern="agents",
    missing=through_businesses(),
)


def test_four_hops_within_a_day() -> None:
    (lead,) = detection(TYPOLOGY, EXAMPLES.positive, EXAMPLES).leads
    assert dict(lead.figures) == {"hops": 4, "first": "50000.00 KES", "last": "44000.00 KES", "hours": 15}
    assert lead.instruments == ("b", "a", "c", "d", "e")
    assert len(lead.observations) == 4
    assert float(lead.expected_by_chance or 9) < 0.01
    assert "what stayed behind at 3 of 3 instruments: no balance is printed" in lead.missing


@pytest.mark.parametrize(
    "case",
    [
        path(50_000, 42_000, 40_000, 38_000),
        path(50_000, 51_000, 50_000, 49_000),
        path(50_000, 48_000, 46_000, 44_000, apart=1.1),
        path(50_000, 48_000, 46_000, 44_000, apart=-0.2),
        path(50_000, 48_000, 46_000, 44_000, holders="abacd"),
        path(50_000, 48_000, 46_000, 44_000, holders="abcab"),
    ],
    ids=["a sixth stays", "it grows", "more than a day", "against time", "paid back", "comes round"],
)
def test_near_misses(case: ByHand) -> None:
    assert not found(TYPOLOGY, case.material(), EXAMPLES)


def test_a_longer_path_is_one_lead() -> None:
    (one,) = found(TYPOLOGY, path(50_000, 48_000, 46_000, 44_000, 42_000, 40_000).material(), EXAMPLES)
    assert one.figures["hops"] == 6


@pytest.mark.parametrize(("balance", "seen"), [(4_800, 1), (5_100, 0)])
def test_what_stays_behind_ends_the_path(balance: int, seen: int) -> None:
    """A tenth of 50,000 may stay at b."""
    material = EXAMPLES.positive.material()
    b = material.nodes.index("b")
    of = np.where(material.src == b, b, -1).astype(np.int32)
    printed = replace(material, balance=np.full(len(material), 100 * balance), balance_of=of)
    assert len(found(TYPOLOGY, printed, EXAMPLES)) == seen
