"""Spreadsheets (XLSX) as rows of texts, with what a spreadsheet does to figures said beside them.

A workbook is a ZIP of XML that may ask for terabytes: sizes, ratios and the furthest cell are looked
at before any library reads it, and the reader's process is limited besides.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from graph.model.locators import Cell, Locator
from graph.model.provenance import Reject
from ingest.errors import PasswordError, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_COLUMNS = 512
MOST_ROWS = 1 << 20
MOST_BYTES = 2 << 30
MOST_RATIO = 400
_SMALL = 16 << 20
_OVERLAP = 1024
_DIGITS = 15
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,7})([0-9]{1,9})"')
_FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,7})([0-9]{1,9})"[^>]*>\s*<(?:\w+:)?f[\s/>]')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"')
_ISO_DAY = 10


@dataclass(slots=True)
class Sheet:
    """One sheet: numbered rows of texts, marks and rejects by row number, what is hidden in it."""

    title: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)
    rejects: dict[int, Reject] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Scan:
    cells: int = 0
    hidden_rows: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)


def is_workbook(start: bytes) -> bool:
    """Say whether first bytes are those of a workbook: Open XML, or the older format, which is refused."""
    if start.startswith(OLE):
        return True
    return start.startswith(ZIP) and (b"[Content_Types].xml" in start or b"xl/" in start)


def sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a workbook, hidden ones too.

    Raises
    ------
    PasswordError
        An encrypted workbook.
    UnreadableError
        Damaged, no workbook, or larger than any workbook of payments: with the place.
    """
    with path.open("rb") as f:
        if f.read(len(OLE)) == OLE:
            raise PasswordError(
                "an encrypted workbook, or one of the format before 2007",
                hint="save it as .xlsx without password",
            )
    try:
        scans = _scan(path)
        return _read(path, scans)
    except (UnreadableError, MemoryError):
        raise
    except Exception as cause:  # over damaged XML the library raises whatever it meets
        raise UnreadableError(
            f"the workbook is damaged: {type(cause).__name__}: {cause}", hint="open it and save it again"
        ) from cause


def _scan(path: Path) -> dict[str, _Scan]:
    """Look at every sheet's XML as a stream, before a library builds anything from it."""
    with zipfile.ZipFile(path) as z:
        total = sum(i.file_size for i in z.infolist())
        packed = sum(i.compress_size for i in z.infolist())
        if total > MOST_BYTES or (total > _SMALL and total > packed * MOST_RATIO):
            raise UnreadableError(
                "the workbook expands beyond its limit",
                bytes=total,
                packed=packed,
                hint="a bomb, or split it",
            )
        names = [i.filename for i in z.infolist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", i.filename)]
        return {name: _scan_sheet(z, name) for name in names}


def _scan_sheet(z: zipfile.ZipFile, name: str) -> _Scan:
    scan, kept = _Scan(), b""
    with z.open(name) as f:
        while part := f.read(1 << 20):
            text = kept + part
            cut = len(text) if len(part) < 1 << 20 else max(0, len(text) - _OVERLAP)
            for found in _CELL.finditer(text):
                if found.start() >= cut:
                    break
                _check_place(found[1].decode(), int(found[2]), name)
                scan.cells += 1
            for found in _FORMULA.finditer(text):
                scan.formulas.add((int(found[2]), column_number(found[1].decode())))
            scan.hidden_rows += sum(1 for m in _HIDDEN_ROW.finditer(text) if m.start() < cut)
            kept = text[cut:]
    return scan


def _check_place(letters: str, row: int, name: str) -> None:
    if column_number(letters) > MOST_COLUMNS or not 1 <= row <= MOST_ROWS:
        raise UnreadableError(
            "a cell lies beyond any table of payments",
            cell=f"{letters}{row}",
            member=name,
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


def _read(path: Path, scans: dict[str, _Scan]) -> list[Sheet]:
    from openpyxl import load_workbook

    # By stream: an original is kept under its hash, and openpyxl judges a path by its suffix.
    with warnings.catch_warnings(), path.open("rb") as stream:
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it does not keep
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        try:
            return [_sheet(ws, scans) for ws in book.worksheets]
        finally:
            book.close()


def _sheet(ws: Any, scans: dict[str, _Scan]) -> Sheet:
    scan = scans.get(str(ws._worksheet_path).lstrip("/"), _Scan())  # noqa: SLF001 - has no public name
    sheet = Sheet(str(ws.title))
    if ws.sheet_state != "visible":
        sheet.notes["hidden sheet"] = f"{sheet.title} (read all the same)"
    if scan.hidden_rows:
        sheet.notes["hidden rows"] = f"{scan.hidden_rows} in {sheet.title} (read all the same)"
    ws.reset_dimensions()  # what the file declares is not to be trusted
    rows = enumerate(ws.iter_rows(values_only=True), 1)
    values = [(row, cells) for row, cells in rows if any(c is not None for c in cells)]
    clocks = _clock_columns(values)
    formulas: dict[int, list[int]] = {}
    for row, column in sorted(scan.formulas):
        formulas.setdefault(row, []).append(column)
    for row, cells in values:
        sheet.rows.append((row, [cell_text(c, clock=i in clocks) for i, c in enumerate(cells)]))
        mark = _mark(cells) or ("formula, stored value" if row in formulas else "")
        if mark:
            sheet.marks[row] = mark
    _reject_empty_formulas(sheet, formulas, dict(values))
    return sheet


def _clock_columns(values: list[tuple[int, tuple[Any, ...]]]) -> set[int]:
    """Return the columns in which some date cell has a time of day: all of them are printed with it."""
    return {
        i
        for _, cells in values
        for i, cell in enumerate(cells)
        if isinstance(cell, dt.datetime) and cell.time() != dt.time()
    }


def _reject_empty_formulas(
    sheet: Sheet, formulas: dict[int, list[int]], values: dict[int, tuple[Any, ...]]
) -> None:
    texts = dict(sheet.rows)
    for row, columns in formulas.items():
        cells = values.get(row, ())
        for column in columns:
            if column > len(cells) or cells[column - 1] is None:
                place = str(Locator(Cell(sheet.title, row, column)))
                raw = ",".join(texts.get(row, ()))
                sheet.rejects.setdefault(
                    row,
                    Reject(place, "a formula without a stored value", "open the workbook and save it", raw),
                )


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
        number = Decimal(f"{value:.{_DIGITS}g}")
        return f"{number:f}" if number.is_finite() else str(value)
    if isinstance(value, dt.datetime):
        near = value + dt.timedelta(microseconds=500)
        shown = near.replace(microsecond=near.microsecond // 1000 * 1000)
        text = shown.isoformat(" ")
        return text if clock else text[:_ISO_DAY] if text.endswith(" 00:00:00") else text
    return str(value)


def _mark(cells: tuple[Any, ...]) -> str:
    for cell in cells:
        if isinstance(cell, float) and cell != float(f"{cell:.{_DIGITS}g}"):
            return "float source"
        big = isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**_DIGITS
        if big:
            return "more than 15 digits in a spreadsheet"
    return ""
