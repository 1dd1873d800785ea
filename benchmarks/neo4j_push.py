"""Pushing transfers into the shared graph, against the barest loop of the same statements.

    python -m benchmarks.neo4j_push 1000000 200000 [--write] [--push-only | --import-only]

The same ledger is pushed into an empty server, and the columns of the same chunks, made beforehand, are
sent through the bare driver in the same statements into another empty one, each in a process of its
own; twice, in turn, so that what else the machine does falls on both. Then the files of the first fill
are written and read by ``neo4j-admin database import``, against the import alone. Goals: 0.8 of the
barest loop (0.95 wished for), 0.8 of the import, 500 MiB in the pushing process.
"""

from __future__ import annotations

import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.generate import write
from benchmarks.load import by_ledger
from benchmarks.machine import describe_machine, write_result
from tests.neo4j_server import PASSWORD, RunningServer, local_server

if TYPE_CHECKING:
    from collections.abc import Iterator

GOAL, GOAL_MIB = 0.8, 500
ROUNDS = 2


def pushed(store: Path, url: str) -> float:
    """Push the ledger and return the seconds that it took, without what a pull needs."""
    from graph.stores.neo4j import pushing

    ledger, scope, server = _opened(store, url)
    pushing.prepare(server)
    pushing.push_files = lambda *_a, **_k: 0  # sealed originals are no part of the comparison
    pushing.push_documents = lambda *_a, **_k: 0
    begun = time.perf_counter()
    pushing.push(server, ledger, scope)
    return time.perf_counter() - begun


def bare(store: Path, url: str) -> float:
    """Send the same columns in the same statements, one transaction each, and nothing else."""
    from neo4j import GraphDatabase

    from graph.stores.neo4j.desired import Desired
    from graph.stores.neo4j.filling import write_instruments, write_rows
    from graph.stores.neo4j.schema import prepare

    ledger, scope, server = _opened(store, url)
    prepare(server)
    desired, spent = Desired(ledger, scope), 0.0

    class Sending:
        """Takes what a transaction would run."""

        def __init__(self) -> None:
            self.sent: list[tuple[str, dict[str, Any]]] = []

        def run(self, statement: str, /, **columns: Any) -> Any:
            self.sent.append((statement, columns))
            return type("Made", (), {"relations_made": len(columns["id"])})

    with GraphDatabase.driver(url, auth=("neo4j", PASSWORD)) as driver:
        for batch in desired.batches:
            for part, written in (
                (desired.instruments(batch), write_instruments),
                (desired.rows(batch), write_rows),
            ):
                for chunk in part.chunks():
                    taken = Sending()
                    written(taken, chunk)  # type: ignore[operator]
                    begun = time.perf_counter()
                    for statement, columns in taken.sent:
                        driver.execute_query(statement, columns)
                    spent += time.perf_counter() - begun
    return spent


def _opened(store: Path, url: str) -> tuple[Any, Any, Any]:
    from graph.model.scope import Scope
    from graph.stores import open_store
    from graph.stores.neo4j.address import UNATTENDED, Address, Credentials
    from graph.stores.neo4j.server import Server

    server = Server(Address.parse(url), Credentials("neo4j", PASSWORD), UNATTENDED)
    return open_store(str(store), memory="200MB"), Scope("benchmark", ("load",), "measure"), server


def measured(what: str, store: Path) -> tuple[float, int]:
    """Run one of the two into an empty server; return seconds and peak MiB of the sending process."""
    with _empty_server() as server:
        command = [sys.executable, "-m", "benchmarks.neo4j_push", "--only", what, str(store), server.url]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    print(what, *out, flush=True)
    return float(out[0]), int(out[1])


@contextmanager
def _empty_server() -> Iterator[RunningServer]:
    """Start a server, or empty the one that ``FUATILIA_TEST_NEO4J`` names."""
    named = os.environ.get("FUATILIA_TEST_NEO4J")
    if not named:
        with local_server() as server:
            yield server
        return
    running = RunningServer(named, PASSWORD)
    with running.connect() as connected:
        while connected.write("MATCH ()-[r]->() WITH r LIMIT 10000 DELETE r").relations_gone:
            pass
        while connected.write("MATCH (n) WITH n LIMIT 10000 DELETE n").nodes_gone:
            pass
    yield running


def imported(store: Path, folder: Path) -> tuple[float, float]:
    """Return the seconds of writing the import files, and of the import tool reading them."""
    from graph.stores.neo4j.desired import Desired
    from graph.stores.neo4j.importing import write_import_files

    ledger, scope, server = _opened(store, "bolt://127.0.0.1:1")
    server.close()
    begun = time.perf_counter()
    files = write_import_files(Desired(ledger, scope), folder / "files", lambda _part, _done, _all: None)
    written = time.perf_counter() - begun
    ledger.close()
    with local_server() as running:
        running.stop()
        words = [*shlex.split(files.command())[1:], "--overwrite-destination=true"]
        begun = time.perf_counter()
        done = running.admin(*words)
        spent = time.perf_counter() - begun
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
    return written, spent


def main(transfers: int, accounts: int, *, keep: bool, loops: bool, fills: bool) -> None:
    """Run everything and print the table."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        folder = Path(name)
        by_ledger(write(transfers, accounts, folder), folder)
        store = folder / "store"
        runs = [(measured("bare", store), measured("pushed", store)) for _ in range(ROUNDS if loops else 0)]
        writing, reading = imported(store, folder) if fills else (0.0, 0.0)
    lines = ["| what | s | rows/s | of the barest | peak, MiB |", "|---|---|---|---|---|"]
    for (base, _), (push, peak) in runs:
        lines.append(f"| barest loop | {base:.1f} | {transfers / base:,.0f} | 1 | |")
        lines.append(f"| push | {push:.1f} | {transfers / push:,.0f} | {base / push:.2f} | {peak} |")
    if fills:
        both = writing + reading
        lines.append(f"| import tool alone, files ready | {reading:.1f} | {transfers / reading:,.0f} | | |")
        lines.append(f"| first fill: files written, then imported | {both:.1f} | {transfers / both:,.0f} | "
                     f"{reading / both:.2f} of the import | |")  # fmt: skip
    print("\n".join(lines))
    size = f"{transfers:,} transfers, {accounts:,} accounts"
    told = f"{size}; {describe_machine()}. Goals: {GOAL}, {GOAL_MIB} MiB."
    if keep:
        command = f"python -m benchmarks.neo4j_push {transfers} {accounts} --write"
        write_result("neo4j_push", "Shared graph: push and first fill", command, told, lines)


if __name__ == "__main__":
    if "--only" in sys.argv:
        seconds = {"bare": bare, "pushed": pushed}[sys.argv[2]](Path(sys.argv[3]), sys.argv[4])
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
    else:
        numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
        main(
            numbers[0],
            numbers[1],
            keep="--write" in sys.argv,
            loops="--import-only" not in sys.argv,
            fills="--push-only" not in sys.argv,
        )
