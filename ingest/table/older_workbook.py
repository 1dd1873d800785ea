"""Spreadsheets in the formats beside XLSX (XLS, XLSB, ODS) as the same sheets of texts, through pandas.

The library (calamine) builds every sheet whole and is not told how much it may take, gives an error as an
empty cell, and does not say which cells are formulas. So the stored form is looked at first, by a reader
of our own for each format, and what the library gives must lie where that look found something.
"""

from __future__ import annotations

import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ingest.errors import PasswordError, UnreadableError
from ingest.table.sheet import DIGITS, Scan, Sheet, Values, sheet_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
MOST_AREA = 4 << 20
_SPARSE = 16
_NOTE = "formula cells are read as last calculated by the program that wrote the file"


def format_of(path: Path) -> str:
    """Return ``xls``, ``xlsb`` or ``ods`` by what a file holds; empty: none of them.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "a.xls")
    ...     _ = path.write_bytes(OLE)
    ...     format_of(path)
    'xls'
    """
    with path.open("rb") as f:
        if f.read(len(OLE)) == OLE:
            return "xls"
    try:
        with zipfile.ZipFile(path) as z:
            names = set(z.namelist())
            if "xl/workbook.bin" in names and "xl/workbook.xml" not in names:
                return "xlsb"
            if "mimetype" in names and "[Content_Types].xml" not in names:
                with z.open("mimetype") as f:
                    return "ods" if f.read(len(ODS)) == ODS else ""
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return ""  # the reader of XLSX says what is wrong with it
    return ""


def older_sheets(path: Path, form: str) -> list[Sheet]:
    """Read every sheet of a workbook, hidden ones too.

    Parameters
    ----------
    form : str
        As ``format_of`` gives it.

    Raises
    ------
    PasswordError
        An encrypted workbook.
    UnreadableError
        Damaged, no workbook, or larger than any workbook of payments: with the place.
    """
    try:
        scans = _scanner(form)(path)
        if not scans:
            raise UnreadableError("the workbook holds no sheets", format=form)
        _check_area(scans)
        return _read(path, scans)
    except (UnreadableError, MemoryError):
        raise
    except BaseException as cause:
        if not isinstance(cause, Exception) and type(cause).__name__ != "PanicException":
            raise
        # Over damaged bytes the library raises whatever it meets; PanicException is no Exception.
        if type(cause).__name__ == "PasswordError":
            raise PasswordError("an encrypted workbook", hint="save it without password") from cause
        raise UnreadableError(
            f"the workbook is damaged: {type(cause).__name__}: {cause}",
            format=form,
            hint="open it and save it again",
        ) from cause


def _scanner(form: str) -> Callable[[Path], list[Scan]]:
    if form == "xls":
        from ingest.table.scanning_xls import scan_xls

        return scan_xls
    if form == "xlsb":
        from ingest.table.scanning_xlsb import scan_xlsb

        return scan_xlsb
    from ingest.table.scanning_ods import scan_ods

    return scan_ods


def _check_area(scans: list[Scan]) -> None:
    """Refuse sheets whose cells lie so far apart that building them whole would take the machine."""
    area = sum(max(s.rows, default=0) * s.last for s in scans)
    cells = sum(s.cells for s in scans)
    if area > max(MOST_AREA, _SPARSE * cells):
        raise UnreadableError(
            "the workbook expands beyond its limit",
            cells=area,
            stored=cells,
            hint="a bomb, or delete what lies far from the table",
        )


def _read(path: Path, scans: list[Scan]) -> list[Sheet]:
    import pandas as pd
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    with path.open("rb") as stream, pd.ExcelFile(stream, engine="calamine") as book:
        held: Any = book.book  # calamine's own; the types know the other engines only
        said = [m for m in held.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        titles = [str(m.name) for m in said]
        if len(titles) != len(scans) or len(set(titles)) != len(titles):
            raise UnreadableError(
                "the workbook contradicts itself about its sheets", sheets=", ".join(titles)
            )
        frames = pd.read_excel(
            book, sheet_name=None, header=None, dtype=object, na_filter=False, keep_default_na=False
        )
        return [
            _sheet(m.name, frames[m.name].to_numpy(dtype=object), scan, m.visible != SheetVisibleEnum.Visible)
            for m, scan in zip(said, scans, strict=True)
        ]


def _sheet(title: str, grid: Any, scan: Scan, hidden: bool) -> Sheet:
    laid: dict[int, list[Any]] = {}
    for row, cells in enumerate(grid.tolist(), 1):
        while cells and _is_empty(cells[-1]):
            cells.pop()
        if cells:
            laid[row] = [_stored(c) for c in cells]
    if not scan.rows.issuperset(laid) or any(len(cells) > scan.last for cells in laid.values()):
        raise UnreadableError("cells lie where the workbook has none", sheet=title, hint="save it again")
    for (row, column), text in scan.texts.items():
        cells = laid.setdefault(row, [])
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = text
    values: Values = [(row, tuple(cells)) for row, cells in sorted(laid.items())]
    sheet = sheet_of(title, values, scan, hidden=hidden)
    if scan.formulas:
        sheet.notes["formulas"] = _NOTE
    return sheet


def _stored(cell: Any) -> Any:
    """Return what a cell holds: of a large number, the digits that its double tells apart, and no more.

    Examples
    --------
    >>> _stored(int(1.2345678901234568e22)), _stored(254712345678), _stored("")
    (12345678901234568000000, 254712345678, None)
    """
    if isinstance(cell, int) and abs(cell) >= 10**DIGITS:
        return int(Decimal(repr(float(cell))))
    return None if _is_empty(cell) else cell


def _is_empty(cell: Any) -> bool:
    return isinstance(cell, str) and not cell
