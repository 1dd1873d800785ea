"""A batch's immutable files: rows and facts sorted, numbered, and free of identifying text.

Rows are streamed: half a million at a time are checked, sorted and written, so a load's memory does not
grow with its length. Identifiers, references and narration go to ``identities/``.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.model.tables import FACTS, ROWS
from graph.stores.ledger.canonical_columns import hash_columns, sorted_words
from graph.stores.ledger.disk import Disk, Sink
from graph.stores.ledger.identities import instruments_file, nodes_file, texts_columns
from graph.stores.ledger.index_arrays import is_ordered, total_order
from graph.stores.ledger.layout import STORED_FACTS, STORED_ROWS, TEXTS, StoredFile
from graph.stores.ledger.numbering import Numbering, Occurrences
from graph.stores.ledger.parquet import Parquet
from graph.stores.ledger.row_checks import check_facts, check_rows, conform
from graph.stores.ledger.sums import Sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
    sums: Sums = field(default_factory=Sums)
    files: list[StoredFile] = field(default_factory=list)
    texts: Parquet | None = None
    texts_hashes: list[str] = field(default_factory=list)

    def add(self, role: str, path: Path, parquet: Parquet, content: str, lo: int = 0, hi: int = 0) -> None:
        """Finish a file and list it."""
        rows, sha256 = parquet.rows, parquet.finish()
        where = path.relative_to(self.layout.root).as_posix()
        self.files.append(StoredFile(self.batch, role, where, sha256, rows, lo, hi, content))

    def keep_texts(self, table: str, columns: Mapping[str, pa.Array], part: np.ndarray[Any, Any]) -> None:
        """Keep a part's references and narration."""
        kept = texts_columns(table, columns, part)
        if not kept.num_rows:
            return
        if self.texts is None:
            path = self.layout.identities(self.batch) / "texts-1.parquet"
            self.texts = Parquet(Sink(self.disk, path), TEXTS)
        self.texts.write(kept)
        self.texts_hashes.append(hash_columns(sorted_or_same(c.combine_chunks()) for c in kept.columns))


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
    # One part is written while the next is checked and sorted; only this one thread writes, in order.
    with ThreadPoolExecutor(1) as writer:
        writes: Future[None] | None = None
        for number, table in enumerate(_ahead(_parts(given))):
            part = conform(table, ROWS, writing.batch, first)
            check_rows(part, writing.batch, first)
            columns = _sorted(part, ("lo", "seq", "a", "b"))
            writing.sums.add(columns)
            places = occurrences.next(columns["obs"].to_numpy())
            stored, said = _numbered(writing, columns, STORED_ROWS)
            path = writing.layout.segments(writing.batch) / f"rows-{number:05d}.parquet"
            if writes is not None:
                writes.result()
            writes = writer.submit(_write_rows_part, writing, path, columns, places, stored, said)
            first += table.num_rows
            beat()
        if writes is not None:
            writes.result()
    return first, occurrences.observations


def _write_rows_part(
    writing: _Writing,
    path: Path,
    columns: dict[str, pa.Array],
    places: np.ndarray[Any, Any],
    stored: list[pa.Array],
    said: list[pa.Array],
) -> None:
    writing.keep_texts("rows", columns, places)
    _write_part(writing, "rows", path, columns, stored, said, STORED_ROWS)


def _write_facts(writing: _Writing, given: Path | Iterable[pa.RecordBatch] | None) -> None:
    tables = [conform(table, FACTS, writing.batch, 0) for table in _parts(given)]
    if not tables:
        return
    whole = conform(pa.concat_tables(tables), FACTS, writing.batch, 0)
    check_facts(whole, writing.batch, 0)
    columns = _sorted(whole, ("lo", "a", "b"))
    writing.keep_texts("facts", columns, Occurrences().next(columns["obs"].to_numpy()))
    path = writing.layout.segments(writing.batch) / "facts.parquet"
    stored, said = _numbered(writing, columns, STORED_FACTS)
    _write_part(writing, "facts", path, columns, stored, said, STORED_FACTS)


