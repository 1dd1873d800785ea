"""A reading cut into parts of one size and sorted, however its reader cut it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from graph.stores.ledger.index_arrays import is_ordered, total_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def parts_of(given: Path | Iterable[pa.RecordBatch] | None, size: int) -> Iterator[pa.Table]:
    """Yield tables of ``size`` rows, the last one of what is left."""
    waiting: list[pa.Table] = []
    rows = 0
    for batch in _batches(given):
        table = pa.Table.from_batches([batch])
        while rows + table.num_rows >= size:
            cut = size - rows
            yield pa.concat_tables([*waiting, table.slice(0, cut)])
            waiting, rows, table = [], 0, table.slice(cut)
        if table.num_rows:
            waiting.append(table)
            rows += table.num_rows
    if rows:
        yield pa.concat_tables(waiting)


def ahead(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield the parts while the next one is being read."""
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, parts, None)
        while (part := following.result()) is not None:
            following = reader.submit(next, parts, None)
            yield part


def in_order(table: pa.Table, keys: tuple[str, ...]) -> dict[str, pa.Array]:
    """Return the columns sorted by keys, each one array; ``table`` has one chunk per column."""
    columns = {name: table[name].chunk(0) for name in table.column_names}
    sort_by = [columns[name].to_numpy() for name in keys]
    if is_ordered(sort_by):
        return columns
    order = pa.array(total_order(sort_by))
    return {
        name: column if column.null_count == len(column) else column.take(order)
        for name, column in columns.items()
    }


def _batches(given: Path | Iterable[pa.RecordBatch] | None) -> Iterator[pa.RecordBatch]:
    if given is None:
        return
    if isinstance(given, Path):
        with pa.OSFile(str(given)) as file, pa.ipc.open_stream(file) as stream:
            yield from stream
        return
    yield from given
