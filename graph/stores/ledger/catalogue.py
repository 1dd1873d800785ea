"""The catalogue: one SQLite file for all that is small and changes by being added to.

Only Python's sqlite3 ever opens it (a second SQLite in the process would defeat its locks). A change
is one transaction that ends with its audit row; readers see the whole of it or nothing.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from graph.errors import IntegrityError, NotFoundError, StoreError, StoreFormatError
from graph.model.provenance import canonical, digest
from graph.stores.ledger import audit
from graph.stores.ledger.catalogue_reads import CatalogueReads
from graph.stores.ledger.disk import Disk, write_whole
from graph.stores.ledger.layout import FORMAT_VERSION
from graph.stores.ledger.migrations import COVERED, migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from graph.model.scope import Scope
    from graph.stores.ledger.layout import Layout

    Clock = Callable[[], datetime]

WAIT = 30.0
"""Seconds for which one process waits for another's transaction."""


def utc_now() -> datetime:
    """Return the present instant; tests and demonstrations give the catalogue another clock."""
    return datetime.now(UTC)


def row_hash(table: str, seq: int, values: Sequence[object]) -> str:
    """Return the hash of a covered row: its table, the audit row that wrote it, and its values."""
    return digest("row", table, str(seq), *(f"{type(v).__name__[0]}{v}" for v in values))


def covering(hashes: Iterable[str]) -> str:
    """Return the one hash over the hashes of what an action wrote; empty for nothing."""
    ordered = sorted(hashes)
    return digest("covers", *ordered) if ordered else ""


def anchor_bytes(seq: str, found: str) -> bytes:
    """Return what the note of the newest audit row holds."""
    return f"{seq} {found}\n".encode()


