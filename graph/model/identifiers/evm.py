"""Addresses of Ethereum and the chains that copy its account model (EIP-55 checksum)."""

from __future__ import annotations

import re

from Crypto.Hash import keccak

from graph.errors import IdentifierError

_ADDRESS = re.compile(r"0[xX][0-9a-fA-F]{40}")


def canonical(text: str) -> str:
    """Return the EIP-55 form of a 20-byte address.

    One address is valid on every such chain; the chain belongs to the asset, not to the address.

    Raises
    ------
    IdentifierError
        Not ``0x`` and 40 hexadecimal digits, or mixed case that is not the checksum: a mistyped sign.

    Examples
    --------
    >>> canonical("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
    """
    address = text.strip()
    if not _ADDRESS.fullmatch(address):
        raise IdentifierError("an EVM address is 0x and 40 hexadecimal digits", text=text)
    digits = address[2:]
    right = checksum_case(digits)
    if digits not in (right, digits.lower(), digits.upper()):
        raise IdentifierError(
            "EIP-55 checksum does not hold", text=text, hint="a sign was mistyped; compare the source"
        )
    return "0x" + right


def checksum_case(digits: str) -> str:
    """Return 40 hexadecimal digits in the letter case that EIP-55 prescribes."""
    lower = digits.lower()
    digest = keccak.new(digest_bits=256, data=lower.encode("ascii")).hexdigest()
    return "".join(c.upper() if int(h, 16) > 7 else c for c, h in zip(lower, digest, strict=False))  # noqa: PLR2004
