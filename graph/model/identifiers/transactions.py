"""What a rail calls one movement: receipts, UETRs and transaction hashes.

These join observations automatically (only what a rail guarantees to be unique does), so each is
checked as far as its rail allows.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from graph.errors import IdentifierError

if TYPE_CHECKING:
    from collections.abc import Callable

_RECEIPT = re.compile(r"(?=[0-9A-Z]*[A-Z])(?=[0-9A-Z]*[0-9])[0-9A-Z]{10}")
_HASH = re.compile(r"[0-9a-f]{64}")


def mpesa_receipt(text: str) -> str:
    """Return an M-Pesa receipt number: ten Latin letters and digits, some of each, upper case.

    Examples
    --------
    >>> mpesa_receipt(" tzz0000abc ")
    'TZZ0000ABC'
    """
    receipt = text.strip().upper()
    if not _RECEIPT.fullmatch(receipt):
        raise IdentifierError("an M-Pesa receipt is ten letters and digits, some of each", text=text)
    return receipt


def uetr(text: str) -> str:
    """Return a unique end-to-end transaction reference: a version 4 UUID (ISO 20022, RFC 9562).

    Examples
    --------
    >>> uetr("00000000-0000-4000-8000-00000000000A")
    '00000000-0000-4000-8000-00000000000a'
    """
    lower = text.strip().lower()
    try:
        value = uuid.UUID(lower)
    except ValueError:
        raise IdentifierError("a UETR is a UUID", text=text) from None
    if str(value) != lower or value.version != 4:  # noqa: PLR2004
        raise IdentifierError("a UETR is a version 4 UUID written with hyphens", text=text)
    return lower


def evm_transaction(text: str) -> str:
    """Return an EVM transaction hash: ``0x`` and 64 hexadecimal digits, lower case."""
    return "0x" + _hash(text)


def bitcoin_transaction(text: str) -> str:
    """Return a Bitcoin transaction id: 64 hexadecimal digits, lower case, as explorers print it."""
    return _hash(text)


def tron_transaction(text: str) -> str:
    """Return a TRON transaction id: 64 hexadecimal digits, lower case, without ``0x``."""
    return _hash(text)


def _hash(text: str) -> str:
    digits = text.strip().lower().removeprefix("0x")
    if not _HASH.fullmatch(digits):
        raise IdentifierError("a transaction hash is 32 bytes in hexadecimal", text=text)
    return digits


_KINDS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("uetr", uetr),
    ("mpesa_receipt", mpesa_receipt),
    ("evm_transaction", evm_transaction),
    ("bitcoin_transaction", bitcoin_transaction),
    ("tron_transaction", tron_transaction),
)


def recognise_transaction(text: str) -> tuple[tuple[str, str], ...]:
    """Return every ``(kind, canonical reference)`` that ``text`` can be, for search.

    Examples
    --------
    >>> recognise_transaction("TZZ0000ABC")
    (('mpesa_receipt', 'TZZ0000ABC'),)
    """
    found = []
    for kind, canonical in _KINDS:
        try:
            found.append((kind, canonical(text)))
        except IdentifierError:
            continue
    return tuple(found)
