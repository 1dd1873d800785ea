"""Numbers, words and addresses as a node writes them: hexadecimal text, read strictly.

Quantities stand as ``0x…`` in JSON-RPC and as plain integers in tables exported from it; both are
read, anything else is refused. What a contract returns is hostile: every length is checked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from graph.errors import AmountError, IdentifierError, ModelError
from graph.model.identifiers import Identifier, Kind, parse_identifier

WORD = 32  # bytes of one word of the machine
ZERO = "0x" + "0" * 40
_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_BYTES = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_TOPIC = re.compile(r"0x[0-9a-fA-F]{64}")
_LIMIT = 2**256
_POSITIONS = 2**31
_SHOWN = 100


def quantity(value: Any, name: str = "quantity") -> int:
    """Return a whole number below 2**256, from hexadecimal text or a JSON integer.

    Raises
    ------
    AmountError
        Anything else: a sign, a decimal, a longer number, true or null.

    Examples
    --------
    >>> quantity("0x186a0"), quantity(100000)
    (100000, 100000)
    """
    if type(value) is int and 0 <= value < _LIMIT:
        return value
    if isinstance(value, str) and _QUANTITY.fullmatch(value):
        return int(value, 16)
    raise AmountError(f"{name} is no quantity", text=str(value)[:_SHOWN])


def position(value: Any, name: str) -> int:
    """Return the number of a block, or a place in one: a quantity below 2**31.

    Examples
    --------
    >>> position("0x1062ce9", "blockNumber")
    17181929
    """
    found = quantity(value, name)
    if found >= _POSITIONS:
        raise AmountError(f"{name} is larger than any chain is long", text=str(value)[:_SHOWN])
    return found


def optional(value: Any, name: str = "quantity") -> int | None:
    """Return a quantity, or nothing where the field is absent or null."""
    return None if value is None else quantity(value, name)


def raw_bytes(value: Any, name: str = "data") -> bytes:
    """Return the bytes of hexadecimal text.

    Examples
    --------
    >>> raw_bytes("0x00ff").hex()
    '00ff'
    """
    if not isinstance(value, str) or not _BYTES.fullmatch(value):
        raise ModelError(f"{name} is no hexadecimal text", text=str(value)[:_SHOWN])
    return bytes.fromhex(value[2:])


def topic_address(topic: Any) -> str:
    """Return the address in a topic; a topic whose first twelve bytes are not zero holds none.

    Examples
    --------
    >>> topic_address("0x" + "0" * 24 + "11" * 20)
    '0x1111111111111111111111111111111111111111'
    """
    if not isinstance(topic, str) or not _TOPIC.fullmatch(topic) or topic[2:26].strip("0"):
        raise IdentifierError("a topic holds no address", text=str(topic)[:_SHOWN])
    return canonical("0x" + topic[26:])


@lru_cache(maxsize=65_536)
def _identifier(text: str) -> Identifier:
    return parse_identifier(Kind.EVM, text)


def canonical(text: Any) -> str:
    """Return an address in the letter case of its checksum (EIP-55)."""
    if not isinstance(text, str):
        raise IdentifierError("an address is missing or no text", text=str(text)[:_SHOWN])
    return _identifier(text).value


def key_of(text: str) -> str:
    """Return the identifier key of an address."""
    return _identifier(text).key


def returned_text(answer: bytes) -> str:
    """Return the text that ``symbol()`` or ``name()`` gave: a string, or the 32 bytes of old tokens.

    Empty where the bytes are neither. Unprintable characters are dropped; forty are kept.

    Examples
    --------
    >>> returned_text(b"MKR".ljust(32, bytes(1)))
    'MKR'
    >>> word = lambda n: n.to_bytes(32, "big")
    >>> returned_text(word(32) + word(4) + b"USDT".ljust(32, bytes(1)))
    'USDT'
    """
    if len(answer) == WORD:
        raw = answer.rstrip(b"\0")
    elif len(answer) >= 2 * WORD and int.from_bytes(answer[:WORD], "big") == WORD:
        length = int.from_bytes(answer[WORD : 2 * WORD], "big")
        if length > len(answer) - 2 * WORD:
            return ""
        raw = answer[2 * WORD : 2 * WORD + length]
    else:
        return ""
    return "".join(sign for sign in raw.decode("utf-8", "replace") if sign.isprintable())[:40]


def returned_decimals(answer: bytes) -> int | None:
    """Return what ``decimals()`` gave, or nothing where it is no number from 0 to 255.

    Examples
    --------
    >>> returned_decimals((6).to_bytes(32, "big")), returned_decimals(b"")
    (6, None)
    """
    found = int.from_bytes(answer, "big") if len(answer) == WORD else -1
    return found if 0 <= found <= 255 else None  # noqa: PLR2004 - one byte
