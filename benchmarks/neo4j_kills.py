"""Killing pushes into the shared graph, and its server: does the graph equal the ledger afterwards, and when.

    python -m benchmarks.neo4j_kills [50] [--write]

Each round empties the graph, interrupts a push at another moment, spread evenly from its first
statement to beyond its last, pushes again and verifies everything. Half of the rounds kill the pusher
(SIGKILL); of the others every second one kills the server, every second one restarts it in order.
Afterwards the server's own consistency check looks at its files. Goals: every round sound, resumed
within 30 s.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import describe_machine, write_result
from tests.graph.stores.neo4j.interrupting import Round, begun_push, kill_pusher, kill_server, make_ledger
from tests.neo4j_server import LocalServer, local_server

SIZE = 12_000
GOAL = 30.0


def whole(place: Path, server: LocalServer) -> float:
    """Return the seconds of a push that nothing interrupts."""
    running = begun_push(place, server)
    begun = time.monotonic()
    running.wait()
    return time.monotonic() - begun


def main(rounds: int, *, keep: bool) -> None:
    """Run the campaign and print what came of it."""
    done: list[Round] = []
    with tempfile.TemporaryDirectory() as folder, local_server() as server:
        place = Path(folder) / "store"
        make_ledger(place, Path(folder), SIZE)
        length = whole(place, server)
        for n in range(rounds):
            done.append(kill_pusher(place, server, length * 1.05 * n / rounds))
            print(done[-1], flush=True)
            done.append(kill_server(place, server, length * 1.05 * n / rounds, gently=n % 2 == 1))
            print(done[-1], flush=True)
        server.stop()
        check = server.admin("database", "check", "neo4j")
    lines = [
        "| interrupted | rounds | sound afterwards | resumed, s: median | longest |",
        "|---|---|---|---|---|",
    ]
    for what in ("pusher", "server killed", "server stopped"):
        mine = sorted(one.resumed for one in done if one.what == what)
        good = sum(one.sound for one in done if one.what == what)
        lines.append(f"| {what} | {len(mine)} | {good} | {mine[len(mine) // 2]:.1f} | {mine[-1]:.1f} |")
    lines += ["", f"`neo4j-admin database check` afterwards: exit code {check.returncode}."]
    print("\n".join(lines))
    told = f"{SIZE:,} transfers; a whole push took {length:.1f} s; {describe_machine()}. Goal: {GOAL:.0f} s."
    if keep:
        command = f"python -m benchmarks.neo4j_kills {rounds} --write"
        write_result("neo4j_kills", "Shared graph: pushes and servers killed", command, told, lines)


if __name__ == "__main__":
    main(next((int(a) for a in sys.argv[1:] if a.isdigit()), 50), keep="--write" in sys.argv)
