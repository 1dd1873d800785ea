"""Identifying text, kept apart from the rows: what ids stand for, references and narration.

One person can be taken out here without rewriting a segment: erasure writes a new generation of the
batch's identity files and the old one is deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.stores.ledger.canonical_columns import hash_columns, sorted_words
from graph.stores.ledger.checking import checked
from graph.stores.ledger.disk import Disk, Sink
from graph.stores.ledger.index_arrays import ID, id_order
from graph.stores.ledger.keys import known_column, opaque_array
from graph.stores.ledger.layout import INSTRUMENTS, NODES, OPAQUE, TEXTS, StoredFile
from graph.stores.ledger.parquet import GROUP, Parquet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from graph.stores.ledger.layout import Layout, VisibleBatch


def nodes_file(keys: pa.Array, ids: bytes) -> tuple[pa.Table, str]:
    """Return the node table of a batch and the key-free hash of what it says."""
    numbers = pa.array(np.arange(len(keys), dtype=np.int32))
    table = pa.table([numbers, opaque_array(ids), known_column(keys)], schema=NODES)
    return table, hash_columns([keys])


def instruments_file(keys: pa.Array, ids: bytes) -> tuple[pa.Table, str]:
    """Return the table of ids and keys, by id, and the key-free hash of what it says.

    The hash is over the keys in the order of their numbers, which the reading alone decides.
    """
    order = pa.array(id_order(np.frombuffer(ids, ID)))
    table = pa.table([opaque_array(ids).take(order), keys.take(order)], schema=INSTRUMENTS)
    return table, hash_columns([keys])


def _said(keys: pa.Array) -> str:
    return hash_columns([keys.take(pc.sort_indices(keys))])


def texts_columns(table: str, columns: Mapping[str, pa.Array], part: np.ndarray[Any, Any]) -> pa.Table:
    """Return the references and narration of a part; rows without either are left out."""
    text, obs = columns["text"], columns["obs"]
    ref = columns["ref"] if "ref" in columns else pa.nulls(len(text), pa.string())
    if text.null_count and ref.null_count:
        there = pc.or_(text.is_valid(), ref.is_valid()).to_numpy(zero_copy_only=False)
        kept = pa.array(np.flatnonzero(there))
        obs, ref, text, part = obs.take(kept), ref.take(kept), text.take(kept), part[there]
    word = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(text), np.int32)), pa.array([table]))
    return pa.table([word, obs, pa.array(part, pa.int32()), ref, text], schema=TEXTS)


def next_generation(path: str) -> str:
    """Return the path of the generation after ``path``.

    Examples
    --------
    >>> next_generation("identities/ab/texts-1.parquet")
    'identities/ab/texts-2.parquet'
    """
    stem, _, number = path.removesuffix(".parquet").rpartition("-")
    return f"{stem}-{int(number) + 1}.parquet"


def without_instruments(
    layout: Layout, batch: VisibleBatch, ids: Collection[bytes], disk: Disk
) -> list[tuple[StoredFile, StoredFile | None, int]]:
    """Write generations of a batch's instruments without ``ids``.

    Returns
    -------
    list of (file, its successor, how many were left out); files without any of them are not named.
    """
    wanted = pa.array(sorted(ids), OPAQUE)
    found = []
    for file in batch.of("instruments"):
        table = pq.read_table(checked(layout.root / file.path, file.sha256))
        gone = pc.is_in(table["id"].combine_chunks(), value_set=wanted)
        kept = table.filter(pc.invert(gone))
        if kept.num_rows < table.num_rows:
            content = _said(kept["key"].combine_chunks())
            successor = _write(layout, file, kept.cast(INSTRUMENTS), content, disk)
            found.append((file, successor, table.num_rows - kept.num_rows))
    return found


def without_texts(
    layout: Layout, batch: VisibleBatch, numbers: Mapping[str, Collection[int]], disk: Disk
) -> list[tuple[StoredFile, StoredFile | None, int]]:
    """Write generations of a batch's texts without those of some observations.

    ``numbers`` are observation numbers by table, ``rows`` or ``facts``. Returns as
    ``without_instruments``.
    """
    found = []
    for file in batch.of("texts"):
        table = pq.read_table(checked(layout.root / file.path, file.sha256), read_dictionary=["table"])
        gone = np.zeros(table.num_rows, bool)
        of = np.array(table["table"].cast(pa.string()).to_pylist())
        for name, wanted in numbers.items():
            gone |= (of == name) & np.isin(table["obs"].to_numpy(), np.array(sorted(wanted), np.int64))
        kept = table.filter(pa.array(~gone))
        if kept.num_rows < table.num_rows:
            plain = [c.combine_chunks() for c in kept.columns]
            said = [sorted_words(c) if pa.types.is_dictionary(c.type) else c for c in plain]
            successor = _write(layout, file, pa.table(said, schema=TEXTS), hash_columns(said), disk)
            found.append((file, successor, table.num_rows - kept.num_rows))
    return found


def _write(layout: Layout, file: StoredFile, table: pa.Table, content: str, disk: Disk) -> StoredFile | None:
    if not table.num_rows:
        return None
    path: Path = layout.root / next_generation(file.path)
    parquet = Parquet(Sink(disk, path), table.schema)
    try:
        for start in range(0, table.num_rows, GROUP):
            parquet.write(table.slice(start, GROUP))
        sha256 = parquet.finish()
    finally:
        parquet.abandon()
    disk.sync_folder(path.parent)
    where = path.relative_to(layout.root).as_posix()
    return StoredFile(file.batch, file.role, where, sha256, table.num_rows, 0, 0, content)
