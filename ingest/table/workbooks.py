"""Which reader a workbook needs: what it holds decides, never its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.table.older_workbook import ODS, OLE, format_of, older_sheets
from ingest.table.workbook import sheets as open_xml_sheets

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.table.sheet import Sheet

ZIP = b"PK\x03\x04"
_MEMBERS = (b"[Content_Types].xml", b"xl/", ODS)


def is_workbook(start: bytes) -> bool:
    """Say whether first bytes are those of a workbook: XLSX, XLSB, ODS or XLS.

    Examples
    --------
    >>> is_workbook(OLE), is_workbook(ZIP + b" mimetype" + ODS), is_workbook(ZIP + b" a.csv")
    (True, True, False)
    """
    if start.startswith(OLE):
        return True
    return start.startswith(ZIP) and any(name in start for name in _MEMBERS)


def sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a workbook, hidden ones too.

    Raises
    ------
    PasswordError
        An encrypted workbook.
    UnreadableError
        Damaged, no workbook, or larger than any workbook of payments: with the place.
    """
    form = format_of(path)
    return older_sheets(path, form) if form else open_xml_sheets(path)
