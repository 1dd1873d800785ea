"""A batch's immutable files: rows and facts sorted, numbered, and free of identifying text.

Rows are streamed: half a million at a time are checked, sorted and written, so a load's memory does not
grow with its length. Identifiers, references and narration go to ``identities/``.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.model.tables import FACTS, ROWS
from graph.stores.ledger.canonical_columns import hash_columns, sorted_words
from graph.stores.ledger.disk import Disk, Sink
from graph.stores.ledger.identities import instruments_file, nodes_file, texts_columns
from graph.stores.ledger.layout import STORED_FACTS, STORED_ROWS, TEXTS, StoredFile
from graph.stores.ledger.numbering import Numbering
from graph.stores.ledger.occurrences import Occurrences
from graph.stores.ledger.parquet import Parquet
from graph.stores.ledger.parts import ahead, in_order, parts_of
from graph.stores.ledger.row_checks import check_facts, check_rows, conform
from graph.stores.ledger.sums import Sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    import numpy as np

    from graph.store import Content
    from graph.stores.ledger.keys import StoreKey
    from graph.stores.ledger.layout import Layout

PART = 500_000
"""Rows of one file of a segment: one is written while the next is checked."""

_HASHED = ("rail", "reverses")
_NUMBERED = ("debit", "credit", "statement", "subject", "object")


@dataclass(frozen=True, slots=True)
class Written:
    """What writing a batch left behind: files in place and synced, not yet visible."""

    files: tuple[StoredFile, ...]
    rows: int
    observations: int
    sums: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class _Writing:
    """The state of one batch being written."""

    layout: Layout
    key: StoreKey
    batch: str
    disk: Disk
    numbering: Numbering = field(default_factory=Numbering)
    ids: list[bytes] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
    files: list[StoredFile] = field(default_factory=list)
    texts: Parquet | None = None
    texts_hashes: list[str] = field(default_factory=list)

    def write(
        self, role: str, path: Path, table: pa.Table, content: str, lo: int = 0, hi: int = 0
    ) -> StoredFile:
        """Write a file whole and describe it."""
        parquet = Parquet(Sink(self.disk, path), table.schema)
        try:
            parquet.write(table)
            return self.finished(role, path, parquet, content, lo, hi)
        finally:
            parquet.abandon()

    def finished(
        self, role: str, path: Path, parquet: Parquet, content: str, lo: int = 0, hi: int = 0
    ) -> StoredFile:
        """Finish a file and describe it."""
        rows, sha256 = parquet.rows, parquet.finish()
        where = path.relative_to(self.layout.root).as_posix()
        return StoredFile(self.batch, role, where, sha256, rows, lo, hi, content)

    def number(self, columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
        """Return the columns of keys as numbers; keys never seen before get their ids."""
        start = len(self.numbering)
        numbers = {name: self.numbering.column(columns[name]) for name in _NUMBERED if name in columns}
        self.ids.append(self.key.ids_of(self.numbering.keys(start)))
        return numbers

    def keep_texts(self, table: str, columns: Mapping[str, pa.Array], part: np.ndarray[Any, Any]) -> None:
        """Keep a part's references and narration."""
        kept = texts_columns(table, columns, part)
        if not kept.num_rows:
            return
        if self.texts is None:
            path = self.layout.identities(self.batch) / "texts-1.parquet"
            self.texts = Parquet(Sink(self.disk, path), TEXTS)
        self.texts.write(kept)
        self.texts_hashes.append(hash_columns(c.combine_chunks() for c in kept.columns))


def write_batch(
    layout: Layout,
    key: StoreKey,
    batch: str,
    content: Content,
    disk: Disk | None = None,
    beat: Callable[[], None] = lambda: None,
) -> Written:
    """Write the files of one reading.

    Parameters
    ----------
    batch : str
        Batch id; names the folders.
    content : Content
        ``rows`` and ``facts`` as Arrow IPC stream files or iterables of record batches.
    beat : callable
        Called after every part, for the job's heartbeat.

    Returns
    -------
    Written
        Files are durable when this returns; nothing is visible yet.

    Raises
    ------
    StoreError
        A row that the model does not allow, named by batch and row.
    """
    disk = disk or Disk()
    writing = _Writing(layout, key, batch, disk)
    for folder in (layout.segments(batch), layout.identities(batch)):
        disk.make_folder(folder)
    try:
        rows, observations = _write_rows(writing, content.rows, beat)
        _write_facts(writing, content.facts)
        _write_identities(writing)
    finally:
        if writing.texts is not None:
            writing.texts.abandon()
    for folder in (layout.segments(batch), layout.identities(batch)):
        disk.sync_folder(folder)
    return Written(tuple(writing.files), rows, observations, writing.sums.told())


