"""What another ledger of the same security domain holds is made this ledger's own, byte for byte.

A batch comes with its files and becomes visible in one transaction, together with what has been
said since about its being seen at all. Then everything else comes in one transaction, in which each
audit row repeats the moment of the row that wrote it first. Doing it again adds nothing, and two
ledgers that have adopted from each other hold the same, whoever began: where the order of events
matters, their moments decide, never the order of arrival.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from graph.errors import IntegrityError
from graph.model.provenance import Batch
from graph.stores.ledger.catalogue_reads import RETRACTED, receipt_from
from graph.stores.ledger.disk import write_whole
from graph.stores.ledger.ingesting import Ingesting, version_order
from graph.stores.ledger.jobs import Job
from graph.stores.ledger.layout import StoredFile, VisibleBatch
from graph.stores.ledger.links import automatic_links
from graph.stores.ledger.migrations import COVERED, KEYS
from graph.stores.ledger.retracting import fall, retract_batch
from graph.stores.ledger.segments import Written
from graph.stores.ledger.told import ADOPTED, ORDERED, STANDING, Moment, Told, ordered_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from graph.model.provenance import Receipt
    from graph.model.scope import Scope
    from graph.stores.ledger.catalogue import Catalogue, Change
    from graph.stores.ledger.writer import LedgerWriter

    Fetch = Callable[[str, str], Iterable[bytes]]
    """Gives the bytes of a file, piece by piece, by its sha256 and what it is called in errors."""

_SEEN = {"retractions": "batch", "restorations": "batch", "fallen": "result", "risen": "result"}
_PAIRS = (("retractions", "restorations"), ("fallen", "risen"))
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PLACES = {name: at for at, name in enumerate((*STANDING, *ORDERED))}
_BEFORE = ("cases", "sources", "admissions")


@dataclass(slots=True)
class Adopted:
    """What came in: batches, and rows of the catalogue; and files that are here under other bytes."""

    batches: int = 0
    rows: int = 0
    left_out: list[str] = field(default_factory=list)


def adopt(
    writer: LedgerWriter,
    scope: Scope,
    told: Iterable[Told],
    fetch: Fetch,
    on_batch: Callable[[str, int, int], None] = lambda _batch, _at, _of: None,
    note: tuple[str, str] | None = None,
) -> Adopted:
    """Take in rows that another ledger told, with the files that they name.

    Parameters
    ----------
    told : iterable of Told
        In any order; what is here already is passed over.
    fetch : callable
        ``fetch(sha256, name)`` gives a file's bytes; they are checked here.
    on_batch : callable
        Told the batch, its place and how many there are.
    note : tuple of str, optional
        Name and value kept in the catalogue's ``meta`` with the last transaction, if there is one.

    Raises
    ------
    IntegrityError
        Bytes that are not those of their hash; nothing of that batch is kept.
    """
    adoption = _Adoption(writer, scope, fetch)
    with writer.held(scope, ADOPTED):
        return adoption.run([*told], on_batch, note)


class _Adoption:
    def __init__(self, writer: LedgerWriter, scope: Scope, fetch: Fetch) -> None:
        self.writer, self.scope, self.fetch = writer, scope, fetch
        self.catalogue = writer.catalogue
        self.adopted = Adopted()

    def run(
        self,
        told: list[Told],
        on_batch: Callable[[str, int, int], None],
        note: tuple[str, str] | None,
    ) -> Adopted:
        rows = self._new(told)
        self._compare(told)
        before = [one for one in rows if one.table in _BEFORE]
        self._originals(before)
        self._standing(before)
        self._batches(rows, on_batch)
        self._documents(self._new(one for one in rows if one.table not in _BEFORE), note if rows else None)
        return self.adopted

    def _new(self, told: Iterable[Told]) -> list[Told]:
        """Return rows that are not here, without doubles, by table and in one order."""
        found = []
        rows = sorted(dict.fromkeys(told), key=lambda one: (_PLACES[one.table], one.moment, one.body))
        for table, together in groupby(rows, key=lambda one: one.table):
            known = {_identity(one) for one in _held(self.catalogue, table)}
            for one in together:
                if _identity(one) not in known:
                    known.add(_identity(one))
                    found.append(one)
        return found

    def _compare(self, told: Sequence[Told]) -> None:
        """Name files that are here under other bytes: one person was erased on two workstations at once."""
        here = dict(self.catalogue.fetch("SELECT path, sha256 FROM files"))
        files = {one.value("path"): one.value("sha256") for one in told if one.table == "files"}
        self.adopted.left_out = sorted(path for path in files if here.get(path, files[path]) != files[path])

    def _originals(self, rows: Sequence[Told]) -> None:
        for sha256 in (one.value("sha256") for one in rows if one.table == "sources"):
            if not _SHA256.fullmatch(sha256):
                raise IntegrityError("a source of the shared graph is named by no sha256", source=sha256)
            self.keep(f"originals/{sha256[:2]}/{sha256}", sha256)

    def keep(self, path: str, sha256: str) -> None:
        """Write a file of the store, checked against its hash."""
        full = self.writer.layout.root / path
        disk = self.writer.disk
        disk.make_folder(full.parent)
        found = write_whole(disk, full, self.fetch(sha256, path))
        if found != sha256:
            disk.remove(full)
            raise IntegrityError(
                "a file from the shared graph is not the one that was announced",
                path=path,
                expected=sha256,
                found=found,
                hint="push it again from the ledger that holds it",
            )

    def _standing(self, rows: Sequence[Told]) -> None:
        if rows:
            with self.catalogue.writing(self.scope, ADOPTED) as change:
                self.put(change, rows)

    def put(self, change: Change, rows: Sequence[Told]) -> None:
        """Write rows inside a change."""
        for one in rows:
            change.put_all(one.table, [one.values])
        change.what["rows"] = change.what.get("rows", 0) + len(rows)
        self.adopted.rows += len(rows)

    def _batches(self, rows: list[Told], on_batch: Callable[[str, int, int], None]) -> None:
        fresh = [one for one in rows if one.table == "batches"]
        fresh.sort(
            key=lambda one: (one.value("source"), version_order(one.value("version")), one.value("id"))
        )
        retired = {one.value("path") for one in rows if one.table == "retired"}
        for at, one in enumerate(fresh):
            name = one.value("id")
            on_batch(name, at, len(fresh))
            files = [f for f in rows if f.table == "files" and f.value("batch") == name]
            files.sort(key=lambda f: (f.value("role"), f.value("place"), f.value("path")))
            said = [e for e in rows if e.table in _PAIRS[0] and e.value("batch") == name]
            _Adopting.of(self, one, files, retired, said).take()
            self.adopted.batches += 1
        if fresh:
            on_batch("", len(fresh), len(fresh))

    def _documents(self, rows: list[Told], note: tuple[str, str] | None) -> None:
        if not rows and note is None:
            return
        erased = self._erased(rows)
        rows = [one for one in rows if one.table != "files"]
        with self.catalogue.transaction(self.scope) as begin:
            with begin(ADOPTED) as change:
                change.put_all("files", [one.values for one in erased])
                self.put(change, [one for one in rows if one.table in STANDING])
                if note is not None:
                    change.put("meta", name=note[0], value=note[1])
            self.events(begin, [one for one in rows if one.table in ORDERED])
            falling = self._falling()
            if falling:
                with begin(ADOPTED) as change:
                    change.what["fallen"] = sorted(falling)
                    for result, batch in sorted(falling.items()):
                        change.put("fallen", result=result, batch=batch)
        for path in (one.value("path") for one in rows if one.table == "retired"):
            full = self.writer.layout.root / path
            if full.exists():
                self.writer.disk.remove(full)
                self.writer.disk.sync_folder(full.parent)

    def _erased(self, rows: Sequence[Told]) -> list[Told]:
        """Bring the generations of identity files that an erasure elsewhere made, of batches kept here."""
        retired = {one.value("path") for one in rows if one.table == "retired"}
        files = [one for one in rows if one.table == "files"]
        for one in files:
            if one.value("path") not in retired:
                self.keep(_own_path(one), one.value("sha256"))
        return files

    def events(self, begin: Callable[[str], Any], rows: Sequence[Told]) -> None:
        """Repeat what happened elsewhere, in the one order, then say last what was last."""
        ordered = sorted(rows, key=lambda one: (one.moment, one.table, one.body))
        for moment, together in groupby(ordered, key=lambda one: one.moment):
            self._event(begin, moment, [*together])
        for undone, again in _PAIRS:
            touched = {one.value(_SEEN[one.table]) for one in rows if one.table in (undone, again)}
            for last in self._out_of_order(undone, again, touched):
                self._event(begin, last.moment, [last])
        for batch in sorted({one.value("batch") for one in rows if one.table == "restorations"}):
            self._link_again(begin, batch)

    def _event(self, begin: Callable[[str], Any], moment: Moment, rows: Sequence[Told]) -> None:
        with begin(ADOPTED) as change:
            change.what["when"] = [moment.at, moment.seq, moment.by]
            self.put(change, rows)

    def _out_of_order(self, undone: str, again: str, touched: set[str]) -> list[Told]:
        """Return, of subjects that were touched, the event that was last and is not the last written."""
        written: dict[str, list[Told]] = {}
        rows = [*_numbered(self.catalogue, undone), *_numbered(self.catalogue, again)]
        for _, one in sorted(rows, key=lambda row: row[0]):
            written.setdefault(one.value(_SEEN[one.table]), []).append(one)
        found = []
        for subject in sorted(touched):
            told = written.get(subject, [])
            last = max(told, key=lambda one: (one.moment, one.table), default=None)
            if last is not None and told[-1] != last:
                found.append(last)
        return found

    def _link_again(self, begin: Callable[[str], Any], name: str) -> None:
        """Find the links of a batch that is seen again."""
        writer = self.writer
        visible = self.catalogue.batches(None)
        again = [b for b in visible if b.batch == name]
        if again:
            others = [b for b in visible if b.batch != name]
            found = automatic_links(writer.engine, writer.layout, again[0], others)
            with begin(ADOPTED) as change:
                change.what["links of"] = name
                change.put_all("links", [k.values for k in found if not change.holds("links", k.values)])

    def _falling(self) -> dict[str, str]:
        """Return standing results that rest on evidence which a person took back, with its batch.

        Whoever computed them may not have known of it.
        """
        gone = f"SELECT DISTINCT batch FROM retractions WHERE replaced_by = '' AND batch IN ({RETRACTED})"  # noqa: S608
        taken = {batch for (batch,) in self.catalogue.fetch(gone)}
        read_again = {b.source for b in self.catalogue.batches(None)} if taken else set()
        falling: dict[str, str] = {}
        for batch in self.catalogue.stored_batches():
            if batch.batch in taken and batch.source not in read_again:
                for result in fall(self.writer.engine, self.writer.layout, self.catalogue, batch):
                    falling.setdefault(result, batch.batch)
        return falling


def _held(catalogue: Catalogue, table: str) -> Iterable[Told]:
    if table in ORDERED:
        return ordered_rows(catalogue, table)
    rows = catalogue.fetch(f"SELECT {', '.join(COVERED[table])} FROM {table}")  # noqa: S608
    return (Told(table, values) for values in rows)


def _identity(one: Told) -> tuple[object, ...]:
    """Return what may be there once: an event with its moment, anything else by its key."""
    if one.table in ORDERED:
        return one.moment, one.values
    return tuple(one.value(name) for name in KEYS[one.table].split(", "))


def _numbered(catalogue: Catalogue, table: str) -> list[tuple[int, Told]]:
    """Return the rows of an ordered table with the number of the audit row that wrote each here."""
    numbers = [seq for (seq,) in catalogue.fetch(f"SELECT audit FROM {table} ORDER BY audit, rowid")]  # noqa: S608
    return [*zip(numbers, ordered_rows(catalogue, table), strict=True)]


@dataclass(slots=True)
class _Adopting(Ingesting):
    """One batch of another ledger, from its files to visibility."""

    adoption: _Adoption
    row: Told
    rows: Sequence[Told]
    retired: set[str]
    said: Sequence[Told]

    @classmethod
    def of(
        cls, adoption: _Adoption, row: Told, rows: Sequence[Told], retired: set[str], said: Sequence[Told]
    ) -> _Adopting:
        columns = ("source", "reader", "version", "mapping", "options")
        batch = Batch(*(row.value(name) for name in columns))
        if batch.id != row.value("id"):
            raise IntegrityError("a batch of the shared graph is not what its id says", batch=row.value("id"))
        return cls(adoption.writer, adoption.scope, batch, "", adoption, row, rows, retired, said)

    def take(self) -> None:
        """Write the files, link and commit."""
        writer = self.writer
        job = Job.begin(writer.catalogue, ADOPTED, self.batch.id, self.scope.actor)
        try:
            self._phase(job, "parse")
            self._remove_files()
            for one in self.rows:
                if one.value("path") not in self.retired:
                    self.adoption.keep(_own_path(one), one.value("sha256"))
                    job.beat()
            self._phase(job, "segment written")
            files = tuple(_stored(one) for one in self.rows if one.value("path") not in self.retired)
            receipt = receipt_from(self.row.value("receipt"))
            self._commit(job, receipt, Written(files, sum(f.rows for f in files if f.role == "rows"), 0, {}))
        except BaseException as failed:
            self._give_up(job, failed)
            raise
        self._phase(job, "after commit")
        job.end("done")

    def _commit(self, job: Job, receipt: Receipt, written: Written) -> Receipt:
        writer, batch = self.writer, self.batch
        new = VisibleBatch(batch.id, batch.source, written.files)
        last = max(self.said, key=lambda one: (one.moment, one.table), default=None)
        gone = last is not None and last.table == "retractions"
        rivals = [] if gone else self._rivals(new)
        older = [r for r in rivals if r.replaced]
        newer = [r for r in rivals if not r.replaced]
        hidden = {r.batch.batch for r in older}
        others = [b for b in writer.catalogue.batches(None) if b.batch not in hidden]
        found = [] if newer or gone else automatic_links(writer.engine, writer.layout, new, others)
        self._phase(job, "before commit")
        with writer.catalogue.transaction(self.scope) as begin:
            with begin(ADOPTED) as change:
                change.what.update(batch=batch.id, source=batch.source, links=len(found))
                self.adoption.put(change, [self.row, *self.rows])
                self.adoption.put(change, [Told("retired", (p,)) for p in self._gone_files()])
                change.put_all("links", [link.values for link in found])
                for rival in older:
                    retract_batch(change, rival.batch.batch, "read again", batch.id, rival.falling)
                if newer:
                    reason = "another reading is there"
                    retract_batch(change, batch.id, reason, newer[0].batch.batch, ())
            self.adoption.events(begin, self.said)
        return receipt

    def _gone_files(self) -> list[str]:
        return sorted(self.retired & {one.value("path") for one in self.rows})

    def _replaces(self, other: str, reader: str, version: str) -> bool:
        """Choose alike on every workstation: the newer version of one reader, else the lesser id."""
        mine, theirs = version_order(self.batch.version), version_order(version)
        if reader == self.batch.reader and mine != theirs:
            return mine > theirs
        return self.batch.id < other


def _stored(one: Told) -> StoredFile:
    return StoredFile(
        *(one.value(c) for c in ("batch", "role", "path", "sha256", "rows", "lo", "hi", "content"))
    )


def _own_path(one: Told) -> str:
    """Return where a batch's file lies; a path from elsewhere never leads out of the batch's folders."""
    path, batch = str(one.value("path")), one.value("batch")
    folder, _, name = path.rpartition("/")
    if folder not in (f"segments/{batch}", f"identities/{batch}") or name in ("", ".", "..") or "\\" in name:
        raise IntegrityError("a file of the shared graph names a place outside its batch", path=path)
    return path
