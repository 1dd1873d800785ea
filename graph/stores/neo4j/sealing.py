"""Sealed payloads: what a pull needs travels through the graph, and whoever reads the graph cannot read it.

AES-256-GCM (NIST SP 800-38D) under a key derived from the security domain's identity key by
HKDF-SHA256 (RFC 5869). What a payload is called is bound to it: a piece put in another's place is
refused like a changed one. Names are keyed hashes, so that equal payloads of two ledgers meet without
saying what is in them.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from graph.errors import IntegrityError

if TYPE_CHECKING:
    from graph.stores.ledger.keys import StoreKey

_SEALING, _NAMING = b"fuatilia shared graph: sealed payloads, 1", b"fuatilia shared graph: names, 1"
_NONCE = 12
_KEY = 32
_NAME = 32


def _derived(key: StoreKey, label: bytes) -> bytes:
    return HKDF(SHA256(), _KEY, None, label).derive(key.secret)


class Seal:
    """Closes and opens payloads with keys that follow from a store's identity key.

    Examples
    --------
    >>> from graph.stores.ledger.keys import StoreKey
    >>> seal = Seal(StoreKey(bytes(32)))
    >>> seal.open(seal.close(b"who paid", "part 1"), "part 1")
    b'who paid'
    """

    def __init__(self, key: StoreKey) -> None:
        self._cipher = AESGCM(_derived(key, _SEALING))
        self._naming = _derived(key, _NAMING)

    def close(self, plain: bytes, what: str) -> bytes:
        """Return a payload sealed under what it is called; never twice the same bytes."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, what.encode())

    def open(self, sealed: bytes, what: str) -> bytes:
        """Return the payload.

        Raises
        ------
        IntegrityError
            It was changed, belongs elsewhere, or was sealed under another key; ``what`` is named.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], what.encode())
        except (InvalidTag, ValueError) as cause:
            raise IntegrityError(
                "a sealed part of the shared graph is not as it was sealed",
                part=what,
                hint="push it again from the ledger that holds it",
            ) from cause

    def name(self, body: str) -> str:
        """Return the name of a payload: 32 hex digits that say nothing without the key."""
        return hmac.digest(self._naming, body.encode(), "sha256").hex()[:_NAME]
