"""Where every fact comes from: sources, batches, observations, links, receipts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def canonical(value: Any) -> str:
    """Return the one JSON text of a value without floats: sorted keys, no spaces, UTF-8.

    Examples
    --------
    >>> canonical({"b": 1, "a": ["x"]})
    '{"a":["x"],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(*parts: str) -> str:
    """Return the sha256 (hex) of texts, each length-prefixed so that no two lists collide.

    Examples
    --------
    >>> digest("a", "bc") == digest("ab", "c")
    False
    """
    h = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        h.update(len(raw).to_bytes(8, "big"))
        h.update(raw)
    return h.hexdigest()


def observation_id(source: str, locator: str) -> str:
    """Return the id of what one place in one source says: hash of source sha256 and locator.

    Thirty-two hex digits (128 bits); the same file gives the same ids in every store.
    """
    return digest("observation", source, locator)[:32]


@dataclass(frozen=True, slots=True)
class Source:
    """An original file as it came in: never changed, addressed by its sha256.

    Dates are ISO texts as the supplier or the officer stated them; ``received`` is an input,
    never read from a clock, so that the same intake gives the same record.
    """

    sha256: str
    name: str
    size: int
    media: str = ""
    supplier: str = ""
    authority: str = ""
    received: str = ""
    handling: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """One reading of one source: what ran over which bytes with which options.

    ``id`` is a hash of exactly that, so the same batch twice is a no-op.
    """

    source: str
    reader: str
    version: str
    mapping: str = ""
    options: str = ""

    @property
    def id(self) -> str:
        """Batch id, 32 hex digits."""
        return digest("batch", self.source, self.reader, self.version, self.mapping, self.options)[:32]


class Verdict(StrEnum):
    """What became of a file."""

    ACCEPTED = "accepted"
    PARTIAL = "partial"
    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"


class Balance(StrEnum):
    """Outcome of reconciling a statement with its own running balance."""

    RECONCILES = "reconciles"
    BREAKS = "breaks"
    INCOMPLETE = "incomplete"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was kept out, with its place, the reason and what to do."""

    locator: str
    reason: str
    hint: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Whether a statement's rows explain its balances.

    ``statement`` is the identifier's key as a reader gives it, and the opaque id once stored.
    ``locator``, ``expected`` and ``found`` name the first row that does not, in the statement's
    asset. ``why`` says in words what was missing or how the sign was solved.
    """

    verdict: Balance
    statement: str = ""
    locator: str = ""
    expected: str = ""
    found: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What ingesting one file did; stored with the batch and printed by ``ingest --json``."""

    sha256: str
    name: str
    reader: str
    verdict: Verdict
    batch: str = ""
    records: int = 0
    accepted: int = 0
    rejected: tuple[Reject, ...] = ()
    sums: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reconciliation: tuple[Reconciliation, ...] = ()
    left_out: tuple[Reject, ...] = ()
    assumptions: Mapping[str, str] = field(default_factory=dict)


class LinkKind(StrEnum):
    """How two observations belong together."""

    SAME_EVENT = "same_event"
    REVERSES = "reverses"


@dataclass(frozen=True, slots=True)
class Link:
    """Two observations joined, by a rail's guarantee or by a person's judgement.

    ``rule`` names the guarantee (``uetr``, ``chain``, ``receipt``, ``statement``) or is
    ``asserted``; then ``author`` and ``reason`` are given. Append-only: undone by a retraction.
    """

    a: str
    b: str
    kind: LinkKind
    rule: str
    author: str = ""
    reason: str = ""
