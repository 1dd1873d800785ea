"""Files sent to the server: each kept in a folder of its own under its plain name until it was read.

The copy is read as the command line reads a file and then removed: the original that counts is the one
that the store kept by its hash.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_NAME = 180
COPIED_AT_ONCE = 1 << 20


def keep_upload(folder: Path, name: str, sent: BinaryIO) -> Path:
    """Write a sent file into a new folder that nobody else may open; return its place."""
    folder.mkdir(mode=0o700)
    path = folder / plain_name(name)
    with path.open("xb") as out:
        shutil.copyfileobj(sent, out, COPIED_AT_ONCE)
    return path


def plain_name(given: str) -> str:
    r"""Return a file's name without a path, without control characters, no longer than a disk takes.

    Examples
    --------
    >>> plain_name("../../etc/passwd"), plain_name("C:\\x\\a b.csv"), plain_name(".."), plain_name("a\x00b")
    ('passwd', 'a b.csv', 'file', 'ab')
    """
    last = given.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in last if c.isprintable()).strip()
    if clean in ("", ".", ".."):
        return "file"
    while len(clean.encode()) > LONGEST_NAME:
        stem, point, tail = clean.rpartition(".")
        clean = stem[:-1] + point + tail if stem else tail[:-1]
    return clean
