"""Adding to a ledger: each method takes the lock, does its work, and ends in one transaction.

What a method acknowledges is durable: files synced and named before the catalogue's commit, the
commit synced before the method returns.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from graph.errors import IntegrityError, NotFoundError, StoreError
from graph.model.provenance import LinkKind, canonical
from graph.model.results import Decision
from graph.stores.ledger.catalogue import Catalogue, utc_now
from graph.stores.ledger.catalogue_reads import FALLEN
from graph.stores.ledger.disk import Disk
from graph.stores.ledger.erasure import forget
from graph.stores.ledger.ingesting import Ingesting
from graph.stores.ledger.jobs import writing_lock
from graph.stores.ledger.keys import StoreKey
from graph.stores.ledger.originals import keep_original
from graph.stores.ledger.query import Engine
from graph.stores.ledger.retracting import fall, retract_batch
from graph.stores.ledger.sweeping import sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from graph.model.provenance import Batch, Link, Receipt, Source
    from graph.model.results import Assertion, Disposition, Result
    from graph.model.scope import Scope
    from graph.store import Content
    from graph.stores.ledger.catalogue import Change, Clock
    from graph.stores.ledger.layout import Layout

PATIENCE = 2.0
"""Seconds for which a write waits for another writer before it is refused."""


def create(
    layout: Layout, clock: Clock = utc_now, disk: Disk | None = None, identity_key: Path | None = None
) -> None:
    """Make a folder a store: its key and its catalogue. A no-op where it is one already.

    Parameters
    ----------
    identity_key : Path, optional
        File of the key of a security domain, which the new store takes for its own: stores of one key
        have equal ids and can share a graph.

    Raises
    ------
    StoreError
        The store was made with another key.
    """
    disk = disk or Disk()
    if Catalogue.is_made(layout):
        Catalogue.open(layout, clock, disk=disk).close()
        own = StoreKey.load(layout)  # a lost key is said here: another one would make other ids
        if identity_key is not None:
            own.require(StoreKey.read(identity_key))
        return
    given = None if identity_key is None else StoreKey.read(identity_key)
    disk.make_folder(layout.root)
    with writing_lock(layout.lock, {"actor": "fuatilia", "action": "create"}, PATIENCE):
        key = StoreKey.load(layout) if layout.key.is_file() else StoreKey.create(layout, disk, given)
        Catalogue.open(layout, clock, create=True, disk=disk, meta={"key_sha256": key.sha256}).close()
        disk.sync_folder(layout.root)


def _unwatched(_: str) -> None:
    """Let a phase pass."""


class LedgerWriter:
    """The writing side of one ledger; ``graph.store.Writer`` says what each method promises.

    Parameters
    ----------
    on_phase : callable
        Called with the name of each phase of an ingest (``jobs.PHASES``); tests interrupt there.
    patience : float
        Seconds to wait for another writer.
    """

    def __init__(
        self,
        layout: Layout,
        catalogue: Catalogue,
        clock: Clock = utc_now,
        disk: Disk | None = None,
        on_phase: Callable[[str], None] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.layout = layout
        self.catalogue = catalogue
        self.clock = clock
        self.disk = disk or Disk()
        self.on_phase = on_phase or _unwatched
        self.key = StoreKey.load(layout)
        self._patience = patience
        self._swept = False
        self._engine: Engine | None = None
        if self.key.sha256 != catalogue.meta("key_sha256"):
            raise IntegrityError(
                "the store's key is not the one it was made with",
                path=str(layout.key),
                expected=catalogue.meta("key_sha256"),
                found=self.key.sha256,
                hint="restore it from a copy",
            )

    @property
    def engine(self) -> Engine:
        """Query engine over the store's own folders, made when first needed."""
        if self._engine is None:
            self._engine = Engine((self.layout.root / "segments", self.layout.root / "identities"))
        return self._engine

    def open_case(self, scope: Scope, case: str, title: str = "") -> None:
        """Open a case; opening it twice is a no-op."""
        if not case:
            raise StoreError("a case needs a name")
        with self._change(scope, "open case", {"case": case}) as change:
            if change.one("SELECT 1 FROM cases WHERE id = ?", case) is None:
                change.put("cases", id=case, title=title)
            else:
                change.outcome = "exists"

    def admit(self, scope: Scope, case: str, path: Path, source: Source) -> Source:
        """Keep an original and admit it to a case; the same bytes again add only an admission."""
        self._require_case(scope, case)
        with self.held(scope, "admit"):
            size = keep_original(self.layout, path, source.sha256, self.disk)
            kept = replace(source, size=size)
            what = {"case": case, "source": source.sha256}
            with self._transaction(scope, "admit", what) as change:
                if change.one("SELECT 1 FROM sources WHERE sha256 = ?", source.sha256) is None:
                    change.put("sources", sha256=source.sha256, size=size)
                stated = (kept.supplier, kept.authority, kept.received, kept.handling)
                told = (case, kept.sha256, kept.name, kept.media, *stated)
                if change.holds("admissions", told):
                    change.outcome = "exists"
                else:
                    change.put_all("admissions", [told])
        return kept

    def ingest(self, scope: Scope, batch: Batch, content: Content) -> Receipt:
        """Commit one reading whole, with receipt and audit row; the same batch again is a no-op.

        An interrupted ingest is resumed by doing it again.
        """
        name = self._admitted(scope, batch.source)
        with self.held(scope, "ingest"):
            return Ingesting(self, scope, batch, name).run(content)

    resume = ingest

    def retract(self, scope: Scope, source: str, reason: str) -> tuple[str, ...]:
        """Take a source's observations out of sight; return ids of the results that fall."""
        self._admitted(scope, source)
        with self.held(scope, "retract"):
            visible = [b for b in self.catalogue.batches(scope.cases) if b.source == source]
            falling = {b.batch: fall(self.engine, self.layout, self.catalogue, b) for b in visible}
            with self._transaction(scope, "retract", {"source": source}) as change:
                fallen = {
                    r for b in visible for r in retract_batch(change, b.batch, reason, "", falling[b.batch])
                }
                change.what["fallen"] = sorted(fallen)
                if not visible:
                    change.outcome = "nothing visible"
        return tuple(sorted(fallen))

    def link(self, scope: Scope, link: Link) -> None:
        """Join two observations on a person's word, which has an author and a reason."""
        if link.a == link.b or not link.author or not link.reason:
            raise StoreError("a link joins two observations, with author and reason", a=link.a, b=link.b)
        a, b = (link.a, link.b) if link.kind == LinkKind.REVERSES else sorted((link.a, link.b))
        values = (a, b, link.kind.value, link.rule, link.author, link.reason, "", "")
        with self._change(scope, "link", {"a": a, "b": b, "kind": link.kind.value}) as change:
            if change.holds("links", values):
                change.outcome = "exists"
            else:
                change.put_all("links", [values])

    def assert_(self, scope: Scope, assertion: Assertion) -> str:
        """Record a person's statement; returns its id."""
        self._require_case(scope, assertion.case)
        if not assertion.author or not assertion.reason:
            raise StoreError("an assertion has an author and a reason", case=assertion.case)
        if assertion.retracts and assertion.retracts not in self.catalogue.all_assertions((assertion.case,)):
            raise NotFoundError("no such assertion in this case", assertion=assertion.retracts)
        body = canonical(asdict(assertion))
        self._keep(scope, "assert", "assertions", assertion, {"made": assertion.made, "body": body})
        return assertion.id

    def record(self, scope: Scope, result: Result) -> str:
        """Keep a computed result; the same result again is a no-op."""
        self._require_case(scope, result.case)
        body = canonical(asdict(result))
        self._keep(scope, "record", "results", result, {"kind": result.kind.value, "body": body})
        return result.id

    def dispose(self, scope: Scope, disposition: Disposition) -> None:
        """Record what a person decided about a result, and why."""
        if not self.catalogue.standing(scope.cases, disposition.result):
            raise NotFoundError("no such standing result", result=disposition.result)
        if not disposition.author or not disposition.reason:
            raise StoreError("a disposition has an author and a reason", result=disposition.result)
        if disposition.decision not in set(Decision) or bool(disposition.ground) != (
            disposition.decision == Decision.DISMISSED
        ):
            raise StoreError(
                "a lead is confirmed, or dismissed on a ground",
                decision=disposition.decision,
                ground=disposition.ground,
            )
        what = {"result": disposition.result, "decision": disposition.decision, "ground": disposition.ground}
        with self._change(scope, "dispose", what) as change:
            change.put("dispositions", **asdict(disposition))

    def keep_document(self, scope: Scope, case: str, kind: str, name: str, made: str, body: str) -> None:
        """Keep a document of a case (a note, a saved view); a later one of that name stands beside it."""
        self._require_case(scope, case)
        with self._change(scope, "document", {"case": case, "kind": kind, "id": name}) as change:
            change.put("documents", case_id=case, kind=kind, id=name, made=made, body=body)

    def forget(
        self, scope: Scope, *, instruments: Sequence[str] = (), observations: Sequence[str] = (), reason: str
    ) -> int:
        """Erase identifying text: keys of opaque ids, references and narration of observations.

        Segments and originals are untouched; returns how many texts were erased.
        """
        with self.held(scope, "forget"):
            return forget(self, scope, instruments, observations, reason)

    def _keep(
        self, scope: Scope, action: str, table: str, kept: Assertion | Result, values: dict[str, str]
    ) -> None:
        with self._change(scope, action, {"id": kept.id, "case": kept.case}) as change:
            if change.one(f"SELECT 1 FROM {table} WHERE id = ?", kept.id) is None:  # noqa: S608
                change.put(table, id=kept.id, case_id=kept.case, **values)
            elif change.one(f"SELECT 1 FROM ({FALLEN}) WHERE result = ?", kept.id) is not None:  # noqa: S608
                change.put("risen", result=kept.id)
                change.outcome = "stands again"
            else:
                change.outcome = "exists"

    def close(self) -> None:
        """Let go of the query engine; the catalogue belongs to whoever opened it."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    @contextmanager
    def _change(self, scope: Scope, action: str, what: dict[str, Any]) -> Iterator[Change]:
        with self.held(scope, action), self._transaction(scope, action, what) as change:
            yield change

    @contextmanager
    def _transaction(self, scope: Scope, action: str, what: dict[str, Any]) -> Iterator[Change]:
        with self.catalogue.writing(scope, action) as change:
            change.what.update(what)
            yield change
            now = self.catalogue.now()
            change.connection.execute(
                "INSERT INTO jobs (action, subject, holder, phase, state, started, heartbeat, lease) "
                "VALUES (?, ?, ?, '', 'done', ?, ?, '')",
                (action, canonical(what), scope.actor, now, now),
            )

    @contextmanager
    def held(self, scope: Scope, action: str) -> Iterator[None]:
        """Hold the store for writing; what an interrupted writer left is removed first."""
        holder = {"actor": scope.actor, "action": action}
        try:
            with writing_lock(self.layout.lock, holder, self._patience):
                self._sweep_once(scope)
                yield
        except (OSError, sqlite3.OperationalError) as cause:
            raise StoreError(
                f"the store cannot be written: {cause}",
                path=str(self.layout.root),
                hint="nothing was half done; make room or give access, then do it again",
            ) from cause

    def _sweep_once(self, scope: Scope) -> None:
        if not self._swept:
            swept = sweep(self.layout, self.catalogue, self.disk)
            if swept:
                self.catalogue.note(scope, "sweep", {"removed": swept})
            self._swept = True

    def _require_case(self, scope: Scope, case: str) -> None:
        if case not in scope.cases:
            raise NotFoundError("no such case", case=case, hint="open it first")
        self.catalogue.require_case(case)

    def _admitted(self, scope: Scope, source: str) -> str:
        """Return the name of a source that a case in scope admits."""
        for known in self.catalogue.sources(scope.cases):
            if known.sha256 == source:
                return known.name
        raise NotFoundError("no such source in these cases", source=source, hint="admit the file first")
