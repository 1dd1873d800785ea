"""A sheet of any workbook as rows of texts, with what a spreadsheet does to figures said beside them.

Every format of workbook ends here, so that a figure has one text wherever it was stored: the shortest
decimal of at most 15 digits, marked where the stored number says something else.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from graph.model.locators import Cell, Locator
from graph.model.provenance import Reject
from ingest.errors import UnreadableError

if TYPE_CHECKING:
    import zipfile

MOST_COLUMNS = 512
MOST_ROWS = 1 << 20
MOST_BYTES = 2 << 30
MOST_RATIO = 400
_SMALL = 16 << 20
DIGITS = 15
_ISO_DAY = 10
Values = list[tuple[int, tuple[Any, ...]]]


@dataclass(slots=True)
class Sheet:
    """One sheet: numbered rows of texts, marks and rejects by row number, what is hidden in it."""

    title: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)
    rejects: dict[int, Reject] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Scan:
    """What a look at a sheet's stored form says, before a library builds anything from it.

    Attributes
    ----------
    cells : int
        Stored cells that hold something; one that is repeated counts once.
    rows : set of int
        Rows that hold something, from 1.
    last : int
        The furthest column that holds something, from 1.
    formulas, unstored : set of (row, column)
        Formulas, and those among them that carry no result.
    texts : dict of (row, column) to str
        Cells that the library does not give as they are shown: errors, and texts beside a comment.
    """

    cells: int = 0
    rows: set[int] = field(default_factory=set)
    last: int = 0
    hidden_rows: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    unstored: set[tuple[int, int]] = field(default_factory=set)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)

    def hold(self, row: int, column: int, where: str) -> None:
        """Take note of a cell that holds something.

        Raises
        ------
        UnreadableError
            It lies beyond any table of payments.
        """
        check_place(row, column, where)
        self.cells += 1
        self.rows.add(row)
        self.last = max(self.last, column)


def check_size(archive: zipfile.ZipFile) -> None:
    """Refuse a ZIP that expands beyond any workbook of payments.

    Raises
    ------
    UnreadableError
        With the bytes it asks for.
    """
    total = sum(i.file_size for i in archive.infolist())
    packed = sum(i.compress_size for i in archive.infolist())
    if total > MOST_BYTES or (total > _SMALL and total > packed * MOST_RATIO):
        raise UnreadableError(
            "the workbook expands beyond its limit",
            bytes=total,
            packed=packed,
            hint="a bomb, or split it",
        )


def check_place(row: int, column: int, where: str) -> None:
    """Refuse a cell beyond any table of payments.

    Raises
    ------
    UnreadableError
        With the cell and the part of the file.
    """
    if not 1 <= column <= MOST_COLUMNS or not 1 <= row <= MOST_ROWS:
        raise UnreadableError(
            "a cell lies beyond any table of payments",
            cell=f"{column_letters(column)}{row}",
            member=where,
            hint=f"at most {MOST_COLUMNS} columns and {MOST_ROWS} rows are read",
        )


def column_number(letters: str) -> int:
    """Return a column's number by its letters.

    Examples
    --------
    >>> column_number("A"), column_number("AA"), column_number("XFD")
    (1, 27, 16384)
    """
    number = 0
    for c in letters:
        number = number * 26 + ord(c) - 64
    return number


def column_letters(number: int) -> str:
    """Return a column's letters by its number.

    Examples
    --------
    >>> column_letters(1), column_letters(27), column_letters(16384)
    ('A', 'AA', 'XFD')
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_of(title: str, values: Values, scan: Scan, *, hidden: bool) -> Sheet:
    """Return a sheet of what its cells hold.

    Parameters
    ----------
    values : list of (row number, cells)
        Only rows that hold something; an empty cell is None.
    """
    sheet = Sheet(title)
    if hidden:
        sheet.notes["hidden sheet"] = f"{title} (read all the same)"
    if scan.hidden_rows:
        sheet.notes["hidden rows"] = f"{scan.hidden_rows} in {title} (read all the same)"
    clocks = _clock_columns(values)
    calculated = {row for row, _ in scan.formulas}
    for row, cells in values:
        sheet.rows.append((row, [cell_text(c, clock=i in clocks) for i, c in enumerate(cells)]))
        mark = _mark(cells) or ("formula, stored value" if row in calculated else "")
        if mark:
            sheet.marks[row] = mark
    _reject_unstored(sheet, scan)
    return sheet


def _clock_columns(values: Values) -> set[int]:
    """Return the columns in which some date cell has a time of day: all of them are printed with it."""
    return {
        i
        for _, cells in values
        for i, cell in enumerate(cells)
        if isinstance(cell, dt.datetime) and cell.time() != dt.time()
    }


def _reject_unstored(sheet: Sheet, scan: Scan) -> None:
    texts = dict(sheet.rows)
    for row, column in sorted(scan.unstored):
        place = str(Locator(Cell(sheet.title, row, column)))
        raw = ",".join(texts.get(row, ()))
        problem = Reject(place, "a formula without a stored value", "open the workbook and save it", raw)
        sheet.rejects.setdefault(row, problem)


def cell_text(value: Any, *, clock: bool = False) -> str:
    """Return what a cell says: figures in plain decimals of at most 15 digits, times in ISO order.

    Examples
    --------
    >>> cell_text(0.1 + 0.2), cell_text(1e21), cell_text(254712345678), cell_text(None)
    ('0.3', '1000000000000000000000', '254712345678', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        number = Decimal(f"{value:.{DIGITS}g}")
        return f"{number:f}" if number.is_finite() else str(value)
    if isinstance(value, dt.datetime):
        near = value + dt.timedelta(microseconds=500)
        shown = near.replace(microsecond=near.microsecond // 1000 * 1000)
        text = shown.isoformat(" ")
        return text if clock else text[:_ISO_DAY] if text.endswith(" 00:00:00") else text
    return str(value)


def _mark(cells: tuple[Any, ...]) -> str:
    for cell in cells:
        if isinstance(cell, float) and cell != float(f"{cell:.{DIGITS}g}"):
            return "float source"
        big = isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**DIGITS
        if big:
            return "more than 15 digits in a spreadsheet"
    return ""
