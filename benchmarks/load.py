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

    import numpy as np
    from numpy.typing import NDArray

GOAL_RATE = 0.6
GOAL_MIB = 2048
PART = 500_000
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
    """Read the export as a reader would hand it over: in the schema of rows, half a million at a time.

    Ends are dictionaries of their own rows: whoever numbers the words looks at each one anyway.
    """
    import numpy as np

    from graph.model.tables import ROWS

    same: dict[str, pa.Array] = {f.name: pa.nulls(PART, f.type) for f in ROWS}
    same |= {"b": pa.array(np.zeros(PART, np.int64)), "form": _word("line:{a}", PART)}
    same |= {"status": _word("completed", PART), "kind": _word("principal", PART)}
    file, start = pq.ParquetFile(source, read_dictionary=["ccy", "channel"]), 0
    for part in file.iter_batches(PART, use_threads=False):
        size = part.num_rows
        number = np.arange(start, start + size)
        start += size
        lo = part["ts"].view(pa.int64())
        known: dict[str, pa.Array] = {
            "obs": pa.array(number.astype(np.int32)),
            "lo": lo,
            "hi": pa.array(lo.to_numpy() + 1),
            "seq": pa.array(number),
            "a": pa.array(number),
            "channel": part["channel"],
            "debit": _own_words(part["src"]),
            "credit": _own_words(part["dst"]),
            "amount": _units(part["amount"].to_numpy()),
            "asset": part["ccy"],
            "ref": part["tid"],
            "text": part["ref"],
        }
        if rails:
            known["rail"] = part["tid"]
        arrays = [known[name] if name in known else same[name].slice(0, size) for name in ROWS.names]
        yield pa.RecordBatch.from_arrays(arrays, schema=ROWS)


def _units(amounts: NDArray[np.int64]) -> pa.Array:
    """Return 64-bit numbers as 128-bit decimals: the same bytes, with the sign in the upper half."""
    import numpy as np

    from graph.model.tables import UNITS

    both = np.empty((len(amounts), 2), np.int64)
    both[:, 0], both[:, 1] = amounts, amounts >> 63
    return pa.Array.from_buffers(UNITS, len(both), [None, pa.py_buffer(both)])


def _own_words(column: pa.Array) -> pa.Array:
    import numpy as np

    return pa.DictionaryArray.from_arrays(
        pa.array(np.arange(len(column), dtype=np.int32)), column, safe=False
    )


def _word(word: str, size: int) -> pa.Array:
    import numpy as np

    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), pa.array([word]), safe=False)


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


def main(transfers: int, accounts: int, *, keep: bool, rounds: int = 3) -> None:
    """Run every load in turn, three times over, and print the best of each."""
    with tempfile.TemporaryDirectory() as folder:
        source = write(transfers, accounts, Path(folder))
        runs = [{name: measured(name, source) for name in LOADS} for _ in range(rounds)]
    figures = {name: min(run[name] for run in runs) for name in LOADS}
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
        f"{transfers:,} transfers, {accounts:,} accounts; the best of {rounds}; {describe_machine()}. "
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
