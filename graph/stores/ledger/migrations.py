"""The catalogue's tables, version by version; a store of an older version is brought up step by step.

Every table but ``audit`` and ``jobs`` is append-only and covered: each row carries its own hash and
the number of the audit row that wrote it, and that audit row carries one hash over all of them. So
a changed, a missing and an added row are all found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

COVERED: dict[str, tuple[str, ...]] = {
    "meta": ("name", "value"),
    "sources": ("sha256", "size"),
    "cases": ("id", "title"),
    "admissions": ("case_id", "source", "name", "media", "supplier", "authority", "received", "handling"),
    "batches": ("id", "source", "reader", "version", "mapping", "options", "receipt"),
    "files": ("path", "batch", "role", "place", "sha256", "rows", "lo", "hi", "content"),
    "retired": ("path",),
    "retractions": ("batch", "reason", "replaced_by"),
    "restorations": ("batch", "reason"),
    "links": ("a", "b", "kind", "rule", "author", "reason", "batch_a", "batch_b"),
    "assertions": ("id", "case_id", "made", "body"),
    "results": ("id", "case_id", "kind", "body"),
    "fallen": ("result", "batch"),
    "risen": ("result",),
    "dispositions": ("result", "decision", "author", "reason", "made", "ground"),
    "documents": ("case_id", "kind", "id", "made", "body"),
    "erasures": ("batch", "instruments", "observations", "reason"),
}
"""Columns of each covered table, in the order in which they are hashed."""

NUMBERS = frozenset({"size", "place", "rows", "lo", "hi", "instruments", "observations"})
KEYS = {
    "meta": "name, audit",
    "sources": "sha256",
    "cases": "id",
    "admissions": "case_id, source, name, media, supplier, authority, received, handling",
    "batches": "id",
    "files": "path",
    "retired": "path",
    "retractions": "batch, audit",
    "restorations": "batch, audit",
    "links": "a, b, kind, rule, author, reason, batch_a, batch_b",
    "assertions": "id",
    "results": "id",
    "fallen": "result, audit",
    "risen": "result, audit",
    "dispositions": "result, audit",
    "documents": "case_id, kind, id, audit",
    "erasures": "batch, audit",
}
_REFERENCES = {
    ("admissions", "case_id"): "cases(id)",
    ("admissions", "source"): "sources(sha256)",
    ("batches", "source"): "sources(sha256)",
    ("files", "batch"): "batches(id)",
    ("retired", "path"): "files(path)",
    ("retractions", "batch"): "batches(id)",
    ("assertions", "case_id"): "cases(id)",
    ("results", "case_id"): "cases(id)",
    ("restorations", "batch"): "batches(id)",
    ("fallen", "result"): "results(id)",
    ("risen", "result"): "results(id)",
    ("dispositions", "result"): "results(id)",
    ("documents", "case_id"): "cases(id)",
    ("erasures", "batch"): "batches(id)",
}
_AUDIT = """
    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY, prev TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
        channel TEXT NOT NULL, purpose TEXT NOT NULL, action TEXT NOT NULL, what TEXT NOT NULL,
        outcome TEXT NOT NULL, covers TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT"""
_JOBS = """
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY, action TEXT NOT NULL, subject TEXT NOT NULL, holder TEXT NOT NULL,
        phase TEXT NOT NULL, state TEXT NOT NULL, started TEXT NOT NULL, heartbeat TEXT NOT NULL,
        lease TEXT NOT NULL
    ) STRICT"""


def _table(name: str) -> str:
    columns = []
    for column in COVERED[name]:
        refers = _REFERENCES.get((name, column))
        kind = "INTEGER" if column in NUMBERS else "TEXT"
        columns.append(f"{column} {kind} NOT NULL" + (f" REFERENCES {refers}" if refers else ""))
    columns += [
        "audit INTEGER NOT NULL REFERENCES audit(seq) DEFERRABLE INITIALLY DEFERRED",
        "hash TEXT NOT NULL",
        f"PRIMARY KEY ({KEYS[name]})",
    ]
    return f"CREATE TABLE {name} ({', '.join(columns)}) STRICT"


def _append_only(name: str) -> list[str]:
    return [
        f"CREATE TRIGGER {name}_no_{verb} BEFORE {verb.upper()} ON {name} "
        f"BEGIN SELECT raise(ABORT, 'append only'); END"
        for verb in ("update", "delete")
    ]


def _first() -> tuple[str, ...]:
    statements = [_AUDIT, _JOBS, *(_table(name) for name in COVERED)]
    statements += [
        "CREATE INDEX audit_changes ON audit(seq) WHERE covers <> ''",
        "CREATE INDEX files_batch ON files(batch)",
        "CREATE INDEX links_batches ON links(batch_a, batch_b)",
    ]
    for name in ("audit", *COVERED):
        statements += _append_only(name)
    return tuple(statements)


STEPS: dict[int, tuple[str, ...]] = {1: _first()}
"""Statements that bring a store to each format version from the one before."""


def migrate(
    connection: sqlite3.Connection, found: int, wanted: int, steps: Mapping[int, Sequence[str]] | None = None
) -> None:
    """Run the steps from format ``found`` to ``wanted`` inside the caller's transaction."""
    for version in range(found + 1, wanted + 1):
        for statement in (STEPS if steps is None else steps)[version]:
            connection.execute(statement)
