"""The shared goAML documents: nothing lost by the account of leaves, sums as computed apart."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from ingest.goaml.vocabulary import vocabulary
from tests.ingest.sources.practice_reports import (
    document,
    facts,
    leaf_count,
    notes,
    read,
    rejected,
    rows,
    saved,
)

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from pathlib import Path

pytestmark = pytest.mark.shared
REPORTS = ("AIF.xml", "DPMSR.xml", "STR.xml", "TR.2079.200000309.xml")
SURFACE = "goaml/instances-5.0.1/report.xml"


XSD = "{http://www.w3.org/2001/XMLSchema}"
SCHEMAS = (
    ("v1.1.4-lk/goAML.xsd", "report"),
    ("v5.0.1/goAMLSchema.xsd", "report"),
    ("v5.0.1/goAMLReportDataSchema.xsd", "reportdata"),
    ("v5.0.2/goAMLSchema.xsd", "report"),
)


def reachable(schema: ET.Element, root: str) -> set[str]:
    """Return the names of all elements that a document with this root may hold."""
    types = {t.get("name"): t for t in schema.findall(f"{XSD}complexType")}
    found: set[str] = set()
    pending = [e for e in schema.findall(f"{XSD}element") if e.get("name") == root]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        for element in one.iter(f"{XSD}element"):
            found.add(element.get("name", ""))
            pending += [types[name] for name in [element.get("type")] if name in types]
        pending += [types[n] for e in one.iter(f"{XSD}extension") for n in [e.get("base")] if n in types]
    return found


@pytest.mark.parametrize(("name", "root"), SCHEMAS)
def test_every_element_of_the_schemas_is_in_the_vocabulary(name: str, root: str, shared_data: Path) -> None:
    names = reachable(document(shared_data / "goaml/xsd" / name), root)
    assert len(names) > 100
    assert sorted(n for n in names if not vocabulary().knows(n)) == []


def values(path: Path) -> list[str]:
    """Return every text of a document, by ElementTree alone."""
    return [t for e in document(path).iter() if len(e) == 0 and (t := (e.text or "").strip())]


@pytest.mark.parametrize("name", REPORTS)
def test_the_four_reports_lose_no_leaf_and_no_text(name: str, shared_data: Path) -> None:
    path = shared_data / "goaml/reports-ae" / name
    root = document(path)
    pieces = read(path)
    assert rejected(pieces) == []
    assert notes(pieces)["leaves"] == f"{leaf_count(root)} in all: {leaf_count(root)} mapped, 0 unmapped"
    kept = "\n".join(f"{f['fields']} {f['text']}" for f in facts(pieces))
    assert [v for v in values(path) if v not in kept] == []


@pytest.mark.parametrize("name", REPORTS)
def test_the_four_reports_sum_to_what_an_xpath_finds(name: str, shared_data: Path) -> None:
    path = shared_data / "goaml/reports-ae" / name
    stated = [Decimal(e.text or "") for e in document(path).findall("./transaction/amount_local")]
    found = rows(read(path))
    assert [r["amount"] for r in found] == [amount * 100 for amount in stated]
    assert {r["asset"] for r in found} <= {"AED:2"}
    assert bool(found) == (name == "STR.xml")


def test_the_suspicious_report_runs_from_cash_to_a_payee_without_account(shared_data: Path) -> None:
    pieces = read(shared_data / "goaml/reports-ae/STR.xml")
    (row,) = rows(pieces)
    assert (row["amount"], row["debit"][:5], row["credit"][:8]) == (Decimal(12_000_000), "cash:", "unknown:")
    named = {f["subject"]: f["text"] for f in facts(pieces) if f["kind"] == "holder"}
    assert named == {row["debit"]: "Layla Hassan", row["credit"]: "John Smith"}


def test_the_full_surface_loses_no_leaf_and_states_its_sum(shared_data: Path) -> None:
    path = shared_data / SURFACE
    root = document(path)
    printed = [e.text for e in root.findall("./transaction/amount_local")]
    total = sum(Decimal(text) for text in printed if text)
    pieces = read(path)
    said = notes(pieces)
    assert said["leaves"] == f"{leaf_count(root)} in all: {leaf_count(root)} mapped, 0 unmapped"
    stated = re.match(
        r"stated UAK (\S+) in (\d+), (\d+) of them no figure; read UAK 0 in 0", said["transactions"]
    )
    assert stated
    assert (Decimal(stated[1]), int(stated[2]), int(stated[3])) == (total, 27, printed.count(None))
    assert len(rejected(pieces)) == len(printed) == 27
    assert {why for _, why in rejected(pieces)} == {
        "year outside 1900 to 2100",
        "the transaction states no date",
    }


def test_the_full_surface_with_values_that_can_be_read_gives_every_movement(
    shared_data: Path, tmp_path: Path
) -> None:
    """The machine that filled the instance gave dates of 1697, negative amounts and texts for numbers."""
    root = document(shared_data / SURFACE)
    for number, element in enumerate(root.iter()):
        if element.tag == "date_transaction" or (element.text or "").startswith("1697-"):
            element.text = f"2026-02-{number % 28 + 1:02}T08:00:00"
        if element.tag == "amount_local":
            element.text = f"{number}.25"
        if element.tag == "account" and len(element) == 0:
            element.text = f"{number:010}"
        if element.tag == "currency_code_local":
            element.text = "KES"
    pieces = read(saved(tmp_path, root))
    assert rejected(pieces) == []
    found = rows(pieces)
    total = sum(Decimal(e.text or "") for e in root.findall("./transaction/amount_local"))
    assert (len(found), sum(r["amount"] for r in found)) == (27, total * 100)
    for side, end in (("from", "debit"), ("to", "credit")):
        accounts = len(root.findall(f"./transaction/*/{side}_account/account"))
        assert sum(r[end].startswith("account:") for r in found) == accounts
        assert len({r[end] for r in found}) == len(found)
    assert notes(pieces)["leaves"].startswith(f"{leaf_count(root)} in all: {leaf_count(root)} mapped, 0")
