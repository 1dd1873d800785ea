"""``make demo-neo4j``: the practice case in a real Neo4j server, verified, and three questions asked of it.

A server is started for it and thrown away, unless ``FUATILIA_NEO4J`` names one; that one should be empty.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.demo.scenario import Scenario
from api.settings import from_environment
from graph.errors import FuatiliaError
from graph.stores.neo4j.questions import question
from tests.neo4j_files import LackingError
from tests.neo4j_server import LocalServer, RunningServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graph.stores.neo4j.server import Server

_WIDEST = 34


def main() -> int:
    """Run it; the exit code is that of the first command that failed."""
    try:
        with tempfile.TemporaryDirectory(prefix="fuatilia-demo-") as folder, _server(Path(folder)) as running:
            return _shown(running, Path(folder))
    except (LackingError, FuatiliaError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1


def _shown(running: RunningServer, folder: Path) -> int:
    case = Scenario.make(1).facts.case
    store = ["--store", str(folder / "demo" / "store"), "--case", case]
    shared = ["--graph", running.url]
    steps = (
        (["demo", "--out", str(folder / "demo")], False),
        ([*store, "detect"], False),
        ([*store, "store", "push", *shared], True),
        ([*store, "store", "verify", *shared], True),
    )
    for words, aloud in steps:
        failed = _run(words, running, aloud=aloud)
        if failed:
            return failed
    with running.connect() as server:
        _say(f"\nNeo4j {server.edition.version} {server.edition.name} at {running.url}")
        _ask(server, case)
    return 0


def _ask(server: Server, case: str) -> None:
    ever = {"since": -(2**62), "until": 2**62}
    _answer(server, "fan-in", ("label", "payers", "payments"), case=case, payers=5, **ever)
    trace = server.read("MATCH (t:Trace {case: $case}) RETURN t.id AS id, t.rule AS rule", case=case)[0]
    columns = ("step", "at", "payer_label", "payee_label", "amount", "asset", "traced")
    _answer(server, "hops-of-a-trace", columns, trace=trace["id"], rule=trace["rule"])
    _answer(server, "what-is-frozen", ("label", "asset", "state", "since", "until", "reference"), case=case)


def _answer(server: Server, name: str, columns: Sequence[str], **parameters: Any) -> None:
    asked = question(name)
    _say(f"\n{name}.cypher: {asked.title}")
    rows = [[_short(row[c]) for c in columns] for row in asked.ask(server, **parameters)]
    widths = [max(len(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    for cells in (list(columns), *rows):
        _say("  " + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _run(words: list[str], running: RunningServer, *, aloud: bool) -> int:
    begun = time.monotonic()
    command = [sys.executable, "-m", "api.cli", *words]
    environment = {**os.environ, **running.environment}
    done = subprocess.run(command, env=environment, capture_output=not aloud, text=True, check=False)
    shown = " ".join(word if not word.startswith(tempfile.gettempdir()) else "…" for word in words)
    _say(
        f"fuatilia {shown}: {'done' if done.returncode == 0 else 'FAILED'}, {time.monotonic() - begun:.1f} s"
    )
    if done.returncode and not aloud:
        sys.stderr.write(done.stderr)
    return done.returncode


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _server(folder: Path) -> Iterator[RunningServer]:
    settings = from_environment()
    if settings.shared_graph:
        password = settings.graph_password.get_secret_value()
        yield RunningServer(settings.shared_graph, password, settings.graph_user)
        return
    own = LocalServer(folder / "server")
    try:
        own.start()
        yield own
    finally:
        own.close()


if __name__ == "__main__":
    sys.exit(main())