def _numbered(
    writing: _Writing, columns: Mapping[str, pa.Array], schema: pa.Schema
) -> tuple[list[pa.Array], list[pa.Array]]:
    """Return the columns as they are stored, and what they say free of the store's key."""
    stored: list[pa.Array] = []
    said: list[pa.Array] = []
    for wanted in schema:
        column = columns[wanted.name]
        if wanted.name in _NUMBERED:
            column = writing.numbering.column(column)
        elif pa.types.is_dictionary(column.type):
            column = sorted_words(column)
        said.append(column)
        if wanted.name in _HASHED:
            column = (
                writing.key.rails_of(column)
                if column.null_count < len(column)
                else pa.nulls(len(column), wanted.type)
            )
        stored.append(column)
    return stored, said


def _write_part(
    writing: _Writing,
    role: str,
    path: Path,
    columns: Mapping[str, pa.Array],
    stored: list[pa.Array],
    said: list[pa.Array],
    schema: pa.Schema,
) -> None:
    lo, hi = columns["lo"].to_numpy(), columns["hi"].to_numpy()
    parquet = Parquet(Sink(writing.disk, path), schema)
    try:
        parquet.write(pa.table(stored, schema=schema))
        writing.add(role, path, parquet, hash_columns(said), int(lo.min()), int(hi.max()))
    finally:
        parquet.abandon()


def _write_identities(writing: _Writing) -> None:
    keys = writing.numbering.keys()
    if keys:
        ids = writing.key.ids_of(keys)
        segment, identities = writing.layout.segments(writing.batch), writing.layout.identities(writing.batch)
        for role, path, make in (
            ("nodes", segment / "nodes.parquet", nodes_file),
            ("instruments", identities / "instruments-1.parquet", instruments_file),
        ):
            table, content = make(keys, ids)
            parquet = Parquet(Sink(writing.disk, path), table.schema)
            try:
                parquet.write(table)
                writing.add(role, path, parquet, content)
            finally:
                parquet.abandon()
    if writing.texts is not None:
        path = writing.layout.identities(writing.batch) / "texts-1.parquet"
        content = hash_columns([pa.array(writing.texts_hashes)])
        writing.add("texts", path, writing.texts, content)


def sorted_or_same(column: pa.Array) -> pa.Array:
    """Return a dictionary column in canonical form, any other as it is."""
    return sorted_words(column) if pa.types.is_dictionary(column.type) else column


def _parts(given: Path | Iterable[pa.RecordBatch] | None) -> Iterator[pa.Table]:
    """Yield tables of ``PART`` rows, however the reader cut its batches."""
    waiting: list[pa.Table] = []
    rows = 0
    for batch in _batches(given):
        table = pa.Table.from_batches([batch])
        while rows + table.num_rows >= PART:
            cut = PART - rows
            yield pa.concat_tables([*waiting, table.slice(0, cut)])
            waiting, rows, table = [], 0, table.slice(cut)
        if table.num_rows:
            waiting.append(table)
            rows += table.num_rows
    if rows:
        yield pa.concat_tables(waiting)


def _ahead(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield the parts while the next one is being read."""
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, parts, None)
        while (part := following.result()) is not None:
            following = reader.submit(next, parts, None)
            yield part


def _batches(given: Path | Iterable[pa.RecordBatch] | None) -> Iterator[pa.RecordBatch]:
    if given is None:
        return
    if isinstance(given, Path):
        with pa.OSFile(str(given)) as file, pa.ipc.open_stream(file) as stream:
            yield from stream
        return
    yield from given


def _sorted(table: pa.Table, keys: tuple[str, ...]) -> dict[str, pa.Array]:
    """Return the columns sorted by keys, each one array."""
    columns = {name: table[name].chunk(0) for name in table.column_names}
    sort_by = [columns[name].to_numpy() for name in keys]
    if is_ordered(sort_by):
        return columns
    order = pa.array(total_order(sort_by))
    return {
        name: column if column.null_count == len(column) else column.take(order)
        for name, column in columns.items()
    }
