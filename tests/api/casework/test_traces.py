from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from analytics.errors import PolicyError
from api.casework.places import place_text
from api.casework.trace_document import trace_document
from api.casework.traces import totals
from graph.model.results import CASEWORK, AssertionKind
from tests.analytics.tracing.following.evidence import DAY, observation
from tests.api.casework.small_case import RULES, run, small_case

OUTCOMES = ("held", "spent", "fees", "swallowed", "lost")


def test_every_rule_is_run_and_accounts_for_the_claim() -> None:
    found = run(small_case())
    assert tuple(found.comparison.results) == RULES
    assert found.chosen is found.comparison.results["own_first"]
    for result in found.comparison.results.values():
        assert sum(totals(result).values()) == 150_000
    assert tuple(run(small_case(), codes=()).comparison.results) == ("own_first",)
    with pytest.raises(PolicyError):
        run(small_case(), rule="gut_feeling")


def test_each_statement_of_a_person_is_left_out_once() -> None:
    evidence = small_case()
    evidence.state(AssertionKind.ROLE, observation("m", 1), "suspect")
    found = run(evidence)
    same, acted = found.without
    assert [w.assertion.kind for w in found.without] == [AssertionKind.SAME_EVENT, AssertionKind.PAID_FOR]
    assert same.totals["own_first"]["spent"] == 100_000
    assert set(same.held["own_first"]) == {"M|KES:2", "U|tron:T/USDT:6"}
    assert set(same.held["tainted_first"]) == {"W|tron:T/USDT:6"}
    held_now = totals(found.chosen)["holdings"]
    assert acted.totals["own_first"]["holdings"] == held_now
    assert set(acted.held["own_first"]) == {"M|KES:2", "U|tron:T/USDT:6"}
    for left_out in found.without:
        for sums in left_out.totals.values():
            assert sum(sums.values()) == 150_000


def test_an_order_that_no_source_states_gives_both_figures_where_it_matters() -> None:
    evidence = small_case()
    assert run(evidence).order_matters == {}
    evidence.row("n", 1, "M", "N", 19_500, 500, lasting=DAY)
    found = run(evidence)
    assert found.order_matters
    for one, other in found.order_matters.values():
        assert sum(one.values()) == sum(other.values()) == 150_000


def numbers(value: Any) -> list[object]:
    if isinstance(value, dict):
        return [n for v in value.values() for n in numbers(v)]
    if isinstance(value, list):
        return [n for v in value for n in numbers(v)]
    return [] if isinstance(value, (str, bool)) or value is None else [value]


@pytest.mark.parametrize("arithmetic", ["exact", "fixed"])
def test_the_document_is_texts_only_and_its_parts_are_its_sums(arithmetic: str) -> None:
    document = trace_document(run(small_case(), arithmetic=arithmetic))
    assert numbers(document) == []
    assert document == json.loads(json.dumps(document))
    assert document == trace_document(run(small_case(), arithmetic=arithmetic))
    assert document["claim"]["total"] == "1500.00"
    for told in document["rules"].values():
        places = {"held": told["holdings"], **told["ends"]}
        for name in OUTCOMES:
            claim = sum((Fraction(p["claim"]) for p in places[name]), Fraction(0))
            assert claim == Fraction(told[name])
            for p in places[name]:
                assert sum(Fraction(o["amount"]) for o in p["owners"].values()) == Fraction(p["amount"])
        assert sum(Fraction(told[name]) for name in OUTCOMES) == 1500


def test_every_hop_cites_each_of_its_rows_once_and_shows_the_narrowest_instant() -> None:
    document = trace_document(run(small_case()))
    hops = document["rules"]["own_first"]["hops"]
    first = hops[0]
    assert {r["observation"] for r in first["rows"]} == {observation("bank", 1), observation("m", 1)}
    assert first["observation"] == observation("m", 1)
    assert (first["from"], first["traced"]) == ("wallet ••V", "1000.00")
    for hop in hops:
        rows = [(r["source"], r["locator"], r["observation"]) for r in hop["rows"]]
        assert rows == sorted(set(rows))
        assert (hop["source"], hop["locator"], hop["observation"]) in rows
    words = {hop["to"] for hop in document["rules"]["tainted_first"]["hops"]}
    assert {"in the conversion", "charge of the provider", "exchange account ••U", "till ••till"} <= words


def test_the_band_and_the_gaps_are_in_the_document() -> None:
    document = trace_document(run(small_case(priced=False)))
    rows = [r for r in document["band"] if r["outcome"] == "holdings" and not r["place"] and not r["owner"]]
    (total,) = rows
    assert Fraction(total["least"]) == min(Fraction(n) for n in total["rules"].values())
    assert Fraction(total["most"]) == max(Fraction(n) for n in total["rules"].values())
    assert any("no dated rate" in gap for gap in document["gaps"])
    assert {note["opening"] for note in document["ledgers"]} == {"derived", "assumed"}


def test_places_are_called_by_their_kind_their_label_and_what_the_case_calls_them() -> None:
    following = run(small_case()).following
    assert place_text(following, "M|KES:2") == "wallet ••M"
    assert place_text(following, "M|KES:2", {"M": "collector"}) == "wallet ••M (collector)"
    assert place_text(following, "") == "not named in the record"
    assert place_text(following, "nowhere|KES:2") == "not named in the record"


@pytest.mark.parametrize("kind", sorted(CASEWORK))
def test_what_is_said_of_the_work_on_a_case_is_no_part_of_a_trace(kind: AssertionKind) -> None:
    evidence = small_case()
    before = run(evidence)
    evidence.state(kind, "A1", "done")
    after = run(evidence)
    assert after.following.assertions == before.following.assertions
    assert totals(after.chosen) == totals(before.chosen)
