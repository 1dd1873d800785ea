"""The runner and the ledger together: committed once, seen with its places, quarantined files kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from graph.model.provenance import Verdict
from graph.model.scope import Clearance, Scope
from graph.store import Selection
from graph.stores.ledger import STORE
from ingest.runner import Intake, ingest_files
from tests.ingest.tables_made_up import ORDERS, ORDERS_TEXT, STATEMENT, STATEMENT_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.stores.ledger.store import LedgerStore

SCOPE = Scope("officer", ("case",), "test", Clearance.PROTECTED)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LedgerStore]:
    opened = STORE.open(str(tmp_path / "store"), create=True)
    opened.open_case(SCOPE, "case")
    yield opened
    opened.close()


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_statement_is_committed_once_and_sums_as_in_a_dry_run(tmp_path: Path, store: LedgerStore) -> None:
    path = written(tmp_path, "a.csv", STATEMENT_TEXT)
    intake = Intake("Example Bank", "order 1", "2026-09-30", mapping=STATEMENT)
    (dry,) = ingest_files(store, SCOPE, "case", [path], intake, dry_run=True)
    assert store.sources(SCOPE) == []
    one, two = ingest_files(store, SCOPE, "case", [path, path], intake)
    assert (one.verdict, two.verdict) == (Verdict.ACCEPTED, Verdict.DUPLICATE)
    assert (one.batch, one.sums, one.records, one.accepted) == (
        dry.batch,
        dry.sums,
        dry.records,
        dry.accepted,
    )
    shown, kept = dry.reconciliation[0], one.reconciliation[0]
    assert kept == replace(shown, statement=kept.statement)
    assert shown.statement == "account:EXAMPLE:0001112223"
    assert kept.statement not in {"", shown.statement}
    table = store.select(SCOPE, Selection()).table.to_pylist()
    assert [r["locator"] for r in table] == ["line:2", "line:3", "line:4", "line:5"]
    assert [r["text"] for r in table] == ["OPENING DEPOSIT", "RENT", "SALARY", "SHOP"]


def test_an_order_becomes_one_event_of_two_rows(tmp_path: Path, store: LedgerStore) -> None:
    (receipt,) = ingest_files(
        store, SCOPE, "case", [written(tmp_path, "o.csv", ORDERS_TEXT)], Intake(mapping=ORDERS)
    )
    assert receipt.verdict is Verdict.ACCEPTED
    rows = store.select(SCOPE, Selection()).table.to_pylist()
    assert len({r["observation"] for r in rows}) == 1
    assert sorted(r["asset"].rpartition("/")[2] for r in rows) == ["KES:2", "USDT:6"]


def test_a_file_kept_out_is_kept_and_nothing_else(tmp_path: Path, store: LedgerStore) -> None:
    bad, good = ingest_files(
        store,
        SCOPE,
        "case",
        [written(tmp_path, "b.csv", "a,b\n1,2\n"), written(tmp_path, "a.csv", STATEMENT_TEXT)],
        Intake(mapping=STATEMENT),
    )
    assert (bad.verdict, good.verdict) == (Verdict.QUARANTINED, Verdict.ACCEPTED)
    assert {s.sha256 for s in store.sources(SCOPE)} == {bad.sha256, good.sha256}
    assert [r.batch for r in store.receipts(SCOPE)] == [good.batch]


def test_a_row_kept_out_stays_with_the_receipt(tmp_path: Path, store: LedgerStore) -> None:
    text = STATEMENT_TEXT.replace("400.00,,", "4oo.00,,")
    ingest_files(store, SCOPE, "case", [written(tmp_path, "a.csv", text)], Intake(mapping=STATEMENT))
    (kept,) = store.receipts(SCOPE)
    (reject,) = kept.rejected
    assert (reject.locator, reject.reason) == ("line:3", "no plain decimal amount")
    assert "4oo" not in str(kept)
