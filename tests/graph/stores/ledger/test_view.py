"""The ledger passes the suite of views; and what only a ledger promises of its reading."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from graph.errors import IntegrityError, NotFoundError, StoreError
from graph.model.provenance import Batch, Link, LinkKind, Source
from graph.model.scope import Clearance, Scope
from graph.model.tables import FACTS, VIEW_FACTS
from graph.store import Content, Selection, View
from graph.stores import open_store, stores
from graph.stores.ledger.index import Limits
from tests.contracts.view import CHECKS, ask, scope_of
from tests.contracts.view_cases import DAY, Evidence, File, Row, random_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from graph.stores.ledger.store import LedgerStore

OFFICER = Scope("officer", ("c",), "test", Clearance.CASE)
QUICK, ALL, AT_ONCE = 16, 520, 56


def ledger(folder: Path, cases: Sequence[Evidence], **options: Any) -> LedgerStore:
    """Build a ledger that holds the cases, through the writer's own door."""
    store: Any = open_store(str(folder / "store"), create=True, **options)
    for evidence in cases:
        scope = scope_of(evidence)
        store.open_case(scope, evidence.case)
        for file in evidence.files:
            path = folder / file.name
            path.write_bytes(file.raw)
            store.admit(scope, evidence.case, path, file.source)
            facts = [file.fact_batch()] if file.facts else None
            store.ingest(scope, file.batch, Content([file.record_batch()], facts, len(file.rows)))
        for link in evidence.links:
            store.link(scope, link)
    return store  # type: ignore[no-any-return]


def check_all(folder: Path, seeds: range) -> None:
    cases = [random_evidence(seed) for seed in seeds]
    store = ledger(folder, cases)
    try:
        for seed, evidence in zip(seeds, cases, strict=True):
            asked = ask(store, evidence, seed)
            for check in CHECKS:
                try:
                    check(asked)
                except AssertionError as failed:
                    failed.add_note(f"{check.__name__}, seed {seed}")
                    raise
    finally:
        store.close()


def test_random_evidence_is_answered_by_the_definitions(tmp_path: Path) -> None:
    check_all(tmp_path, range(QUICK))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(QUICK, ALL, AT_ONCE))
def test_more_random_evidence(first: int, tmp_path: Path) -> None:
    check_all(tmp_path, range(first, first + AT_ONCE))


def test_random_evidence_has_what_divides_backends() -> None:
    rows = [(e, r) for e in map(random_evidence, range(QUICK)) for f in e.files for r in f.rows]
    assert any(r.debit == r.credit for _, r in rows)
    assert any(r.debit is None for _, r in rows)
    assert any(r.digits for _, r in rows)
    assert any((r.amount or 0) >= 2**63 for _, r in rows)
    assert any(r.status == "failed" for _, r in rows)
    lines = [[f.line for f in file.facts] for e in map(random_evidence, range(QUICK)) for file in e.files]
    assert sum(len(on) > len(set(on)) for on in lines) > QUICK // 2
    assert sum(bool(random_evidence(seed).links) for seed in range(QUICK)) > QUICK // 2


ANN, BEN, TILL = "msisdn::+254700000001", "msisdn::+254700000002", "till:mpesa:000123"
BOOK = File(
    "book",
    (
        Row(1, 0, 1, 1, ANN, BEN, 500, ref="INV-1", text="School fees"),
        Row(2, DAY, DAY + 1, 2, BEN, TILL, 300, ref="INV-2", text="Flour"),
        Row(3, 2 * DAY, 2 * DAY + 1, 3, BEN, None, 100, status="failed"),
    ),
)


def facts_batch() -> pa.RecordBatch:
    columns: dict[str, list[Any]] = {
        "obs": [0],
        "lo": [0],
        "hi": [DAY],
        "form": ["line:{a}"],
        "a": [9],
        "b": [0],
        "kind": ["holder"],
        "subject": [ANN],
        "object": [None],
        "fields": ['{"basis":"statement"}'],
        "text": ["ANN WANJIRU"],
    }
    arrays = [
        pa.array(columns[f.name], f.type.value_type if pa.types.is_dictionary(f.type) else f.type).cast(
            f.type
        )
        for f in FACTS
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=FACTS)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[LedgerStore]:
    store: Any = open_store(str(tmp_path / "store"), create=True)
    path = tmp_path / "book"
    path.write_bytes(BOOK.raw)
    store.open_case(OFFICER, "c")
    store.admit(OFFICER, "c", path, BOOK.source)
    store.ingest(OFFICER, BOOK.batch, Content([BOOK.record_batch()], [facts_batch()], 4))
    yield store
    store.close()


