"""Loading transfers: the ledger against DuckDB's own load of the same Parquet file.

    python -m benchmarks.load 5000000 1000000 [--write]

The ledger keeps the original, sorts, gives opaque ids, writes checked and synced segments and commits
them with receipt and audit row; the index is derived and built at the first look. DuckDB copies the
file into a table of a database file, once as it stands and once with its string keys resolved to
numbers and in order of time, which is nearer to what the ledger does. Each load runs in a process of
its own, from the same generated file; goals: 0.6 times DuckDB's rate, 2 GiB of memory.
``--write`` keeps the figures in
``benchmarks/results/load.md``.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.generate import write
from benchmarks.machine import describe_machine, write_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GOAL_RATE = 0.6
GOAL_MIB = 2048
_RESOLVED = (
    "WITH k AS (SELECT row_number() OVER () AS n, id FROM (SELECT src AS id FROM read_parquet($1) "
    "UNION SELECT dst FROM read_parquet($1))) "
    "SELECT s.n AS src, d.n AS dst, t.* EXCLUDE (src, dst) FROM read_parquet($1) t "
    "JOIN k s ON s.id = t.src JOIN k d ON d.id = t.dst ORDER BY t.ts"
)


def by_duckdb(source: Path, folder: Path) -> None:
    """Copy the file into a table of a DuckDB database file."""
    _duckdb(source, folder, "SELECT * FROM read_parquet($1)")


def by_duckdb_resolved(source: Path, folder: Path) -> None:
    """Copy the file with its keys resolved to numbers and in order of time."""
    _duckdb(source, folder, _RESOLVED)


def _duckdb(source: Path, folder: Path, query: str) -> None:
    import duckdb

    con = duckdb.connect(str(folder / "t.duckdb"), config={"threads": 2, "memory_limit": "2GB"})
    con.execute(f"CREATE TABLE t AS {query.replace('$1', repr(str(source)))}")
    con.execute("CHECKPOINT")
    con.close()


def by_ledger(source: Path, folder: Path) -> None:
    """Admit and ingest the file: durable, checked, visible; transaction ids are references as printed."""
    _ledger(source, folder, rails=False, index=False)


def by_ledger_indexed(source: Path, folder: Path) -> None:
    """Admit, ingest and index the file."""
    _ledger(source, folder, rails=False, index=True)


def by_ledger_linking(source: Path, folder: Path) -> None:
    """Admit, ingest, link and index the file; transaction ids are what the rail guarantees."""
    _ledger(source, folder, rails=True, index=True)


def _ledger(source: Path, folder: Path, *, rails: bool, index: bool) -> None:
    from graph.model.provenance import Batch, Source
    from graph.model.scope import Scope
    from graph.store import Content
    from graph.stores import open_store
    from graph.stores.ledger.checking import file_sha256

    scope = Scope("benchmark", ("load",), "measure", channel="cli")
    store = open_store(str(folder / "store"), create=True)
    store.open_case(scope, "load")
    sha256 = file_sha256(source)
    record = store.admit(scope, "load", source, Source(sha256, source.name, source.stat().st_size))
    batch = Batch(record.sha256, "benchmark", "1")
    store.ingest(
        scope,
        batch,
        Content(rows=record_batches(source, rails=rails), records=pq.read_metadata(source).num_rows),
    )
    if index:
        store.snapshot(scope)
    store.close()


def record_batches(source: Path, *, rails: bool) -> Iterator[pa.RecordBatch]:
    """Read the export as a reader would hand it over: in the schema of rows, ends as one dictionary."""
    import numpy as np

    from graph.model.tables import ROWS, UNITS

    for part in _resolved(source):
        size = part.num_rows
        number = part["file_row_number"]
        lo = part["ts"].cast(pa.int64())
        known: dict[str, pa.Array] = {
            "obs": number.cast(pa.int32()),
            "lo": lo,
            "hi": pa.array(lo.to_numpy() + 1),
            "seq": number,
            "a": number,
            "b": pa.array(np.zeros(size, np.int64)),
            "form": _word("line:{a}", size),
            "status": _word("completed", size),
            "kind": _word("principal", size),
            "channel": part["channel"].dictionary_encode(),
            "debit": part["src"],
            "credit": part["dst"],
            "amount": part["amount"].cast(UNITS),
            "asset": part["ccy"].dictionary_encode(),
            "ref": part["tid"],
            "text": part["ref"],
            "rail": part["tid"] if rails else pa.nulls(size, pa.string()),
        }
        arrays = [known[f.name].cast(f.type) if f.name in known else pa.nulls(size, f.type) for f in ROWS]
        yield pa.RecordBatch.from_arrays(arrays, schema=ROWS)


def _resolved(source: Path, rows: int = 1_000_000) -> Iterator[pa.RecordBatch]:
    """Read a million rows at a time, the keys of both ends resolved against one dictionary."""
    import duckdb

    con = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    con.execute(
        "CREATE TABLE k AS SELECT id, (row_number() OVER () - 1)::INTEGER AS n FROM (SELECT src AS id FROM "
        "read_parquet($1) UNION SELECT dst FROM read_parquet($1))",
        [str(source)],
    )
    words = con.sql("SELECT id FROM k ORDER BY n").to_arrow_table()["id"].combine_chunks()
    query = (
        "SELECT s.n AS src, d.n AS dst, t.* EXCLUDE (src, dst) "
        "FROM read_parquet($1, file_row_number = true) t "
        "JOIN k s ON s.id = t.src JOIN k d ON d.id = t.dst"
    )
    for batch in con.sql(query, params=[str(source)]).to_arrow_reader(rows):
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for end in ("src", "dst"):
            columns[end] = pa.DictionaryArray.from_arrays(columns[end], words)
        yield pa.RecordBatch.from_pydict(columns)
    con.close()


def _word(word: str, size: int) -> pa.Array:
    import numpy as np

    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), pa.array([word]))


LOADS: dict[str, Callable[[Path, Path], None]] = {
    "DuckDB, as it stands": by_duckdb,
    "DuckDB, keys resolved, in order of time": by_duckdb_resolved,
    "ledger": by_ledger,
    "ledger, with index": by_ledger_indexed,
    "ledger, with index, each transaction id also a rail's guarantee": by_ledger_linking,
}


def measured(name: str, source: Path) -> tuple[float, float, int]:
    """Run one load in a process of its own; return wall seconds, CPU seconds and peak MiB."""
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        command = [sys.executable, "-m", "benchmarks.load", "--only", name, str(source), folder]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return float(out[0]), float(out[1]), int(out[2])


def main(transfers: int, accounts: int, *, keep: bool, rounds: int = 2) -> None:
    """Run every load in turn, twice, and print the better of each."""
    with tempfile.TemporaryDirectory() as folder:
        source = write(transfers, accounts, Path(folder))
        figures = {name: min(measured(name, source) for _ in range(rounds)) for name in LOADS}
    theirs = figures["DuckDB, as it stands"][0]
    lines = [
        "| load | wall, s | CPU, s | rows/s | peak, MiB | rate : DuckDB's |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {wall:.1f} | {cpu:.1f} | {transfers / wall:,.0f} | {peak} | {theirs / wall:.2f} |"
        for name, (wall, cpu, peak) in figures.items()
    ]
    print("\n".join(lines))
    told = (
        f"{transfers:,} transfers, {accounts:,} accounts; the better of {rounds}; {describe_machine()}. "
        f"Goals: rate {GOAL_RATE}, {GOAL_MIB} MiB."
    )
    if keep:
        command = f"python -m benchmarks.load {transfers} {accounts} --write"
        write_result("load", "Loading: ledger against DuckDB", command, told, lines)


if __name__ == "__main__":
    if "--only" in sys.argv:
        begun = time.perf_counter()
        LOADS[sys.argv[2]](Path(sys.argv[3]), Path(sys.argv[4]))
        usage = resource.getrusage(resource.RUSAGE_SELF)
        print(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10)
    else:
        numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
        main(numbers[0], numbers[1], keep="--write" in sys.argv)
