"""What lies where in a ledger folder, and the columns of its files.

::

    catalogue.sqlite         all small mutable state; only Python's sqlite3 ever opens it
    identity.key             the store's key for opaque ids
    audit.head               newest audit row that wrote something: a catalogue that lost its tail shows
    writer.lock              held by the one writer, whom its text names
    originals/ab/ab12…       each original, byte for byte, under its sha256
    segments/BATCH/          immutable: rows-00000.parquet …, nodes.parquet, facts.parquet
    identities/BATCH/        identifying text apart: instruments-1.parquet, texts-1.parquet (generations)
    index/VERSION/           derived: memory-mapped arrays of one content version, with their hashes

In a segment an instrument is a number; ``nodes.parquet`` turns numbers into opaque ids, and only
``identities/`` knows what those stand for. So the bytes of ``rows-*.parquet`` and
``facts.parquet`` depend on the reading alone, not on the store's key or on the order of arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from graph.model.tables import UNITS, WORD

if TYPE_CHECKING:
    from pathlib import Path

FORMAT_VERSION = 1
OPAQUE = pa.binary(16)

STORED_ROWS = pa.schema(
    [
        pa.field("obs", pa.int32(), nullable=False),
        pa.field("lo", pa.int64(), nullable=False),
        pa.field("hi", pa.int64(), nullable=False),
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("form", WORD, nullable=False),
        pa.field("a", pa.int64(), nullable=False),
        pa.field("b", pa.int64(), nullable=False),
        pa.field("status", WORD, nullable=False),
        pa.field("kind", WORD, nullable=False),
        pa.field("channel", WORD),
        pa.field("debit", pa.int32()),  # number in nodes.parquet
        pa.field("credit", pa.int32()),
        pa.field("amount", UNITS),
        pa.field("asset", WORD, nullable=False),
        pa.field("digits", pa.string()),
        pa.field("statement", pa.int32()),  # number in nodes.parquet
        pa.field("balance", UNITS),
        pa.field("rail", OPAQUE),  # keyed hash of the rail's guarantee
        pa.field("reverses", OPAQUE),
        pa.field("mark", WORD),
    ]
)
STORED_FACTS = pa.schema(
    [
        pa.field("obs", pa.int32(), nullable=False),
        pa.field("lo", pa.int64(), nullable=False),
        pa.field("hi", pa.int64(), nullable=False),
        pa.field("form", WORD, nullable=False),
        pa.field("a", pa.int64(), nullable=False),
        pa.field("b", pa.int64(), nullable=False),
        pa.field("kind", WORD, nullable=False),
        pa.field("subject", pa.int32()),
        pa.field("object", pa.int32()),
        pa.field("fields", pa.string(), nullable=False),
    ]
)
NODES = pa.schema(
    [
        pa.field("node", pa.int32(), nullable=False),
        pa.field("id", OPAQUE, nullable=False),
        pa.field(
            "known", pa.bool_(), nullable=False
        ),  # names one instrument fully: no mask, name or cash end
    ]
)
INSTRUMENTS = pa.schema(
    [pa.field("id", OPAQUE, nullable=False), pa.field("key", pa.string(), nullable=False)]
)
TEXTS = pa.schema(
    [
        pa.field("table", WORD, nullable=False),  # "rows" or "facts"
        pa.field("obs", pa.int32(), nullable=False),
        pa.field("part", pa.int32(), nullable=False),  # which row of the observation, from 0
        pa.field("ref", pa.string()),
        pa.field("text", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one ledger folder."""

    root: Path

    @property
    def catalogue(self) -> Path:
        """The SQLite catalogue."""
        return self.root / "catalogue.sqlite"

    @property
    def key(self) -> Path:
        """The store's key for opaque ids."""
        return self.root / "identity.key"

    @property
    def lock(self) -> Path:
        """Held by the one writer; its text names the holder."""
        return self.root / "writer.lock"

    @property
    def anchor(self) -> Path:
        """Number and hash of the newest audit row that wrote something, kept outside the catalogue."""
        return self.root / "audit.head"

    def original(self, sha256: str) -> Path:
        """Where an original lies."""
        return self.root / "originals" / sha256[:2] / sha256

    def segments(self, batch: str) -> Path:
        """Folder of a batch's immutable files."""
        return self.root / "segments" / batch

    def identities(self, batch: str) -> Path:
        """Folder of a batch's identifying text."""
        return self.root / "identities" / batch

    def index(self, version: str) -> Path:
        """Folder of the derived index of one content version."""
        return self.root / "index" / version


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a visible batch as the catalogue lists it; ``path`` is relative to the root."""

    batch: str
    role: str  # rows | nodes | facts | instruments | texts
    path: str
    sha256: str
    rows: int
    lo: int = 0
    hi: int = 0
    content: str = ""  # hash of what it says, free of the store's key


@dataclass(frozen=True, slots=True)
class VisibleBatch:
    """A batch that readers may see, with its source and files in a fixed order."""

    batch: str
    source: str
    files: tuple[StoredFile, ...]

    def of(self, role: str) -> tuple[StoredFile, ...]:
        """Files of one role, in order."""
        return tuple(f for f in self.files if f.role == role)
