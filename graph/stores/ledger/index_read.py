"""From segments to arrays: read, number the instruments, sort, merge what was observed twice.

Nothing here depends on the order in which batches arrived: the caller lists them by source and batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graph.model.events import Status
from graph.stores.ledger.index_arrays import ID, Transfers, id_order, is_ordered, row_number, total_order
from graph.stores.ledger.index_events import NOTHING_LINKED, Linked, merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from graph.stores.ledger.layout import StoredFile, VisibleBatch

    Columns = dict[str, NDArray[Any]]

_READ = [
    "obs",
    "lo",
    "hi",
    "seq",
    "a",
    "b",
    "status",
    "kind",
    "debit",
    "credit",
    "amount",
    "asset",
    "statement",
]
_WORDS = ["status", "kind", "asset"]


def read_transfers(
    batches: Sequence[VisibleBatch],
    path_of: Callable[[StoredFile], Path],
    linked: Linked = NOTHING_LINKED,
) -> Transfers:
    """Read every completed transfer of the batches into arrays.

    Parameters
    ----------
    batches : sequence of VisibleBatch
        By source, then batch; their places are the upper halves of row numbers.
    path_of : callable
        Gives a stored file's path after checking its bytes.
    linked : Linked
        Observations that tell of one event.
    """
    ids, known, numbers = _nodes(batches, path_of)
    words: dict[str, dict[str, int]] = {"kind": {}, "asset": {}}
    parts: dict[str, list[NDArray[Any]]] = {}
    for place, batch in enumerate(batches):
        source = sum(1 for s in sorted({b.source for b in batches}) if s < batch.source)
        at = 0
        for file in batch.of("rows"):
            read = _columns(pq.read_table(path_of(file), columns=_READ, read_dictionary=_WORDS), words)
            row = np.arange(at, at + len(read["keep"]), dtype=np.int64) + row_number(place, 0)
            at += len(row)
            keep = read.pop("keep")
            read |= {"row": row, "source": np.full(len(row), source, np.int32)}
            for end in ("debit", "credit", "statement"):
                read[end] = np.append(numbers[place], np.int32(-1))[read[end]]
            if linked is NOTHING_LINKED:
                for unused in ("obs", "kind", "statement"):
                    del read[unused]
            else:
                read["obs"] = read["obs"].astype(np.int64) + row_number(place, 0)
            whole = bool(keep.all())
            for name, values in read.items():
                parts.setdefault(name, []).append(values if whole else values[keep])
    columns = {name: np.concatenate(parts.pop(name)) for name in list(parts)}
    return _transfers(columns, ids, sorted(words["asset"]), words["asset"], linked, known)


def _nodes(
    batches: Sequence[VisibleBatch], path_of: Callable[[StoredFile], Path]
) -> tuple[NDArray[np.bytes_], NDArray[np.bool_], list[NDArray[np.int32]]]:
    """Return all opaque ids, sorted; which are fully known; each batch's numbers as places among them."""
    own = [read_nodes([path_of(f) for f in batch.of("nodes")]) for batch in batches]
    raw = np.concatenate([np.zeros(0, ID), *(ids for ids, _ in own)])
    order = id_order(raw)
    ids = raw[order]
    fresh = np.ones(len(raw), bool)
    fresh[1:] = ids[1:] != ids[:-1]
    numbers = np.empty(len(raw), np.int32)
    numbers[order] = np.cumsum(fresh) - 1
    known = np.zeros(int(fresh.sum()), bool)
    known[numbers[np.concatenate([np.zeros(0, bool), *(sure for _, sure in own)])]] = True
    cuts = np.cumsum([len(ids) for ids, _ in own])[:-1]
    return ids[fresh], known, np.split(numbers, cuts) if own else []


def read_nodes(paths: Sequence[Path]) -> tuple[NDArray[np.bytes_], NDArray[np.bool_]]:
    """Return a batch's opaque ids, and whether each names an instrument fully, by node number."""
    tables = [pq.read_table(path) for path in paths]
    size = sum(table.num_rows for table in tables)
    raw, known = np.zeros(size, ID), np.zeros(size, bool)
    for table in tables:
        at = table["node"].to_numpy()
        raw[at], known[at] = opaque(table["id"]), table["known"].to_numpy()
    return raw, known


