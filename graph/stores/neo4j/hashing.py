"""An order-free hash of what is in the graph: equal on both sides whatever the order it is read in."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BYTES = 16
_MODULUS = 1 << (8 * _BYTES)


def row_hash(values: Sequence[Any]) -> int:
    """Return 128 bits of what one node or relationship says: texts, numbers, truth values, lists, None.

    Examples
    --------
    >>> row_hash(("a", 1)) == row_hash(("a", "1"))
    False
    """
    told = ascii(tuple(values)).encode()  # never repr: which letters it escapes depends on the Python
    return int.from_bytes(blake2b(told, digest_size=_BYTES).digest(), "big")


def together(hashes: Iterable[int], start: int = 0) -> int:
    """Return the sum of row hashes, modulo 2**128.

    Examples
    --------
    >>> a, b = row_hash(("a",)), row_hash(("b",))
    >>> together([a, b]) == together([b], together([a])) != together([a, a, b])
    True
    """
    return (start + sum(hashes)) % _MODULUS


def as_text(value: int) -> str:
    """Return a sum as 32 hexadecimal digits."""
    return f"{value:032x}"
