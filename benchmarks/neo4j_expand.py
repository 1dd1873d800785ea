"""Neighbourhoods and paths asked of a shared graph, beside the ledger that was pushed into it.

    FUATILIA_TEST_NEO4J=bolt://HOST python -m benchmarks.neo4j_expand 1000000 200000 FOLDER [--write]

The first run makes a ledger in the folder and files for the import tool, and prints the tool's command:
stop the server, run it, start the server. The second run pushes what is left and measures. Both answer
the same questions, whole rows each; every answer is compared before it is timed. ``--write`` puts the
figures into ``benchmarks/results/neo4j_expand.md``.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.generate import HUBS, START, arrays, write
from benchmarks.load import by_ledger
from benchmarks.machine import describe_machine, write_result
from graph.model.scope import Scope
from graph.stores.ledger.keys import StoreKey
from graph.stores.ledger.layout import Layout
from graph.stores.ledger.store import LedgerStore, open_ledger
from graph.stores.neo4j.address import UNATTENDED, Address
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.importing import write_import_files
from graph.stores.neo4j.store import Neo4jStore, open_graph, place_of

if TYPE_CHECKING:
    from graph.store import Answer

DAY = 86_400_000_000
SCOPE = Scope("benchmark", ("load",), "measure", channel="cli")
SHORT, MONTH, ALWAYS = (START + 100 * DAY, START + 110 * DAY), (START + 100 * DAY, START + 130 * DAY), None
ASKED = 40


def prepared(url: str, transfers: int, accounts: int, folder: Path) -> bool:
    """Make the ledger and the import files; False where that was done before."""
    layout = Layout(place_of(Address.parse(url), folder) / "ledger")
    if layout.catalogue.is_file():
        return False
    layout.root.parent.mkdir(parents=True)
    by_ledger(write(transfers, accounts, folder), folder)
    (folder / "store").rename(layout.root)
    ledger = open_ledger(layout)
    made = write_import_files(Desired(ledger, SCOPE), folder / "import", lambda _part, _done, _total: None)
    ledger.close()
    print(made.command())
    return True


def opened(url: str, folder: Path) -> tuple[Neo4jStore, float]:
    """Open the filled server and push what the import left out; return the store and the seconds."""
    password = os.environ.get("FUATILIA_TEST_NEO4J_PASSWORD", "fuatilia-test")
    store = open_graph(url, make=True, cache=folder, password=password, patience=UNATTENDED, fresh=1e9)
    begun = time.perf_counter()
    store.send(SCOPE)
    return store, time.perf_counter() - begun


def questions(store: Neo4jStore) -> list[tuple[str, Any]]:
    """Return name and asker of each kind of question; an asker takes the method's owner and the ends."""

    def near(hops: int, window: Any, limit: int | None) -> Any:
        return lambda cls, a, _b: cls.expand(store, SCOPE, [a], "out", hops, window, limit)

    def between(hops: int, mode: str, window: Any) -> Any:
        return lambda cls, a, b: cls.paths(store, SCOPE, a, b, hops, mode, window, 100)

    return [
        ("expand, 1 hop, a year", near(1, ALWAYS, None)),
        ("expand, 2 hops, 30 days", near(2, MONTH, None)),
        ("expand, 3 hops, 10 days", near(3, SHORT, None)),
        ("expand, 3 hops, 30 days, first 100", near(3, MONTH, 100)),
        ("paths, shortest, up to 6, a year", between(6, "shortest", ALWAYS)),
        ("paths, all, up to 3, 30 days", between(3, "all", MONTH)),
        ("paths, time-respecting, up to 4, 30 days", between(4, "time_respecting", MONTH)),
    ]


def timed(ask: Any, cls: type, ends: list[tuple[str, str]]) -> tuple[float, float, list[Answer]]:
    """Return the median and the 99th percentile in milliseconds, and the answers."""
    spent, answers = [], []
    for a, b in ends:
        begun = time.perf_counter()
        answers.append(ask(cls, a, b))
        spent.append((time.perf_counter() - begun) * 1e3)
    return float(np.percentile(spent, 50)), float(np.percentile(spent, 99)), answers


def main(transfers: int, accounts: int, folder: Path, *, keep: bool) -> None:
    """Run, print and, where asked, keep the figures."""
    url = os.environ["FUATILIA_TEST_NEO4J"]
    if prepared(url, transfers, accounts, folder):
        return
    made = arrays(transfers, accounts)
    chance = np.random.default_rng(3)
    lines = [
        "| question | asked from | rows, median | graph p50, ms | graph p99, ms | ledger p50 | ledger p99 |",
        "|---|---|---|---|---|---|---|",
    ]
    store, pushed = opened(url, folder)
    key = StoreKey.load(Layout(store.layout.root))

    def name(account: int) -> str:
        return key.id_of(f"account:BANK:{account:09d}").hex()

    some = chance.integers(0, transfers, (ASKED, 2))
    ends = {
        "random": [(name(made["src"][i]), name(made["dst"][j])) for i, j in some.tolist()],
        "hub": [(name(accounts - 1 - i), name(made["dst"][i])) for i in range(HUBS)],
    }
    for what, ask in questions(store):
        for kind, pairs in ends.items():
            for cls in (Neo4jStore, LedgerStore):
                timed(ask, cls, pairs[:2])  # plans, compiled loops, mapped files
            mine, theirs = (timed(ask, cls, pairs) for cls in (Neo4jStore, LedgerStore))
            for one, other in zip(mine[2], theirs[2], strict=True):
                same = one.table.equals(other.table) and one.left_out == other.left_out
                if not same and "given up" not in one.left_out:
                    raise SystemExit(f"answers differ: {what}, {kind}")
            rows = np.median([answer.table.num_rows for answer in mine[2]])
            lost = sum("given up" in answer.left_out for answer in mine[2])
            note = f" ({lost} of {len(pairs)} given up)" if lost else ""
            lines.append(
                f"| {what} | {kind}{note} | {rows:.0f} | {mine[0]:.0f} | {mine[1]:.0f} "
                f"| {theirs[0]:.1f} | {theirs[1]:.1f} |"
            )
            print(lines[-1], flush=True)
    version = store.server.edition.version
    store.close()
    told = (
        f"{transfers:,} transfers, {accounts:,} accounts, power-law degrees and {HUBS} hubs; Neo4j {version} "
        f"on the same machine, its heap 384 MiB; whole rows, clearance masked; {ASKED} pairs of random "
        f"accounts. Filled by the import tool, the push after it took {pushed:.0f} s. {describe_machine()}, "
        f"load average {os.getloadavg()[1]:.0f}."
    )
    if keep:
        command = f"python -m benchmarks.neo4j_expand {transfers} {accounts} FOLDER --write"
        write_result(
            "neo4j_expand", "Neighbourhoods and paths: shared graph beside ledger", command, told, lines
        )
    print(told)


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    main(numbers[0], numbers[1], Path(sys.argv[3]).absolute(), keep="--write" in sys.argv)
