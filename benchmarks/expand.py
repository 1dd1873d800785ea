"""Neighbourhoods of one to three hops: the index against SQLite with both covering indexes.

    python -m benchmarks.expand 5000000 1000000 [--write]

Both answer the same question, which transfers lie within N hops in the window, each once; every
answer is compared before it is timed. SQLite holds integer keys and everything in cache.
``--write`` puts the figures into ``benchmarks/results/expand.md``.
"""

from __future__ import annotations

# ruff: noqa: S608 - the texts stand in this file; values are parameters
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.generate import HUBS, START, arrays
from benchmarks.machine import describe_machine, write_result
from graph.stores.ledger.index import Index
from graph.stores.ledger.index_arrays import Transfers

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = 86_400_000_000
WINDOWS = {1: 90, 2: 90, 3: 30}
_FROM = START + 100 * DAY
_WITHIN = "t.ts >= :lo AND t.ts < :hi"


def index_of(made: dict[str, Any], accounts: int) -> Index:
    """Build the index in memory from generated arrays."""
    size = len(made["ts"])
    ids = np.array([f"{i:016d}".encode() for i in range(accounts)], "S16")
    nothing = np.zeros(0, np.int64)
    return Index(
        Transfers(
            ids=ids,
            assets=("KES:2",),
            src=made["src"],
            dst=made["dst"],
            lo=made["ts"],
            hi=made["ts"] + 1,
            seq=np.arange(size),
            row=np.arange(size),
            amount=made["amount"],
            asset=np.zeros(size, np.int32),
            amount_hi=None,
            merged=nothing,
            conflicting=nothing,
        )
    )


def sqlite_of(made: dict[str, Any], path: Path) -> sqlite3.Connection:
    """Build the SQLite database with the two covering indexes."""
    con = sqlite3.connect(path)
    con.executescript(
        "PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -2000000;"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, src INT, dst INT, ts INT, amount INT)"
    )
    columns = [made[name].tolist() for name in ("src", "dst", "ts", "amount")]
    con.executemany(
        "INSERT INTO t VALUES (?, ?, ?, ?, ?)", zip(range(len(columns[0])), *columns, strict=True)
    )
    con.executescript(
        "CREATE INDEX by_src ON t (src, ts, dst); CREATE INDEX by_dst ON t (dst, ts, src); ANALYZE"
    )
    con.commit()
    return con


def question(hops: int) -> str:
    """Return the SQL for all transfers within so many hops, outward."""
    nodes = "SELECT :a AS n"
    parts = []
    for _ in range(hops):
        parts.append(f"SELECT t.id FROM ({nodes}) f CROSS JOIN t ON t.src = f.n WHERE {_WITHIN}")
        nodes = f"SELECT DISTINCT t.dst AS n FROM ({nodes}) f CROSS JOIN t ON t.src = f.n WHERE {_WITHIN}"
    return " UNION ".join(parts)


def timed(ask: Callable[[int], Any], accounts: list[int]) -> list[float]:
    """Return milliseconds per question."""
    out = []
    for account in accounts:
        begun = time.perf_counter()
        ask(account)
        out.append((time.perf_counter() - begun) * 1e3)
    return out


def main(transfers: int, accounts: int, *, keep: bool) -> None:
    """Run, print and, where asked, keep the figures."""
    made = arrays(transfers, accounts)
    index = index_of(made, accounts)
    chance = np.random.default_rng(3)
    askers = {
        "random": made["src"][chance.integers(0, transfers, 150)].tolist(),
        "hub": [accounts - 1 - i for i in range(HUBS)] * 2,
    }
    lines = [
        "| hops | window | accounts | rows, median | SQLite, ms | index, ms | index : SQLite |",
        "|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        con = sqlite_of(made, Path(folder) / "t.sqlite")
        for hops, days in WINDOWS.items():
            window, sql = (_FROM, _FROM + days * DAY), question(hops)

            def by_sqlite(a: int, sql: str = sql, window: tuple[int, int] = window) -> list[Any]:
                return con.execute(sql, {"a": a, "lo": window[0], "hi": window[1]}).fetchall()

            def by_index(a: int, hops: int = hops, window: tuple[int, int] = window) -> Any:
                return index.expand(np.array([a], np.int32), "out", hops, window).positions

            for kind, asked in askers.items():
                sizes = []
                for a in asked:
                    found = by_index(a)
                    if sorted(row[0] for row in by_sqlite(a)) != found.tolist():
                        raise SystemExit(f"answers differ: {hops} hops from {a}")
                    sizes.append(len(found))
                theirs, ours = (statistics.median(timed(ask, asked)) for ask in (by_sqlite, by_index))
                lines.append(
                    f"| {hops} | {days} d | {kind} | {statistics.median(sizes):.0f} | {theirs:.3f} "
                    f"| {ours:.3f} | {ours / theirs:.2f} |"
                )
                print(lines[-1], flush=True)
        con.close()
    told = (
        f"{transfers:,} transfers, {accounts:,} accounts, power-law degrees and {HUBS} hubs; medians; "
        f"{describe_machine()}."
    )
    if keep:
        write_result(
            "expand",
            "Neighbourhoods: index against SQLite",
            f"python -m benchmarks.expand {transfers} {accounts} --write",
            told,
            lines,
        )


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    main(numbers[0], numbers[1], keep="--write" in sys.argv)
