"""Changed records in the Workbook stream of an XLS, for what no library writes."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import olefile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _rewritten(path: Path, change: Callable[[bytes], bytes], suffix: str) -> Path:
    """Write the file again with its stream changed, the length kept."""
    out = path.with_name(f"{path.stem}-{suffix}.xls")
    out.write_bytes(path.read_bytes())
    with out.open("r+b") as file, olefile.OleFileIO(file, write_mode=True) as book:
        data = book.openstream("Workbook").read()
        made = change(data)[: len(data)].ljust(len(data), b"\0")
        book.write_stream("Workbook", made)
    return out


def changed_xls(path: Path, kind: int, change: Callable[[bytes], bytes]) -> Path:
    """Change the body of every record of a kind, its length kept."""

    def of(data: bytes) -> bytes:
        out, at = io.BytesIO(), 0
        while at + 4 <= len(data):
            found, size = struct.unpack_from("<HH", data, at)
            body = data[at + 4 : at + 4 + size]
            new = change(body) if found == kind else body
            assert len(new) == size
            out.write(data[at : at + 4] + new)
            at += 4 + size
        return out.getvalue()

    return _rewritten(path, of, f"{kind:04x}")


def inserted_xls(path: Path, record: bytes) -> Path:
    """Put a record after the first one, the BOF."""

    def of(data: bytes) -> bytes:
        (size,) = struct.unpack_from("<H", data, 2)
        return data[: 4 + size] + record + data[4 + size :]

    return _rewritten(path, of, "inserted")
