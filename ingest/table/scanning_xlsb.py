"""A look at a binary workbook (XLSB, BIFF12) as runs of records, before a library builds it.

Source: [MS-XLSB], sections 2.1.4 (records) and 2.4 (BrtRowHdr, the cells, BrtBundleSh).
"""

from __future__ import annotations

import re
import struct
import zipfile
from typing import TYPE_CHECKING

from ingest.errors import UnreadableError
from ingest.table.scanning_xls import ERRORS
from ingest.table.sheet import Scan, check_size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROW, _ERROR, _FORMULA_ERROR, _END_OF_ROWS, _BUNDLE = 0, 3, 11, 146, 156
_VALUES = frozenset([*range(2, 12), 62])  # 1 is a blank with a style, 62 a text with runs of styles
_FORMULAS = frozenset(range(8, 12))
_HIDDEN = 0x10
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(Id|Target)\s*=\s*["\']([^"\']*)["\']')


def scan_xlsb(path: Path) -> list[Scan]:
    """Look at every worksheet of a workbook, in its order.

    Raises
    ------
    UnreadableError
        Cut, or larger than any workbook of payments.
    """
    with zipfile.ZipFile(path) as z:
        check_size(z)
        return [_scan_sheet(z.read(name), name) for name in _members(z)]


def _members(z: zipfile.ZipFile) -> list[str]:
    """Return the worksheets' members in the order of the workbook."""
    targets = {}
    for relation in _RELATION.findall(z.read("xl/_rels/workbook.bin.rels")):
        of = dict(_ATTRIBUTE.findall(relation))
        targets[of.get(b"Id", b"").decode()] = of.get(b"Target", b"").decode()
    names = []
    for kind, body in _records(z.read("xl/workbook.bin"), "xl/workbook.bin"):
        if kind == _BUNDLE:
            (length,) = struct.unpack_from("<I", body, 8)
            target = targets.get(body[12 : 12 + 2 * length].decode("utf-16-le"), "")
            target = target.removeprefix("/xl/")
            if target.startswith("worksheets/"):
                names.append(f"xl/{target}")
    return names


def _records(data: bytes, where: str) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = _variable(data, at, 2)
        size, at = _variable(data, at, 4)
        if at + size > len(data):
            raise UnreadableError("the workbook is cut", member=where, byte=at, hint="ask for it again")
        yield kind, data[at : at + size]
        at += size


def _variable(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends.

    Examples
    --------
    >>> _variable(bytes([0x9C, 0x01]), 0, 2)
    (156, 2)
    """
    number = 0
    for i in range(most):
        byte = data[at + i] if at + i < len(data) else 0
        number |= (byte & 0x7F) << (7 * i)
        if not byte & 0x80:
            return number, at + i + 1
    return number, at + most


def _scan_sheet(data: bytes, where: str) -> Scan:
    scan, row, hidden = Scan(), 0, set()
    for kind, body in _records(data, where):
        if kind == _END_OF_ROWS:
            break
        if kind == _ROW:
            row = int(struct.unpack_from("<I", body)[0]) + 1
            if body[11] & _HIDDEN:
                hidden.add(row)
        elif kind in _VALUES:
            place = (row, int(struct.unpack_from("<I", body)[0]) + 1)
            scan.hold(*place, where)
            if kind in _FORMULAS:
                scan.formulas.add(place)
            if kind in {_ERROR, _FORMULA_ERROR}:
                scan.texts[place] = ERRORS.get(body[8], "#ERROR")
    scan.hidden_rows = len(hidden & scan.rows)
    return scan