def test_a_ledger_is_a_view_and_is_found_by_name(book: LedgerStore) -> None:
    assert isinstance(book, View)
    assert stores()["ledger"].code == "ledger"


def test_an_address_that_no_store_answers_names_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="ledger"):
        open_store("nowhere://x")
    with pytest.raises(NotFoundError):
        open_store(str(tmp_path / "absent"))


def test_find_knows_numbers_endings_references_and_names(book: LedgerStore) -> None:
    def labels(text: str, scope: Scope = OFFICER) -> list[str]:
        return [i.label for i in book.find(scope, text)]

    assert labels("0700000001") == ["+254700000001"]
    assert labels("+254700000001") == ["+254700000001"]
    assert labels("0123") == ["000123"]
    assert labels("INV-2") == ["+254700000002", "000123"]
    assert labels("wanjiru") == ["+254700000001"]
    assert labels("nothing of the kind") == []
    assert labels("  ") == []
    (ann,) = book.find(OFFICER, "0700000001")
    assert (ann.kind, ann.holder) == ("msisdn", "ANN WANJIRU")
    assert book.find(OFFICER, ann.id) == [ann]
    assert len(book.find(OFFICER, "INV-2", limit=1)) == 1


def test_without_clearance_names_and_text_are_not_there(book: LedgerStore) -> None:
    masked = Scope("clerk", ("c",), "test")
    assert book.find(masked, "wanjiru") == book.find(masked, "ANN WANJIRU") == []
    assert book.references(masked, "inv-1") == [BOOK.observation(1)]
    assert all("70000" not in i.label for i in book.find(masked, "INV-1"))
    (ann,) = book.find(masked, "0700000001")
    assert "70000" not in ann.label
    assert ann.holder == ""
    facts = book.facts(masked)
    assert facts.schema.equals(VIEW_FACTS)
    assert facts["text"].to_pylist() == [None]
    assert book.facts(OFFICER, ("holder",), (ann.id,))["text"].to_pylist() == ["ANN WANJIRU"]
    assert book.facts(OFFICER, ("rate",)).num_rows == 0


def test_failed_rows_are_rows_and_no_transfers(book: LedgerStore) -> None:
    assert len(book.snapshot(OFFICER).lo) == 2
    failed = book.select(OFFICER, Selection(statuses=("failed",))).table
    assert failed["amount"].to_pylist() == [Decimal(100)]
    assert failed["credit"].to_pylist() == [None]


def test_rows_of_a_snapshot_and_not_of_another(book: LedgerStore, tmp_path: Path) -> None:
    taken = book.snapshot(OFFICER)
    table = book.rows_at(OFFICER, taken.version, taken.row[::-1])
    assert table["locator"].to_pylist() == ["line:2", "line:1"]
    with pytest.raises(NotFoundError):
        book.rows_at(OFFICER, taken.version, [10**6])
    more = File("more", (Row(1, 0, 1, 1, TILL, ANN, 5),))
    (tmp_path / "more").write_bytes(more.raw)
    book.admit(OFFICER, "c", tmp_path / "more", more.source)
    book.ingest(OFFICER, more.batch, Content([more.record_batch()], records=1))
    with pytest.raises(StoreError, match="changed"):
        book.rows_at(OFFICER, taken.version, taken.row)


def test_a_retracted_source_is_out_of_sight(book: LedgerStore) -> None:
    before = book.version(OFFICER)
    book.retract(OFFICER, BOOK.source.sha256, "wrong person's statement")
    assert book.version(OFFICER) != before
    assert len(book.snapshot(OFFICER).lo) == 0
    assert book.select(OFFICER, Selection(statuses=())).table.num_rows == 0
    assert book.rows(OFFICER, [BOOK.observation(1)]).num_rows == 0
    assert book.find(OFFICER, "0700000001") == []


