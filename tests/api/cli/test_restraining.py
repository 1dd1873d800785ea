"""``assert restraint``, ``assert returned`` and ``restraints``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.cli.conftest import Practice

WALLET = "4606"
BY = ("--by", "High Court", "--reason", "order read out")


def test_a_restraint_and_a_return_are_recorded_listed_and_withdrawn(own_practice: Practice) -> None:
    before = own_practice.document("restraints")
    line = ("assert", "restraint", WALLET, "ordered", "--reference", "M-118", "--amount", "10,000", *BY)
    made = own_practice.document(*line, "--on", "2026-11-24")
    assert made["kind"] == "restraint"
    back = own_practice.document(
        "assert", "returned", "V1", "5,000.50", "--asset", "KES", "--reason", "bank advice"
    )
    assert back["subject"] == "V1"
    told = own_practice.document("restraints")
    (restraint,) = [r for r in told["restraints"] if r["id"] == made["id"]]
    assert (restraint["state"], restraint["amount"], restraint["counts"]) == ("ordered", "10000.00", True)
    assert restraint["label"] == f"••{WALLET}"
    assert [r["amount"] for r in told["returned"] if r["id"] == back["id"]] == ["5000.50"]
    said = own_practice.talk("restraints")
    assert "M-118" in said.out
    assert "5000.50" in said.out
    for one in (made, back):
        assert own_practice.talk("withdraw", one["id"], "--reason", "mistaken").code == 0
    assert own_practice.document("restraints") == before


def test_no_trace_grows_old_by_a_restraint(own_practice: Practice) -> None:
    before = own_practice.document("store", "info")["content"]
    assert own_practice.talk("assert", "restraint", WALLET, "lifted", "--reason", "set aside").code == 0
    assert own_practice.document("store", "info")["content"] == before


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (("restraint", WALLET, "frozen"), "no such state"),
        (("restraint", WALLET, "ordered"), "named by its number"),
        (("restraint", "0799999999", "asked"), "not unambiguous"),
        (("restraint", WALLET, "held_until", "--until", "soon"), "no such day"),
        (("returned", "V1", "5"), "in some asset"),
        (("returned", "V1", "5", "--asset", "KES", "--until", "2026-11-27"), "no such detail"),
        (("same_event", "a", "b", "--by", "somebody"), "no such detail"),
    ],
)
def test_what_does_not_fit_is_refused(practice: Practice, line: tuple[str, ...], what: str) -> None:
    said = practice.talk("assert", *line, "--reason", "x")
    assert said.code == 2, said
    assert what in said.err
