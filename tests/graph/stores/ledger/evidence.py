"""Small made-up evidence, and stores to put it into, for the tests of the writing side."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.model.provenance import Batch, Source
from graph.model.scope import Clearance, Scope
from graph.model.tables import FACTS, ROWS
from graph.store import Content
from graph.stores.ledger.catalogue import Catalogue
from graph.stores.ledger.layout import Layout
from graph.stores.ledger.writer import LedgerWriter, create

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from graph.model.provenance import Receipt

SCOPE = Scope("officer", ("c",), "test", Clearance.CASE)
ANN, BEN, CAT = "msisdn::+254700000001", "msisdn::+254700000002", "msisdn::+254700000003"
MASKED = "msisdn:ab:+2547*****009"
DAY = 86_400_000_000


class Ticking:
    """A clock that goes on one second at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def row(obs: int, debit: str | None, credit: str | None, amount: int | None, **more: Any) -> dict[str, Any]:
    """Return one row; whatever is not given is ordinary."""
    told: dict[str, Any] = {
        "obs": obs, "lo": obs * DAY, "hi": obs * DAY + 1, "seq": obs, "form": "line:{a}", "a": obs + 1,
        "b": 0,
        "status": "completed", "kind": "principal", "channel": None, "debit": debit, "credit": credit,
        "amount": amount, "asset": "KES:2", "digits": None, "statement": None, "balance": None, "rail": None,
        "reverses": None, "ref": None, "text": None, "mark": None,
    }  # fmt: skip
    told |= more
    for name in ("amount", "balance"):
        told[name] = None if told[name] is None else Decimal(told[name])
    return told


def rows(*told: dict[str, Any]) -> pa.RecordBatch:
    """Return rows as readers hand them over."""
    return pa.Table.from_pylist(list(told), schema=ROWS).to_batches()[0]


def fact(obs: int, subject: str, text: str, **more: Any) -> dict[str, Any]:
    """Return one fact."""
    told: dict[str, Any] = {
        "obs": obs, "lo": 0, "hi": DAY, "form": "line:{a}", "a": obs + 1, "b": 0, "kind": "holder",
        "subject": subject, "object": None, "fields": "{}", "text": text,
    }  # fmt: skip
    return told | more


def facts(*told: dict[str, Any]) -> pa.RecordBatch:
    """Return facts as readers hand them over."""
    return pa.Table.from_pylist(list(told), schema=FACTS).to_batches()[0]


@dataclass(frozen=True)
class File:
    """One original and one reading of it."""

    name: str
    told: tuple[dict[str, Any], ...]
    facts: tuple[dict[str, Any], ...] = ()
    reader: str = "csv"
    version: str = "1"
    options: str = ""

    @property
    def raw(self) -> bytes:
        return self.name.encode()

    @property
    def source(self) -> Source:
        return Source(hashlib.sha256(self.raw).hexdigest(), self.name, len(self.raw), received="2026-01-01")

    @property
    def batch(self) -> Batch:
        return Batch(self.source.sha256, self.reader, self.version, options=self.options)

    def content(self) -> Content:
        return Content(
            rows=[rows(*self.told)] if self.told else None,
            facts=[facts(*self.facts)] if self.facts else None,
            records=len(self.told),
        )


def layout_of(folder: Path) -> Layout:
    return Layout(folder / "store")


def writer_of(layout: Layout, **options: Any) -> LedgerWriter:
    """Open a store for writing, made where there is none."""
    clock = options.pop("clock", Ticking())
    disk = options.get("disk")
    create(layout, clock, disk)
    return LedgerWriter(layout, Catalogue.open(layout, clock, disk=disk), clock, **options)


def add(writer: LedgerWriter, file: File, folder: Path, scope: Scope = SCOPE) -> Receipt:
    """Take a file in and read it, as a command would."""
    case = scope.cases[0]
    writer.open_case(scope, case)
    path = folder / file.name
    path.write_bytes(file.raw)
    writer.admit(scope, case, path, file.source)
    return writer.ingest(scope, file.batch, file.content())


def store_with(folder: Path, files: Iterable[File], **options: Any) -> LedgerWriter:
    """Return a writer over a store that holds the files."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = writer_of(layout_of(folder), **options)
    for file in files:
        add(writer, file, folder)
    return writer


def links_of(writer: LedgerWriter) -> list[tuple[str, str, str, str]]:
    return [(k.a, k.b, k.kind.value, k.rule) for k in writer.catalogue.links(None)]


def close(*writers: LedgerWriter) -> None:
    for writer in writers:
        writer.close()
        writer.catalogue.close()


BOOK = File(
    "book.csv",
    (
        row(0, ANN, BEN, 500, ref="INV-1", text="School fees", rail="mpesa:TZZ0000AAA"),
        row(1, BEN, CAT, 300, ref="INV-2", text="Flour", rail="mpesa:TZZ0000AAB"),
        row(2, BEN, None, 100, status="failed"),
        row(3, CAT, MASKED, None, digits="9" * 40),
    ),
    (fact(10, ANN, "ANN WANJIRU"),),
)
OTHER = File("other.csv", (row(0, ANN, BEN, 500, text="Fees", rail="mpesa:TZZ0000AAA"), row(1, CAT, ANN, 7)))
THIRD = File(
    "third.csv", (row(0, CAT, BEN, 41), row(1, BEN, ANN, 42, reverses="mpesa:TZZ0000AAA", kind="reversal"))
)
FILES: Sequence[File] = (BOOK, OTHER, THIRD)
