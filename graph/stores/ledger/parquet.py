"""The one way in which the ledger writes Parquet: compressed, page checksums, the same bytes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from graph.stores.ledger.disk import Sink

GROUP = 250_000
"""Rows of a row group: small enough that a window of time skips most of a file."""


class Parquet:
    """A Parquet file being written through a ``Sink``."""

    def __init__(self, sink: Sink, schema: pa.Schema) -> None:
        self.rows = 0
        self._sink = sink
        self._done = False
        try:
            self._writer = _writer(sink, schema)
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
        found = self._sink.finish()
        self._done = True
        return found

    def abandon(self) -> None:
        """Leave nothing of a file that was not finished; without effect on one that was."""
        if not self._done:
            self._done = True
            self._sink.abandon()
            self._writer.close()


def _writer(sink: Sink, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        pa.PythonFile(sink, mode="w"),
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[f.name for f in schema if pa.types.is_dictionary(f.type)],
        write_page_checksum=True,
    )
