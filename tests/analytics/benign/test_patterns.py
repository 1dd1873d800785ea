"""Each innocent pattern: the plain case, the cases that break one of its tests, and too short a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analytics.benign.agents import BENIGN as AGENTS
from analytics.benign.chama import BENIGN as CHAMA
from analytics.benign.harambee import BENIGN as HARAMBEE
from analytics.benign.payroll import BENIGN as PAYROLL
from analytics.catalogue import benign
from analytics.lead import Verdict
from analytics.sentences.saying import languages, template
from tests.analytics.by_hand import ByHand, renumbered

if TYPE_CHECKING:
    from analytics.catalogue import Benign


def verdict(pattern: Benign, case: ByHand, subject: str) -> Verdict:
    answers = set()
    for material in renumbered(case):
        node = material.nodes.index(subject)
        rows = [int(i) for i in material.into(node)]
        answers.add(pattern.assess(material, node, rows))
    assert len(answers) == 1
    return answers.pop()


def group(
    *, members: int = 8, rounds: int = 5, every: float = 30, unequal: int = 0, churn: int = 0
) -> ByHand:
    """Members pay 1,000 within a few days of each round, and one of them is paid the pot."""
    case = ByHand()
    for turn in range(rounds):
        for m in range(members):
            who = f"m{m + churn * turn}"
            case.pay(who, "treasurer", 1_000 + unequal * m, every * turn + m / members)
        case.pay("treasurer", f"m{turn % members + churn * turn}", 1_000 * members, every * turn + 2)
    return case


@pytest.mark.parametrize("every", [7, 14, 30])
def test_a_savings_group(every: int) -> None:
    assert verdict(CHAMA, group(every=every), "treasurer") is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (group(members=3), Verdict.PARTLY),
        (group(members=41), Verdict.PARTLY),
        (group(unequal=150), Verdict.PARTLY),
        (group(churn=4), Verdict.PARTLY),
        (group(rounds=2), Verdict.NOT_EVALUATED),
        (group(members=3, unequal=150, churn=2), Verdict.PARTLY),
        (ByHand().pay("a", "treasurer", 100, 0).pay("b", "treasurer", 330, 9), Verdict.NOT_SUPPORTED),
    ],
    ids=["few", "many", "unequal", "strangers", "short", "three broken", "none"],
)
def test_what_breaks_a_savings_group(case: ByHand, expected: Verdict) -> None:
    assert verdict(CHAMA, case, "treasurer") is expected


def test_a_pot_that_goes_elsewhere_is_no_savings_group() -> None:
    case = ByHand(rows=[r for r in group().rows if r[2] != "treasurer"])
    for turn in range(5):
        case.pay("treasurer", "stranger", 8_000, 30 * turn + 2)
    assert verdict(CHAMA, case, "treasurer") is Verdict.PARTLY


def pooled(payee: str, *, equal: bool = False) -> ByHand:
    case = ByHand()
    for n in range(9):
        case.pay(f"n{n}", "aunt", 700 if equal else 400 + 130 * n, n / 3)
    return case.pay("aunt", payee, 6_000, 4)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (pooled("B1").tag("B1", "hospital"), Verdict.SUPPORTED),
        (pooled("B1").tag("B1", "mortuary", "other"), Verdict.SUPPORTED),
        (pooled("B1"), Verdict.NOT_EVALUATED),
        (pooled("B1").tag("B1", "betting"), Verdict.NOT_SUPPORTED),
        (pooled("stranger"), Verdict.NOT_SUPPORTED),
        (pooled("stranger").pay("aunt", "B1", 500, 5).tag("B1", "hospital"), Verdict.NOT_SUPPORTED),
        (pooled("B1", equal=True).tag("B1", "school"), Verdict.PARTLY),
    ],
    ids=["hospital", "mortuary", "unknown number", "betting", "person", "a little", "equal sums"],
)
def test_a_harambee_rests_on_where_it_was_spent(case: ByHand, expected: Verdict) -> None:
    assert verdict(HARAMBEE, case, "aunt") is expected


def test_what_was_spent_much_later_is_another_matter() -> None:
    case = ByHand(rows=pooled("stranger").rows).pay("aunt", "B1", 6_000, 30).tag("B1", "hospital")
    assert verdict(HARAMBEE, case, "aunt") is Verdict.NOT_SUPPORTED


def wages(*, staff: int = 12, months: int = 4, churn: int = 0, raises: int = 0) -> ByHand:
    case = ByHand()
    for month in range(months):
        for n in range(staff):
            case.pay("farm", f"w{n + churn * month}", 15_000 + 900 * n + raises * month, 30 * month + n / 24)
    return case


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (wages(), Verdict.SUPPORTED),
        (wages(staff=4), Verdict.PARTLY),
        (wages(churn=6), Verdict.PARTLY),
        (wages(raises=9_000), Verdict.PARTLY),
        (wages(months=2), Verdict.NOT_EVALUATED),
        (
            ByHand().pay("farm", "w1", 10, 0).pay("farm", "w2", 500, 3).pay("farm", "w3", 9, 40),
            Verdict.NOT_SUPPORTED,
        ),
    ],
    ids=["payroll", "few", "strangers", "sums change", "short", "three payments"],
)
def test_a_payroll(case: ByHand, expected: Verdict) -> None:
    assert verdict(PAYROLL, case, "farm") is expected


def test_a_business_by_record_or_by_shape() -> None:
    case = ByHand().pay("A1", "v", 100, 0).pay("v", "T1", 100, 1).pay("v", "B1", 100, 1)
    for n in range(101):
        case.pay(f"c{n}", "broker", 10, 2).pay("broker", f"d{n}", 10, 3).pay(f"c{n}", "landlord", 10, 4)
    told = {name: verdict(AGENTS, case, name) for name in ("A1", "T1", "B1", "broker", "landlord", "v")}
    assert told == {
        "A1": Verdict.SUPPORTED,
        "T1": Verdict.SUPPORTED,
        "B1": Verdict.SUPPORTED,
        "broker": Verdict.SUPPORTED,
        "landlord": Verdict.PARTLY,
        "v": Verdict.NOT_SUPPORTED,
    }


def test_every_pattern_has_a_source_and_a_name_in_every_language() -> None:
    ours = [one for one in benign().values() if one.assess.__module__.startswith("analytics.")]
    assert {one.code for one in ours} >= {"agents", "chama", "harambee", "payroll"}
    for one in ours:
        assert all((one.version, one.title, one.references))
        assert all(template("innocent", one.code, language) for language in languages())
