"""Which originals a masked rendering may not carry: those in which a victim or witness can be read.

What the store read of a file says whom it names; whatever it did not read is searched in the bytes. A
file that cannot be searched without being opened (a PDF, an encrypted archive) is withheld as soon as
the case protects anybody: to withhold too much costs a request, to withhold too little cannot be undone.
"""

from __future__ import annotations

import gzip
import html
import io
import re
import zipfile
import zlib
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote

from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from graph.model.protection import Protected
    from graph.model.provenance import Source
    from graph.model.scope import Scope
    from graph.store import View

NAMES = "names a victim or witness"
CLOSED = "cannot be searched for victims and witnesses without being opened"
LARGE = "too large when unpacked to be searched for victims and witnesses"

_BLOCK = 1 << 22
_OVERLAP = 1 << 10
_MOST = 1 << 29
_DEPTH = 3
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_CLOSED = (b"%PDF", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"BZh", b"Rar!", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


class _TooLargeError(Exception):
    """More bytes come out of an archive than are searched."""


class _ClosedError(Exception):
    """The bytes cannot be read as text."""


_UNREADABLE = (_ClosedError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError)
"""What is raised by bytes that cannot be searched; RuntimeError: an encrypted archive, or another coding."""


def withheld(view: View, scope: Scope, sources: Sequence[Source], protected: Protected) -> dict[str, str]:
    """Return, by sha256, why an original may not travel in a masked rendering; empty for nobody protected."""
    if not protected:
        return {}
    naming = _naming(view, scope, protected)
    found = {}
    for source in sources:
        why = NAMES if source.sha256 in naming else _why(view.original(scope, source.sha256), protected)
        if why:
            found[source.sha256] = why
    return found


def _naming(view: View, scope: Scope, protected: Protected) -> set[str]:
    """Return the sources of which some row or fact is about what is protected."""
    ids = tuple(sorted(protected.instruments))
    if not ids:
        return set()
    rows = view.select(scope, Selection(instruments=ids, statuses=())).table
    return {*rows["source"].to_pylist(), *view.facts(scope, (), ids)["source"].to_pylist()}


def _why(path: Path, protected: Protected) -> str:
    try:
        with path.open("rb") as file:
            return NAMES if any(protected.occurs(text) for text in _texts(file, _DEPTH, [_MOST])) else ""
    except _TooLargeError:
        return LARGE
    except _UNREADABLE:
        return CLOSED


def _texts(file: IO[bytes], depth: int, left: list[int]) -> Iterator[str]:
    """Yield what can be read in a file, in every way in which its bytes may be text, archives unpacked."""
    head = file.read(8)
    file.seek(0)
    if head.startswith(_CLOSED) or (not depth and head.startswith((_ZIP, _GZIP))):
        raise _ClosedError
    if head.startswith(_ZIP):
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                yield member.filename
                with archive.open(member) as inside:
                    yield from _texts(io.BytesIO(_bounded(inside, left)), depth - 1, left)
    elif head.startswith(_GZIP):
        with gzip.open(file) as inside:
            yield from _texts(io.BytesIO(_bounded(inside, left)), depth - 1, left)
    else:
        yield from _plain(file)


def _bounded(file: IO[bytes] | gzip.GzipFile, left: list[int]) -> bytes:
    data = file.read(left[0] + 1)
    left[0] -= len(data)
    if left[0] < 0:
        raise _TooLargeError
    return data


def _plain(file: IO[bytes]) -> Iterator[str]:
    before = b""
    while block := file.read(_BLOCK):
        data = before + block
        for coding in _codings(data):
            text = data.decode(coding, "replace")
            yield text
            yield from _unescaped(text)
        # An even length keeps two-byte codings in step.
        before = data[-_OVERLAP - len(data) % 2 :]


def _codings(data: bytes) -> list[str]:
    nulls = data[:4096].count(0)
    wide = ["utf-16-le", "utf-16-be"] if nulls or data[:2] in (b"\xff\xfe", b"\xfe\xff") else []
    return ["utf-8", "cp1252", *wide]


def _unescaped(text: str) -> Iterator[str]:
    if "\\u" in text:
        yield _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    if "%" in text:
        yield unquote(text)
    if "&" in text:
        yield html.unescape(text)
