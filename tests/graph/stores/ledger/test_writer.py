"""What the writer promises: once, whole, in any order, by one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import IntegrityError, NotFoundError, StoreBusyError, StoreError
from graph.model.provenance import Balance, Link, LinkKind, Reconciliation, Reject, Verdict, observation_id
from graph.model.results import CASEWORK, Assertion, AssertionKind, Disposition, Result, ResultKind
from graph.model.scope import Scope
from graph.stores.ledger.content import content_hash
from graph.stores.ledger.verify import verify
from tests.graph.stores.ledger.evidence import (
    ANN,
    BEN,
    BOOK,
    FILES,
    OTHER,
    SCOPE,
    THIRD,
    File,
    add,
    close,
    layout_of,
    links_of,
    row,
    store_with,
    writer_of,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_receipt_says_what_was_done_and_is_kept(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [])
    content = replace(
        BOOK.content(),
        records=6,
        rejected=(Reject("line:5", "no amount", "look"), Reject("line:6", "no date")),
        reconciliation=(Reconciliation(Balance.BREAKS, ANN, "line:2", "1", "2", "a row is missing"),),
        assumptions={"zone": "Africa/Nairobi"},
    )
    path = tmp_path / BOOK.name
    path.write_bytes(BOOK.raw)
    writer.open_case(SCOPE, "c", "Case")
    writer.admit(SCOPE, "c", path, BOOK.source)
    receipt = writer.ingest(SCOPE, BOOK.batch, content)
    assert (receipt.verdict, receipt.records, receipt.accepted) == (Verdict.PARTIAL, 6, 4)
    assert receipt.sums == {"KES:2": {"in": "800", "out": "800"}}
    assert writer.catalogue.receipts(("c",)) == [receipt]
    assert writer.catalogue.sources(("c",)) == [BOOK.source]
    assert writer.catalogue.cases() == [("c", "Case")]
    assert verify(writer.layout) == []
    close(writer)


def test_the_same_batch_again_writes_only_an_audit_row(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    before, rows = content_hash(writer.catalogue), writer.catalogue.audit_rows()
    stamp = writer.catalogue.stamp()
    files = sorted(p for p in tmp_path.rglob("*.parquet"))
    receipt = writer.ingest(SCOPE, BOOK.batch, BOOK.content())
    assert receipt.verdict is Verdict.DUPLICATE
    assert receipt.batch == BOOK.batch.id
    assert content_hash(writer.catalogue) == before
    assert sorted(p for p in tmp_path.rglob("*.parquet")) == files
    after = writer.catalogue.audit_rows()
    assert [(r.action, r.outcome, r.covers) for r in after[len(rows) :]] == [("ingest", "duplicate", "")]
    assert writer.catalogue.stamp() == stamp
    close(writer)


@settings(deadline=None, max_examples=6)
@given(order=st.permutations(range(3)), again=st.lists(st.integers(0, 2), max_size=3))
def test_content_does_not_depend_on_order_or_repetition(
    order: list[int], again: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    straight = store_with(one, FILES)
    mixed = store_with(two, [FILES[n] for n in [*order, *again]])
    assert straight.key.secret != mixed.key.secret
    assert content_hash(mixed.catalogue) == content_hash(straight.catalogue)
    assert links_of(mixed) == links_of(straight)
    assert len(links_of(straight)) == 3  # one payment told twice; its reversal refers to both
    close(straight, mixed)


def test_content_tells_evidence_apart(tmp_path: Path) -> None:
    known: dict[str, Any] = {}
    told = BOOK.told
    same: dict[str, Any] = {"credit": BEN, "amount": 500, "text": "School fees"}
    for n, change in enumerate(
        (
            dict[str, Any](),
            {"amount": 501},
            {"text": "fees"},
            {"credit": ANN},
            {"rail": "mpesa:X"},
            {"mark": "m"},
            {"lo": -1},
        )
    ):
        file = File(BOOK.name, (row(0, ANN, **{**same, **change}), *told[1:]))
        writer = store_with(tmp_path / str(n), [file])
        known[content_hash(writer.catalogue)] = change
        close(writer)
    assert len(known) == 7


def test_the_same_file_in_a_second_case_adds_an_admission(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    two = Scope("officer", ("d",), "test")
    assert writer.catalogue.batches(("d",)) == ()
    assert add(writer, BOOK, tmp_path, two).verdict is Verdict.DUPLICATE
    assert [b.batch for b in writer.catalogue.batches(("d",))] == [BOOK.batch.id]
    assert content_hash(writer.catalogue, ("d",)) != content_hash(writer.catalogue, ("c",))
    assert len(list((writer.layout.root / "originals").rglob("*"))) == 2
    close(writer)


def test_a_case_out_of_scope_is_no_case(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    other = Scope("stranger", ("d",), "test")
    writer.open_case(other, "d")
    with pytest.raises(NotFoundError):
        writer.ingest(other, BOOK.batch, BOOK.content())
    with pytest.raises(NotFoundError):
        writer.retract(other, BOOK.source.sha256, "r")
    with pytest.raises(NotFoundError):
        writer.admit(other, "c", tmp_path / BOOK.name, BOOK.source)
    close(writer)


def result(*citations: str) -> Result:
    return Result(
        ResultKind.LEAD, "c", "st01 1", {"p": "x"}, {"n": len(citations)}, "v", citations, {"sum": "1"}
    )


def test_retraction_hides_rows_and_fells_what_rested_on_them(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK, OTHER])
    book = observation_id(BOOK.source.sha256, "line:1")
    fact = observation_id(BOOK.source.sha256, "line:11")
    other = observation_id(OTHER.source.sha256, "line:1")
    felled = sorted(writer.record(SCOPE, r) for r in (result(book), result(other, fact)))
    stands = writer.record(SCOPE, result(other, other, other))
    before = content_hash(writer.catalogue)
    assert writer.retract(SCOPE, BOOK.source.sha256, "wrong file") == tuple(felled)
    assert [b.batch for b in writer.catalogue.batches(None)] == [OTHER.batch.id]
    assert [r.id for r in writer.catalogue.results(("c",))] == [stands]
    assert links_of(writer) == []
    assert content_hash(writer.catalogue) != before
    assert writer.retract(SCOPE, BOOK.source.sha256, "again") == ()
    assert writer.catalogue.retracted(("c",)) == {BOOK.source.sha256: "wrong file"}
    assert writer.catalogue.result(("c",), felled[0]).id == felled[0]
    again = writer.ingest(SCOPE, BOOK.batch, BOOK.content())
    assert (again.verdict, again.assumptions["restored"]) == (Verdict.ACCEPTED, "wrong file")
    assert len(writer.catalogue.batches(None)) == 2
    assert content_hash(writer.catalogue) == before
    assert [r.id for r in writer.catalogue.results(("c",))] == [stands]
    writer.record(SCOPE, result(book))
    assert result(book).id in {r.id for r in writer.catalogue.results(("c",))}
    assert verify(writer.layout) == []
    close(writer)


def test_a_newer_reader_replaces_the_older_reading_in_either_order(tmp_path: Path) -> None:
    newer = replace(BOOK, version="1.10")
    older = replace(BOOK, version="1.9")
    hashes = set()
    for name, files in (("up", [older, newer]), ("down", [newer, older])):
        writer = store_with(tmp_path / name, files)
        assert [b.batch for b in writer.catalogue.batches(None)] == [newer.batch.id]
        reasons = writer.catalogue.fetch("SELECT batch, replaced_by FROM retractions")
        assert reasons == [(older.batch.id, newer.batch.id)]
        hashes.add(content_hash(writer.catalogue))
        close(writer)
    assert len(hashes) == 1


def test_another_mapping_of_the_same_places_replaces_and_of_others_stands_beside(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    changed = replace(BOOK, options="sign=reversed")
    receipt = add(writer, changed, tmp_path)
    assert receipt.assumptions["replaces"] == BOOK.batch.id
    second = File(BOOK.name, (row(50, ANN, BEN, 1),), options="sheet=2")
    add(writer, second, tmp_path)
    assert {b.batch for b in writer.catalogue.batches(None)} == {changed.batch.id, second.batch.id}
    with pytest.raises(StoreError, match="another reader"):
        add(writer, replace(BOOK, reader="xlsx"), tmp_path)
    assert verify(writer.layout) == []
    close(writer)


def test_a_reader_sees_only_what_is_committed(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []
    writer = store_with(tmp_path, [OTHER])
    reader = writer_of(layout_of(tmp_path))
    writer.on_phase = lambda name: seen.append((name, len(reader.catalogue.batches(("c",)))))
    add(writer, BOOK, tmp_path)
    assert seen == [
        ("parse", 1), ("segment written", 1), ("before commit", 1), ("after commit", 2), ("index", 2)
    ]  # fmt: skip
    close(writer, reader)


def test_a_second_writer_is_refused_and_told_who_holds_the_store(tmp_path: Path) -> None:
    refused: list[StoreBusyError] = []
    writer = store_with(tmp_path, [OTHER])
    second = writer_of(layout_of(tmp_path), patience=0.0)

    def interfere(name: str) -> None:
        if name == "segment written":
            with pytest.raises(StoreBusyError) as caught:
                second.open_case(Scope("other", (), "test"), "z")
            refused.append(caught.value)

    writer.on_phase = interfere
    add(writer, BOOK, tmp_path)
    assert "actor officer" in refused[0].fields()["holder"]
    assert "action ingest" in refused[0].fields()["holder"]
    second.open_case(Scope("other", (), "test"), "z")
    close(writer, second)


def test_a_failed_reading_leaves_nothing_but_its_audit_row(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [OTHER])
    before = content_hash(writer.catalogue)
    bad = File("bad.csv", (row(0, ANN, BEN, -5),))
    with pytest.raises(StoreError, match="negative"):
        add(writer, bad, tmp_path)
    assert writer.catalogue.audit_rows()[-1].outcome == "failed: StoreError"
    assert not writer.layout.segments(bad.batch.id).exists()
    assert writer.catalogue.batches(None)[0].batch == OTHER.batch.id
    assert content_hash(writer.catalogue, ()) == content_hash(writer.catalogue, ())
    assert before != content_hash(writer.catalogue)  # the file itself was admitted
    assert verify(writer.layout) == []
    close(writer)


def test_a_file_that_is_not_the_announced_one_is_not_admitted(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [OTHER])
    path = tmp_path / "x"
    path.write_bytes(b"other bytes")
    with pytest.raises(IntegrityError):
        writer.admit(SCOPE, "c", path, BOOK.source)
    assert writer.catalogue.sources(None) == [OTHER.source]
    close(writer)


def test_statements_of_persons_are_kept_and_undone_only_by_another(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    said = Assertion(AssertionKind.SAME_EVENT, "c", "b" * 32, "a" * 32, "ann", "same receipt", "2026-01-02")
    name = writer.assert_(SCOPE, said)
    assert writer.assert_(SCOPE, said) == name
    assert writer.catalogue.assertions(("c",)) == [said]
    joined = Link("a" * 32, "b" * 32, LinkKind.SAME_EVENT, "asserted", "ann", "same receipt")
    assert joined in writer.catalogue.links(("c",))
    writer.assert_(SCOPE, replace(said, reason="mistaken", made="2026-01-03", retracts=name))
    assert writer.catalogue.assertions(("c",)) == []
    assert joined not in writer.catalogue.links(("c",))
    with pytest.raises(NotFoundError):
        writer.assert_(SCOPE, replace(said, retracts="0" * 32))
    with pytest.raises(StoreError, match="author"):
        writer.assert_(SCOPE, replace(said, author=""))
    with pytest.raises(StoreError, match="author"):
        writer.link(SCOPE, Link("a", "b", LinkKind.SAME_EVENT, "asserted"))
    assert verify(writer.layout) == []
    close(writer)


def test_results_dispositions_and_documents(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    lead = result("o1")
    assert writer.record(SCOPE, lead) == writer.record(SCOPE, lead) == lead.id
    assert writer.catalogue.results(("c",), "lead") == [lead]
    assert writer.catalogue.results(("c",), "trace") == []
    decided = Disposition(lead.id, "dismissed", "ann", "salary", "2026-01-02", "known_relation")
    writer.dispose(SCOPE, decided)
    assert writer.catalogue.dispositions(("c",)) == [decided]
    with pytest.raises(NotFoundError):
        writer.dispose(SCOPE, replace(decided, result="0" * 32))
    writer.keep_document(SCOPE, "c", "note", "n1", "2026-01-02", "first")
    writer.keep_document(SCOPE, "c", "note", "n1", "2026-01-03", "second")
    assert [d[3] for d in writer.catalogue.documents(("c",), "note")] == ["first", "second"]
    assert writer.catalogue.results(("d",)) == []
    close(writer)


def test_every_write_is_a_job(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK, THIRD])
    jobs = writer.catalogue.fetch("SELECT action, state, holder FROM jobs ORDER BY id")
    assert [j[0] for j in jobs] == ["open case", "admit", "ingest"] * 2
    assert {j[1:] for j in jobs} == {("done", "officer")}
    close(writer)


@pytest.mark.parametrize("kind", sorted(CASEWORK))
def test_what_is_said_of_the_work_on_a_case_does_not_change_the_evidence(
    tmp_path: Path, kind: AssertionKind
) -> None:
    writer = store_with(tmp_path, [BOOK])
    before = content_hash(writer.catalogue, ("c",))
    said = Assertion(kind, "c", "A1", "done", "ann", "seen", "2026-01-02")
    writer.assert_(SCOPE, said)
    writer.assert_(SCOPE, replace(said, retracts=said.id, made="2026-01-03"))
    assert content_hash(writer.catalogue, ("c",)) == before
    told = Assertion(AssertionKind.ROLE, "c", "x", "suspect", "ann", "seen", "2026-01-02")
    writer.assert_(SCOPE, told)
    assert content_hash(writer.catalogue, ("c",)) != before
    close(writer)
