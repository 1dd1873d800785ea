"""Sums of a reading, per asset, in and out: what the officer compares with the covering letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_WIDE = pa.decimal256(76, 0)


def batches(path: Path) -> Iterable[pa.RecordBatch]:
    """Yield the record batches of an IPC stream file."""
    with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
        yield from stream


def sums(rows: Iterable[pa.RecordBatch]) -> dict[str, dict[str, str]]:
    """Add up completed rows, as a store does when it commits them.

    Parameters
    ----------
    rows : iterable of RecordBatch
        In the schema ``ROWS``.

    Returns
    -------
    dict
        Asset key to ``{in, out}`` in base units, as texts: into and out of the accounts whose
        statement the rows are of; a row of no statement counts in for its credit end and out for its
        debit end. Amounts beyond 38 digits are in no sum; assets that add up to nothing are left out.
    """
    total: dict[str, list[int]] = {}
    for batch in rows:
        for asset, sides in _of(batch).items():
            kept = total.setdefault(asset, [0, 0])
            kept[0] += sides[0]
            kept[1] += sides[1]
    return {k: {"in": str(total[k][0]), "out": str(total[k][1])} for k in sorted(total) if any(total[k])}


def _of(batch: pa.RecordBatch) -> dict[str, tuple[int, int]]:
    completed = _equals(batch.column("status"), "completed")
    statement = batch.column("statement")
    amount, asset = batch.column("amount").cast(_WIDE), batch.column("asset")
    found = {}
    for key in asset.dictionary.to_pylist():
        mine = pc.and_(completed, _equals(asset, key))
        into, out_of = (_total(amount, mine, statement, batch.column(end)) for end in ("credit", "debit"))
        found[key] = (into, out_of)
    return found


def _total(amount: pa.Array, mine: pa.Array, statement: pa.DictionaryArray, end: pa.DictionaryArray) -> int:
    there = pc.or_(pc.and_(pc.is_null(statement), pc.is_valid(end)), _same(statement, end))
    return int(pc.sum(amount.filter(pc.and_(mine, there))).as_py() or 0)


def _equals(column: pa.DictionaryArray, word: str) -> pa.Array:
    code = pc.index(column.dictionary, word).as_py()
    return pc.fill_null(pc.equal(column.indices, code), fill_value=False)


def _same(a: pa.DictionaryArray, b: pa.DictionaryArray) -> pa.Array:
    """Say row by row whether two dictionary columns hold the same word."""
    renumbered = pc.index_in(b.dictionary, value_set=a.dictionary)
    equal = pc.equal(a.indices, renumbered.take(b.indices))
    return pc.fill_null(equal, fill_value=False)
