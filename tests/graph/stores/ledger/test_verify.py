"""Verification names every stored byte that is not as it was written."""

# ruff: noqa: S608 - statements of tampering, over our own table names
from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from graph.errors import IntegrityError, NotFoundError
from graph.model.provenance import canonical
from graph.model.results import Assertion, AssertionKind
from graph.stores.ledger.checking import checked
from graph.stores.ledger.migrations import COVERED
from graph.stores.ledger.verify import verify
from tests.graph.stores.ledger.evidence import BOOK, FILES, SCOPE, close, layout_of, store_with
from tests.graph.stores.ledger.faults import lay_out

if TYPE_CHECKING:
    from pathlib import Path

FLIPS = 300
CATALOGUE = ("catalogue.sqlite", "catalogue.sqlite-wal")


def keep_index(root: Path) -> None:
    """Lay an index as the reading side keeps one."""
    folder = root / "index" / ("a" * 32)
    folder.mkdir(parents=True)
    (folder / "src.npy").write_bytes(bytes(range(256)))
    manifest = {"src.npy": hashlib.sha256(bytes(range(256))).hexdigest()}
    (folder / "manifest.json").write_text(canonical(manifest))


def files_of(root: Path) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in sorted(root.rglob("*"))
        if p.is_file() and not p.name.endswith(("-shm", "writer.lock"))
    }


def dump(path: Path) -> object:
    """Return all rows that anything rests on, or why they cannot be read."""
    connection = sqlite3.connect(path)
    try:
        return [
            connection.execute(f"SELECT * FROM {t} ORDER BY 1, 2").fetchall() for t in ("audit", *COVERED)
        ]
    except sqlite3.DatabaseError as damaged:
        return str(damaged)
    finally:
        connection.close()


def test_every_flipped_bit_is_named_or_changes_nothing(tmp_path: Path) -> None:
    writer = store_with(tmp_path / "live", FILES)
    keep_index(writer.layout.root)
    writer.assert_(SCOPE, Assertion(AssertionKind.ROLE, "c", "x", "victim", "ann", "said so", "2026-01-02"))
    kept = files_of(writer.layout.root)
    assert len(kept["catalogue.sqlite-wal"]) > 100_000
    close(writer)
    layout = layout_of(tmp_path / "copy")
    lay_out(kept, layout.root)
    assert verify(layout) == []
    told = dump(layout.catalogue)
    rng = random.Random(20261124)  # noqa: S311
    names = sorted(kept)
    silent = 0
    for n in range(FLIPS):
        name = names[n % len(names)] if n % 3 else rng.choice(CATALOGUE)
        for again in CATALOGUE:
            (layout.root / again).write_bytes(kept[again])
        (layout.root / "catalogue.sqlite-shm").unlink(missing_ok=True)
        bit = rng.randrange(8 * len(kept[name]))
        flipped = bytearray(kept[name])
        flipped[bit // 8] ^= 1 << (bit % 8)
        (layout.root / name).write_bytes(flipped)
        found = verify(layout)
        if name in CATALOGUE:
            if not found:
                silent += 1
                assert dump(layout.catalogue) == told, (name, bit)
        else:
            assert name in {f.path for f in found} or name.endswith("manifest.json"), (name, bit)
            assert found, (name, bit)
        (layout.root / name).write_bytes(kept[name])
    assert silent < FLIPS // 2


def test_rows_taken_out_added_or_changed_are_named(tmp_path: Path) -> None:
    close(store_with(tmp_path / "live", FILES))
    layout = layout_of(tmp_path / "live")
    whole = layout.catalogue.read_bytes()
    for table in ("admissions", "batches", "files", "sources", "cases", "links", "meta"):
        column = COVERED[table][0]
        others = ", ".join((*COVERED[table][1:], "audit", "hash"))
        first = f"(SELECT min(rowid) FROM {table})"
        for statement, what in (
            (f"DELETE FROM {table} WHERE rowid = {first}", "removed"),
            (f"UPDATE {table} SET {column} = {column} || 'x' WHERE rowid = {first}", "differs"),
            (f"INSERT INTO {table} SELECT {column} || 'x', {others} FROM {table} LIMIT 1", "added"),
        ):
            layout.catalogue.write_bytes(whole)
            connection = sqlite3.connect(layout.catalogue)
            triggers = connection.execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(statement)
            for _, sql in triggers:
                connection.execute(sql)
            connection.commit()
            connection.close()
            found = verify(layout)
            assert any(what in f.what for f in found) or (found and table == "meta"), (table, what)
    layout.catalogue.write_bytes(whole)
    assert verify(layout) == []


def test_the_loss_of_the_newest_rows_is_seen(tmp_path: Path) -> None:
    writer = store_with(tmp_path, FILES[:2])
    close(writer)
    layout = layout_of(tmp_path)
    older = layout.catalogue.read_bytes()
    writer = store_with(tmp_path, [])
    writer.assert_(SCOPE, Assertion(AssertionKind.ROLE, "c", "x", "victim", "ann", "said so", "2026-01-02"))
    close(writer)
    assert verify(layout) == []
    layout.catalogue.write_bytes(older)
    assert [f.path for f in verify(layout)] == ["audit.head"]


def test_strays_and_missing_files_are_named(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    root = writer.layout.root
    (root / "note.txt").write_text("x")
    (root / "segments" / "loose.parquet").write_bytes(b"")
    (root / "originals" / "link").symlink_to(root / "note.txt")
    writer.layout.original(BOOK.source.sha256).unlink()
    lost = next((root / "segments").rglob("rows-*.parquet"))
    lost.unlink()
    found = {f.path: f.what for f in verify(writer.layout)}
    assert found == {
        "note.txt": "stray file",
        "originals/link": "stray file",
        "segments/loose.parquet": "stray file",
        writer.layout.original(BOOK.source.sha256).relative_to(root).as_posix(): "a stored file is missing",
        lost.relative_to(root).as_posix(): "a stored file is missing",
    }
    close(writer)


def test_a_key_that_others_may_read_is_named(tmp_path: Path) -> None:
    writer = store_with(tmp_path, [BOOK])
    writer.layout.key.chmod(0o644)
    assert [f.what for f in verify(writer.layout)] == ["others may read the store's key"]
    close(writer)


def test_no_store_is_an_error_and_not_a_finding(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        verify(layout_of(tmp_path))


def test_a_copied_store_is_the_same_store(tmp_path: Path) -> None:
    close(store_with(tmp_path / "live", FILES))
    shutil.copytree(tmp_path / "live", tmp_path / "copy")
    assert verify(layout_of(tmp_path / "copy")) == []


def test_a_file_is_checked_once_and_again_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    sha256 = hashlib.sha256(b"abc").hexdigest()
    assert checked(path, sha256) == path == checked(path, sha256)
    path.write_bytes(b"abd")
    with pytest.raises(IntegrityError, match="differs"):
        checked(path, sha256)
    path.unlink()
    with pytest.raises(IntegrityError, match="missing"):
        checked(path, sha256)
