"""Files in, receipts out: hash, keep the original, read it in a child, commit, say what became of it.

One bad file never stops the rest. The child reads the original that the store keeps, not the path
that was given, so that what was hashed is what was read.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from graph.errors import FuatiliaError, IntegrityError, StoreError
from graph.model.provenance import Batch, Receipt, Source, Verdict, canonical
from graph.store import Content
from ingest.errors import UnreadableError
from ingest.quarantine import quarantined
from ingest.sandbox import Job, Limits, Outcome, reading
from ingest.sandbox.choosing import readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from graph.model.scope import Scope

__all__ = ["Intake", "Keeper", "ingest_file", "ingest_files", "readers"]

_MEDIA = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".pdf": "application/pdf",
    ".tsv": "text/tab-separated-values",
    ".gz": "application/gzip",
    ".xml": "application/xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Keeper(Protocol):
    """What the runner needs of a store."""

    def admit(self, scope: Scope, case: str, path: Path, source: Source) -> Source:
        """Keep an original."""
        ...

    def original(self, scope: Scope, sha256: str) -> Path:
        """Return the checked original."""
        ...

    def ingest(self, scope: Scope, batch: Batch, content: Content) -> Receipt:
        """Commit one reading."""
        ...


@dataclass(frozen=True, slots=True)
class Intake:
    """What the officer says with the files.

    Attributes
    ----------
    supplier, authority, received, handling : str
        Who sent them, under which order, when (ISO date), how they are to be handled.
    as_code : str
        Reader to use, whatever the others say of the bytes.
    mapping : mapping
        Mapping for tables, as data (``ingest.mappings.loading.load_mapping``).
    options : mapping
        Reader options; part of the batch.
    passwords : mapping
        By file name; under ``*`` for every file. Never stored.
    """

    supplier: str = ""
    authority: str = ""
    received: str = ""
    handling: str = ""
    as_code: str = ""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)


def ingest_files(
    store: Keeper | None,
    scope: Scope,
    case: str,
    paths: Iterable[Path],
    intake: Intake = Intake(),
    *,
    dry_run: bool = False,
    on_progress: Callable[[str, int, int], None] | None = None,
    limits: Limits | None = None,
) -> list[Receipt]:
    """Ingest files into a case.

    Parameters
    ----------
    store : Keeper or None
        May be None in a dry run.
    scope : Scope
        Who asks; its cases include ``case``.
    paths : iterable of Path
        Files, taken in this order.
    dry_run : bool
        Read and report, keep nothing.
    on_progress : callable, optional
        Called with (file name, done, total).
    limits : Limits, optional
        Instead of those that the file's size gives.

    Returns
    -------
    list of Receipt
        One per path. A file that cannot be read is ``quarantined``: kept, with the reason.

    Raises
    ------
    StoreError
        The store itself failed; files before it are committed.
    """
    options = (scope, case, intake, dry_run, on_progress, limits)
    return [ingest_file(None if dry_run else store, path, *options) for path in paths]


def ingest_file(
    store: Keeper | None,
    path: Path,
    scope: Scope,
    case: str,
    intake: Intake,
    dry_run: bool = False,
    on_progress: Callable[[str, int, int], None] | None = None,
    limits: Limits | None = None,
) -> Receipt:
    """Ingest one file; see ``ingest_files``."""
    name = path.name or str(path)
    source: Source | None = None
    try:
        source = source_of(path, intake)
        if store is None and not dry_run:
            raise StoreError("no store to ingest into", path=str(path))
        place = path.resolve()
        if store is not None:
            store.admit(scope, case, place, source)
            place = store.original(scope, source.sha256)
        job = _job(place, source, intake)
        heard = None if on_progress is None else lambda done, total: on_progress(name, done, total)
        with reading(job, limits, heard) as outcome:
            return _committed(store, scope, source, intake, outcome)
    except (StoreError, OSError) as cause:
        if isinstance(cause, StoreError) and not isinstance(cause, IntegrityError):
            raise
        error = cause if isinstance(cause, FuatiliaError) else _unreadable(path, cause)
        return quarantined(name, source, error, intake.as_code)
    except FuatiliaError as cause:
        return quarantined(name, source, cause, intake.as_code)


def _unreadable(path: Path, cause: OSError | IntegrityError) -> UnreadableError:
    said = getattr(cause, "strerror", None) or type(cause).__name__
    return UnreadableError(f"the file cannot be read: {said}", path=str(path))


def source_of(path: Path, intake: Intake) -> Source:
    """Return the record of an original: its hash and size, and what was said with it.

    Raises
    ------
    UnreadableError
        No such file, a folder, a device, or not readable.
    """
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise UnreadableError("a folder, not a file", path=str(path), hint="name the files in it")
        if not stat.S_ISREG(info.st_mode):
            raise UnreadableError("neither a file nor a link to one", path=str(path))
        with path.open("rb") as f:
            digest = hashlib.file_digest(f, "sha256")
            size = f.tell()
    except OSError as cause:
        raise _unreadable(path, cause) from cause
    return Source(
        digest.hexdigest(),
        path.name,
        size,
        _MEDIA.get(path.suffix.lower(), ""),
        intake.supplier,
        intake.authority,
        intake.received,
        intake.handling,
    )


def _job(place: Path, source: Source, intake: Intake) -> Job:
    password = intake.passwords.get(source.name, intake.passwords.get("*", ""))
    return Job(place, source.name, source.sha256, intake.as_code, intake.mapping, intake.options, password)


def _committed(
    store: Keeper | None, scope: Scope, source: Source, intake: Intake, outcome: Outcome
) -> Receipt:
    batch = Batch(
        source.sha256,
        outcome.reader,
        outcome.version,
        canonical(dict(outcome.mapping)) if outcome.mapping else "",
        canonical(dict(intake.options)) if intake.options else "",
    )
    content = Content(
        outcome.rows,
        outcome.facts,
        outcome.records,
        outcome.rejected,
        outcome.left_out,
        outcome.reconciliation,
        outcome.assumptions,
    )
    if store is not None:
        return store.ingest(scope, batch, content)
    from ingest.sums import batches, sums

    return Receipt(
        source.sha256,
        source.name,
        outcome.reader,
        Verdict.PARTIAL if outcome.rejected else Verdict.ACCEPTED,
        batch.id,
        outcome.records,
        outcome.records - len(outcome.rejected) - len(outcome.left_out),
        outcome.rejected,
        sums(batches(outcome.rows)) if outcome.rows else {},
        outcome.reconciliation,
        outcome.left_out,
        outcome.assumptions,
    )
