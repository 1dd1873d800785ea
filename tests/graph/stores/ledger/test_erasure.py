"""One person's text can be taken out; money, segments and everybody else stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from graph.errors import NotFoundError, StoreError
from graph.model.provenance import observation_id
from graph.stores.ledger.content import content_hash
from graph.stores.ledger.verify import verify
from tests.graph.stores.ledger.evidence import ANN, BEN, BOOK, OTHER, SCOPE, close, store_with

if TYPE_CHECKING:
    from pathlib import Path

    from graph.stores.ledger.writer import LedgerWriter

SCHOOL = observation_id(BOOK.source.sha256, "line:1")
HOLDER = observation_id(BOOK.source.sha256, "line:11")


def told(writer: LedgerWriter, role: str, column: str) -> set[str]:
    files = [f for b in writer.catalogue.stored_batches() for f in b.of(role)]
    return {v for f in files for v in pq.read_table(writer.layout.root / f.path)[column].to_pylist() if v}


def segments(writer: LedgerWriter) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted((writer.layout.root / "segments").rglob("*.parquet"))}


def test_what_is_forgotten_is_gone_from_every_file(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK, OTHER])
    before, hash_before = segments(writer), content_hash(writer.catalogue)
    erased = writer.forget(
        SCOPE, instruments=[writer.key.id_of(ANN).hex()], observations=[SCHOOL, HOLDER], reason="order 7/2026"
    )
    assert erased == 4  # the key in two batches, and two texts
    keys, texts = told(writer, "instruments", "key"), told(writer, "texts", "text")
    assert ANN not in keys
    assert BEN in keys
    assert texts == {"Flour", "Fees"}
    raw = b"".join(p.read_bytes() for p in sorted((writer.layout.root / "identities").rglob("*.parquet")))
    assert b"WANJIRU" not in raw
    assert segments(writer) == before
    assert content_hash(writer.catalogue) != hash_before
    row = writer.catalogue.audit_rows()[-1]
    assert (row.action, "order 7/2026" in row.what, ANN in row.what) == ("forget", False, False)
    reasons = writer.catalogue.fetch("SELECT DISTINCT reason FROM erasures")
    assert reasons == [("order 7/2026",)]  # free text stands in its own table, never in the audit log
    assert verify(writer.layout) == []
    close(writer)


def test_a_retracted_batch_forgets_too(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    writer.retract(SCOPE, BOOK.source.sha256, "wrong")
    writer.forget(SCOPE, observations=[SCHOOL], reason="order")
    assert "School fees" not in told(writer, "texts", "text")
    close(writer)


def test_equal_erasures_give_equal_content(tmp_path: Path) -> None:
    hashes = set()
    for name, files in (("one", [BOOK, OTHER]), ("two", [OTHER, BOOK])):
        writer = store_with(tmp_path / name, files)
        writer.forget(SCOPE, instruments=[writer.key.id_of(ANN).hex()], observations=[SCHOOL], reason="order")
        hashes.add(content_hash(writer.catalogue))
        close(writer)
    assert len(hashes) == 1


def test_what_is_not_there_cannot_be_forgotten(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    with pytest.raises(NotFoundError):
        writer.forget(SCOPE, instruments=["00" * 16], reason="order")
    with pytest.raises(StoreError, match="reason"):
        writer.forget(SCOPE, observations=[SCHOOL], reason="")
    with pytest.raises(StoreError, match="opaque"):
        writer.forget(SCOPE, instruments=["ann"], reason="order")
    close(writer)
