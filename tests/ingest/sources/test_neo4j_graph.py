"""Pages of a fetched graph: exact amounts and instants, each transfer once, the rest with its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from graph.model.instants import iso_text
from ingest.errors import MappingError, UnreadableError
from ingest.neo4j_graph.page import page_head, read_page
from ingest.source import Head, Options
from ingest.sources.neo4j_graph import SOURCE
from tests.ingest.fetchers.neo4j.agency import MAPPING, mapping
from tests.ingest.sources.practice_graph import AT, account, page, paid

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.source import Reading

SHA = "ab" * 32


def read(path: Path, given: dict[str, Any] | None = None) -> Reading:
    (found,) = SOURCE.read(path, Options(SHA, given or {}))
    return found


def rows(path: Path) -> list[dict[str, Any]]:
    found = read(path)
    assert found.rejected == ()
    assert found.rows is not None
    listed: list[dict[str, Any]] = found.rows.to_pylist()
    return listed


def reasons(path: Path) -> list[tuple[str, str]]:
    found = read(path)
    assert found.rows is None
    return [(x.locator, x.reason) for x in found.rejected]


def test_a_relationship_is_a_transfer_with_its_place(tmp_path: Path) -> None:
    (row,) = rows(page(tmp_path, paid(note="rent")))
    assert (row["debit"], row["credit"]) == ("account:PRACTICE:AC1000", "account:PRACTICE:AC1001")
    assert (row["amount"], row["asset"], row["ref"], row["text"]) == (1250, "KES:2", "R1", "rent")
    assert (row["form"], row["a"], row["status"], row["mark"]) == ("pointer:/rows/{a}", 0, "completed", None)
    assert iso_text(row["lo"]) == "2026-03-01T06:14:07+00:00"
    assert row["hi"] - row["lo"] == 1_000_000


def test_a_node_is_a_transfer_between_its_ties(tmp_path: Path) -> None:
    node: dict[str, Any] = {
        "of": {"txid": "T1", "time": {"localdatetime": "2026-03-01T09:14:07.500000000"}, "amount": "1234.5"},
        "paid_by": [account("AC1000")],
        "paid_to": [{"labels": ["Wallet"], "properties": {"msisdn": "0700000010"}}],
    }
    lonely = {**node, "of": {**node["of"], "txid": "T2"}, "paid_to": []}
    crowd = {**node, "of": {**node["of"], "txid": "T3"}, "paid_by": [account("AC1000"), account("AC1001")]}
    found = read(page(tmp_path, node, lonely, crowd, section="transfers:1"))
    assert found.rows is not None
    one, two = found.rows.to_pylist()
    assert (one["credit"], one["amount"]) == ("msisdn::+254700000010", 123450)
    assert one["hi"] - one["lo"] == 100_000
    assert two["credit"] == f"unknown:{SHA}:pointer%3A/rows/1;payee"
    (out,) = found.rejected
    assert (out.locator, out.reason) == ("pointer:/rows/2", "2 nodes or more are tied to it as its payer")
    assert "map the relationships" in out.hint


@pytest.mark.parametrize(
    ("amount", "units", "mark"),
    [
        (9007199254740993, 9007199254740993, None),
        ("1250", 1250, None),
        ({"float": "1250.0"}, 1250, "float source 1250.0"),
        ({"float": "1e+16"}, 10**16, "float source 1e+16"),
        (0, 0, None),
    ],
)
def test_amounts_are_exact_and_floats_are_marked_with_their_digits(
    tmp_path: Path, amount: Any, units: int, mark: str | None
) -> None:
    (row,) = rows(page(tmp_path, paid(c=amount)))
    assert (row["amount"], row["mark"]) == (units, mark)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ref": None}, "the identifier is nothing"),
        ({"ref": "  "}, "the identifier is blank"),
        ({"ref": "x" * 401}, "the identifier is too long"),
        ({"ref": {"float": "7.0"}}, "the identifier is a float"),
        ({"ref": True}, "the identifier is a boolean"),
        ({"at": None}, "no time in it"),
        ({"at": 1_700_000_000}, "the time is an integer"),
        ({"at": {"duration": "P1D"}}, "the time is a duration"),
        ({"at": {"point": {"coordinates": ["1.0", "2.0"], "srid": 7203}}}, "the time is a point"),
        ({"at": [AT]}, "the time is a list"),
        ({"at": "yesterday"}, "no ISO 8601 date or time"),
        ({"at": {"date": "0026-01-01"}}, "year outside 1900 to 2100"),
        ({"c": None}, "no amount in it"),
        ({"c": -1}, "an amount below zero between two ends"),
        ({"c": True}, "the amount is a boolean"),
        ({"c": [1]}, "the amount is a list"),
        ({"c": "1,250"}, "no plain decimal amount"),
        ({"c": "1250.5"}, "more decimals than the asset has"),
        ({"c": {"float": "0.5"}}, "a float with more decimals than the asset has"),
        ({"c": {"float": "inf"}}, "a float that is no number"),
        ({"c": "9" * 39}, "a sum of money of more than 38 digits"),
        ({"currency": "XYZ"}, "no such currency"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_reason(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    assert reasons(page(tmp_path, paid(**change))) == [("pointer:/rows/0", reason)]


def test_ends_that_are_no_instruments_are_rejected(tmp_path: Path) -> None:
    strange = {**paid(), "end": [account("AC1001", "Device")]}
    bare = {**paid(), "start": [account(None)]}
    broken: dict[str, Any] = {"unreadable": ["of"]}
    assert [why for _, why in reasons(page(tmp_path, strange, bare, broken))] == [
        "the payee has no label that the mapping knows",
        "the payer has no 'number'",
        "the answer for it could not be read when it was fetched",
    ]


def test_a_transfer_is_read_once_and_a_contradiction_is_named(tmp_path: Path) -> None:
    found = read(page(tmp_path, paid(), paid(), paid(c=7)))
    assert found.rows is not None
    assert (found.rows.num_rows, found.records) == (1, 2)
    assert [x.reason for x in found.rejected] == [
        "another row has the same identifier and says something else"
    ]
    assert found.assumptions["told again"].startswith("1 rows")


def test_the_receipt_says_what_was_assumed_and_what_is_not_covered(tmp_path: Path) -> None:
    notes = read(page(tmp_path, paid(c={"float": "5.0"}))).assumptions
    assert notes["unmapped labels"] == "Device (3)"
    assert notes["unmapped properties"] == "PAID.x (not counted)"
    assert notes["without an index"] == "PAID: each page reads all of them"
    assert notes["float source"].startswith("1 amounts came as floats")
    assert notes["account of the fetch"] == "can write: no (practice)"
    assert notes["zone"].startswith("Africa/Nairobi")
    assert notes["mapping"].startswith("practice (sha256 ")


def test_holders_are_facts_of_their_instrument(tmp_path: Path) -> None:
    held = {
        "of": {"since": {"date": "2025-05-01"}},
        "instrument": account("AC1000"),
        "party": {"labels": ["Person"], "properties": {"first": "Amina", "last": " Wanjiru\n"}},
    }
    nameless = {**held, "party": {"labels": ["Person"], "properties": {}}}
    found = read(page(tmp_path, held, nameless, section="holders:0"))
    assert found.facts is not None
    (fact,) = found.facts.to_pylist()
    assert (fact["kind"], fact["subject"], fact["text"]) == (
        "holder",
        "account:PRACTICE:AC1000",
        "Amina Wanjiru",
    )
    assert (fact["fields"], iso_text(fact["lo"], "Africa/Nairobi")) == (
        '{"role":"holder"}',
        "2025-05-01T00:00:00+03:00",
    )
    assert found.assumptions["nameless"] == "1 instruments or parties without a name"
    named = {"of": {"holder": "Amina"}, "instrument": account("AC1000")}
    (fact,) = read(page(tmp_path, named, section="names:0")).facts.to_pylist()  # type: ignore[union-attr]
    assert (fact["subject"], fact["text"]) == ("account:PRACTICE:AC1000", "Amina")


def test_a_token_beyond_38_digits_is_kept_out_of_sums(tmp_path: Path) -> None:
    tokens = "asset: {code: BIG, tokens: {BIG: {chain: evm, contract: '', exponent: 18}}}"
    said = mapping(MAPPING.replace("asset: {property: currency, code: KES}", tokens))
    found = read(page(tmp_path, paid(c="9" * 39), said=said))
    assert found.rows is not None
    (row,) = found.rows.to_pylist()
    assert (row["amount"], row["digits"], row["asset"]) == (None, "9" * 39, "evm:/BIG:18")
    assert [x.locator for x in found.left_out] == ["pointer:/rows/0"]


def test_another_mapping_reads_what_was_fetched_otherwise(tmp_path: Path) -> None:
    import yaml

    path = page(tmp_path, paid(c="12"), paid(ref="R2", c=-12))
    given = yaml.safe_load(MAPPING)
    given["transfers"][0]["amount"] |= {"unit": "major", "negative": "swap"}
    given["transfers"][0]["payer"] = "end"
    found = read(path, {"name": "other", **given})
    assert found.rows is not None
    one, two = found.rows.to_pylist()
    assert (one["amount"], one["debit"]) == (1200, "account:PRACTICE:AC1001")
    assert (two["amount"], two["debit"]) == (1200, "account:PRACTICE:AC1000")
    assert SOURCE.mapping_for(path, Options(SHA))["name"] == "practice"
    with pytest.raises(MappingError):
        read(path, {"shape": "graph", "instruments": []})


def test_a_damaged_page_is_refused(tmp_path: Path) -> None:
    whole = page(tmp_path, paid(), paid(ref="R2")).read_bytes()
    damaged = {
        "cut": whole[:-20],
        "changed": whole.replace(b"1250", b"9250"),
        "one less": whole.replace(whole.splitlines()[1] + b"\n", b""),
        "no page": b'{"page":"neo4j graph 2","about":{},"rows":[]}',
        "empty": b"",
        "a list": b"[]",
        "no mapping": whole.replace(b'"mapping":{', b'"mapped":{'),
        "another section": whole.replace(b'"section":"transfers:0"', b'"section":"transfers:9"'),
    }
    for name, raw in damaged.items():
        path = tmp_path / "damaged.json"
        path.write_bytes(raw)
        with pytest.raises((UnreadableError, MappingError)):
            read(path)
        assert SOURCE.mapping_for(path, Options(SHA)) == {} or name == "another section", name


def test_a_page_is_known_by_its_first_line(tmp_path: Path) -> None:
    path = page(tmp_path, paid())
    raw = path.read_bytes()
    assert SOURCE.sniff(Head("x", len(raw), raw)).confidence == 99
    assert SOURCE.sniff(Head("x", 2, b"{}")).confidence == 0
    head = page_head(path, "named")
    assert head is not None
    assert (head.section, head.upto, head.rows, head.name) == ("transfers:0", "R9", 1, "named")
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"page": "evm 1"}))
    assert page_head(other) is None
    about, found = read_page(path)
    assert (about["count"], len(found)) == (1, 1)


def test_stories_where_words_belong_are_told_short_and_names_that_are_none_are_rejected(
    tmp_path: Path,
) -> None:
    said = mapping(MAPPING.replace("text: [note]", "channel: note"))
    (row,) = rows(page(tmp_path, paid(note="w" * 1000), said=said))
    assert row["channel"] == "w" * 200 + " [… 1000 characters]"
    named = {"of": {"holder": "A" * 1001}, "instrument": account("AC1000")}
    found = read(page(tmp_path, named, section="names:0"))
    assert found.facts is None
    assert [x.reason for x in found.rejected] == ["a name of 1001 characters"]
