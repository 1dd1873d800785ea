"""TRON addresses: Base58Check text, and the two hexadecimal forms that nodes answer with."""

from __future__ import annotations

import re

from graph.errors import IdentifierError
from graph.model.identifiers import evm
from graph.model.identifiers.base58 import decode_check, encode_check

_VERSION = 0x41
_LENGTH = 21
_HEX = re.compile(r"(?:0[xX])?41([0-9a-fA-F]{40})")
_BARE = re.compile(r"0[xX][0-9a-fA-F]{40}")


def canonical(text: str) -> str:
    """Return the Base58Check form, which starts with ``T``.

    Parameters
    ----------
    text : str
        ``T…``; ``41`` and 40 hexadecimal digits, with or without ``0x``; or ``0x`` and the 40
        digits alone, as the JSON-RPC interface gives them (mixed case must then hold EIP-55).

    Examples
    --------
    >>> canonical("41" + "00" * 20) == canonical("0x" + "00" * 20)
    True
    """
    address = text.strip()
    found = _HEX.fullmatch(address)
    if found:
        return encode_check(bytes([_VERSION]) + bytes.fromhex(found[1]))
    if _BARE.fullmatch(address):
        return encode_check(bytes([_VERSION]) + bytes.fromhex(evm.canonical(address)[2:]))
    payload = decode_check(address)
    if payload is None or len(payload) != _LENGTH or payload[0] != _VERSION:
        raise IdentifierError(
            "no valid TRON address", text=text, hint="one mistyped sign breaks the checksum"
        )
    return address


def hex_form(address: str) -> str:
    """Return the ``41…`` form of a canonical address, lower case.

    Examples
    --------
    >>> hex_form(canonical("0x" + "00" * 20)) == "41" + "00" * 20
    True
    """
    payload = decode_check(canonical(address))
    if payload is None:
        raise IdentifierError("no valid TRON address", text=address)
    return payload.hex()
