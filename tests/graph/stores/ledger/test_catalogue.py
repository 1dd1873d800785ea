"""The catalogue: formats, the audit chain, and rows that cannot be changed."""

# ruff: noqa: S608 - statements of tampering, over our own table names
from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from graph.errors import IntegrityError, NotFoundError, StoreError, StoreFormatError
from graph.stores.ledger import audit, catalogue, migrations
from graph.stores.ledger.catalogue import Catalogue
from graph.stores.ledger.layout import FORMAT_VERSION
from graph.stores.ledger.migrations import COVERED
from graph.stores.ledger.verify import verify
from graph.stores.ledger.writer import LedgerWriter, create
from tests.graph.stores.ledger.evidence import (
    BOOK,
    SCOPE,
    Ticking,
    add,
    close,
    layout_of,
    store_with,
    writer_of,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_opening_for_creation_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [])
    writer.on_phase = lambda name: create(layout_of(tmp_path), Ticking())
    assert add(writer, BOOK, tmp_path).accepted == len(BOOK.told)
    close(writer)


def test_nothing_is_read_where_no_audit_row_can_be_written(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    writer.catalogue.fetch("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="cannot be written"):
        writer.catalogue.note(SCOPE, "select", {})
    close(writer)


def test_creating_twice_changes_nothing(tmp_path: Path) -> None:
    layout = layout_of(tmp_path)
    create(layout, Ticking())
    key, seq = layout.key.read_bytes(), len(Catalogue.open(layout).audit_rows())
    create(layout, Ticking())
    assert layout.key.read_bytes() == key
    assert len(Catalogue.open(layout).audit_rows()) == seq
    assert layout.key.stat().st_mode & 0o777 == 0o600


def test_a_newer_format_is_refused_and_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = layout_of(tmp_path)
    monkeypatch.setattr(catalogue, "FORMAT_VERSION", FORMAT_VERSION + 1)
    monkeypatch.setitem(migrations.STEPS, FORMAT_VERSION + 1, ())
    create(layout, Ticking())
    monkeypatch.undo()
    before = layout.catalogue.read_bytes()
    with pytest.raises(StoreFormatError, match="newer Fuatilia"):
        Catalogue.open(layout)
    assert layout.catalogue.read_bytes() == before


def test_an_older_format_is_brought_up_with_an_audit_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(store_with(tmp_path, [BOOK]))
    monkeypatch.setattr(catalogue, "FORMAT_VERSION", FORMAT_VERSION + 1)
    monkeypatch.setitem(
        migrations.STEPS, FORMAT_VERSION + 1, ("CREATE TABLE later (x INTEGER NOT NULL) STRICT",)
    )
    opened = Catalogue.open(layout_of(tmp_path))
    assert opened.format_version() == FORMAT_VERSION + 1
    assert opened.audit_rows()[-1].action == "migrate"
    assert len(opened.batches(("c",))) == 1
    opened.close()
    assert verify(layout_of(tmp_path)) == []


def test_what_is_no_store_is_said_to_be_none(tmp_path: Path) -> None:
    layout = layout_of(tmp_path)
    with pytest.raises(NotFoundError):
        Catalogue.open(layout)
    layout.root.mkdir()
    layout.catalogue.write_bytes(b"date,amount\n" * 1000)
    with pytest.raises(IntegrityError):
        Catalogue.open(layout)
    layout.catalogue.unlink()
    other = sqlite3.connect(layout.catalogue)
    other.execute("CREATE TABLE notes (x)")
    other.close()
    with pytest.raises(StoreFormatError):
        Catalogue.open(layout)


def test_a_wrong_or_missing_key_is_noticed(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    layout = writer.layout
    key = layout.key.read_bytes()
    layout.key.write_bytes(bytes(32))
    with pytest.raises(IntegrityError, match="not the one it was made with"):
        LedgerWriter(layout, writer.catalogue)
    layout.key.write_bytes(key[:-1])
    with pytest.raises(IntegrityError, match="damaged"):
        LedgerWriter(layout, writer.catalogue)
    layout.key.unlink()
    with pytest.raises(NotFoundError):
        create(layout)
    close(writer)


@pytest.mark.parametrize("table", ["audit", *COVERED])
def test_rows_can_only_be_added(table: str, tmp_path: Path) -> None:
    close(store_with(tmp_path, [BOOK]))
    connection = sqlite3.connect(layout_of(tmp_path).catalogue)
    connection.execute("PRAGMA foreign_keys = OFF")
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = rowid + 1"):
        try:
            changed = connection.execute(statement).rowcount
        except sqlite3.IntegrityError as refused:
            assert "append only" in str(refused)  # noqa: PT017
        else:
            assert changed == 0
    connection.close()


def test_a_change_that_fails_leaves_no_row_and_no_audit_row(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [])
    before = writer.catalogue.audit_rows()

    def fail() -> None:
        with writer.catalogue.writing(SCOPE, "test") as change:
            change.put("cases", id="x", title="")
            raise StoreError("on purpose")

    with pytest.raises(StoreError, match="on purpose"):
        fail()
    assert writer.catalogue.cases() == []
    assert writer.catalogue.audit_rows() == before
    close(writer)


def test_the_chain_holds_and_each_tampering_breaks_it(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    writer.catalogue.note(SCOPE, "select", {"rows": 3})
    chain = writer.catalogue.audit_rows()
    assert audit.breaks(chain) == []
    assert chain[-1].hash == writer.catalogue.audit_head()
    assert [json.loads(line)["seq"] for line in audit.as_lines(chain)] == list(range(1, len(chain) + 1))
    assert {r.action for r in chain} == {"create", "open case", "admit", "ingest", "select"}
    assert [r.at for r in chain] == sorted(r.at for r in chain)
    for n in range(len(chain) - 1):
        for tampered in (
            [*chain[:n], *chain[n + 1 :]],
            [*chain[:n], replace(chain[n], what='{"x":1}'), *chain[n + 1 :]],
            [*chain[:n], replace(chain[n], covers="0" * 64), *chain[n + 1 :]],
            [*chain[:n], chain[n + 1], chain[n], *chain[n + 2 :]],
        ):
            assert audit.breaks(tampered)
    close(writer)


def test_a_reading_note_does_not_change_the_stamp(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [])
    stamp = writer.catalogue.stamp()
    writer.catalogue.note(SCOPE, "select", {})
    assert writer.catalogue.stamp() == stamp
    add(writer, BOOK, tmp_path)
    assert writer.catalogue.stamp() > stamp
    close(writer)


def test_two_processes_worth_of_notes_make_one_chain(tmp_path: Path) -> None:
    one, two = writer_of(layout_of(tmp_path)), writer_of(layout_of(tmp_path))
    for n in range(10):
        (one, two)[n % 2].catalogue.note(SCOPE, "select", {"n": n})
    assert audit.breaks(one.catalogue.audit_rows()) == []
    close(one, two)
    assert verify(layout_of(tmp_path)) == []
