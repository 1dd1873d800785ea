"""What a store answers (``View``), takes (``Writer``) and how one is opened.

``View`` is answered alike by the ledger and by the shared graph, and one conformance suite holds
both to it: opaque ids outside, dense numbers only inside one ``Snapshot``; windows half-open; paths
are trails; ties in the total order ``(lo, seq, source, place)``, so that a ``limit`` cuts every
backend at the same row; whatever was cut says so in ``truncated``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import pyarrow as pa

    from graph.model.parties import Instrument
    from graph.model.protection import Protected
    from graph.model.provenance import Batch, Link, Receipt, Reconciliation, Reject, Source
    from graph.model.results import Assertion, Disposition, Result
    from graph.model.scope import Scope

Direction = Literal["out", "in", "both"]
PathMode = Literal["shortest", "all", "time_respecting"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Transfers of one catalogue version as arrays in the total order.

    Only rows with both ends, status ``completed`` and an amount within 38 digits; of an event
    observed several times one row stands (the first of the event's members). Amounts that exceed
    int64 are in ``amount_hi`` (upper limb, signed) as well; else that is ``None``.

    Attributes
    ----------
    nodes : tuple of str
        Opaque instrument id of each dense number, sorted.
    assets : tuple of str
    src, dst, asset : ndarray of int32, shape (n,)
    lo, hi, seq, row : ndarray of int64, shape (n,); ``row`` names the stored row for ``rows_at``
    amount : ndarray of int64, shape (n,), lower limb
    """

    version: str
    nodes: Sequence[str]
    assets: tuple[str, ...]
    src: np.ndarray[Any, Any]
    dst: np.ndarray[Any, Any]
    lo: np.ndarray[Any, Any]
    hi: np.ndarray[Any, Any]
    seq: np.ndarray[Any, Any]
    amount: np.ndarray[Any, Any]
    asset: np.ndarray[Any, Any]
    row: np.ndarray[Any, Any]
    amount_hi: np.ndarray[Any, Any] | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are wanted. Empty means no restriction; windows are half-open ``[lo, hi)``."""

    instruments: tuple[str, ...] = ()
    observations: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    window: tuple[int, int] | None = None
    statuses: tuple[str, ...] = ("completed",)
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A table and what was left out of it."""

    table: pa.Table
    truncated: bool = False
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything one reading yields: rows and facts as Arrow files, rejects, reconciliation.

    ``rows`` and ``facts`` are paths of Arrow IPC stream files in the schemas of
    ``graph.model.tables`` (``None``: none), or iterables of record batches.
    """

    rows: Path | Iterable[pa.RecordBatch] | None = None
    facts: Path | Iterable[pa.RecordBatch] | None = None
    records: int = 0
    rejected: tuple[Reject, ...] = ()
    left_out: tuple[Reject, ...] = ()
    reconciliation: tuple[Reconciliation, ...] = ()
    assumptions: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class View(Protocol):
    """Reading a store."""

    def version(self, scope: Scope) -> str:
        """Content hash of what the scope's cases admit; equal content, equal hash, any order."""
        ...

    def snapshot(self, scope: Scope) -> Snapshot:
        """Return all transfers as arrays in the total order."""
        ...

    def select(self, scope: Scope, selection: Selection) -> Answer:
        """Return rows (``VIEW_ROWS``) in the total order."""
        ...

    def rows_at(self, scope: Scope, version: str, rows: Sequence[int]) -> pa.Table:
        """Return ``VIEW_ROWS`` of the rows that a snapshot of that version names, in the order given.

        A snapshot of other content than today's is an ``EvidenceChangedError``: take a new one.
        """
        ...

    def facts(self, scope: Scope, kinds: tuple[str, ...] = (), subjects: tuple[str, ...] = ()) -> pa.Table:
        """Return observations without legs (``VIEW_FACTS``), ordered by ``(lo, source, place)``."""
        ...

    def expand(
        self,
        scope: Scope,
        instruments: Sequence[str],
        direction: Direction = "out",
        hops: int = 1,
        window: tuple[int, int] | None = None,
        limit: int | None = None,
    ) -> Answer:
        """Return the transfers (``VIEW_ROWS``) within ``hops`` of the instruments, each once."""
        ...

    def paths(
        self,
        scope: Scope,
        a: str,
        b: str,
        max_hops: int,
        mode: PathMode = "shortest",
        window: tuple[int, int] | None = None,
        limit: int = 100,
    ) -> Answer:
        """Return trails from ``a`` to ``b``: columns ``path, hop`` and those of ``VIEW_ROWS``."""
        ...

    def rows(self, scope: Scope, observations: Sequence[str]) -> pa.Table:
        """Return the rows of observations, with source, locator and text by clearance."""
        ...

    def instruments(self, scope: Scope, ids: Sequence[str]) -> dict[str, Instrument]:
        """Say what opaque ids stand for, as far as the clearance allows."""
        ...

    def find(self, scope: Scope, text: str, limit: int = 50) -> list[Instrument]:
        """Search identifiers, names and references of the cases in scope."""
        ...

    def references(self, scope: Scope, text: str) -> list[str]:
        """Return observations whose reference, as printed, is ``text`` (letter case aside), in order."""
        ...

    def sources(self, scope: Scope) -> list[Source]:
        """Return sources admitted to the cases in scope, by sha256."""
        ...

    def receipts(self, scope: Scope) -> list[Receipt]:
        """Return the receipts of all batches in scope, by batch id."""
        ...

    def links(self, scope: Scope) -> list[Link]:
        """Return links between observations in scope, sorted."""
        ...

    def assertions(self, scope: Scope) -> list[Assertion]:
        """Return standing (not retracted) assertions of the cases in scope, by time and id."""
        ...

    def results(self, scope: Scope, kind: str = "") -> list[Result]:
        """Return results of the cases in scope that still stand, by id."""
        ...

    def result(self, scope: Scope, name: str) -> Result:
        """Return one result of the cases in scope, also one that fell with its evidence."""
        ...

    def retracted(self, scope: Scope) -> dict[str, str]:
        """Return sources of which nothing is seen because they were retracted, with the reason."""
        ...

    def dispositions(self, scope: Scope) -> list[Disposition]:
        """Return what was decided about results of the cases in scope, in the order of deciding."""
        ...

    def protected(self, scope: Scope) -> Protected:
        """Return whom the cases in scope protect: to hide them in free text, never to show them.

        Every other answer has them hidden already, below clearance ``PROTECTED``.
        """
        ...

    def audit(self, scope: Scope) -> tuple[tuple[str, ...], str]:
        """Return the audit log as JSON lines, oldest first, and the hash of its last row."""
        ...

    def original(self, scope: Scope, sha256: str) -> Path:
        """Return the path of an original whose bytes were just checked against its hash."""
        ...


