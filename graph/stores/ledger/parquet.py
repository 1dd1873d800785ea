"""The one way in which the ledger writes Parquet: compressed, page checksums, the same bytes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from graph.stores.ledger.disk import Sink

GROUP = 250_000
"""Rows of a row group: small enough that a window of time skips most of a file."""

_BUFFER = 1 << 20


class Parquet:
    """A Parquet file being written through a ``Sink``."""

    def __init__(self, sink: Sink, schema: pa.Schema) -> None:
        self.rows = 0
        self._sink = sink
        self._done = False
        try:
            # Pages are small and many; without a buffer each asks Python for two writes.
            self._buffer = pa.BufferedOutputStream(pa.PythonFile(sink, mode="w"), _BUFFER)
            self._writer = _writer(self._buffer, schema)
        except BaseException:
            sink.abandon()
            raise

    def write(self, table: pa.Table) -> None:
        """Add rows."""
        self._writer.write_table(table, row_group_size=GROUP)
        self.rows += table.num_rows

    def finish(self) -> str:
        """Complete the file under its name; return its sha256."""
        self._writer.close()
        self._buffer.flush()
        found = self._sink.finish()
        self._done = True
        return found

    def abandon(self) -> None:
        """Leave nothing of a file that was not finished; without effect on one that was."""
        if not self._done:
            self._done = True
            self._sink.abandon()
            self._writer.close()


def _writer(buffer: pa.BufferedOutputStream, schema: pa.Schema) -> pq.ParquetWriter:
    words = [f.name for f in schema if pa.types.is_dictionary(f.type)]
    numbers = [f.name for f in schema if pa.types.is_integer(f.type)]
    return pq.ParquetWriter(
        buffer,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=words,
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        # By them readers skip row groups, and columns that say nothing; nobody looks for a text by its order.
        write_statistics=[f.name for f in schema if not pa.types.is_string(f.type)],
        write_page_checksum=True,
        max_rows_per_page=GROUP,  # pages end by their size: each costs a compressor's start
    )
