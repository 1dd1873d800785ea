"""A stored file is compared with its recorded hash before this process first reads it.

Why: the query engine does not verify Parquet's page checksums, so a flipped bit would be read as an
amount. The answer is remembered for as long as the file is to all appearances the same.
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

from graph.errors import IntegrityError

if TYPE_CHECKING:
    from pathlib import Path

_seen: dict[Path, tuple[str, int, int, int]] = {}
_lock = threading.Lock()


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checked(path: Path, sha256: str) -> Path:
    """Return ``path`` after its bytes were found to have this hash.

    Raises
    ------
    IntegrityError
        The file is missing, is no plain file, or differs.
    """
    if path.is_symlink() or not path.is_file():
        raise IntegrityError("a stored file is missing", path=str(path), expected=sha256, hint=_HINT)
    about = path.stat()
    mark = (sha256, about.st_ino, about.st_size, about.st_mtime_ns)
    with _lock:
        if _seen.get(path) == mark:
            return path
    found = file_sha256(path)
    if found != sha256:
        raise IntegrityError(
            "a stored file differs from its hash", path=str(path), expected=sha256, found=found, hint=_HINT
        )
    with _lock:
        _seen[path] = mark
    return path


_HINT = "run `fuatilia store verify`, then restore the file from a copy"
