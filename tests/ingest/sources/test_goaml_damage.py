"""Hostile and damaged goAML: a clear error with its place, and the rest goes on."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from graph.model.provenance import Balance, Verdict
from graph.model.scope import Scope
from ingest.errors import UnreadableError
from ingest.goaml import elements
from ingest.runner import Intake, ingest_files
from ingest.source import Head
from ingest.sources.goaml import SOURCE
from tests.ingest.sources.practice_reports import (
    facts,
    leaf_count,
    notes,
    read,
    rejected,
    report,
    rows,
    saved,
    transaction,
)

if TYPE_CHECKING:
    from pathlib import Path

SCOPE = Scope("officer", ("case",), "test")


def text_of(*numbers: int) -> bytes:
    return ET.tostring(report(*(transaction(n) for n in numbers)))


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("", "the transaction states no amount_local"),
        ("-5.00", "a negative amount does not say who paid whom"),
        ("1.005", "more decimals than the asset has"),
        ("1" + "0" * 38, "a sum of money of more than 38 digits"),
        ("9" * 500, "longer than any amount"),
        ("1,000.00", "no plain decimal amount"),
        ("1e5", "no plain decimal amount"),
        ("INF", "no plain decimal amount"),
        ("٣٤", "no plain decimal amount"),
    ],
)
def test_an_amount_that_is_none_rejects_its_transaction_alone(amount: str, why: str, tmp_path: Path) -> None:
    root = report(transaction(1), transaction(2, amount), transaction(3))
    pieces = read(saved(tmp_path, root))
    assert rejected(pieces) == [("xpath:/report/transaction[2]", why)]
    assert [r["a"] for r in rows(pieces)] == [1, 3]
    assert notes(pieces)["leaves"].startswith(f"{leaf_count(root)} in all: {leaf_count(root)} mapped")


@pytest.mark.parametrize(
    "date",
    ["", "2026-02-30T00:00:00", "1753-01-01T00:00:00", "02/03/2026", "2026-03-02T25:00:00", "yesterday"],
)
def test_a_date_that_is_none_rejects_its_transaction_alone(date: str, tmp_path: Path) -> None:
    pieces = read(saved(tmp_path, report(transaction(1, date_transaction=date), transaction(2))))
    assert [place for place, _ in rejected(pieces)] == ["xpath:/report/transaction[1]"]
    assert [r["a"] for r in rows(pieces)] == [2]


def test_a_rejected_transaction_still_names_its_people(tmp_path: Path) -> None:
    pieces = read(saved(tmp_path, report(transaction(1, "-1"))))
    assert rows(pieces) == []
    assert [f["text"] for f in facts(pieces) if f["kind"] == "holder"] == ["Amina Practice", "Biko"]


@pytest.mark.parametrize("code", ["XYZ", "K1", "XAU", "KESH"])
def test_a_currency_that_is_none_rejects_every_transaction(code: str, tmp_path: Path) -> None:
    pieces = read(saved(tmp_path, report(transaction(1), transaction(2), currency_code_local=code)))
    assert [why for _, why in rejected(pieces)] == ["no such currency"] * 2
    assert notes(pieces)["transactions"].startswith(f"stated {code} 3001.00 in 2; read {code} 0 in 0")


def test_no_currency_at_all_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(saved(tmp_path, report(transaction(), currency_code_local=None)))
    assert caught.value.hint.endswith("--option currency=KES")
    assert caught.value.fields()["locator"] == "xpath:/report/transaction[1]"


def test_a_cut_file_keeps_what_was_complete_and_says_where_it_breaks(tmp_path: Path) -> None:
    text = text_of(1, 2, 3)
    cut = text[: text.rindex(b"<t_to>") + 30]
    pieces = read(saved(tmp_path, cut))
    assert [r["a"] for r in rows(pieces)] == [1, 2]
    ((place, why),) = rejected(pieces)
    assert place.startswith("xpath:/report/transaction[3]/t_to[1]")
    assert why.startswith("the XML is cut: ")
    assert "line 1, column " in why
    assert why.endswith("nothing after it was read")


def test_every_cut_is_an_error_or_a_part_and_never_a_wrong_row(tmp_path: Path) -> None:
    text = text_of(1, 2)
    whole = rows(read(saved(tmp_path, text)))
    first = text.index(b"</transaction>") + len(b"</transaction>")
    for end in range(1, len(text) - 1, 97):
        path = saved(tmp_path, text[:end])
        if end < first:
            with pytest.raises(UnreadableError, match="the XML is cut"):
                read(path)
            continue
        pieces = read(path)
        found = rows(pieces)
        assert found == whole[: len(found)]
        assert rejected(pieces)[-1][1].startswith("the XML is cut")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"<report><rentity_id>1</report>", "not well-formed XML: mismatched tag"),
        (b"<report><rentity_id>\x00</rentity_id></report>", "not well-formed XML: "),
        (b"<report><reason>\xff\xfe\xfd</reason></report>", "not well-formed XML: "),
        (b"<report><reason>&unknown;</reason></report>", "not well-formed XML: undefined entity"),
        (
            b'<?xml version="1.0" encoding="utf-7"?><report/>',
            "the encoding cannot be read|not well-formed XML",
        ),
        (
            b'<?xml version="1.0" encoding="no-such"?><report/>',
            "the encoding cannot be read|not well-formed XML",
        ),
        (b"<sales><rentity_id>1</rentity_id></sales>", "no goAML report: its outermost element is another"),
        (b"", "the XML is cut: no element found"),
        (b"<report>" + b"<a>" * 70 + b"</a>" * 70 + b"</report>", "nested deeper than any goAML report"),
    ],
)
def test_what_is_no_report_is_an_error_with_its_place(text: bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=why) as caught:
        read(saved(tmp_path, text))
    assert {"line", "column", "locator"} <= set(caught.value.fields())


BOMB = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(12))


@pytest.mark.parametrize(
    "dtd",
    [
        b'<!DOCTYPE report [<!ENTITY secret SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE report SYSTEM "http://127.0.0.1:9/evil.dtd">',
        b'<!DOCTYPE report PUBLIC "-//X//Y" "http://127.0.0.1:9/evil.dtd" [<!ENTITY % p SYSTEM "x"> %p;]>',
        b"<!DOCTYPE report [" + BOMB + b"]>",
        b"<!DOCTYPE report>",
    ],
)
def test_a_document_type_is_refused_unread(dtd: bytes, tmp_path: Path) -> None:
    text = b'<?xml version="1.0"?>' + dtd + text_of(1).replace(b"practice", b"&secret;&l11;")
    path = saved(tmp_path, text)
    assert SOURCE.sniff(Head("r.xml", len(text), text)).confidence == 95
    with pytest.raises(UnreadableError, match="document type") as caught:
        read(path)
    assert caught.value.fields()["line"] == 1


def test_limits_hold_against_a_transaction_that_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elements, "_MOST_ELEMENTS", 500)
    with pytest.raises(UnreadableError, match="more elements in one than can be held"):
        read(saved(tmp_path, b"<report><transaction>" + b"<comments/>" * 501 + b"</transaction></report>"))
    monkeypatch.setattr(elements, "_MOST_TEXT", 1000)
    with pytest.raises(UnreadableError, match="a text too long"):
        read(saved(tmp_path, b"<report><reason>" + b"x " * 501 + b"</reason></report>"))


def test_in_the_child_bad_files_are_quarantined_and_the_rest_goes_on(tmp_path: Path) -> None:
    names = {
        "bomb.xml": b"<!DOCTYPE report [" + BOMB + b"]>" + text_of(1),
        "cut.xml": text_of(1, 2)[:-400],
        "empty.xml": b"",
        "good.xml": text_of(1, 2),
        "nul.xml": text_of(1).replace(b"practice", b"prac\x00tice"),
    }
    for name, data in names.items():
        (tmp_path / name).write_bytes(data)
    receipts = ingest_files(
        None, SCOPE, "case", [tmp_path / n for n in sorted(names)], Intake(), dry_run=True
    )
    said = {r.name: r.verdict for r in receipts}
    assert said == {
        "bomb.xml": Verdict.QUARANTINED,
        "cut.xml": Verdict.PARTIAL,
        "empty.xml": Verdict.QUARANTINED,
        "good.xml": Verdict.ACCEPTED,
        "nul.xml": Verdict.QUARANTINED,
    }
    good = receipts[3]
    assert good.sums == {"KES:2": {"in": "300100", "out": "300100"}}
    assert (good.records, good.accepted, good.reconciliation[0].verdict) == (2, 2, Balance.NONE)


def test_unmapped_paths_beyond_the_limit_are_counted_together(tmp_path: Path) -> None:
    made_up = {f"x{n}": "1" for n in range(250)}
    root = report(transaction(), **made_up)
    said = notes(read(saved(tmp_path, root)))
    assert said["unmapped leaves"].endswith("other paths (50)")
    assert said["leaves"] == f"{leaf_count(root)} in all: {leaf_count(root) - 250} mapped, 250 unmapped"
    assert json.dumps(said)