@runtime_checkable
class Writer(Protocol):
    """Adding to a store; every method leaves an audit row, in the transaction that it describes."""

    def open_case(self, scope: Scope, case: str, title: str = "") -> None:
        """Open a case; opening it twice is a no-op."""
        ...

    def admit(self, scope: Scope, case: str, path: Path, source: Source) -> Source:
        """Keep an original and admit it to a case; the same bytes again add only an admission."""
        ...

    def ingest(self, scope: Scope, batch: Batch, content: Content) -> Receipt:
        """Commit one reading whole, with receipt and audit row; the same batch again is a no-op."""
        ...

    def retract(self, scope: Scope, source: str, reason: str) -> tuple[str, ...]:
        """Take a source's observations out of sight; return ids of the results that fall."""
        ...

    def link(self, scope: Scope, link: Link) -> None:
        """Join two observations."""
        ...

    def assert_(self, scope: Scope, assertion: Assertion) -> str:
        """Record a person's statement; returns its id."""
        ...

    def record(self, scope: Scope, result: Result) -> str:
        """Keep a computed result; the same result again is a no-op."""
        ...

    def dispose(self, scope: Scope, disposition: Disposition) -> None:
        """Record what a person decided about a standing result; earlier decisions stay on record."""
        ...


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Attributes
    ----------
    parts, written : int
        Parts of the projection, and how many of them differed.
    rows : int
        Rows, instruments and nodes of the parts that were written.
    pieces, documents : int
        What a pull needs, as far as it was new.
    """

    parts: int
    written: int
    rows: int
    pieces: int
    documents: int


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought: batches, and records of the catalogue; and what it left out, with the reason."""

    batches: int
    documents: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in a projection that is not as the store has it.

    Attributes
    ----------
    part : str
        As ``rows:BATCH``; ``graph`` for what belongs to no part.
    what : str
        ``missing``, ``extra``, ``changed``, ``unfinished`` or ``foreign``.
    of : str
        What it is, and its id.
    property : str
        Which property, or end, differs.
    """

    part: str
    what: str
    of: str
    property: str = ""
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared, with its order-free hash, and how it differs."""

    parts: int
    rows: int
    hash: str
    differences: tuple[Difference, ...]

    @property
    def sound(self) -> bool:
        """Whether the projection equals the store; what is foreign stands beside it and is left alone."""
        return all(one.what == "foreign" for one in self.differences)


Heard = Callable[[str, int, int], None]
"""Told which part is at work, the rows done and the rows there are."""


class Projection(Protocol):
    """Everything that a store holds, kept a second time where others can ask it; never the truth."""

    def push(self, scope: Scope, heard: Heard) -> Pushed:
        """Make it hold what the store holds, after a pull; done again, only what differs is written."""
        ...

    def pull(self, scope: Scope, heard: Heard) -> Pulled:
        """Bring into the store what other stores pushed and this one does not hold."""
        ...

    def verify(self, scope: Scope, heard: Heard) -> Verified:
        """Read everything back and name every difference."""
        ...

    def rebuild(self, scope: Scope, heard: Heard, *, only_differences: bool) -> tuple[Pushed, Verified]:
        """Make it equal to the store whatever was done to it, and prove that it is."""
        ...

    def close(self) -> None:
        """Release everything it holds."""
        ...


class Store(View, Writer, Protocol):
    """A store that can be read and written."""

    def close(self) -> None:
        """Release everything the store holds."""
        ...