@dataclass
class Change:
    """One transaction on the catalogue, before its audit row is written."""

    connection: sqlite3.Connection
    seq: int
    what: dict[str, Any] = field(default_factory=dict)
    outcome: str = "ok"
    hashes: list[str] = field(default_factory=list)

    def put(self, table: str, **values: object) -> None:
        """Add one covered row."""
        self.put_all(table, [tuple(values[name] for name in COVERED[table])])

    def put_all(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Add covered rows, their values in the order of ``COVERED``."""
        marks = ", ".join("?" * (len(COVERED[table]) + 2))
        full = []
        for values in rows:
            found = row_hash(table, self.seq, values)
            self.hashes.append(found)
            full.append((*values, self.seq, found))
        self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", full)  # noqa: S608

    def holds(self, table: str, values: Sequence[object]) -> bool:
        """Say whether a covered table holds a row of exactly these values."""
        columns, marks = ", ".join(COVERED[table]), ", ".join("?" * len(values))
        sql = f"SELECT 1 FROM {table} WHERE ({columns}) = ({marks})"  # noqa: S608
        return self.one(sql, *values) is not None

    def one(self, sql: str, *parameters: object) -> Any:
        """Return the first value that a query gives, or None."""
        found = self.connection.execute(sql, parameters).fetchone()
        return None if found is None else found[0]


class Catalogue(CatalogueReads):
    """The opened catalogue of one ledger folder; safe to share between threads."""

    def __init__(self, layout: Layout, clock: Clock, disk: Disk) -> None:
        self.layout = layout
        self.clock = clock
        self.disk = disk
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            layout.catalogue, timeout=WAIT, isolation_level=None, check_same_thread=False
        )

    @classmethod
    def open(
        cls,
        layout: Layout,
        clock: Clock = utc_now,
        *,
        create: bool = False,
        disk: Disk | None = None,
        meta: Mapping[str, str] | None = None,
    ) -> Catalogue:
        """Open a catalogue, bringing an older format up to date.

        Parameters
        ----------
        layout : Layout
        clock : callable
            Gives the present instant (UTC) for audit rows and leases.
        create : bool
            Make it where there is none; ``meta`` is then written with it.

        Raises
        ------
        NotFoundError, StoreFormatError, IntegrityError
            No catalogue; one of a newer Fuatilia or of something else; a damaged one.
        """
        if not create and not layout.catalogue.is_file():
            raise NotFoundError(
                "no store in this folder", path=str(layout.root), hint="ingest something first"
            )
        opened = cls(layout, clock, disk or Disk())
        try:
            opened._prepare(create, meta or {})
        except sqlite3.DatabaseError as cause:
            opened.close()
            raise IntegrityError(
                f"the catalogue cannot be read: {cause}",
                path=str(layout.catalogue),
                hint="restore it from a copy",
            ) from cause
        except BaseException:
            opened.close()
            raise
        return opened

    def _prepare(self, create: bool, meta: Mapping[str, str]) -> None:
        for setting in ("foreign_keys = ON", "synchronous = FULL", "trusted_schema = OFF"):
            self._connection.execute(f"PRAGMA {setting}")
        found = self.format_version()
        if found is None and not create:
            raise StoreFormatError("not a store's catalogue", path=str(self.layout.catalogue))
        if found is not None and found > FORMAT_VERSION:
            raise StoreFormatError(
                "the store was written by a newer Fuatilia",
                path=str(self.layout.root),
                format_version=found,
                understood=FORMAT_VERSION,
                hint="update the program; nothing was changed",
            )
        self._connection.execute("PRAGMA journal_mode = WAL")
        if found != FORMAT_VERSION:
            self._bring_up(found or 0, meta)

    def _bring_up(self, found: int, meta: Mapping[str, str]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            found = self.format_version() or 0
            if found < FORMAT_VERSION:
                migrate(self._connection, found, FORMAT_VERSION)
                with self._ended_by_audit(_PROGRAM, "migrate" if found else "create") as change:
                    change.what.update(found=found, format_version=FORMAT_VERSION)
                    values = {"format_version": str(FORMAT_VERSION), **({} if found else meta)}
                    change.put_all("meta", sorted(values.items()))
            self.disk.commit(lambda: self._connection.execute("COMMIT"))
        except BaseException:
            self._connection.rollback()
            raise

    @staticmethod
    def is_made(layout: Layout) -> bool:
        """Say whether a catalogue was made whole; what cannot be read is for ``open`` to refuse."""
        if not layout.catalogue.is_file():
            return False
        connection = sqlite3.connect(layout.catalogue, timeout=WAIT)
        try:
            return bool(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
        except sqlite3.DatabaseError:
            return True
        finally:
            connection.close()

    def format_version(self) -> int | None:
        """Return the format version; None where there are no tables yet."""
        known = self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone()
        if known is None:
            others = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
            if others:
                raise StoreFormatError("not a store's catalogue", path=str(self.layout.catalogue))
            return None
        found = self.meta("format_version")
        if not found.isdigit():
            raise StoreFormatError("the store does not say its format", path=str(self.layout.catalogue))
        return int(found)

    @contextmanager
    def writing(self, scope: Scope, action: str) -> Iterator[Change]:
        """Run one change: all of it, with its audit row, or nothing.

        Raises
        ------
        StoreError
            Whatever the body raises, after everything was rolled back.
        """
        with self.transaction(scope) as begin, begin(action) as change:
            yield change

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[Callable[[str], AbstractContextManager[Change]]]:
        """Run several changes, each with its audit row, as one: all of them, or nothing.

        Yields
        ------
        callable
            Begins one change of a given action; the next one begins after it has ended.
        """
        begun: list[Change] = []

        @contextmanager
        def begin(action: str) -> Iterator[Change]:
            with self._ended_by_audit(scope, action) as change:
                begun.append(change)
                yield change

        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield begin
                self.disk.commit(lambda: self._connection.execute("COMMIT"))
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.rollback()
                raise
            newest = max((change.seq for change in begun if change.hashes), default=0)
            if newest:
                self._anchor(newest)

    def _anchor(self, seq: int) -> None:
        """Say outside the catalogue how far it goes, so that the loss of its tail is seen."""
        found = self._connection.execute("SELECT hash FROM audit WHERE seq = ?", (seq,)).fetchone()[0]
        write_whole(self.disk, self.layout.anchor, [anchor_bytes(str(seq), found)])

    @contextmanager
    def _ended_by_audit(self, scope: Scope, action: str) -> Iterator[Change]:
        last = self._connection.execute("SELECT coalesce(max(seq), 0) FROM audit").fetchone()[0]
        change = Change(self._connection, int(last) + 1)
        yield change
        audit.append(
            self._connection, scope, self.now(), action, change.what, change.outcome, covering(change.hashes)
        )

    def note(self, scope: Scope, action: str, what: Mapping[str, Any], outcome: str = "ok") -> None:
        """Leave the audit row of a reading action; nothing identifying belongs in ``what``.

        It becomes durable with the next change: a power cut may cost the newest notes of readings,
        never the audit row of something written.
        """
        told = json.loads(canonical(dict(what)))
        with self._unsynced():
            audit.append(self._connection, scope, self.now(), action, told, outcome)

    def now(self) -> str:
        """Return the present instant as audit rows write it."""
        return self.clock().astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def run(self, sql: str, *parameters: object) -> None:
        """Run one statement on an uncovered table (jobs) in a transaction of its own, not synced."""
        with self._unsynced():
            self._connection.execute(sql, parameters)

    @contextmanager
    def _unsynced(self) -> Iterator[None]:
        """Run a transaction that the next synced one makes durable."""
        with self._lock:
            self._connection.execute("PRAGMA synchronous = NORMAL")
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except sqlite3.OperationalError as cause:
                raise StoreError(
                    f"the audit log cannot be written: {cause}",
                    path=str(self.layout.catalogue),
                    hint="every action leaves a row there, reading too; give access to the folder",
                ) from cause
            finally:
                if self._connection.in_transaction:
                    self._connection.rollback()
                self._connection.execute("PRAGMA synchronous = FULL")

    def fetch(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


def _program() -> Scope:
    from graph.model.scope import Scope

    return Scope("fuatilia", (), "the store's format", channel="program")


_PROGRAM = _program()
