"""Questions to the segments, asked of DuckDB in memory over the catalogue's list of files.

Never a glob, never a database file, never an identifier pasted into a query: files and values go in
as parameters and tables. The engine may read the store's own folders and nothing else, and each
file's bytes are checked against the catalogue's hash before it is first read.

Inside, an observation is (batch place, number) packed into one whole number; its id and its locator
are computed for the rows that leave, by the same definition as ``graph.model.provenance``.
"""

from __future__ import annotations

# ruff: noqa: S608 - every text that is pasted into a query stands in this file; values are parameters
import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa

from graph.stores.ledger.passing import passing_prefix, remove_left_over

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from graph.stores.ledger.layout import StoredFile, VisibleBatch

_LOCATOR = "replace(replace(r.form, '{a}', r.a::VARCHAR), '{b}', r.b::VARCHAR)"
_OBSERVATION = (
    "left(sha256(f.prefix || unhex(printf('%016x', octet_length(encode(locator)))) || encode(locator)), 32)"
)
_SPILL = ".spill-"
_PACKED = "(f.place::BIGINT << 32)"
ROW_COLUMNS = (
    "lo",
    "hi",
    "seq",
    "status",
    "kind",
    "channel",
    "debit",
    "credit",
    "amount",
    "asset",
    "digits",
    "statement",
    "balance",
    "mark",
)
FACT_COLUMNS = ("lo", "hi", "kind", "subject", "object", "fields")
_FILES = pa.schema(
    [
        ("file_index", pa.int64()),
        ("place", pa.int32()),
        ("start", pa.int64()),
        ("source", pa.int32()),
        ("prefix", pa.binary()),
    ]
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The visible batches of one content, by source and batch, and where their files lie."""

    root: Path
    batches: tuple[VisibleBatch, ...]
    check: Callable[[Path, str], Path]

    def path(self, file: StoredFile) -> Path:
        """Return a file's path after its bytes were checked (once per process)."""
        return self.check(self.root / file.path, file.sha256)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which stored rows are wanted; ``None`` means no restriction.

    ``numbers`` are packed observations, ``rows`` packed rows, ``nodes`` pairs of batch place and
    node number of either end.
    """

    numbers: Sequence[int] | NDArray[np.int64] | None = None
    rows: NDArray[np.int64] | None = None
    nodes: Sequence[tuple[int, int]] | None = None
    sources: tuple[str, ...] = ()
    window: tuple[int, int] | None = None
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    limit: int | None = None

    def places(self) -> set[int] | None:
        """Return the batches that can answer, or None when any can."""
        groups = [
            np.asarray(packed, np.int64) >> 32 for packed in (self.numbers, self.rows) if packed is not None
        ]
        if self.nodes is not None:
            groups.append(np.array([place for place, _ in self.nodes], np.int64))
        return set.intersection(*(set(np.unique(g).tolist()) for g in groups)) if groups else None


@dataclass(slots=True)
class Engine:
    """One DuckDB in memory, locked down to the folders it is given."""

    folders: tuple[Path, ...]
    memory: str = "1GB"
    threads: int = 2
    _connection: duckdb.DuckDBPyConnection | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def table(
        self, sql: str, parameters: Sequence[object] = (), tables: Mapping[str, pa.Table] | None = None
    ) -> pa.Table:
        """Run one query with parameters and named tables; return its answer."""
        with self._lock:
            cursor = self._open().cursor()
        try:
            for name, table in (tables or {}).items():
                cursor.register(name, table)
            return cursor.sql(sql, params=list(parameters)).to_arrow_reader().read_all()
        finally:
            cursor.close()

    def close(self) -> None:
        """Let go of the engine's memory."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _spill(self) -> Path:
        """Return a folder in the store for what does not fit; the engine makes and removes it."""
        store = self.folders[0].parent
        remove_left_over(store, _SPILL)
        return store / f"{passing_prefix(_SPILL)}{id(self):x}"

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            allowed = ", ".join("'" + f"{folder}{os.sep}".replace("'", "''") + "'" for folder in self.folders)
            connection = duckdb.connect(
                config={
                    "threads": self.threads,
                    "memory_limit": self.memory,
                    "temp_directory": str(self._spill()),
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                    "python_enable_replacements": False,
                }
            )
            connection.execute(f"SET allowed_directories = [{allowed}]")  # a setting takes no parameter
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            self._connection = connection
        return self._connection


def rows(engine: Engine, evidence: Evidence, asked: Asked) -> pa.Table:
    """Return stored rows in the total order, with ``number, row, place, observation, locator``."""
    return _ask(engine, evidence, "rows", ROW_COLUMNS, asked, "lo, seq, source, a, b, row")


def facts(engine: Engine, evidence: Evidence, asked: Asked) -> pa.Table:
    """Return stored facts by ``(lo, source, place)``, with ``number, row, place, observation, locator``."""
    return _ask(engine, evidence, "facts", FACT_COLUMNS, asked, "lo, source, a, b, row")


def observations(engine: Engine, evidence: Evidence, place: int) -> pa.Table:
    """Return ``number`` and ``id`` (16 bytes) of the observations of a batch's rows, by id."""
    paths, files = _files(evidence, "rows", Asked(numbers=[place << 32]))
    if not paths:
        return pa.table({"number": pa.array([], pa.int64()), "id": pa.array([], pa.binary())})
    sql = f"""
        SELECT DISTINCT number, unhex({_OBSERVATION}) AS id
        FROM (SELECT r.obs + {_PACKED} AS number, {_LOCATOR} AS locator, f.prefix
              FROM read_parquet($1) r JOIN files f USING (file_index)) f
        ORDER BY id, number"""
    return engine.table(sql, [[str(p) for p in paths]], {"files": files})


def row_texts(engine: Engine, evidence: Evidence, numbers: Sequence[int]) -> pa.Table:
    """Return ``row, ref, text`` of the rows of observations; nothing for what was erased."""
    return _texts(engine, evidence, "rows", numbers)


def fact_texts(engine: Engine, evidence: Evidence, numbers: Sequence[int]) -> pa.Table:
    """Return ``row, ref, text`` of the facts of observations; nothing for what was erased."""
    return _texts(engine, evidence, "facts", numbers)


def _texts(engine: Engine, evidence: Evidence, role: str, numbers: Sequence[int]) -> pa.Table:
    """Return texts by the packed row that they belong to.

    Text is kept by observation and part, the place of a row among its observation's rows: a line that
    names two holders is one observation with two facts.
    """
    asked = Asked(numbers=numbers)
    (paths_, files), (texts_, text_files) = (_files(evidence, name, asked) for name in (role, "texts"))
    if not paths_ or not texts_:
        return pa.table(
            {
                "row": pa.array([], pa.int64()),
                "ref": pa.array([], pa.string()),
                "text": pa.array([], pa.string()),
            }
        )
    sql = f"""
        WITH own AS (
            SELECT r.obs + {_PACKED} AS number, f.start + r.file_row_number + {_PACKED} AS row
            FROM read_parquet($1) r JOIN files f USING (file_index)
            WHERE number IN (SELECT number FROM wanted)),
        numbered AS (SELECT *, row_number() OVER (PARTITION BY number ORDER BY row) - 1 AS part FROM own)
        SELECT n.row, r.ref, r.text
        FROM read_parquet($2) r JOIN text_files f USING (file_index)
        JOIN numbered n ON n.number = r.obs + {_PACKED} AND n.part = r.part
        WHERE r."table" = $3"""
    tables = {"files": files, "text_files": text_files, "wanted": _numbers("number", numbers)}
    return engine.table(sql, [[str(p) for p in paths_], [str(p) for p in texts_], role], tables)


def _ask(
    engine: Engine, evidence: Evidence, role: str, columns: tuple[str, ...], asked: Asked, order: str
) -> pa.Table:
    paths, files = _files(evidence, role, asked)
    where, parameters, tables = _conditions(role, asked)
    tables["files"] = files
    chosen = ", ".join(f"r.{name}" for name in columns)
    cut = "" if asked.limit is None else f"LIMIT {int(asked.limit)}"
    source = "read_parquet($1)" if paths else "nothing"
    if not paths:
        tables["nothing"] = _nothing(role)
        where += " AND len($1::VARCHAR[]) >= 0"
    sql = f"""
        SELECT * EXCLUDE (prefix, a, b, source), {_OBSERVATION} AS observation
        FROM (SELECT {chosen}, r.a, r.b, f.place, f.source, f.prefix, r.obs + {_PACKED} AS number,
                     f.start + r.file_row_number + {_PACKED} AS row, {_LOCATOR} AS locator
              FROM {source} r JOIN files f USING (file_index)
              WHERE {where} ORDER BY {order} {cut}) f
        ORDER BY {order.replace("source, a, b", "f.source, f.a, f.b")}"""
    return engine.table(sql, [[str(p) for p in paths], *parameters], tables)


def _conditions(role: str, asked: Asked) -> tuple[str, list[object], dict[str, pa.Table]]:
    where = ["true"]
    parameters: list[object] = []
    tables: dict[str, pa.Table] = {}
    ends = ("debit", "credit") if role == "rows" else ("subject", "object")
    if asked.numbers is not None:
        where.append(f"r.obs + {_PACKED} IN (SELECT number FROM wanted_numbers)")
        tables["wanted_numbers"] = _numbers("number", asked.numbers)
    if asked.rows is not None:
        where.append(f"f.start + r.file_row_number + {_PACKED} IN (SELECT row FROM wanted_rows)")
        tables["wanted_rows"] = _numbers("row", asked.rows)
    if asked.nodes is not None:
        one = f"r.{{}} + {_PACKED} IN (SELECT node FROM wanted_nodes)"
        where.append("(" + " OR ".join(one.format(end) for end in ends) + ")")
        tables["wanted_nodes"] = _numbers("node", [(place << 32) + node for place, node in asked.nodes])
    if asked.window is not None:
        where.append(f"r.lo >= ${len(parameters) + 2} AND r.lo < ${len(parameters) + 3}")
        parameters += asked.window
    for column, values in (("status", asked.statuses), ("kind", asked.kinds)):
        if values:
            where.append(f"r.{column} IN (SELECT unnest(${len(parameters) + 2}::VARCHAR[]))")
            parameters.append(list(values))
    return " AND ".join(where), parameters, tables


def _files(evidence: Evidence, role: str, asked: Asked) -> tuple[list[Path], pa.Table]:
    """List the checked files that can answer, and a table that says what each is."""
    places = asked.places()
    found: list[StoredFile] = []
    listed: list[tuple[int, int, int, int, bytes]] = []
    rank = {source: i for i, source in enumerate(sorted({b.source for b in evidence.batches}))}
    for place, batch in enumerate(evidence.batches):
        if (places is not None and place not in places) or (
            asked.sources and batch.source not in asked.sources
        ):
            continue
        start = 0
        for file in batch.of(role):
            if (
                asked.window is None
                or not file.hi
                or (file.lo < asked.window[1] and asked.window[0] <= file.hi)
            ):
                listed.append((len(found), place, start, rank[batch.source], _prefix(batch.source)))
                found.append(file)
            start += file.rows
    columns = zip(*listed, strict=True) if listed else [()] * len(_FILES)
    table = pa.table([pa.array(c, t) for c, t in zip(columns, _FILES.types, strict=True)], schema=_FILES)
    return [evidence.path(file) for file in found], table


def _prefix(source: str) -> bytes:
    """Return the bytes that come before a locator in the hash that is an observation's id."""
    parts = [text.encode() for text in ("observation", source)]
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _numbers(name: str, values: Sequence[int] | NDArray[np.int64]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.int64())})


