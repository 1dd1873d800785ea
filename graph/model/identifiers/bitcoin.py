"""Bitcoin addresses: Base58Check (P2PKH, P2SH) and segregated witness (BIP 173, BIP 350)."""

from __future__ import annotations

from graph.errors import IdentifierError
from graph.model.identifiers.base58 import decode_check

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32, _BECH32M = 1, 0x2BC830A3
_MAINNET = (0x00, 0x05)
_HASH160 = 21


def canonical(text: str) -> str:
    """Return the canonical address of the main network.

    Base58 text is case-sensitive and kept; bech32 text becomes lower case.

    Raises
    ------
    IdentifierError
        A checksum that does not hold, a test network, or mixed-case bech32.

    Examples
    --------
    >>> canonical("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4")
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'
    """
    address = text.strip()
    if segwit_program("bc", address) is not None:
        return address.lower()
    payload = decode_check(address)
    if payload is not None and len(payload) == _HASH160 and payload[0] in _MAINNET:
        return address
    raise IdentifierError(
        "no valid Bitcoin address",
        text=text,
        hint="one mistyped sign breaks the checksum; test networks are refused",
    )


def segwit_program(prefix: str, address: str) -> tuple[int, bytes] | None:
    """Return witness version and program of a segwit address, or None where it is not valid.

    References
    ----------
    BIP 173 (bech32, version 0) and BIP 350 (bech32m, versions 1 to 16).

    Examples
    --------
    >>> version, program = segwit_program("bc", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    >>> version, program.hex()
    (0, '751e76e8199196d454941c45d1b3a323f1433bd6')
    """
    if address not in (address.lower(), address.upper()) or len(address) > 90:  # noqa: PLR2004
        return None
    found, _, data = address.lower().rpartition("1")
    values = [_CHARSET.find(c) for c in data]
    if found != prefix or len(values) < 7 or -1 in values:  # noqa: PLR2004
        return None
    version, program = values[0], _bytes(values[1:-6])
    expected = _BECH32 if version == 0 else _BECH32M
    if program is None or version > 16 or _polymod([*_expand(prefix), *values]) != expected:  # noqa: PLR2004
        return None
    sizes = (20, 32) if version == 0 else range(2, 41)
    return (version, program) if len(program) in sizes else None


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_GENERATOR):
            check ^= generator if (top >> i) & 1 else 0
    return check


def _bytes(values: list[int]) -> bytes | None:
    """Regroup 5-bit values as bytes; None where the padding is too long or not zero."""
    number = 0
    for value in values:
        number = number << 5 | value
    padding = len(values) * 5 % 8
    if padding > 4 or number & ((1 << padding) - 1):  # noqa: PLR2004
        return None
    return (number >> padding).to_bytes(len(values) * 5 // 8, "big")
