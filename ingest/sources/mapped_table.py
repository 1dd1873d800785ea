"""Delimited text and spreadsheets through a mapping, which is data: most of what an FIU receives.

One reader for every bank, exchange and operator that exports tables; a new layout is a new YAML file
in ``ingest/mappings``, not code. The parts are in ``ingest.table``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graph.errors import FuatiliaError
from ingest.errors import MappingError, UnreadableError
from ingest.source import Head, Options, Reading, Sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from ingest.table.grid import Grid
    from ingest.table.mapping import Mapping
    from ingest.table.output import Piece

_FOREIGN = (b"%PDF", b"{", b"[", b"<", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff")
_SURE, _LIKELY, _TABLE = 90, 50, 20
_BATCH = 1 << 17


class MappedTable:
    """Reads CSV, TSV and the like (gzip too), XLSX, XLS, XLSB and ODS."""

    code = "mapped_table"
    title = "Table through a mapping (CSV, TSV, XLSX, XLS, XLSB, ODS)"
    version = "1"

    def sniff(self, head: Head) -> Sniff:  # noqa: PLR0911 - one line per thing it may be
        """Say whether the first bytes are a table, and whether a saved mapping knows its header."""
        from ingest.mappings.loading import saved_mappings
        from ingest.table.decoding import decode, head_bytes, physical_lines, sniff_delimiter
        from ingest.table.layout import guess_header, saved_match
        from ingest.table.opening import cells_of
        from ingest.table.workbooks import is_workbook

        if is_workbook(head.start):
            return Sniff(_LIKELY, "a workbook: its sheets are compared with the mappings when it is read")
        try:
            start = head_bytes(head.start)
            if start.lstrip().startswith(_FOREIGN) or not start.strip():
                return Sniff(0, "not delimited text and not a workbook")
            lines = physical_lines(decode(start, whole=False).data.decode())
            delimiter = sniff_delimiter(lines)
            if not delimiter or _control(lines):
                return Sniff(0, "no sign splits its lines into columns")
            rows = [cells_of(line, delimiter, '"') for line in lines[:240]]
            found = saved_match(rows, saved_mappings())
        except FuatiliaError as cause:
            return Sniff(0, cause.what)
        if found is not None:
            return Sniff(_SURE, f"header of the mapping {found.name}")
        if guess_header(rows) is not None:
            return Sniff(_LIKELY, "a table whose header no saved mapping has")
        return Sniff(_TABLE, "delimited text without a header that could be recognised")

    def mapping_for(self, path: Path, options: Options) -> dict[str, Any]:
        """Return the mapping that ``read`` will use, as data, so that it becomes part of the batch id."""
        from dataclasses import asdict

        from ingest.table.opening import mapping_for

        return asdict(mapping_for(path, options))

    def read(self, path: Path, options: Options) -> Iterator[Reading]:
        """Read every table of the file that the mapping fits."""
        from ingest.table.opening import open_table, proposal_text

        opened = open_table(path, options)
        if not any(grid.rows or grid.rejected for grid, _ in opened.grids):
            raise UnreadableError("the table has a header and no rows", hint="ask for it again")
        pieces = [_read(grid, opened.mapping, options.source, header) for grid, header in opened.grids]
        if opened.guessed is not None and not _proven(pieces):
            raise MappingError(
                "no saved mapping fits this table; the one proposed is not borne out by its balances",
                proposal=proposal_text(opened.guessed),
                hint="check the proposed mapping, save it and give it with --mapping",
            )
        whence = "guessed; the balances bear it out" if opened.guessed else "saved or given"
        how = f"{opened.mapping.name} ({whence})"
        notes = {"mapping": how} | opened.notes | dict(opened.mapping.assumes)
        first = 0
        total = sum(grid.rows for grid, _ in opened.grids)
        done = 0
        for (grid, _), piece in zip(opened.grids, pieces, strict=True):
            _check_some(piece)
            done += grid.rows
            notes = notes | dict(piece.assumptions)
            shifted = [_shifted(t, first) for t in (piece.rows, piece.facts)]
            first += grid.rows + 1
            yield Reading(
                rows=shifted[0],
                facts=shifted[1],
                rejected=piece.rejected,
                left_out=piece.left_out,
                reconciliation=piece.reconciliation,
                assumptions=notes,
                records=grid.rows + len(grid.rejected),
                done=done,
                total=total,
            )


def _control(lines: list[str]) -> bool:
    sample = "".join(lines[:64])
    odd = sum(1 for c in sample if c < " " and c != "\t")
    return odd * 20 > len(sample)


def _read(grid: Grid, mapping: Mapping, source: str, header: int) -> Piece:
    from dataclasses import replace

    from ingest.table.output import unmapped
    from ingest.table.payments import columns_used

    said = unmapped(grid, columns_used(grid, mapping), mapping.drop)
    piece = _shape(grid, mapping, source, header)
    return replace(piece, assumptions=said | dict(piece.assumptions))


def _shape(grid: Grid, mapping: Mapping, source: str, header: int) -> Piece:
    if mapping.shape == "statement":
        from ingest.table.statement import read_statement

        return read_statement(grid, mapping, source, header)
    if mapping.shape == "transfers":
        from ingest.table.transfers import read_transfers

        return read_transfers(grid, mapping, source)
    if mapping.shape == "orders":
        from ingest.table.orders import read_orders

        return read_orders(grid, mapping, source)
    from ingest.table import records

    of = {"rates": records.read_rates, "tags": records.read_tags, "holders": records.read_holders}
    return of[mapping.shape](grid, mapping, source)


def _proven(pieces: list[Piece]) -> bool:
    from graph.model.provenance import Balance

    verdicts = [r.verdict for p in pieces for r in p.reconciliation]
    return bool(verdicts) and all(v is Balance.RECONCILES for v in verdicts)


def _check_some(piece: Piece) -> None:
    """Refuse a table none of whose rows can be read: mapped wrongly, that is one error, not a million."""
    rows = 0 if piece.rows is None else piece.rows.num_rows
    facts = 0 if piece.facts is None else piece.facts.num_rows
    if piece.rejected and not rows and not facts and not piece.left_out:
        first = piece.rejected[0]
        raise MappingError(
            f"none of the {len(piece.rejected)} rows could be read; the first: {first.reason}",
            locator=first.locator,
            raw=first.raw[:200],
            hint=first.hint,
        )


def _shifted(table: pa.Table | None, first: int) -> pa.Table | None:
    """Return a table whose observations are numbered on from the tables before."""
    if table is None or not first:
        return table
    import pyarrow as pa

    at = table.schema.get_field_index("obs")
    numbers = table.column(at).to_numpy() + first
    return table.set_column(at, table.schema.field(at), pa.array(numbers.astype(np.int32)))


SOURCE = MappedTable()