def _write_rows(
    writing: _Writing, given: Path | Iterable[pa.RecordBatch] | None, beat: Callable[[], None]
) -> tuple[int, int]:
    occurrences, first = Occurrences(), 0
    # A part's rows and its texts are written while the next part is checked; each file has one thread.
    with ThreadPoolExecutor(1) as rows_writer, ThreadPoolExecutor(1) as texts_writer:
        written: list[Future[StoredFile]] = []
        texts: Future[None] | None = None
        for number, table in enumerate(ahead(parts_of(given, PART))):
            part = conform(table, ROWS, writing.batch, first)
            check_rows(part, writing.batch, first)
            columns = in_order(part, ("lo", "seq", "a", "b"))
            numbers = writing.number(columns)
            writing.sums.add(columns, numbers)
            places = occurrences.next(columns["obs"].to_numpy())
            path = writing.layout.segments(writing.batch) / f"rows-{number:05d}.parquet"
            if texts is not None:
                texts.result()
                written[-1].result()
            texts = texts_writer.submit(writing.keep_texts, "rows", columns, places)
            stored = {**columns, **numbers}
            written.append(rows_writer.submit(_write_part, writing, "rows", path, stored, STORED_ROWS))
            first += table.num_rows
            beat()
        if texts is not None:
            texts.result()
        writing.files += [file.result() for file in written]
    return first, occurrences.observations


def _write_facts(writing: _Writing, given: Path | Iterable[pa.RecordBatch] | None) -> None:
    tables = [conform(table, FACTS, writing.batch, 0) for table in parts_of(given, PART)]
    if not tables:
        return
    whole = conform(pa.concat_tables(tables), FACTS, writing.batch, 0)
    check_facts(whole, writing.batch, 0)
    columns = in_order(whole, ("lo", "a", "b"))
    writing.keep_texts("facts", columns, Occurrences().next(columns["obs"].to_numpy()))
    path = writing.layout.segments(writing.batch) / "facts.parquet"
    columns |= writing.number(columns)
    writing.files.append(_write_part(writing, "facts", path, columns, STORED_FACTS))


def _write_part(
    writing: _Writing, role: str, path: Path, columns: Mapping[str, pa.Array], schema: pa.Schema
) -> StoredFile:
    lo, hi = columns["lo"].to_numpy(), columns["hi"].to_numpy()
    stored, said = _stored(writing.key, columns, schema)
    table = pa.table(stored, schema=schema)
    return writing.write(role, path, table, hash_columns(said), int(lo.min()), int(hi.max()))


def _stored(
    key: StoreKey, columns: Mapping[str, pa.Array], schema: pa.Schema
) -> tuple[list[pa.Array], list[pa.Array]]:
    """Return the columns as they are stored, and what they say free of the store's key."""
    said = [columns[name] for name in schema.names]
    said = [sorted_words(column) if pa.types.is_dictionary(column.type) else column for column in said]
    stored = [
        key.rails_of(column) if field.name in _HASHED else column
        for field, column in zip(schema, said, strict=True)
    ]
    return stored, said


def _write_identities(writing: _Writing) -> None:
    keys, ids = writing.numbering.keys(), b"".join(writing.ids)
    segment, identities = writing.layout.segments(writing.batch), writing.layout.identities(writing.batch)
    if len(keys):
        with ThreadPoolExecutor(1) as other:
            nodes = other.submit(_write_keys, writing, "nodes", segment / "nodes.parquet", keys, ids)
            path = identities / "instruments-1.parquet"
            instruments = _write_keys(writing, "instruments", path, keys, ids)
            writing.files += [nodes.result(), instruments]
    if writing.texts is not None:
        content = hash_columns([pa.array(writing.texts_hashes)])
        path = identities / "texts-1.parquet"
        writing.files.append(writing.finished("texts", path, writing.texts, content))


def _write_keys(writing: _Writing, role: str, path: Path, keys: pa.Array, ids: bytes) -> StoredFile:
    make = {"nodes": nodes_file, "instruments": instruments_file}[role]
    return writing.write(role, path, *make(keys, ids))
