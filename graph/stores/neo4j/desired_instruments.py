"""What the graph should hold of the instruments of one batch, chunk by chunk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq

from graph.model.provenance import digest
from graph.stores.ledger.index_arrays import id_order
from graph.stores.ledger.index_read import opaque, read_nodes
from graph.stores.ledger.view_rows import hex_ids
from graph.stores.neo4j.hashing import row_hash
from graph.stores.neo4j.model import FORMAT, Label
from graph.stores.neo4j.schema import NODES
from graph.stores.neo4j.statements import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from graph.stores.ledger.layout import StoredFile, VisibleBatch
    from graph.stores.neo4j.desired_rows import Columns
    from graph.stores.neo4j.hiding import Hiding

INSTRUMENT = tuple(p.name for p in NODES[Label.INSTRUMENT].properties)
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class BatchInstruments:
    """The instruments that stand in one batch, as the graph should hold them."""

    batch: VisibleBatch
    hiding: Hiding
    path_of: Callable[[StoredFile], Path]

    @property
    def rows(self) -> int:
        """How many there are."""
        return sum(file.rows for file in self.batch.of("nodes"))

    def made_from(self) -> str:
        """Return the hash of everything that they are made from."""
        files = [file.sha256 for role in ("nodes", "instruments") for file in self.batch.of(role)]
        return digest("instruments", str(FORMAT), self.batch.batch, *files, self.hiding.mark())[:32]

    def ids(self) -> NDArray[np.bytes_]:
        """Return their opaque ids, by node number."""
        return read_nodes([self.path_of(file) for file in self.batch.of("nodes")])[0]

    def chunks(self, skip: int = 0) -> Iterator[Columns]:
        """Yield columns of the model's properties, by id within each chunk, without the first ``skip``."""
        ids = self.ids()
        ids = ids[id_order(ids)]
        known, keys = self._keys()
        for start in range(skip * CHUNK, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            at = np.minimum(np.searchsorted(known, part), max(len(known) - 1, 0))
            told = keys.take(at).to_pylist() if len(known) else [None] * len(part)
            rows = [
                self.hiding.instrument(name, key if len(known) and known[i] == raw else None)
                for name, key, i, raw in zip(hex_ids(part).to_pylist(), told, at, part, strict=True)
            ]
            yield columns_of(rows, INSTRUMENT)

    def _keys(self) -> tuple[NDArray[np.bytes_], Any]:
        tables = [pq.read_table(self.path_of(file)) for file in self.batch.of("instruments")]
        if not tables:
            return np.zeros(0, "S16"), None
        table = tables[-1]
        ids = opaque(table["id"])
        order = id_order(ids)
        return ids[order], table["key"].take(order)


def instrument_hashes(columns: Columns) -> list[int]:
    """Return the hash of each instrument."""
    return [row_hash(row) for row in zip(*(columns[name] for name in INSTRUMENT), strict=True)]
