"""One person's identifying text is taken out of the store; the movement of money stays.

A new generation of the identity files is written without it, one transaction makes that the
current one, and the old files are deleted. Originals and segments are untouched: the court may
still need the bytes that were seized, and segments hold nothing identifying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.errors import NotFoundError, StoreError
from graph.stores.ledger.identities import without_instruments, without_texts
from graph.stores.ledger.observed import observed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.scope import Scope
    from graph.stores.ledger.catalogue import Change
    from graph.stores.ledger.layout import StoredFile, VisibleBatch
    from graph.stores.ledger.writer import LedgerWriter

    Replaced = tuple[StoredFile, StoredFile | None, int]


def forget(
    writer: LedgerWriter, scope: Scope, instruments: Sequence[str], observations: Sequence[str], reason: str
) -> int:
    """Erase the keys of instruments and the texts of observations in every batch of the scope's cases.

    Raises
    ------
    NotFoundError
        Nothing of what was named is in the store; the names are not repeated.
    """
    if not reason:
        raise StoreError("an erasure has a reason")
    ids = _raw(instruments)
    admitted = {source for _, source in writer.catalogue.admissions(scope.cases)}
    replaced: dict[str, list[Replaced]] = {}
    for batch in writer.catalogue.stored_batches():
        if batch.source in admitted:
            found = _without(writer, batch, ids, observations)
            if found:
                replaced[batch.batch] = found
    if not replaced:
        raise NotFoundError("nothing identifying is kept under what was named")
    with writer.catalogue.writing(scope, "forget") as change:
        change.what.update(instruments=len(instruments), observations=len(observations))
        for batch_id, found in sorted(replaced.items()):
            _switch(change, batch_id, found, reason)
    for found in replaced.values():
        for file, _, _ in found:
            path = writer.layout.root / file.path
            writer.disk.remove(path)
            writer.disk.sync_folder(path.parent)
    return sum(n for found in replaced.values() for _, _, n in found)


def _switch(change: Change, batch: str, found: Sequence[Replaced], reason: str) -> None:
    """Make the new generations the current ones."""
    for file, f, _ in found:
        change.put("retired", path=file.path)
        if f is not None:
            values = (f.path, f.batch, f.role, 0, f.sha256, f.rows, f.lo, f.hi, f.content)
            change.put_all("files", [values])
    erased = {role: sum(n for file, _, n in found if file.role == role) for role in ("instruments", "texts")}
    change.put(
        "erasures",
        batch=batch,
        instruments=erased["instruments"],
        observations=erased["texts"],
        reason=reason,
    )


def _without(
    writer: LedgerWriter, batch: VisibleBatch, ids: Sequence[bytes], observations: Sequence[str]
) -> list[Replaced]:
    found: list[Replaced] = []
    if ids:
        found += without_instruments(writer.layout, batch, ids, writer.disk)
    if observations:
        held = observed(writer.engine, writer.layout, batch, observations)
        numbers = {table: [number for number, _ in names] for table, names in held.items() if names}
        if numbers:
            found += without_texts(writer.layout, batch, numbers, writer.disk)
    return found


def _raw(instruments: Sequence[str]) -> list[bytes]:
    try:
        return [bytes.fromhex(text) for text in instruments]
    except ValueError as cause:
        raise StoreError("no opaque instrument id", hint="32 hexadecimal digits") from cause
