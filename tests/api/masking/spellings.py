"""Looking for a person in bytes, in every way in which bytes may spell her; knows nothing of the product."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import re
import unicodedata
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_PUT_BETWEEN = re.compile(r"(?<=\d)[ \-.()/\u00a0]{1,2}(?=\d)")


def readings(data: bytes, depth: int = 3) -> Iterator[str]:
    """Yield every text that somebody could read in bytes: unpacked, decoded, unescaped."""
    if depth and data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name
                yield from readings(archive.read(name), depth - 1)
    if depth and data.startswith(b"\x1f\x8b"):
        yield from readings(gzip.decompress(data), depth - 1)
    text = data.decode("utf-8", "replace")
    yield text
    if b"\0" in data[:100]:
        yield data.decode("utf-16", "replace")
    for other in (html.unescape(text), unquote(text)):
        if other != text:
            yield other
    if _ESCAPED.search(text):
        yield _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    for run in _BASE64.findall(text) if depth else ():
        try:
            yield from readings(base64.b64decode(run + "=" * (-len(run) % 4)), 0)
        except binascii.Error:
            continue


def plain(text: str) -> str:
    """Return text without case and accents, and digits without what people put between them."""
    bare = (
        text if text.isascii() else text.translate({ord(c): _bare(c) for c in set(text) if not c.isascii()})
    )
    return _PUT_BETWEEN.sub("", bare.casefold())


def _bare(char: str) -> str:
    kept = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in kept)


def found(data: bytes, needles: tuple[str, ...]) -> list[str]:
    """Return the needles (folded name parts, bare digits) that can be read in bytes."""
    texts = [form for text in readings(data) for form in (text.casefold(), plain(text))]
    return [needle for needle in needles if any(needle in text for text in texts)]
