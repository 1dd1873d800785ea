"""Every stored byte against the hash that covers it; whatever differs, lacks or is too much is named.

SQLite's own check misses most flipped bits and Parquet readers miss many, so nothing here relies on
either: files by sha256, catalogue rows by their own hash and by that of the audit row that wrote
them, audit rows by their chain, and the chain's end by a note outside the catalogue.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.errors import IntegrityError, NotFoundError, StoreFormatError
from graph.stores.ledger import audit
from graph.stores.ledger.catalogue import Catalogue, anchor_bytes, covering, row_hash
from graph.stores.ledger.checking import file_sha256
from graph.stores.ledger.disk import PASSING
from graph.stores.ledger.keys import StoreKey
from graph.stores.ledger.migrations import COVERED, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.stores.ledger.layout import Layout

_MANIFEST = "manifest.json"
_UNNOTED = 2
"""Changes that may stand without a note: the creation, and one whose note was cut off."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written; ``path`` is relative to the store."""

    path: str
    what: str
    expected: str = ""
    found: str = ""
    row: str = ""


def verify(layout: Layout) -> list[Finding]:
    """Check everything in a store folder; an empty list means that it is as it was written.

    Raises
    ------
    NotFoundError
        The folder holds no store.
    """
    try:
        catalogue = Catalogue.open(layout)
    except (IntegrityError, StoreFormatError) as damaged:
        return [Finding(layout.catalogue.name, damaged.what)]
    try:
        found = [*_catalogue(layout, catalogue)]
        expected = _expected(layout, catalogue)
    except sqlite3.DatabaseError as damaged:
        return [Finding(layout.catalogue.name, f"the catalogue cannot be read: {damaged}")]
    finally:
        catalogue.close()
    found += _files(layout, expected)
    found += _key(layout, expected)
    found += _index(layout)
    found += _strays(layout, set(expected))
    return sorted(set(found), key=lambda f: (f.path, f.row, f.what))


def _catalogue(layout: Layout, catalogue: Catalogue) -> Iterator[Finding]:
    path = layout.catalogue.name
    for (told,) in catalogue.fetch("PRAGMA integrity_check"):
        if told != "ok":
            yield Finding(path, f"the catalogue is damaged: {told}")
    for row in catalogue.fetch("PRAGMA foreign_key_check"):
        yield Finding(path, "a row refers to one that is not there", row=f"{row[0]} {row[1]}")
    if _schema(catalogue) != _fresh_schema():
        yield Finding(path, "the tables are not those of this format")
    chain = catalogue.audit_rows()
    for seq, what, expected, told in audit.breaks(chain):
        yield Finding(path, what, expected, told, f"audit {seq}")
    yield from _covered(path, catalogue, {row.seq: row.covers for row in chain})
    changes = sum(bool(row.covers) for row in chain)
    yield from _anchor(layout, {row.seq: row.hash for row in chain}, changes)


def _covered(path: str, catalogue: Catalogue, covers: dict[int, str]) -> Iterator[Finding]:
    """Check every covered row against its hash, and each audit row's rows against its ``covers``."""
    written: dict[int, list[str]] = {}
    for table, columns in COVERED.items():
        for *values, seq, told in catalogue.fetch(
            f"SELECT {', '.join(columns)}, audit, hash FROM {table} NOT INDEXED ORDER BY rowid"  # noqa: S608
        ):
            expected = row_hash(table, seq, values)
            if told != expected:
                yield Finding(path, "a row differs from its hash", told, expected, f"{table} {values[0]}")
            written.setdefault(seq, []).append(expected)
    for seq in sorted(covers.keys() | written.keys()):
        expected, found = covers.get(seq, ""), covering(written.get(seq, []))
        if expected != found:
            yield Finding(
                path,
                "rows were changed, removed or added since they were written",
                expected,
                found,
                f"audit {seq}",
            )


def _anchor(layout: Layout, hashes: dict[int, str], changes: int) -> Iterator[Finding]:
    """Check that the chain reaches as far as was noted; the note may lag by one change, never lead."""
    path = layout.anchor
    if not path.is_file():
        if changes > _UNNOTED:
            yield Finding(path.name, "the note of the newest audit row is missing")
        return
    raw = path.read_bytes()
    seq, _, told = raw.decode(errors="replace").strip().partition(" ")
    found = hashes.get(int(seq) if seq.isascii() and seq.isdigit() else -1, "")
    if raw != anchor_bytes(seq, found):
        yield Finding(
            path.name, "the audit chain does not hold the row noted as its newest", told, found, seq
        )


