"""Spreadsheets (XLSX) as sheets of texts.

A workbook is a ZIP of XML that may ask for terabytes: sizes, ratios and the furthest cell are looked
at before any library reads it, and the reader's process is limited besides.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from ingest.errors import UnreadableError
from ingest.table.sheet import Scan, Sheet, check_place, check_size, column_number, sheet_of

if TYPE_CHECKING:
    from pathlib import Path

_OVERLAP = 1024
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,7})([0-9]{1,9})"')
_FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,7})([0-9]{1,9})"[^>]*>\s*<(?:\w+:)?f[\s/>]')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"')


def sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a workbook, hidden ones too.

    Raises
    ------
    UnreadableError
        Damaged, no workbook, or larger than any workbook of payments: with the place.
    """
    try:
        scans = _scan(path)
        return _read(path, scans)
    except (UnreadableError, MemoryError):
        raise
    except Exception as cause:  # over damaged XML the library raises whatever it meets
        raise UnreadableError(
            f"the workbook is damaged: {type(cause).__name__}: {cause}", hint="open it and save it again"
        ) from cause


def _scan(path: Path) -> dict[str, Scan]:
    """Look at every sheet's XML as a stream, before a library builds anything from it."""
    with zipfile.ZipFile(path) as z:
        check_size(z)
        names = [i.filename for i in z.infolist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", i.filename)]
        return {name: _scan_sheet(z, name) for name in names}


def _scan_sheet(z: zipfile.ZipFile, name: str) -> Scan:
    scan, kept = Scan(), b""
    with z.open(name) as f:
        while part := f.read(1 << 20):
            text = kept + part
            cut = len(text) if len(part) < 1 << 20 else max(0, len(text) - _OVERLAP)
            for found in _CELL.finditer(text):
                if found.start() >= cut:
                    break
                check_place(int(found[2]), column_number(found[1].decode()), name)
                scan.cells += 1
            for found in _FORMULA.finditer(text):
                scan.formulas.add((int(found[2]), column_number(found[1].decode())))
            scan.hidden_rows += sum(1 for m in _HIDDEN_ROW.finditer(text) if m.start() < cut)
            kept = text[cut:]
    return scan


def _read(path: Path, scans: dict[str, Scan]) -> list[Sheet]:
    from openpyxl import load_workbook

    # By stream: an original is kept under its hash, and openpyxl judges a path by its suffix.
    with warnings.catch_warnings(), path.open("rb") as stream:
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it does not keep
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        try:
            return [_sheet(ws, scans) for ws in book.worksheets]
        finally:
            book.close()


def _sheet(ws: Any, scans: dict[str, Scan]) -> Sheet:
    scan = scans.get(str(ws._worksheet_path).lstrip("/"), Scan())  # noqa: SLF001 - has no public name
    ws.reset_dimensions()  # what the file declares is not to be trusted
    rows = enumerate(ws.iter_rows(values_only=True), 1)
    values = [(row, cells) for row, cells in rows if any(c is not None for c in cells)]
    stored = dict(values)
    scan.unstored = {(r, c) for r, c in scan.formulas if _is_empty(stored.get(r, ()), c)}
    return sheet_of(str(ws.title), values, scan, hidden=ws.sheet_state != "visible")


def _is_empty(cells: tuple[Any, ...], column: int) -> bool:
    return column > len(cells) or cells[column - 1] is None
