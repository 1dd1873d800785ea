"""Delimited text into a grid: a fast way for plain files, a careful one that says why and where.

Physical line numbers are exact in both. The fast way (Arrow's tokenizer) is taken only where a row
is a line: as soon as a quoted cell holds a line end, or a row has other than the header's number of
cells, or a quote is never closed, the whole text is read again by the careful tokenizer.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from graph.model.provenance import Reject
from ingest.errors import UnreadableError
from ingest.table.decoding import is_blank, physical_lines
from ingest.table.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = "line:{a}"
MOST_COLUMNS = 512
MOST_LINES_OF_A_ROW = 64
_RAW = 500


def read_grid(data: bytes, names: tuple[str, ...], first: int, delimiter: str, quote: str) -> Grid:
    """Read the rows of a delimited text.

    Parameters
    ----------
    data : bytes
        UTF-8, from the first physical line below the header on.
    names : tuple of str
        The header.
    first : int
        Physical line number of the first line of ``data``.
    delimiter, quote : str

    Raises
    ------
    UnreadableError
        More columns than any table has.
    """
    if len(names) > MOST_COLUMNS:
        raise UnreadableError(
            "more columns than a table of payments has", columns=len(names), limit=MOST_COLUMNS
        )
    rows, tail = _cut_tail(data, quote)
    found = _fast(rows, names, first, delimiter, quote)
    if found is None:
        return _careful(data, names, first, delimiter, quote)
    if not tail:
        return found
    last = _careful(tail, names, first + rows.count(b"\n"), delimiter, quote)
    return Grid(names, found.columns, FORM, found.place, (*found.rejected, *last.rejected))


def _cut_tail(data: bytes, quote: str) -> tuple[bytes, bytes]:
    """Part a last line that was cut inside a quoted cell from the rows before it."""
    start = data.rfind(b"\n") + 1
    tail = data[start:]
    return (data[:start], tail) if quote and tail.count(quote.encode()) % 2 else (data, b"")


def _fast(data: bytes, names: tuple[str, ...], first: int, delimiter: str, quote: str) -> Grid | None:
    quotes = data.count(quote.encode()) if quote else 0
    odd = quotes % 2 or b"\0" in data or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n"))
    if odd or is_blank(data):
        return None
    keys = [f"c{i}" for i in range(len(names))]
    refused: list[int] = []

    def refuse(row: Any) -> str:
        refused.append(row.number - 1)
        return "skip"

    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(column_names=keys, use_threads=False, block_size=8 << 20),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                quote_char=quote or False,
                newlines_in_values=quotes > 0,
                ignore_empty_lines=False,
                invalid_row_handler=refuse,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={k: pa.string() for k in keys}, strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if table.num_rows + len(refused) != lines:
        return None
    rejected = _refused(data, refused, names, first, delimiter, quote)
    if len(rejected) != len(refused):
        return None
    keep = np.ones(lines, dtype=bool)
    keep[refused] = False
    columns = tuple(table.column(k).combine_chunks() for k in keys)
    place = np.arange(first, first + lines, dtype=np.int64)[keep]
    return _without_blank(Grid(names, columns, FORM, place, rejected))


def _refused(
    data: bytes, refused: list[int], names: tuple[str, ...], first: int, delimiter: str, quote: str
) -> tuple[Reject, ...]:
    """Say of each line that the fast way refused why; fewer reasons than lines means: read with care."""
    if not refused:
        return ()
    lines = data.split(b"\n")
    found: list[Reject] = []
    for i in refused:
        one = _careful(lines[i].removesuffix(b"\r"), names, first + i, delimiter, quote)
        found.extend(one.rejected)
    return tuple(found)


def _without_blank(grid: Grid) -> Grid:
    """Drop rows all of whose cells are blank: blank lines are nothing, and no reject."""
    blank = np.ones(grid.rows, dtype=bool)
    for column in grid.columns:
        empty = pc.equal(pc.utf8_trim_whitespace(column), "")
        blank &= empty.to_numpy(zero_copy_only=False)
        if not blank.any():
            return grid
    return grid.take(~blank)


def _careful(data: bytes, names: tuple[str, ...], first: int, delimiter: str, quote: str) -> Grid:
    width = len(names)
    cells: list[list[str]] = []
    places: list[int] = []
    rejected: list[Reject] = []
    for line, row, raw, spoilt in tokenise(data.decode(), first, delimiter, quote, width):
        if not spoilt and not any(c.strip() for c in row):
            continue
        problem = spoilt or _problem(row, raw, width)
        if problem:
            hint = "the row is cut, or a delimiter is missing or too many"
            rejected.append(Reject(f"line:{line}", problem, hint, raw[:_RAW].replace("\0", "\\0")))
            continue
        cells.append(row[:width])
        places.append(line)
    columns = tuple(pa.array([row[i] for row in cells], pa.string()) for i in range(width))
    return Grid(names, columns, FORM, np.asarray(places, dtype=np.int64), tuple(rejected))


def _problem(row: list[str], raw: str, width: int) -> str:
    if len(row) < width or any(c.strip() for c in row[width:]):
        return f"{len(row)} cells where the header has {width}"
    return "a NUL byte in the row" if "\0" in raw else ""


def tokenise(
    text: str, first: int, delimiter: str, quote: str, width: int
) -> Iterator[tuple[int, list[str], str, str]]:
    r"""Yield ``(physical line, cells, raw, problem)`` of every record.

    A record runs over several lines only where its quotes close within ``MOST_LINES_OF_A_ROW`` lines
    and it then has ``width`` cells; else the quote spoils its own line, and the next record starts
    on the next one.

    Examples
    --------
    >>> [(n, c) for n, c, _, _ in tokenise('a,"b\nc"\nd,e', 2, ",", '"', 2)]
    [(2, ['a', 'b\nc']), (4, ['d', 'e'])]
    """
    lines = physical_lines(text)
    i = 0
    while i < len(lines):
        if not quote or quote not in lines[i]:
            yield first + i, lines[i].split(delimiter), lines[i], ""
            i += 1
            continue
        taken, row, problem = _quoted(lines, i, delimiter, quote, width)
        yield first + i, row, "\n".join(lines[i : i + taken]), problem
        i += taken


def _quoted(lines: list[str], i: int, delimiter: str, quote: str, width: int) -> tuple[int, list[str], str]:
    for taken in range(1, min(MOST_LINES_OF_A_ROW, len(lines) - i) + 1):
        record = [line + "\n" for line in lines[i : i + taken]]
        record[-1] = record[-1][:-1]
        try:
            if not _closed(record, delimiter, quote):
                continue
            row = next(csv.reader(record, delimiter=delimiter, quotechar=quote), [])
        except csv.Error as cause:
            return 1, [], f"not readable as cells: {cause}"
        if taken == 1 or len(row) == width:
            return taken, row, ""
        break
    return 1, [], "a quote is opened and never closed"


def _closed(record: list[str], delimiter: str, quote: str) -> bool:
    try:
        list(csv.reader(record, delimiter=delimiter, quotechar=quote, strict=True))
    except csv.Error as cause:
        if "unexpected end of data" in str(cause):
            return False
        if "expected after" not in str(cause):
            raise
    return True
