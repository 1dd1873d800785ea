"""Canonical JSON, hashes and the pack's fingerprint: one way of writing each, so that bytes can be compared.

Canonical JSON (RFC 8785) holds numbers as IEEE doubles and refuses whole numbers beyond 2^53, so every
number in a pack is a text.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import rfc8785

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = 1 << 20


def texts(value: object) -> Any:
    """Return JSON-ready data in which every number is a text; booleans and null stay.

    >>> texts({"amount": 2**60, "share": Fraction(1, 3), "complete": True})
    {'amount': '1152921504606846976', 'share': '1/3', 'complete': True}
    """
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(k): texts(v) for k, v in dict(value).items()}  # type: ignore[call-overload]
    if isinstance(value, (list, tuple)):
        return [texts(v) for v in value]
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, (int, Fraction)):
        return str(value)
    raise TypeError(f"a pack holds texts and exact numbers, not {type(value).__name__}")


def canonical(value: object) -> bytes:
    """Write data as canonical JSON, numbers as texts.

    >>> canonical({"b": 1, "a": "x"})
    b'{"a":"x","b":"1"}'
    """
    return rfc8785.dumps(texts(value))


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file as lower-case hex digits."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def grouped(fingerprint: str) -> str:
    """Write a fingerprint in groups of four, as it is copied by hand.

    >>> grouped("7c1e90b422fd8a36")
    '7c1e 90b4 22fd 8a36'
    """
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))


def ungrouped(text: str) -> str:
    """Read a fingerprint as people write it: any case, groups, points between them."""
    return "".join(c for c in text.lower() if c in "0123456789abcdef")
