"""From a file's bytes to its text: compression, encoding, delimiter; what is assumed is said."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import UnreadableError

if TYPE_CHECKING:
    import io
    from pathlib import Path

GZIP = b"\x1f\x8b"
MOST_BYTES = (2 << 30) - 1  # a column of texts holds no more
MOST_RATIO = 400  # deflate reaches 1032 on zeros; printed tables stay below 40
_SMALL = 16 << 20
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAMPLE = 64
_FEW = 4
_DELIMITERS = (",", ";", "\t", "|")
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file: UTF-8 bytes without a mark, the encoding read, and what was assumed."""

    data: bytes
    encoding: str
    assumed: str = ""


def file_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return a file's bytes, decompressed where it is gzip.

    Raises
    ------
    UnreadableError
        Too large, a compression bomb, or a damaged stream (with the bytes got so far).
    """
    with path.open("rb") as f:
        packed = f.read(2) == GZIP
        f.seek(0)
        if not packed:
            if path.stat().st_size > most:
                raise UnreadableError("the table is too large", limit=most, hint="split it by period")
            return f.read()
        return _gunzip(f, path.stat().st_size, most)


def _gunzip(f: io.BufferedReader, size: int, most: int) -> bytes:
    limit = min(most, max(_SMALL, size * MOST_RATIO))
    parts, total = [], 0
    try:
        with gzip.GzipFile(fileobj=f) as unpacked:
            while part := unpacked.read(1 << 20):
                total += len(part)
                if total > limit:
                    raise UnreadableError("the compressed file expands beyond its limit", limit=limit)
                parts.append(part)
    except (OSError, EOFError, zlib.error) as cause:
        raise UnreadableError(
            "the compressed file is damaged or cut", at_byte=total, hint="ask for it again"
        ) from cause
    return b"".join(parts)


def is_blank(raw: bytes) -> bool:
    """Say whether bytes hold nothing but blanks and zeros."""
    blanks = b"\0 \t\r\n"
    return not raw[:4096].strip(blanks) and not raw.strip(blanks)


def head_bytes(start: bytes) -> bytes:
    """Return the first bytes of a table, decompressed as far as they go (for sniffing).

    Raises
    ------
    UnreadableError
        A gzip header followed by no gzip stream.
    """
    if not start.startswith(GZIP):
        return start
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start, 1 << 18)
    except zlib.error as cause:
        raise UnreadableError("the compressed file is damaged", at_byte=0) from cause


def decode(raw: bytes, encoding: str = "", *, whole: bool = True) -> Text:
    """Decode a table: the stated encoding, a byte order mark, UTF-8, UTF-16, else cp1252 or latin-1.

    Raises
    ------
    UnreadableError
        Bytes that are not of the stated encoding, with the first such byte.

    Examples
    --------
    >>> decode("café,1".encode("cp1252")).assumed
    'cp1252: byte 3 is not UTF-8'
    """
    named = encoding or next((name for bom, name in _BOMS if raw.startswith(bom)), "")
    if not named and _looks_utf16(raw):
        named = "utf-16-be" if raw[:1] == b"\0" else "utf-16-le"
        return Text(_strict(raw, named).encode(), named, f"{named}: every other byte is zero")
    if named and named.lower() not in ("utf-8", "utf8", "ascii"):
        return Text(_strict(raw, named).encode(), named, "")
    if raw.isascii():
        return Text(raw, "utf-8")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as bad:
        if bad.end == len(raw) and bad.reason == "unexpected end of data":
            return Text(raw[: bad.start], "utf-8", "utf-8: the last character is cut" if whole else "")
        if named:
            raise UnreadableError(
                "bytes are not of the stated encoding", encoding=named, byte=bad.start
            ) from bad
        return _one_byte(raw, bad.start)
    return Text(raw, "utf-8")


def _strict(raw: bytes, name: str) -> str:
    try:
        return raw[: len(raw) // 2 * 2 if name.startswith("utf-16") else None].decode(name)
    except UnicodeDecodeError as bad:
        raise UnreadableError("bytes are not of the stated encoding", encoding=name, byte=bad.start) from bad
    except LookupError as bad:
        raise UnreadableError(
            "unknown encoding", encoding=name, hint="utf-8, utf-16, cp1252, latin-1 …"
        ) from bad


def _one_byte(raw: bytes, at: int) -> Text:
    try:
        return Text(raw.decode("cp1252").encode(), "cp1252", f"cp1252: byte {at} is not UTF-8")
    except UnicodeDecodeError:
        return Text(
            raw.decode("latin-1").encode(), "latin-1", f"latin-1: byte {at} is not UTF-8, nor all cp1252"
        )


def _looks_utf16(raw: bytes) -> bool:
    sample = raw[:2048]
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    return len(sample) >= _FEW and max(odd, even) > len(sample) // 4 and min(odd, even) == 0


def physical_lines(text: str) -> list[str]:
    r"""Split a text into physical lines, their ends removed; a last line end starts no line.

    Examples
    --------
    >>> physical_lines("a\r\nb\rc\n")
    ['a', 'b', 'c']
    """
    lines = _LINE_END.split(text)
    return lines[:-1] if lines and not lines[-1] else lines


def sniff_delimiter(lines: list[str], quote: str = '"') -> str:
    """Return the sign that splits most lines into one same number (above one) of cells, else ``""``.

    Examples
    --------
    >>> sniff_delimiter(["a;b;c", "1,5;2;3", "2,5;4;5"])
    ';'
    """
    best, found = (0, 0), ""
    for sign in _DELIMITERS:
        counts = Counter(cell_count(line, sign, quote) for line in lines[:_SAMPLE] if line.strip())
        score = max(((times, cells) for cells, times in counts.items() if cells > 1), default=(0, 0))
        if score > best:
            best, found = score, sign
    return found


def cell_count(line: str, delimiter: str, quote: str = '"') -> int:
    """Return the number of cells of one line; what stands between quotes does not count."""
    bare = "".join(line.split(quote)[::2]) if quote else line
    return bare.count(delimiter) + 1