def opaque(column: pa.ChunkedArray) -> NDArray[np.bytes_]:
    """Return a column of 16-byte ids (no nulls) as a NumPy array."""
    chunks = [
        np.frombuffer(chunk.buffers()[1], ID, len(chunk) + chunk.offset)[chunk.offset :]
        for chunk in column.chunks
        if len(chunk)
    ]
    return np.concatenate(chunks) if chunks else np.zeros(0, ID)


def _columns(table: pa.Table, words: dict[str, dict[str, int]]) -> Columns:
    """Turn one file into arrays; empty ends are -1, and ``keep`` says which rows move money."""
    out: Columns = {}
    for name in ("obs", "lo", "hi", "seq", "a", "b"):
        out[name] = table[name].to_numpy()
    for name in ("debit", "credit", "statement"):
        out[name] = table[name].fill_null(-1).to_numpy()
    for name in ("kind", "asset"):
        out[name] = _codes(table[name], words[name])
    completed = _codes(table["status"], {Status.COMPLETED.value: 0}) == 0
    out["keep"] = completed & table["amount"].is_valid().to_numpy()
    out["amount"], out["amount_hi"] = limbs(table["amount"])
    return out


def _codes(column: pa.ChunkedArray, known: dict[str, int]) -> NDArray[np.int32]:
    """Return each word's number in ``known``, which grows by what is new."""
    parts = []
    for chunk in column.chunks:
        own = [known.setdefault(word, len(known)) for word in chunk.dictionary.to_pylist()]
        parts.append(np.array([*own, -1], np.int32)[chunk.indices.fill_null(-1).to_numpy()])
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)


def limbs(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the lower and the (signed) upper 64 bits of decimal128 integers.

    Examples
    --------
    >>> from decimal import Decimal
    >>> units = pa.array([Decimal(5), Decimal(2**64 + 7)], pa.decimal128(38, 0))
    >>> [part.tolist() for part in limbs(pa.chunked_array([units]))]
    [[5, 7], [0, 1]]
    """
    parts = [
        np.frombuffer(chunk.buffers()[1], np.int64)[2 * chunk.offset : 2 * (chunk.offset + len(chunk))]
        for chunk in column.chunks
        if len(chunk)
    ]
    both = np.concatenate(parts).reshape(-1, 2) if parts else np.zeros((0, 2), np.int64)
    return both[:, 0].copy(), both[:, 1].copy()


def _transfers(
    columns: Columns,
    ids: NDArray[np.bytes_],
    assets: Iterable[str],
    codes: dict[str, int],
    linked: Linked,
    known: NDArray[np.bool_],
) -> Transfers:
    """Sort, merge and keep what has two ends."""
    names = tuple(assets)
    if not columns:
        columns = dict.fromkeys(("lo", "hi", "seq", "row", "amount", "amount_hi"), np.zeros(0, np.int64))
        columns |= dict.fromkeys(("debit", "credit", "asset"), np.zeros(0, np.int32))
    else:
        place = np.zeros(len(codes), np.int32)
        place[[codes[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        columns["asset"] = place[columns["asset"]]
        _sort(columns)
    nothing = np.zeros(0, np.int64)
    merged, conflicting = nothing, nothing
    if "obs" in columns:
        keep, merged, conflicting = merge(columns, linked, known)
        kept = np.flatnonzero(keep & (columns["debit"] >= 0) & (columns["credit"] >= 0))
        merged = np.searchsorted(kept, merged[np.isin(merged, kept)])
    else:
        kept = np.flatnonzero((columns["debit"] >= 0) & (columns["credit"] >= 0))
    if len(kept) < len(columns["lo"]):
        columns = {name: values[kept] for name, values in columns.items()}
    wide = bool(np.any(columns["amount_hi"])) or bool(np.any(columns["amount"] < 0))
    return Transfers(
        ids=ids,
        assets=names,
        src=columns["debit"],
        dst=columns["credit"],
        lo=columns["lo"],
        hi=columns["hi"],
        seq=columns["seq"],
        row=columns["row"],
        amount=columns["amount"],
        asset=columns["asset"],
        amount_hi=columns["amount_hi"] if wide else None,
        merged=merged.astype(np.int64),
        conflicting=conflicting,
    )


def _sort(columns: Columns) -> None:
    keys = [columns[name] for name in ("lo", "seq", "source", "a", "b", "row")]
    if not is_ordered(keys):
        order = total_order(keys)
        for name in list(columns):
            columns[name] = columns[name][order]
    for name in ("source", "a", "b"):
        del columns[name]