def test_what_was_erased_is_gone_and_the_figures_stand(book: LedgerStore) -> None:
    before = book.snapshot(OFFICER)
    (ann,) = book.find(OFFICER, "0700000001")
    book.writer.forget(
        OFFICER, instruments=[ann.id], observations=[BOOK.observation(1)], reason="order of the court"
    )
    assert book.find(OFFICER, "0700000001") == book.find(OFFICER, "INV-1") == []
    assert book.instruments(OFFICER, [ann.id])[ann.id].label == "(erased)"
    told = book.rows(OFFICER, [BOOK.observation(1)])
    assert (told["ref"].to_pylist(), told["text"].to_pylist()) == ([None], [None])
    assert told["debit"].to_pylist() == [ann.id]
    after = book.snapshot(OFFICER)
    assert (after.src.tolist(), after.amount.tolist()) == (before.src.tolist(), before.amount.tolist())


def test_a_link_to_what_the_case_does_not_hold_joins_nothing(book: LedgerStore) -> None:
    other = Scope("officer", ("d",), "test", Clearance.CASE)
    book.open_case(other, "d")
    path = book.layout.original(BOOK.source.sha256)
    twin = File("twin", (Row(1, 0, 1, 1, ANN, BEN, 500),))
    hidden = path.parent.parent.parent.parent / "twin"
    hidden.write_bytes(twin.raw)
    book.admit(other, "d", hidden, twin.source)
    book.ingest(other, twin.batch, Content([twin.record_batch()], records=1))
    both = Scope("officer", ("c", "d"), "test", Clearance.CASE)
    ends = sorted((BOOK.observation(1), twin.observation(1)))
    book.link(both, Link(ends[0], ends[1], LinkKind.SAME_EVENT, "asserted", "A. Officer", "same receipt"))
    assert book.links(OFFICER) == []
    assert book.rows(OFFICER, [BOOK.observation(1)])["event"].to_pylist() == [BOOK.observation(1)]
    assert len(book.links(both)) == 1
    assert set(book.rows(both, ends)["event"].to_pylist()) == {ends[0]}
    assert len(book.snapshot(both).lo) == 2


def test_every_question_leaves_an_audit_row(book: LedgerStore) -> None:
    noted: list[str] = []
    kept = book.catalogue.note

    def note(scope: Scope, action: str, what: Any, outcome: str = "ok") -> None:
        noted.append(action)
        kept(scope, action, what, outcome)

    book._catalogue = _Noting(book.catalogue, note)  # type: ignore[assignment]
    taken = book.snapshot(OFFICER)
    (ann,) = book.find(OFFICER, "0700000001")
    book.version(OFFICER)
    book.rows_at(OFFICER, taken.version, taken.row)
    book.select(OFFICER, Selection())
    book.facts(OFFICER)
    book.expand(OFFICER, [ann.id])
    book.paths(OFFICER, ann.id, ann.id, 2)
    book.rows(OFFICER, [])
    book.instruments(OFFICER, [ann.id])
    book.references(OFFICER, "INV-1")
    book.sources(OFFICER)
    book.receipts(OFFICER)
    book.links(OFFICER)
    book.assertions(OFFICER)
    book.results(OFFICER)
    book.original(OFFICER, BOOK.source.sha256)
    assert noted == [
        "snapshot",
        "find",
        "version",
        "rows_at",
        "select",
        "facts",
        "expand",
        "paths",
        "rows",
        "instruments",
        "references",
        "sources",
        "receipts",
        "links",
        "assertions",
        "results",
        "original",
    ]


class _Noting:
    def __init__(self, catalogue: Any, note: Any) -> None:
        self._inner, self.note = catalogue, note

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_an_original_is_checked_and_only_ones_own(book: LedgerStore) -> None:
    sha256 = BOOK.source.sha256
    assert book.original(OFFICER, sha256).read_bytes() == BOOK.raw
    assert [s.sha256 for s in book.sources(OFFICER)] == [sha256]
    assert [r.sha256 for r in book.receipts(OFFICER)] == [sha256]
    with pytest.raises(NotFoundError):
        book.original(Scope("officer", ("other",), "test"), sha256)
    path = book.layout.original(sha256)
    path.chmod(0o600)
    path.write_bytes(BOOK.raw.replace(b"500", b"501"))
    with pytest.raises(IntegrityError):
        book.original(OFFICER, sha256)


def test_a_changed_segment_is_never_read(book: LedgerStore) -> None:
    (path,) = book.layout.segments(BOOK.batch.id).glob("rows-*.parquet")
    raw = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(raw[:200] + bytes([raw[200] ^ 1]) + raw[201:])
    with pytest.raises(IntegrityError):
        book.select(OFFICER, Selection())


