"""Opaque ids: a keyed hash of an identifier's text, and the store's key that makes it.

Without the key nobody can find out, by hashing every telephone number, whom an id stands for. The
key belongs to one store, or to one security domain whose stores share a graph: only their ids are
comparable. The evidence behind them always is.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import IntegrityError, NotFoundError, StoreError
from graph.model.identifiers.identifier import Kind
from graph.model.identifiers.masks import RUN
from graph.stores.ledger.disk import SECRET, Disk, write_whole
from graph.stores.ledger.layout import OPAQUE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from graph.stores.ledger.layout import Layout

SIZE = 32
WIDTH = 16
RAIL_KINDS = {"uetr": 1, "tron": 2, "evm": 3, "btc": 4}
"""Rails that name an event alone, by the first byte of the stored rail; every other rail has 0."""

_KEYED = "(?s)^[^:]*:."
_VAGUE = f"^({Kind.NAME}|{Kind.CASH_END}|{Kind.UNKNOWN_END}|{Kind.PARTY}):"


def known_column(keys: pa.Array) -> pa.Array:
    """Say of each identifier key whether it names one instrument fully.

    Examples
    --------
    >>> keys = ["msisdn::+254700000001", "msisdn:ab:+2547*****001", "name:ab:JANE", "exchange:e:a*b"]
    >>> known_column(pa.array(keys)).to_pylist()
    [True, False, False, True]
    """
    named = pc.and_not(pc.match_substring_regex(keys, _KEYED), pc.match_substring_regex(keys, _VAGUE))
    hidden = pc.or_(pc.match_substring(keys, "*"), pc.match_substring(keys, RUN))
    # An exchange gives its users whatever names it likes, stars included.
    exchange = pc.starts_with(keys, f"{Kind.EXCHANGE.value}:")
    return pc.and_(named, pc.or_(exchange, pc.invert(hidden)))


@dataclass(frozen=True, slots=True)
class StoreKey:
    """The store's key: thirty-two random bytes in a file only its owner may read."""

    secret: bytes = field(repr=False)

    @classmethod
    def create(cls, layout: Layout, disk: Disk, given: StoreKey | None = None) -> StoreKey:
        """Make the key of a new store, or keep the one that is given as its own."""
        key = given or cls(secrets.token_bytes(SIZE))
        write_whole(disk, layout.key, [key.secret], SECRET)
        return key

    @classmethod
    def read(cls, path: Path) -> StoreKey:
        """Read a key from a file outside the store, such as that of a security domain.

        Raises
        ------
        NotFoundError, IntegrityError
            When the file is absent, or is no key.
        """
        if not path.is_file():
            raise NotFoundError(
                "there is no identity key at this place", path=str(path), hint="copy it from the first store"
            )
        secret = path.read_bytes()
        if len(secret) != SIZE:
            raise IntegrityError(
                "this file is no identity key", path=str(path), hint="copy identity.key whole"
            )
        return cls(secret)

    def require(self, other: StoreKey) -> None:
        """Raise a ``StoreError`` unless another key is this one."""
        if other.secret != self.secret:
            raise StoreError(
                "the store was made with another identity key",
                hint="open it without FUATILIA_IDENTITY_KEY, or make a new store with that key",
            )

    @classmethod
    def load(cls, layout: Layout) -> StoreKey:
        """Read the key of a store.

        Raises
        ------
        NotFoundError, IntegrityError
            When the file is absent, or is no key.
        """
        if not layout.key.is_file():
            raise NotFoundError(
                "the store's key is missing", path=str(layout.key), hint="restore it from a copy"
            )
        secret = layout.key.read_bytes()
        if len(secret) != SIZE:
            raise IntegrityError(
                "the store's key is damaged", path=str(layout.key), hint="restore it from a copy"
            )
        return cls(secret)

    @property
    def sha256(self) -> str:
        """Hash of the key, by which a wrong key is noticed."""
        return hashlib.sha256(self.secret).hexdigest()

    def id_of(self, key: str) -> bytes:
        """Return the opaque id of an identifier key."""
        return self._joined([key.encode()], b"fuatilia id", WIDTH)

    def ids_of(self, keys: pa.Array) -> bytes:
        """Return the opaque ids of identifier keys, one after the other, sixteen bytes each."""
        return self._joined(keys.cast(pa.binary()).to_pylist(), b"fuatilia id", WIDTH)

    def rail_of(self, rail: str) -> bytes:
        """Return the keyed hash of a rail's guarantee; its first byte tells the kind of rail."""
        return bytes([_rail_kind(rail)]) + self._joined([rail.encode()], b"fuatilia rail", WIDTH - 1)

    def rails_of(self, rails: pa.Array) -> pa.Array:
        """Return the keyed hashes of a column of rails; null where there is none."""
        if rails.null_count == len(rails):
            return pa.nulls(len(rails), OPAQUE)
        valid = rails.is_valid().to_numpy(zero_copy_only=False)
        texts = rails.drop_null().cast(pa.binary()).to_pylist()
        both = np.zeros((len(rails), WIDTH), np.uint8)
        hashes = np.frombuffer(self._joined(texts, b"fuatilia rail", WIDTH - 1), np.uint8)
        both[valid, 1:] = hashes.reshape(-1, WIDTH - 1)
        both[valid, 0] = [_rail_kind(rail) for rail in rails.drop_null().to_pylist()]
        bits = pa.array(valid).buffers()[1] if not valid.all() else None
        return pa.Array.from_buffers(OPAQUE, len(rails), [bits, pa.py_buffer(both.tobytes())])

    def _joined(self, texts: Iterable[bytes], person: bytes, size: int) -> bytes:
        fresh = hashlib.blake2b(key=self.secret, digest_size=size, person=person).copy
        found = []
        for text in texts:
            h = fresh()
            h.update(text)
            found.append(h.digest())
        return b"".join(found)


def _rail_kind(rail: str) -> int:
    return RAIL_KINDS.get(rail.partition(":")[0], 0)


def opaque_array(ids: bytes) -> pa.Array:
    """Return joined opaque ids as an Arrow column."""
    return pa.Array.from_buffers(OPAQUE, len(ids) // WIDTH, [None, pa.py_buffer(ids)])
