"""``trace``, ``assets`` and ``allocate``: shapes, sums, refusals before anything is computed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from api.casework.stated_amounts import units_of
from api.cli.analysing import received_of
from api.cli.sheets import sharing_text, sheet_text
from api.errors import UsageError

if TYPE_CHECKING:
    from tests.api.cli.conftest import Practice

RULES = ["fifo", "lifo", "own_first", "pro_rata_rolling", "tainted_first"]
OUTCOMES = ("held", "spent", "fees", "swallowed", "lost")


def test_a_trace_is_what_the_contract_says(practice: Practice) -> None:
    document = practice.document("trace", *practice.seeds)
    assert {"id", "policy", "inputs", "claim", "rules", "band"} <= set(document)
    assert document["policy"]["rule"] == "own_first"
    assert sorted(document["claim"]) == ["asset", "claimants", "seeds", "total"]
    assert sorted(document["rules"]) == RULES
    total = Fraction(document["claim"]["total"])
    for found in document["rules"].values():
        assert {*OUTCOMES, "holdings", "stops", "hops"} <= set(found)
        assert all(isinstance(found[name], str) for name in OUTCOMES)
        assert sum(Fraction(found[name]) for name in OUTCOMES) == total
        assert sum(Fraction(h["claim"]) for h in found["holdings"]) == Fraction(found["held"])
        for hop in found["hops"]:
            assert {"observation", "source", "locator", "from", "to", "asset", "amount", "traced"} <= set(hop)
            assert isinstance(hop["amount"], str)
            assert isinstance(hop["traced"], str)
    for row in document["band"]:
        assert {"outcome", "place", "owner", "least", "most", "rules"} <= set(row)
        assert Fraction(row["least"]) <= Fraction(row["most"])


def test_the_same_trace_is_the_same_document(practice: Practice) -> None:
    assert practice.made.document["trace"] == practice.document("trace", *practice.seeds)


def test_rules_and_arithmetic_are_run_as_asked(practice: Practice) -> None:
    line = ("trace", practice.seeds[1], "--rule", "fifo", "--compare")
    fixed = practice.document(*line, "lifo")
    exact = practice.document(*line, "none", "--arithmetic", "exact")
    assert (sorted(fixed["rules"]), sorted(exact["rules"])) == (["fifo", "lifo"], ["fifo"])
    assert (fixed["policy"]["arithmetic"], exact["policy"]["arithmetic"]) == ("fixed", "exact")
    assert fixed["id"] != exact["id"]


def test_a_trace_as_text_marks_the_chosen_rule_and_ends_with_the_band(practice: Practice) -> None:
    said = practice.once("trace", *practice.seeds)
    assert said.code == 0
    lines = said.out.splitlines()
    document = practice.document("trace", *practice.seeds)
    assert lines[0] == f"claim {Decimal(document['claim']['total']):,.2f} KES of V1, V2"
    assert [line.split()[0] for line in lines[3:9]] == ["fifo", "lifo", "*", *RULES[3:], "band"]
    assert f"{Decimal(document['rules']['own_first']['held']):,.2f}" in lines[5]
    assert lines[-1].startswith("next: ")


def test_a_trace_without_an_assertion_is_another_result(practice: Practice) -> None:
    (first, *_) = practice.document("assertions")["assertions"]
    whole = practice.document("trace", *practice.seeds)
    less = practice.document("trace", *practice.seeds, "--without", first["id"])
    assert first["id"] in {a["id"] for a in whole["assertions"]}
    assert first["id"] not in {a["id"] for a in less["assertions"]}
    assert whole["id"] != less["id"]


def test_assets_list_what_can_be_frozen(practice: Practice) -> None:
    document = practice.document("assets", *practice.seeds)
    fields = {
        "instrument",
        "label",
        "institution",
        "asset",
        "amount",
        "least",
        "most",
        "as_of",
        "urgency",
        "basis",
    }
    assert document["assets"]
    for row in document["assets"]:
        assert fields <= set(row)
        assert Fraction(row["least"]) <= Fraction(row["amount"]) <= Fraction(row["most"])
    text = sheet_text(document)
    assert text.splitlines()[0].split()[:3] == ["PLACE", "ASK", "AMOUNT"]
    assert all(row["label"] in text for row in document["assets"])


def test_an_allocation_has_every_scheme_and_reconciles(practice: Practice) -> None:
    document = practice.document("allocate", *practice.seeds, "--at", "2026-11-10")
    assert document["base"] == "net_loss"
    assert sorted(document["schemes"]) == ["net_loss", "pari_passu", "rising_tide", "traced_first"]
    for found in document["schemes"].values():
        assert sorted(found["payments"]) == ["V1", "V2"]
        paid = sum(Fraction(n) for n in found["payments"].values())
        assert paid + Fraction(found["residual"]) + Fraction(found["costs"]) == Fraction(document["pool"])
        assert found["reconciles"] is True
    lines = sharing_text(document).splitlines()
    assert lines[0].startswith("pool ")
    assert [line.split()[:2] for line in lines if line.startswith("*")] == [["*", "net_loss"]]
    assert lines[-1] == document["statement"]


def test_money_already_returned_and_costs_change_the_allocation(practice: Practice) -> None:
    line = ("allocate", *practice.seeds, "--at", "2026-11-10")
    plain = practice.document(*line)
    other = practice.document(
        *line, "--received", "V1=50,000.00", "--costs", "1000", "--scheme", "rising-tide"
    )
    assert other["base"] == "rising_tide"
    loss = Fraction(plain["losses"]["V1"]["loss"]) - Fraction(other["losses"]["V1"]["loss"])
    assert loss == 50_000
    assert Fraction(other["schemes"]["net_loss"]["costs"]) == 1_000


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("trace {seed} --rule fifoo", "no such tracing rule"),
        ("trace {seed} --compare fifo,nope", "no such tracing rule"),
        ("trace {seed} --arithmetic float", "no such arithmetic"),
        ("trace {seed} --without 00", "no such assertion"),
        ("trace V1=NOSUCHPAYMENT", "no payment has this reference"),
        ("trace V1=", "no payment has this reference"),
        ("trace 0123456789abcdef0123456789abcdef", "no such observation"),
        ("trace", "Missing argument 'seeds'"),
        ("assets {seed} --rule x", "no such tracing rule"),
        ("allocate {seed}", "Missing option '--at'"),
        ("allocate {seed} --at 2026-13-01", "no such date"),
        ("allocate {seed} --at yesterday", "no such date"),
        ("allocate {seed} --at 2026-11-10 --scheme fair", "no such allocation scheme"),
        ("allocate {seed} --at 2026-11-10 --costs 1e3", "no plain decimal"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error_with_a_hint(practice: Practice, line: str, what: str) -> None:
    said = practice.once("--json", *(word.format(seed=practice.seeds[0]) for word in line.split()))
    assert said.code == 2
    assert what in said.error["what"]
    assert said.error["hint"]
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("1.234", "more decimals"),
        ("-1", "not negative"),
        ("1e3", "no plain decimal"),
        ("", "no plain decimal"),
    ],
)
def test_an_amount_is_exact_or_refused(text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what) as refused:
        units_of(text, "KES:2", "--costs")
    assert refused.value.fields()["hint"]


@pytest.mark.parametrize(
    ("pairs", "what"),
    [(["V1"], "CLAIMANT=AMOUNT"), (["V9=5"], "no such claimant"), (["V1=5", "V1=6"], "once each")],
)
def test_what_came_back_names_each_claimant_once(pairs: list[str], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        received_of(pairs, "KES:2", ["V1", "V2"])
