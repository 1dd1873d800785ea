from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analytics.material import HOUR
from analytics.typologies.fl01_rapid_pass_through import TYPOLOGY
from tests.analytics.typologies.village import busy_person, through_businesses, village
from tests.contracts.typology import Examples, detection, found

if TYPE_CHECKING:
    from tests.analytics.by_hand import ByHand

HALF_HOUR = 1 / 48


def mule(
    *days: float, passed: int = 95, wait: float = HALF_HOUR, name: str = "v", back: bool = False
) -> ByHand:
    """On each day 12,000 and some comes from a stranger, and that percentage of it goes on."""
    case = village()
    for n, day in enumerate(days or (90, 92, 95)):
        whole = 12_000 + 100 * n
        case.pay(f"s{n}", name, whole, day + 0.4)
        case.pay(name, f"s{n}" if back else f"r{n}", whole * passed // 100, day + 0.4 + wait)
    return case


EXAMPLES = Examples(
    positive=mule(),
    near_miss=mule(90, 92),
    look_alike=busy_person(mule(), "v"),
    pattern="agents",
    missing=through_businesses(),
)


def test_three_days_on_which_nearly_all_left_within_the_hour() -> None:
    (lead,) = detection(TYPOLOGY, EXAMPLES.positive, EXAMPLES).leads
    assert dict(lead.figures) == {"days": 3, "share": "95 %", "total": "36300.00 KES", "hold": "30 min"}
    assert lead.instruments[0] == "v"
    assert len(lead.observations) == 6
    assert float(lead.expected_by_chance or 9) < 0.01
    assert any("no balance is printed" in text for text in lead.missing)


@pytest.mark.parametrize(
    "case",
    [
        mule(90, 90.1, 92),
        mule(passed=89),
        mule(passed=103),
        mule(wait=0.26),
        mule(back=True),
        mule(name="A7"),
        mule(90, 92, 95, wait=-HALF_HOUR),
    ],
    ids=[
        "two days",
        "a tenth stays",
        "more leaves",
        "after the half day",
        "paid back",
        "an agent",
        "paid first",
    ],
)
def test_near_misses(case: ByHand) -> None:
    assert not found(TYPOLOGY, case.material(), EXAMPLES)


@pytest.mark.parametrize(("balance", "seen"), [(600, 1), (700, 0)])
def test_what_stays_behind_decides_where_it_is_printed(balance: int, seen: int) -> None:
    """A twentieth of 12,000 may stay."""
    material = mule().material()
    v = material.nodes.index("v")
    of = np.where(material.src == v, v, -1).astype(np.int32)
    printed = replace(material, balance=np.full(len(material), 100 * balance), balance_of=of)
    leads = found(TYPOLOGY, printed, EXAMPLES)
    assert len(leads) == seen
    assert not any("no balance is printed" in text for one in leads for text in one.missing)


def test_a_bank_account_has_two_days() -> None:
    material = mule(wait=40 / 24).material()
    assert not found(TYPOLOGY, material, EXAMPLES)
    v = material.nodes.index("v")
    kind = tuple("account" if n == v else k for n, k in enumerate(material.kind))
    (one,) = found(TYPOLOGY, replace(material, kind=kind), EXAMPLES)
    assert one.figures["hold"] == "40 h 0 min"
    assert material.lo[one.transfers[1]] - material.lo[one.transfers[0]] == 40 * HOUR


def test_a_slow_pass_is_less_surprising_than_a_quick_one() -> None:
    (quick,) = found(TYPOLOGY, mule().material(), EXAMPLES)
    (slow,) = found(TYPOLOGY, mule(wait=0.24).material(), EXAMPLES)
    assert quick.surprise is not None
    assert slow.surprise is not None
    assert quick.surprise + 1 < slow.surprise
