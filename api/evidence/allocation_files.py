"""The files of a pack that hold the allocation: tables, terms, and the method in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.evidence.canonical import canonical
from api.evidence.formats.csv_schedule import csv_bytes
from api.evidence.methods import allocation_text
from api.evidence.tables.allocation import allocation_tables, terms_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.evidence.contents import Sharing, Trace


def allocation_files(sharing: Sharing, trace: Trace) -> Iterator[tuple[str, str, bytes]]:
    """Yield path, what it is, and bytes."""
    for name, table in allocation_tables(sharing, trace).items():
        yield f"data/allocation/{name}", table.what, csv_bytes(table.header, table.rows)
    yield (
        "data/allocation/terms.json",
        "the terms under which the schemes ran",
        canonical(terms_record(sharing)),
    )
    yield "data/methods/allocation.md", "how the money could be shared", allocation_text(sharing).encode()
