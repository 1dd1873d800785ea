"""The queue: a person in danger first, then by E; the list ends where chance gives too many."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analytics.catalogue import Benign, Parameter, Typology, typologies, typology_of, value_text, values_of
from analytics.detection import detect_in, in_language
from analytics.errors import PolicyError
from analytics.lead import Candidate, NotEvaluated, Severity, Verdict, chance_text
from analytics.material import LARGEST, of_snapshot
from tests.analytics.by_hand import ByHand
from tests.graph.snapshots import Paid, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.catalogue import Value
    from analytics.material import Material

SENTENCES = {"en": "seen {n} times", "fr": "vu {n} fois"}


def payments(count: int = 60) -> Material:
    case = ByHand()
    for n in range(count):
        case.pay(f"a{n}", f"b{n}", 100 + n, n)
    return case.material()


def rule(
    name: str,
    surprises: Sequence[float | None],
    *,
    severity: Severity = Severity.REVIEW,
    first: int = 0,
    lowered_by: Mapping[str, Severity] | None = None,
) -> Typology:
    """Return a rule that finds one transfer for each surprise, from ``first`` on."""

    def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
        assert len(material) > first
        for n, surprise in enumerate(surprises, first):
            yield Candidate(
                int(material.dst[n]),
                (int(material.dst[n]),),
                (n,),
                {"n": n, "least": str(values["least"])},
                surprise,
            )

    chance = "made up" if surprises and surprises[0] is not None else ""
    least = Parameter("least", 3, "things", "made up")
    return Typology(
        name,
        "made-up",
        "1",
        "Made up",
        severity,
        ("made up",),
        ("made up",),
        (least,),
        detect,
        chance,
        lowered_by=lowered_by or {},
        sentences=SENTENCES,
    )


def harmless(verdict: Verdict) -> dict[str, Benign]:
    return {"harmless": Benign("harmless", "1", "Harmless", ("made up",), lambda *_: verdict)}


def families() -> float:
    return float(np.log10(sum(bool(t.chance) for t in typologies().values())))


def order_of(*rules: Typology) -> list[int]:
    return [int(lead.figures["n"]) for lead in detect_in(payments(), rules, patterns={}).leads]


def test_danger_comes_first_then_e_up_to_one_then_rules_without_a_null_then_the_rest() -> None:
    likely = rule("AA-01", [-4.0, *[-5.0] * 9, 0.0 - families() + 0.3], first=10)
    danger = rule("ZZ-01", [None], severity=Severity.DANGER, first=40)
    plain = rule("MM-01", [None, None], first=50)
    assert order_of(likely, danger, plain) == [40, *range(11, 20), 10, 50, 51, 20]


def test_the_list_ends_where_e_first_exceeds_half_its_rank() -> None:
    one = -families()
    surprises = [float(np.log10(e)) + one for e in (0.4, 0.9, 2.3, 2.4, 0.1)]
    found = detect_in(payments(), [rule("AA-01", surprises)], patterns={})
    assert [lead.figures["n"] for lead in found.leads] == [4, 0, 1]
    assert found.beyond == 2
    assert [lead.expected_by_chance for lead in found.leads] == ["0.10", "0.40", "0.90"]


def test_chance_never_lists_more_than_the_cap() -> None:
    surprises = [-9.0] * 200
    material = payments(400)
    one = rule("AA-01", [*surprises, float(np.log10(31)) - families()])
    assert len(detect_in(material, [one], patterns={}).leads) == 200


def test_half_of_the_transfers_cited_before_is_a_repetition() -> None:
    def twice(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate]:
        for transfers, surprise in (((0, 1, 2, 3), -5.0), ((2, 3, 4, 5), -4.0), ((3, 4, 5, 6), -3.0)):
            yield Candidate(int(material.dst[0]), (int(material.dst[0]),), transfers, {"n": 1}, surprise)

    found = detect_in(payments(), [replace(rule("AA-01", [-1.0]), detect=twice, parameters=())], patterns={})
    assert [lead.observations[0] for lead in found.leads] == ["o00000", "o00003"]
    assert found.beyond == 1


@pytest.mark.parametrize(
    ("verdict", "severity"),
    [
        (Verdict.SUPPORTED, Severity.PRIORITY),
        (Verdict.PARTLY, Severity.DANGER),
        (Verdict.NOT_EVALUATED, Severity.DANGER),
    ],
)
def test_an_innocent_pattern_lowers_only_when_supported(verdict: Verdict, severity: Severity) -> None:
    one = rule("AA-01", [None], severity=Severity.DANGER, lowered_by={"harmless": Severity.PRIORITY})
    (lead,) = detect_in(payments(), [one], patterns=harmless(verdict)).leads
    assert lead.severity is severity
    assert [(i.pattern, i.verdict) for i in lead.innocent] == [("harmless", verdict)]


def test_a_pattern_never_raises_a_severity() -> None:
    one = rule("AA-01", [None], severity=Severity.CONTEXT, lowered_by={"harmless": Severity.PRIORITY})
    (lead,) = detect_in(payments(), [one], patterns=harmless(Verdict.SUPPORTED)).leads
    assert lead.severity is Severity.CONTEXT


def test_a_lead_says_its_thresholds_and_speaks_other_languages() -> None:
    found = detect_in(payments(), [rule("AA-01", [-3.0])], {"AA-01": {"least": Fraction(5)}}, {})
    (lead,) = found.leads
    assert lead.parameters == {"least": "5"}
    assert lead.sentence == "seen 0 times"
    known = next(t for t in typologies().values() if t.id == "ST-01")
    said = in_language(
        replace(lead, typology=known.id, figures={"days": 1, "senders": 8, "new": 8, "total": "1 KES"}), "fr"
    )
    assert said.sentence != lead.sentence


def test_transfers_beyond_64_bits_are_in_no_rule_and_are_told() -> None:
    paid = [
        Paid("a", "b", 5, 1),
        Paid("b", "c", 0, 2),
        Paid("c", "d", LARGEST + 1, 3),
        Paid("d", "e", 2**70, 4),
    ]
    shot = snapshot(paid, wide=True)
    keep = np.ones(4, np.bool_)
    material = of_snapshot(shot, ["msisdn"] * 5, keep, observation=list("wxyz"))
    assert list(material.observation) == ["w"]
    assert material.left_out == 2
    told = detect_in(material, [rule("AA-01", [])], patterns={}).not_evaluated
    assert told == (NotEvaluated("all", "2 transfers beyond 64 bits are in no rule"),)


def test_roles_come_from_the_kind_and_from_the_shape() -> None:
    case = ByHand().tag("hot", "exchange_hot_wallet")
    for n in range(101):
        case.pay(f"x{n}", "shop", 5, n).pay("shop", f"y{n}", 5, n + 0.5)
    case.pay("shop", "A1", 5, 1).pay("shop", "hot", 5, 1).pay("C1", "x0", 9, 2)
    m = case.material()
    own = {name for name, person in zip(m.nodes, m.person, strict=True) if person}
    assert not own & {"shop", "A1", "hot", "C1"}
    assert {"x0", "y100"} <= own
    assert {n for n, b in zip(m.nodes, m.business, strict=True) if b} == {"shop", "A1", "hot"}


@pytest.mark.parametrize("name", ["ST-01", "st-01", "fan-in-collector", "st01_fan_in_collector"])
def test_a_typology_has_three_names(name: str) -> None:
    assert typology_of(name).id == "ST-01"


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(PolicyError, match="no typology"):
        typology_of("ST-99")
    with pytest.raises(PolicyError, match="no parameter"):
        values_of(typology_of("ST-01"), {"sender": 3})
    with pytest.raises(PolicyError, match="whole number"):
        values_of(typology_of("ST-01"), {"senders": Fraction(7, 2)})
    with pytest.raises(PolicyError, match="negative"):
        values_of(typology_of("ST-01"), {"senders": -1})


def test_numbers_are_written_exactly_or_with_two_digits() -> None:
    assert [value_text(v) for v in (0, 12, Fraction(1, 20), Fraction(2, 3))] == ["0", "12", "0.05", "2/3"]
    assert [chance_text(s) for s in (-12.0, -3.0, 0.5, 1.0, 5.0, 8.0)] == [
        "1.0e-12",
        "0.0010",
        "3.2",
        "10",
        "100000",
        "1.0e+08",
    ]
    assert all(Fraction(chance_text(s / 7)) > 0 for s in range(-2000, 70)), "readable as a number"
