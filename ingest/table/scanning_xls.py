"""A look at a workbook of 1997 to 2003 (XLS, BIFF8) as a run of records, before a library builds it.

It says what the library does not: which cells are formulas or errors, which rows are hidden; and it finds
what the library would take on trust: the declared size of a sheet. Source: [MS-XLS], sections 2.1.7 and 2.4.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ingest.errors import PasswordError, UnreadableError
from ingest.table.sheet import Scan, check_place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _DIMENSIONS, _ROW = 0x0809, 0x000A, 0x002F, 0x0085, 0x0200, 0x0208
_FORMULA, _BOOLERR, _MULRK = 0x0006, 0x0205, 0x00BD
_SINGLE = frozenset([_FORMULA, _BOOLERR, 0x0203, 0x0204, 0x027E, 0x00FD, 0x00D6])
_BIFF8, _WORKSHEET, _HIDDEN = 0x0600, 0, 0x20
_IS_ERROR = 2
Record = tuple[int, bytes]


def scan_xls(path: Path) -> list[Scan]:
    """Look at every worksheet of a workbook, in its order.

    Raises
    ------
    PasswordError
        An encrypted workbook.
    UnreadableError
        No workbook, one before 1997, cut, or larger than any workbook of payments.
    """
    data = _stream(path)
    scans: list[Scan] = []
    for kind, body in _records(data, 0):
        if kind == _FILEPASS:
            raise _encrypted()
        if kind == _BOUNDSHEET:
            at, _state, form = struct.unpack_from("<IBB", body)
            if form == _WORKSHEET:
                scans.append(_scan_sheet(data, at, f"sheet {len(scans) + 1}"))
    return scans


def _encrypted() -> PasswordError:
    return PasswordError("an encrypted workbook", hint="save it as .xlsx without password")


def _stream(path: Path) -> bytes:
    import olefile

    with path.open("rb") as file, olefile.OleFileIO(file) as book:
        if book.exists("EncryptedPackage"):
            raise _encrypted()
        if not book.exists("Workbook"):
            what = "a workbook of before 1997" if book.exists("Book") else "a document, but no workbook"
            raise UnreadableError(what, hint="save it as .xlsx")
        data: bytes = book.openstream("Workbook").read()
    if len(data) < 8 or struct.unpack_from("<H2xH", data) != (_BOF, _BIFF8):  # noqa: PLR2004 - a BOF's head
        raise UnreadableError("a workbook of before 1997", hint="save it as .xlsx")
    return data


def _records(data: bytes, at: int) -> Iterator[Record]:
    """Yield the records of one substream, those of charts inside it left out."""
    depth = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        if at + 4 + size > len(data):
            break
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:
            yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size
    raise UnreadableError("the workbook is cut", byte=at, hint="ask for it again")


def _scan_sheet(data: bytes, at: int, where: str) -> Scan:
    scan = Scan()
    hidden = set()
    for kind, body in _records(data, at):
        if kind in _SINGLE:
            row, column = (n + 1 for n in struct.unpack_from("<HH", body))
            scan.hold(row, column, where)
            _note(scan, kind, body, (row, column))
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", body)
            for column in range(first, struct.unpack_from("<H", body, len(body) - 2)[0] + 1):
                scan.hold(row + 1, column + 1, where)
        elif kind == _ROW and struct.unpack_from("<H", body, 12)[0] & _HIDDEN:
            hidden.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _DIMENSIONS:
            _first, end, _left, right = struct.unpack_from("<IIHH", body)
            check_place(max(end, 1), max(right, 1), f"{where}, declared size")
    scan.hidden_rows = len(hidden & scan.rows)
    return scan


def _note(scan: Scan, kind: int, body: bytes, place: tuple[int, int]) -> None:
    if kind == _FORMULA:
        scan.formulas.add(place)
        if body[12:14] == b"\xff\xff" and body[6] == _IS_ERROR:
            scan.texts[place] = ERRORS.get(body[8], "#ERROR")
    elif kind == _BOOLERR and body[7]:
        scan.texts[place] = ERRORS.get(body[6], "#ERROR")
