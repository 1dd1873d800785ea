"""One batch from a reading to visibility: written, linked, and made visible in one transaction."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from graph.errors import StoreError
from graph.model.provenance import Verdict, canonical
from graph.stores.ledger.catalogue_reads import RETRACTED, receipt_from
from graph.stores.ledger.disk import remove_tree
from graph.stores.ledger.jobs import Job, close_finished
from graph.stores.ledger.layout import VisibleBatch
from graph.stores.ledger.links import automatic_links
from graph.stores.ledger.observed import share_places
from graph.stores.ledger.receipts import receipt_of
from graph.stores.ledger.retracting import fall, retract_batch
from graph.stores.ledger.segments import Written, write_batch

if TYPE_CHECKING:
    from graph.model.provenance import Batch, Receipt
    from graph.model.scope import Scope
    from graph.store import Content
    from graph.stores.ledger.catalogue import Change
    from graph.stores.ledger.links import FoundLink
    from graph.stores.ledger.writer import LedgerWriter


@dataclass(frozen=True, slots=True)
class Rival:
    """A visible batch of the same source, and whether the new one replaces it or is replaced."""

    batch: VisibleBatch
    replaced: bool
    falling: tuple[str, ...]


@dataclass(slots=True)
class Ingesting:
    """The work on one batch, under the writer's lock."""

    writer: LedgerWriter
    scope: Scope
    batch: Batch
    name: str

    def run(self, content: Content) -> Receipt:
        """Write, link and commit; nothing is visible before the commit, everything after."""
        writer, batch = self.writer, self.batch
        known = writer.catalogue.fetch("SELECT receipt FROM batches WHERE id = ?", batch.id)
        if known:
            receipt = receipt_from(known[0][0])
            return self._restored(receipt) or self._duplicate(receipt)
        job = Job.begin(writer.catalogue, "ingest", batch.id, self.scope.actor)
        try:
            self._phase(job, "parse")
            self._remove_files()
            written = write_batch(writer.layout, writer.key, batch.id, content, writer.disk, job.beat)
            self._phase(job, "segment written")
            receipt = receipt_of(batch, self.name, content, written, writer.key.id_of)
            receipt = self._commit(job, receipt, written)
        except BaseException as failed:
            self._give_up(job, failed)
            raise
        self._phase(job, "after commit")
        job.end("done")
        writer.on_phase("index")
        return receipt

    def _phase(self, job: Job, name: str) -> None:
        job.phase(name)
        self.writer.on_phase(name)

    def _commit(self, job: Job, receipt: Receipt, written: Written) -> Receipt:
        writer, batch = self.writer, self.batch
        new = VisibleBatch(batch.id, batch.source, written.files)
        rivals = self._rivals(new)
        older = [r.batch.batch for r in rivals if r.replaced]
        newer = [r.batch.batch for r in rivals if not r.replaced]
        notes = {"replaces": ", ".join(older), "replaced by": ", ".join(newer)}
        receipt = replace(
            receipt, assumptions={**receipt.assumptions, **{k: v for k, v in notes.items() if v}}
        )
        others = [b for b in writer.catalogue.batches(None) if b.batch not in older]
        found = [] if newer else automatic_links(writer.engine, writer.layout, new, others)
        self._phase(job, "before commit")
        what = {"batch": batch.id, "source": batch.source, "reader": batch.reader, "version": batch.version}
        with writer.catalogue.writing(self.scope, "ingest") as change:
            change.what.update(what, rows=written.rows, links=len(found), rejected=len(receipt.rejected))
            change.outcome = receipt.verdict.value
            self._make_visible(change, receipt, written, found)
            for rival in rivals:
                if rival.replaced:
                    retract_batch(change, rival.batch.batch, "read again", batch.id, rival.falling)
            if newer:
                retract_batch(change, batch.id, "a newer reading is there", newer[0], ())
        return receipt

    def _make_visible(
        self, change: Change, receipt: Receipt, written: Written, found: list[FoundLink]
    ) -> None:
        batch = self.batch
        change.put(
            "batches",
            id=batch.id,
            source=batch.source,
            reader=batch.reader,
            version=batch.version,
            mapping=batch.mapping,
            options=batch.options,
            receipt=canonical(asdict(receipt)),
        )
        change.put_all(
            "files",
            [
                (f.path, f.batch, f.role, place, f.sha256, f.rows, f.lo, f.hi, f.content)
                for place, f in enumerate(written.files)
            ],
        )
        change.put_all("links", [link.values for link in found])

    def _rivals(self, new: VisibleBatch) -> list[Rival]:
        """Return visible batches of the source that this reading replaces, or that replace it.

        Raises
        ------
        StoreError
            Another reader has read the same places: each payment would count twice.
        """
        writer, batch = self.writer, self.batch
        known = {
            row[0]: (row[1], row[2])
            for row in writer.catalogue.fetch(
                "SELECT id, reader, version FROM batches WHERE source = ?", batch.source
            )
        }
        found = []
        for other in writer.catalogue.batches(None):
            if other.source != batch.source:
                continue
            reader, version = known[other.batch]
            mine, theirs = version_order(batch.version), version_order(version)
            if (reader != batch.reader or mine == theirs) and not share_places(
                writer.engine, writer.layout, new, other
            ):
                continue
            replaced = self._replaces(other.batch, reader, version)
            falling = fall(writer.engine, writer.layout, writer.catalogue, other) if replaced else ()
            found.append(Rival(other, replaced, falling))
        return found

    def _replaces(self, other: str, reader: str, version: str) -> bool:
        """Say whether this reading goes before another one of the same places."""
        batch = self.batch
        if reader != batch.reader:
            raise StoreError(
                "another reader has read the same places of this source",
                source=batch.source,
                reader=reader,
                batch=other,
                hint="retract the source first, then ingest it with the reader you want",
            )
        return version_order(batch.version) >= version_order(version)

    def _restored(self, receipt: Receipt) -> Receipt | None:
        """Bring back a batch that a person retracted and now ingests again; None where that is not so."""
        writer, batch = self.writer, self.batch
        gone = writer.catalogue.fetch(
            f"""SELECT reason FROM retractions WHERE batch = ?1 AND ?1 IN ({RETRACTED})
            ORDER BY audit DESC LIMIT 1""",  # noqa: S608
            batch.id,
        )
        replaced = writer.catalogue.fetch(
            "SELECT 1 FROM retractions WHERE batch = ? AND replaced_by <> ''", batch.id
        )
        if not gone or replaced:
            return None
        again = next(b for b in writer.catalogue.stored_batches() if b.batch == batch.id)
        rivals = self._rivals(again)
        if any(not rival.replaced for rival in rivals):
            return None
        others = [b for b in writer.catalogue.batches(None) if b.batch not in {r.batch.batch for r in rivals}]
        found = automatic_links(writer.engine, writer.layout, again, others)
        with writer.catalogue.writing(self.scope, "ingest") as change:
            change.what.update(batch=batch.id, source=batch.source)
            change.outcome = "restored"
            change.put("restorations", batch=batch.id, reason="ingested again")
            change.put_all("links", [k.values for k in found if not change.holds("links", k.values)])
            for rival in rivals:
                retract_batch(change, rival.batch.batch, "read again", batch.id, rival.falling)
        close_finished(writer.catalogue, batch.id)
        return replace(receipt, assumptions={**receipt.assumptions, "restored": gone[0][0]})

    def _duplicate(self, receipt: Receipt) -> Receipt:
        gone = self.writer.catalogue.fetch("SELECT reason FROM retractions WHERE batch = ?", self.batch.id)
        notes = {"retracted": gone[0][0]} if gone else {}
        close_finished(self.writer.catalogue, self.batch.id)
        with self.writer.catalogue.writing(self.scope, "ingest") as change:
            change.what.update(batch=self.batch.id, source=self.batch.source)
            change.outcome = Verdict.DUPLICATE.value
        return replace(receipt, verdict=Verdict.DUPLICATE, assumptions={**receipt.assumptions, **notes})

    def _give_up(self, job: Job, failed: BaseException) -> None:
        """Leave nothing of a failed ingest but its audit row; the failure itself goes on."""
        try:
            known = self.writer.catalogue.fetch("SELECT 1 FROM batches WHERE id = ?", self.batch.id)
            if not known:
                self._remove_files()
                job.end("failed")
                self.writer.catalogue.note(
                    self.scope,
                    "ingest",
                    {"batch": self.batch.id, "source": self.batch.source},
                    f"failed: {type(failed).__name__}",
                )
        except (OSError, sqlite3.Error, StoreError) as also:
            failed.add_note(f"and while giving up: {also}")

    def _remove_files(self) -> None:
        for folder in (
            self.writer.layout.segments(self.batch.id),
            self.writer.layout.identities(self.batch.id),
        ):
            remove_tree(self.writer.disk, folder)


def version_order(version: str) -> list[tuple[int, str]]:
    """Return what orders reader versions: numbers as numbers.

    Examples
    --------
    >>> version_order("1.10") > version_order("1.9")
    True
    """
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|[^\d.]+", version)]
