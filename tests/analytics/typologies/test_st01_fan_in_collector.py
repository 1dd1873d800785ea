from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from analytics.lead import NotEvaluated
from analytics.typologies.st01_fan_in_collector import TYPOLOGY
from tests.analytics.typologies.village import busy_person, savings_group, through_businesses, village
from tests.contracts.typology import Examples, detection, found

if TYPE_CHECKING:
    from tests.analytics.by_hand import ByHand


def collector(senders: int = 12, *, to: str = "v", first: float = 90, apart: float = 0.4) -> ByHand:
    case = village()
    for n in range(senders):
        case.pay(f"s{n:02d}", to, 900 + 10 * n, first + apart * n)
    return case


EXAMPLES = Examples(
    positive=collector(),
    near_miss=collector(7),
    look_alike=savings_group(),
    pattern="chama",
    missing=through_businesses(),
)


def test_twelve_strangers_in_five_days_with_their_figures() -> None:
    (lead,) = detection(TYPOLOGY, EXAMPLES.positive, EXAMPLES).leads
    assert dict(lead.figures) == {"days": 5, "senders": 12, "new": 12, "total": "11460.00 KES"}
    assert lead.instruments[0] == "v"
    assert len(lead.observations) == 12
    assert float(lead.expected_by_chance or 9) < 0.01
    assert any(text.startswith("records of 1 of the 1") for text in lead.missing)


def test_a_collection_of_half_a_year_is_seen_at_its_own_scale() -> None:
    (lead,) = detection(TYPOLOGY, collector(apart=8, first=5), EXAMPLES).leads
    assert lead.figures["senders"] == 12
    assert lead.figures["days"] == 88


def test_those_who_paid_before_are_not_new() -> None:
    case = collector(8)
    for n in range(8):
        case.pay(f"s{n:02d}", "v", 100, 20 + n)
    leads = found(TYPOLOGY, case.material(), EXAMPLES)
    assert all(one.figures["days"] != 3 for one in leads), "five of eight senders must be new"


@pytest.mark.parametrize("known", [3, 4])
def test_senders_who_deal_among_themselves_know_each_other(known: int) -> None:
    """Of 28 pairs, a tenth is 2.8: three that deal with each other are too many."""
    case = collector(8)
    pairs = [(0, 1), (2, 3), (4, 5), (6, 7)][:known]
    for a, b in pairs:
        case.pay(f"s{a:02d}", f"s{b:02d}", 50, 130)
    assert not found(TYPOLOGY, case.material(), EXAMPLES)
    looser = replace(EXAMPLES, values={"density": Fraction(1, 2)})
    assert found(TYPOLOGY, case.material(), looser)


def test_a_business_by_its_shape_collects_for_a_living() -> None:
    case = busy_person(collector(), "v")
    assert all(
        one.subject != case.material().nodes.index("v") for one in found(TYPOLOGY, case.material(), EXAMPLES)
    )


def test_a_till_collects_for_a_living() -> None:
    assert not found(TYPOLOGY, collector(to="T9").material(), EXAMPLES)


def test_unknown_ends_are_not_senders() -> None:
    case = village()
    for n in range(12):
        case.pay(f"U{n}", "v", 900, 90 + n / 4)
    assert not found(TYPOLOGY, case.material(), EXAMPLES)


def test_evidence_that_begins_with_the_collection_cannot_say_who_was_new() -> None:
    (lead,) = detection(TYPOLOGY, collector(first=1), EXAMPLES).leads
    assert any(text.startswith("what came before") for text in lead.missing)


def test_no_payments_between_persons_is_not_evaluated() -> None:
    (answer,) = TYPOLOGY.detect(EXAMPLES.missing.material(), {p.name: p.default for p in TYPOLOGY.parameters})
    assert answer == NotEvaluated("ST-01", "no transfers between instruments of persons are in evidence")
