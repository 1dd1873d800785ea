"""A reader: an officer's field book, one handed-over sum of shillings a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from graph.errors import ModelError
from graph.model.amounts import fiat, parse_units
from graph.model.identifiers import parse_identifier
from graph.model.instants import parse_iso
from graph.model.provenance import Reject
from graph.model.tables import ROWS
from ingest.source import Head, Options, Reading, Sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = b"FIELD BOOK 1\n"


class FieldBook:
    """``FIELD BOOK 1``, then lines ``TIME;PAYER;PAYEE;SHILLINGS``."""

    code = "field_book"
    title = "Field book"
    version = "1"

    def sniff(self, head: Head) -> Sniff:
        """Look for the first line."""
        return Sniff(100 if head.start.startswith(FIRST) else 0, "first line")

    def read(self, path: Path, options: Options) -> Iterator[Reading]:
        """Read every line; a line that cannot be read is rejected with its place."""
        asset = fiat("KES")
        rows: list[dict[str, object]] = []
        rejected = []
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        for number, line in enumerate(lines, 2):
            try:
                when, payer, payee, amount = line.split(";")
                instant = parse_iso(when, "Africa/Nairobi")
                ends = [
                    parse_identifier("msisdn", text, source=options.source).key for text in (payer, payee)
                ]
                units = parse_units(amount, 2)
            except (ValueError, ModelError) as cause:
                rejected.append(
                    Reject(f"line:{number}", str(cause), "write TIME;PAYER;PAYEE;SHILLINGS", line)
                )
                continue
            rows.append(
                {
                    "obs": len(rows),
                    "lo": instant.lo,
                    "hi": instant.hi,
                    "seq": number,
                    "form": "line:{a}",
                    "a": number,
                    "b": 0,
                    "status": "completed",
                    "kind": "principal",
                    "debit": ends[0],
                    "credit": ends[1],
                    "amount": units,
                    "asset": asset.key,
                }
            )
        yield Reading(
            rows=pa.Table.from_pylist(rows, schema=ROWS), rejected=tuple(rejected), records=len(lines)
        )


SOURCE = FieldBook()
