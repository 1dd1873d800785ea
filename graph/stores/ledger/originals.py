"""Originals: copied in byte for byte, hashed while they are copied, never changed after.

Only a plain file is taken: what a symbolic link points to can change between two looks at it.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from graph.errors import IntegrityError, StoreError
from graph.stores.ledger.checking import checked
from graph.stores.ledger.disk import Sink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.stores.ledger.disk import Disk
    from graph.stores.ledger.layout import Layout

CHUNK = 1 << 20


def keep_original(layout: Layout, path: Path, sha256: str, disk: Disk) -> int:
    """Copy a file into the store under its hash; return its size.

    A file that is already kept is checked against its hash and not copied again.

    Raises
    ------
    StoreError
        ``path`` is a symbolic link, a device or a folder.
    IntegrityError
        Its bytes are not those that ``sha256`` names; nothing is kept then.
    """
    if not _is_sha256(sha256):
        raise StoreError("no sha256 of a source", sha256=sha256, hint="64 hexadecimal digits")
    final = layout.original(sha256)
    disk.make_folder(final.parent)
    sink = Sink(disk, final)
    try:
        for chunk in _chunks(path):
            sink.write(chunk)
        if sink.sha256 != sha256:
            raise IntegrityError(
                "the file is not the one that was announced",
                path=str(path),
                expected=sha256,
                found=sink.sha256,
                hint="it changed after it was hashed; take it in again",
            )
        if final.is_file():
            sink.abandon()
            checked(final, sha256)
        else:
            sink.finish()
            disk.sync_folder(final.parent)
    except BaseException:
        sink.abandon()
        raise
    return sink.size


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield a plain file's bytes; it is opened once, and what was opened is what is looked at."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as cause:
        raise StoreError(f"the file cannot be read: {cause.strerror}", path=str(path)) from cause
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise StoreError("only a plain file is an original", path=str(path), hint="copy it to a plain file")
    with os.fdopen(handle, "rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdef" for c in text)  # noqa: PLR2004
