"""The shape of a reader: recognise bytes, read them into columns, say whether they reconcile.

A reader only parses bytes: it runs in a limited child process without network
(``ingest.sandbox``) and knows no store. One file in ``ingest/sources/`` exposing ``SOURCE`` adds
a format; the file's name is its code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from graph.model.provenance import Reconciliation, Reject


@dataclass(frozen=True, slots=True)
class Head:
    """What sniffing may look at: the name as given, the size, the first bytes (up to 256 KiB)."""

    name: str
    size: int
    start: bytes


@dataclass(frozen=True, slots=True)
class Sniff:
    """How sure a reader is (0 to 100) that the bytes are its format, and why."""

    confidence: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything besides the bytes that can change what is read; copied into the batch id.

    Attributes
    ----------
    mapping : mapping
        A saved mapping (``ingest/mappings``), for readers that need one.
    values : mapping
        Reader options as texts: ``zone``, ``region``, ``date`` …
    password : str
        Opens an encrypted file; never stored, not part of the batch id.
    source : str
        sha256 of the original, which scopes masked identifiers and unknown ends.
    """

    source: str
    mapping: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    password: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One piece of what a reader found; a reader yields as many as it likes, in file order.

    ``rows`` and ``facts`` are in the schemas of ``graph.model.tables``. ``rejected`` rows were
    kept out with reason; ``left_out`` were stored but are in no sum (amounts beyond 38 digits,
    failed operations are not in it: they are rows with their status). ``done`` of ``total`` is
    progress in bytes or rows.
    """

    rows: pa.Table | pa.RecordBatch | None = None
    facts: pa.Table | pa.RecordBatch | None = None
    rejected: tuple[Reject, ...] = ()
    left_out: tuple[Reject, ...] = ()
    reconciliation: tuple[Reconciliation, ...] = ()
    assumptions: Mapping[str, str] = field(default_factory=dict)
    records: int = 0
    done: int = 0
    total: int = 0


class Reader(Protocol):
    """A format that can be read.

    ``code`` equals the file name; ``version`` changes whenever the same bytes would be read
    differently, because it is part of the batch id.
    """

    code: str
    title: str
    version: str

    def sniff(self, head: Head) -> Sniff:
        """Say how sure it is that these bytes are of this format."""
        ...

    def read(self, path: Path, options: Options) -> Iterator[Reading]:
        """Read the file in pieces; raise ``UnreadableError`` when it cannot be read at all."""
        ...
