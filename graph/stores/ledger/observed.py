"""Which places of a source a batch has read, asked of its segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from graph.stores.ledger.checking import checked

if TYPE_CHECKING:
    from collections.abc import Collection

    from graph.stores.ledger.layout import Layout, VisibleBatch
    from graph.stores.ledger.query import Engine

TABLES = ("rows", "facts")
_LOCATOR = "replace(replace(form::VARCHAR, '{a}', a::VARCHAR), '{b}', b::VARCHAR)"
_WANTED = f"""
    SELECT DISTINCT obs, id FROM (
        SELECT obs, left(sha256(
            $2::BLOB || unhex(printf('%016x', octet_length(encode(locator)))) || encode(locator)), 32) AS id
        FROM (SELECT DISTINCT obs, {_LOCATOR} AS locator FROM read_parquet($1)))
    WHERE id IN (SELECT id FROM wanted) ORDER BY obs, id
"""  # noqa: S608
_SHARED = """
    SELECT 1 FROM (SELECT DISTINCT form::VARCHAR AS form, a, b FROM read_parquet($1))
    SEMI JOIN (SELECT form::VARCHAR AS form, a, b FROM read_parquet($2)) USING (form, a, b) LIMIT 1
"""


def observed(
    engine: Engine, layout: Layout, batch: VisibleBatch, ids: Collection[str]
) -> dict[str, list[tuple[int, str]]]:
    """Return, by table, number and id of those observations of ``ids`` that a batch holds."""
    wanted = pa.table({"id": pa.array(sorted(ids), pa.string())})
    prefix = b"".join(len(part).to_bytes(8, "big") + part for part in (b"observation", batch.source.encode()))
    found: dict[str, list[tuple[int, str]]] = {}
    for role in TABLES:
        paths = _paths(layout, batch, role)
        if paths and ids:
            table = engine.table(_WANTED, [paths, prefix], {"wanted": wanted})
            found[role] = [(row["obs"], row["id"]) for row in table.to_pylist()]
    return found


def share_places(engine: Engine, layout: Layout, one: VisibleBatch, other: VisibleBatch) -> bool:
    """Say whether two batches of one source have read rows at the same place."""
    mine, theirs = _paths(layout, one, "rows"), _paths(layout, other, "rows")
    return bool(mine and theirs and engine.table(_SHARED, [mine, theirs]).num_rows)


def _paths(layout: Layout, batch: VisibleBatch, role: str) -> list[str]:
    return [str(checked(layout.root / file.path, file.sha256)) for file in batch.of(role)]
