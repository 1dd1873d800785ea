"""Opaque ids: a keyed hash of an identifier's text, and the store's key that makes it.

Without the key nobody can find out, by hashing every telephone number, whom an id stands for. The
key belongs to one store, so ids of two stores are not comparable; the evidence behind them is.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import IntegrityError, NotFoundError
from graph.model.identifiers.identifier import Kind
from graph.model.identifiers.masks import RUN, is_masked
from graph.stores.ledger.disk import SECRET, Disk, write_whole
from graph.stores.ledger.layout import OPAQUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graph.stores.ledger.layout import Layout

SIZE = 32
WIDTH = 16
RAIL_KINDS = {"uetr": 1, "tron": 2, "evm": 3, "btc": 4}
"""Rails that name an event alone, by the first byte of the stored rail; every other rail has 0."""

_VAGUE = frozenset({Kind.NAME.value, Kind.CASH_END.value, Kind.UNKNOWN_END.value, Kind.PARTY.value})


def is_known(key: str) -> bool:
    """Say whether an identifier key names one instrument fully.

    Examples
    --------
    >>> keys = ("msisdn::+254700000001", "msisdn:ab:+2547*****001", "name:ab:JANE", "cash:a#1:x")
    >>> [is_known(key) for key in keys]
    [True, False, False, False]
    """
    kind, _, rest = key.partition(":")
    return bool(rest) and kind not in _VAGUE and (kind == Kind.EXCHANGE.value or not is_masked(rest))


def known_column(keys: pa.Array) -> pa.Array:
    """Return ``is_known`` of a column of keys, without a call a key.

    Examples
    --------
    >>> known_column(pa.array(["till:mpesa:123456", "card:ab:4111...1111", "exchange:e:a*b"])).to_pylist()
    [True, False, True]
    """
    parts = pc.split_pattern(keys, ":", max_splits=1)
    kind, rest = pc.list_element(parts, 0), pc.list_element(parts, 1)
    named = pc.invert(pc.is_in(kind, value_set=pa.array(sorted(_VAGUE))))
    hidden = pc.or_(pc.match_substring(rest, "*"), pc.match_substring(rest, RUN))
    whole = pc.or_(pc.equal(kind, Kind.EXCHANGE.value), pc.invert(hidden))
    return pc.and_(pc.and_(named, whole), pc.greater(pc.binary_length(rest), 0))


@dataclass(frozen=True, slots=True)
class StoreKey:
    """The store's key: thirty-two random bytes in a file only its owner may read."""

    secret: bytes = field(repr=False)

    @classmethod
    def create(cls, layout: Layout, disk: Disk) -> StoreKey:
        """Make the key of a new store."""
        secret = secrets.token_bytes(SIZE)
        write_whole(disk, layout.key, [secret], SECRET)
        return cls(secret)

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
        return self._joined([key], b"fuatilia id", WIDTH)

    def ids_of(self, keys: Sequence[str]) -> bytes:
        """Return the opaque ids of identifier keys, one after the other, sixteen bytes each."""
        return self._joined(keys, b"fuatilia id", WIDTH)

    def rail_of(self, rail: str) -> bytes:
        """Return the keyed hash of a rail's guarantee; its first byte tells the kind of rail."""
        return bytes([_rail_kind(rail)]) + self._joined([rail], b"fuatilia rail", WIDTH - 1)

    def rails_of(self, rails: pa.Array) -> pa.Array:
        """Return the keyed hashes of a column of rails; null where there is none."""
        valid = rails.is_valid().to_numpy(zero_copy_only=False)
        texts = rails.drop_null().to_pylist()
        both = np.zeros((len(rails), WIDTH), np.uint8)
        hashes = np.frombuffer(self._joined(texts, b"fuatilia rail", WIDTH - 1), np.uint8)
        both[valid, 1:] = hashes.reshape(-1, WIDTH - 1)
        both[valid, 0] = [_rail_kind(text) for text in texts]
        bits = pa.array(valid).buffers()[1] if not valid.all() else None
        return pa.Array.from_buffers(OPAQUE, len(rails), [bits, pa.py_buffer(both.tobytes())])

    def _joined(self, texts: Iterable[str], person: bytes, size: int) -> bytes:
        fresh = hashlib.blake2b(key=self.secret, digest_size=size, person=person).copy
        found = []
        for text in texts:
            h = fresh()
            h.update(text.encode())
            found.append(h.digest())
        return b"".join(found)


def _rail_kind(rail: str) -> int:
    return RAIL_KINDS.get(rail.partition(":")[0], 0)


def opaque_array(ids: bytes) -> pa.Array:
    """Return joined opaque ids as an Arrow column."""
    return pa.Array.from_buffers(OPAQUE, len(ids) // WIDTH, [None, pa.py_buffer(ids)])