@pytest.mark.parametrize("hops", [0, 4])
def test_hops_have_bounds(book: LedgerStore, hops: int) -> None:
    with pytest.raises(StoreError):
        book.expand(OFFICER, [], hops=hops)
    with pytest.raises(StoreError):
        book.paths(OFFICER, "", "", 2 * hops)


def test_ids_that_name_nothing_find_nothing(book: LedgerStore) -> None:
    for text in ("", "x" * 32, "0" * 32, "é" * 32):
        assert book.expand(OFFICER, [text], "both", 3).table.num_rows == 0
        assert book.paths(OFFICER, text, text, 3).table.num_rows == 0
        assert book.rows(OFFICER, [text]).num_rows == 0
        assert book.instruments(OFFICER, [text]) == {}
        assert book.select(OFFICER, Selection(instruments=(text,))).table.num_rows == 0


def test_a_guarded_hub_is_named_in_what_was_left_out(tmp_path: Path) -> None:
    hub = "account:BANK:HUB"
    rows = [Row(1, 0, 1, 0, "account:BANK:A", hub, 1)]
    rows += [Row(2 + i, i, i + 1, i, hub, f"account:BANK:{i}", 1) for i in range(5)]
    store = ledger(tmp_path, [Evidence("c", (File("hub", tuple(rows)),))], limits=Limits(guard=4))
    (a,), (h,) = (store.find(OFFICER, key) for key in ("account:BANK:A", hub))
    answer = store.expand(OFFICER, [a.id], "out", 2)
    assert answer.table.num_rows == 1
    assert answer.truncated
    assert h.id in answer.left_out
    assert store.expand(OFFICER, [h.id], "out", 1).table.num_rows == 5
    store.close()


def test_a_kept_index_answers_as_the_one_in_memory(tmp_path: Path) -> None:
    evidence = random_evidence(4)
    store = ledger(tmp_path, [evidence], limits=Limits(keep_from=0))
    scope = scope_of(evidence)
    first = store.snapshot(scope)
    folders = list((tmp_path / "store" / "index").iterdir())
    assert [sorted(p.name for p in f.glob("*.json")) for f in folders] == [["about.json", "manifest.json"]]
    store.close()
    again: Any = open_store(str(tmp_path / "store"), limits=Limits(keep_from=0))
    second = again.snapshot(scope)
    for name in ("src", "dst", "lo", "hi", "seq", "amount", "asset", "row"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    assert list(first.nodes) == list(second.nodes)
    again.close()


def test_the_same_evidence_in_another_order_gives_the_same_arrays(tmp_path: Path) -> None:
    evidence = random_evidence(6)
    turned = Evidence(evidence.case, evidence.files[::-1], evidence.links)
    told = []
    for name, one in (("a", evidence), ("b", turned)):
        (tmp_path / name).mkdir()
        store = ledger(tmp_path / name, [one])
        s = store.snapshot(scope_of(one))
        labels = store.instruments(scope_of(one), list(s.nodes))
        told.append(
            [
                s.version,
                s.lo.tolist(),
                s.hi.tolist(),
                s.seq.tolist(),
                s.amount.tolist(),
                s.row.tolist(),
                *([labels[s.nodes[n]].label for n in ends] for ends in (s.src, s.dst)),
            ]
        )
        store.close()
    assert told[0] == told[1]


def test_a_batch_without_rows_answers_nothing(tmp_path: Path) -> None:
    store: Any = open_store(str(tmp_path / "store"), create=True)
    (tmp_path / "empty").write_bytes(b"nothing")
    source = Source(File("x", ()).source.sha256, "empty", 7)
    store.open_case(OFFICER, "c")
    with pytest.raises(IntegrityError):
        store.admit(OFFICER, "c", tmp_path / "empty", source)
    empty = File("empty", ())
    (tmp_path / "empty").write_bytes(empty.raw)
    store.admit(OFFICER, "c", tmp_path / "empty", empty.source)
    store.ingest(OFFICER, Batch(empty.source.sha256, "random", "1"), Content())
    assert store.select(OFFICER, Selection(statuses=())).table.num_rows == 0
    assert store.facts(OFFICER).num_rows == 0
    assert len(store.snapshot(OFFICER).nodes) == 0
    store.close()