def _schema(catalogue: Catalogue) -> list[tuple[object, ...]]:
    return catalogue.fetch("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")


def _fresh_schema() -> list[tuple[object, ...]]:
    connection = sqlite3.connect(":memory:")
    try:
        for statements in STEPS.values():
            for statement in statements:
                connection.execute(statement)
        return connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
        ).fetchall()
    finally:
        connection.close()


def _expected(layout: Layout, catalogue: Catalogue) -> dict[str, str]:
    """Return the sha256 of every file that the catalogue vouches for, by path."""
    found = {file.path: file.sha256 for batch in catalogue.stored_batches() for file in batch.files}
    for (sha256,) in catalogue.fetch("SELECT sha256 FROM sources"):
        found[layout.original(sha256).relative_to(layout.root).as_posix()] = sha256
    found[layout.key.name] = catalogue.meta("key_sha256")
    return found


def _files(layout: Layout, expected: dict[str, str]) -> Iterator[Finding]:
    for path, sha256 in sorted(expected.items()):
        full = layout.root / path
        if full.is_symlink() or not full.is_file():
            yield Finding(path, "a stored file is missing", sha256)
        elif (found := file_sha256(full)) != sha256:
            yield Finding(path, "a stored file differs from its hash", sha256, found)


def _key(layout: Layout, expected: dict[str, str]) -> Iterator[Finding]:
    """Check that ids follow from the key: a few, since the key's own hash was checked."""
    try:
        key = StoreKey.load(layout)
    except (IntegrityError, NotFoundError) as damaged:
        yield Finding(layout.key.name, damaged.what, expected[layout.key.name])
        return
    if layout.key.stat().st_mode & 0o077:
        yield Finding(
            layout.key.name, "others may read the store's key", "0600", oct(layout.key.stat().st_mode & 0o777)
        )
    if key.sha256 != expected[layout.key.name]:
        yield Finding(
            layout.key.name, "not the key the store was made with", expected[layout.key.name], key.sha256
        )


def _index(layout: Layout) -> Iterator[Finding]:
    """Check kept indexes against their own manifests; they can be removed and are made again."""
    for folder in _folders(layout.root / "index"):
        where = folder.relative_to(layout.root).as_posix()
        try:
            manifest = json.loads((folder / _MANIFEST).read_bytes())
            named = {str(name): str(sha256) for name, sha256 in manifest.items()}
        except (OSError, ValueError, AttributeError) as damaged:
            yield Finding(
                f"{where}/{_MANIFEST}", f"the index's list of files cannot be read: {type(damaged).__name__}"
            )
            continue
        present = {path.name for path in folder.iterdir()} - {_MANIFEST}
        for name in sorted(named.keys() | present):
            path = folder / name
            if name not in named:
                yield Finding(f"{where}/{name}", "stray file")
            elif not path.is_file():
                yield Finding(f"{where}/{name}", "a file of the index is missing", named[name])
            elif (found := file_sha256(path)) != named[name]:
                yield Finding(
                    f"{where}/{name}", "a file of the index differs from its hash", named[name], found
                )


def _folders(place: Path) -> list[Path]:
    return sorted(p for p in place.iterdir() if p.is_dir() and not p.is_symlink()) if place.is_dir() else []


def _strays(layout: Layout, expected: set[str]) -> Iterator[Finding]:
    """Name what nobody vouches for."""
    own = {layout.catalogue.name, layout.key.name, layout.lock.name, layout.anchor.name}
    own |= {layout.catalogue.name + end for end in ("-wal", "-shm")}
    for path in sorted(layout.root.rglob("*")):
        where = path.relative_to(layout.root).as_posix()
        if path.is_dir() and not path.is_symlink():
            continue
        if where in expected or where in own or _is_indexed(path, layout.root / "index"):
            continue
        yield Finding(where, "passing file" if path.name.endswith(PASSING) else "stray file")


def _is_indexed(path: Path, index: Path) -> bool:
    return path.parent.parent == index and not path.is_symlink()