def _nothing(role: str) -> pa.Table:
    from graph.stores.ledger.layout import STORED_FACTS, STORED_ROWS

    schema = STORED_ROWS if role == "rows" else STORED_FACTS
    return (
        schema.append(pa.field("file_index", pa.int64()))
        .append(pa.field("file_row_number", pa.int64()))
        .empty_table()
    )


def keys(engine: Engine, evidence: Evidence, ids: Sequence[bytes]) -> list[dict[str, Any]]:
    """Return ``id`` and ``key`` of instruments, by key; nothing for what was erased."""
    paths, _ = _files(evidence, "instruments", Asked())
    if not paths or not ids:
        return []
    sql = """
        SELECT DISTINCT r.id::BLOB AS id, r.key
        FROM read_parquet($1) r WHERE r.id::BLOB IN (SELECT id FROM wanted) ORDER BY r.key"""
    wanted = pa.table({"id": pa.array(ids, pa.binary())})
    rows: list[dict[str, Any]] = engine.table(sql, [[str(p) for p in paths]], {"wanted": wanted}).to_pylist()
    return rows


def paths(evidence: Evidence, role: str) -> list[str]:
    """Return the checked paths of all files of one role."""
    return [str(path) for path in _files(evidence, role, Asked())[0]]


def numbers_of_rails(engine: Engine, evidence: Evidence, rails: Sequence[bytes]) -> list[int]:
    """Return packed observations whose rail guarantee is one of these keyed hashes."""
    sql = f"""
        SELECT DISTINCT r.obs + {_PACKED} AS number
        FROM read_parquet($1) r JOIN files f USING (file_index)
        WHERE r.rail::BLOB IN (SELECT unnest($2::BLOB[])) ORDER BY number"""
    return _found(engine, evidence, "rows", sql, list(rails)) if rails else []


def numbers_of_reference(engine: Engine, evidence: Evidence, ref: str) -> list[int]:
    """Return packed observations that print this reference, letter case aside."""
    sql = f"""
        SELECT DISTINCT r.obs + {_PACKED} AS number
        FROM read_parquet($1) r JOIN files f USING (file_index)
        WHERE r."table" = 'rows' AND lower(r.ref) = lower($2) ORDER BY number"""
    return _found(engine, evidence, "texts", sql, ref)


def _found(engine: Engine, evidence: Evidence, role: str, sql: str, value: object) -> list[int]:
    listed, files = _files(evidence, role, Asked())
    if not listed:
        return []
    found: list[int] = engine.table(sql, [[str(p) for p in listed], value], {"files": files})[
        "number"
    ].to_pylist()
    return found
