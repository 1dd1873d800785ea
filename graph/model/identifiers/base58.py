"""Base58Check, the checksummed text form that Bitcoin and TRON addresses share."""

from __future__ import annotations

import hashlib

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUE = {c: i for i, c in enumerate(_ALPHABET)}
_LONGEST = 128
_CHECK = 4


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:_CHECK]


def decode_check(text: str) -> bytes | None:
    """Return the payload, version byte first, or None where the checksum does not hold.

    Examples
    --------
    >>> decode_check(encode_check(bytes(21))) == bytes(21)
    True
    """
    if not text or len(text) > _LONGEST or any(c not in _VALUE for c in text):
        return None
    number = 0
    for c in text:
        number = number * 58 + _VALUE[c]
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, check = raw[:-_CHECK], raw[-_CHECK:]
    return payload if payload and _checksum(payload) == check else None


def encode_check(payload: bytes) -> str:
    """Return the text form of a payload, version byte first.

    Examples
    --------
    >>> encode_check(bytes(21))
    '1111111111111111111114oLvT2'
    """
    raw = payload + _checksum(payload)
    number = int.from_bytes(raw, "big")
    out = ""
    while number:
        number, digit = divmod(number, 58)
        out = _ALPHABET[digit] + out
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + out
