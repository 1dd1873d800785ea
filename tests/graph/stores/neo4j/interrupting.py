"""Pushes that are killed, and servers that are: at a moment of one's choice, then done again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.errors import StoreAwayError, StoreBusyError, StoreError
from graph.model.provenance import Batch, Source
from graph.model.scope import Clearance, Scope
from graph.store import Content
from graph.stores import open_store
from graph.stores.neo4j.address import UNATTENDED, Address, Credentials, Patience
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.pushing import push
from graph.stores.neo4j.rebuilding import empty
from graph.stores.neo4j.server import Server
from graph.stores.neo4j.verifying import verify
from tests.graph.stores.ledger.evidence import DAY, facts, rows
from tests.graph.stores.ledger.evidence import fact as one_fact
from tests.graph.stores.ledger.evidence import row as one_row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.neo4j_server import LocalServer

WHO = Scope("officer", ("c",), "test", Clearance.CASE)
LINKED = 20
SHORT = Patience(connect=2.0, retry=1.0, statement=120.0)


def make_ledger(place: Path, folder: Path, size: int) -> None:
    """Make a ledger with one long batch, several short ones, facts and links."""
    store: Any = open_store(str(place), create=True)
    store.open_case(WHO, "c")
    ends = [f"msisdn::+2547{n:08d}" for n in range(size // 4 + 2)]
    for name, count in (("long", size), *((f"short{n}", 40) for n in range(4))):
        path = folder / name
        path.write_text(name)
        told = [_payment(i, ends) for i in range(count)]
        named = [one_fact(count + i, ends[i], f"PERSON {i}") for i in range(30)]
        source = Source(_sha256(path), name, path.stat().st_size)
        store.admit(WHO, "c", path, source)
        store.ingest(WHO, Batch(source.sha256, "test", "1"), Content([rows(*told)], [facts(*named)], count))
    store.close()


def _payment(i: int, ends: list[str]) -> dict[str, Any]:
    lo, rail = i * DAY // 50, f"uetr:{i:08d}-0000-4000-8000-000000000000" if i < LINKED else None
    payer, payee = ends[i * 7 % len(ends)], ends[i * 11 % len(ends)]
    return one_row(i, payer, payee, i + 1, lo=lo, hi=lo + 1, rail=rail)


def _sha256(path: Path) -> str:
    from graph.stores.ledger.checking import file_sha256

    return file_sha256(path)


@dataclass(frozen=True, slots=True)
class Round:
    """One interruption: how far the push was, and how long it took to go on to the end."""

    what: str
    after: float
    rows: int
    resumed: float
    sound: bool


def begun_push(place: Path, server: LocalServer) -> subprocess.Popen[bytes]:
    """Start a push in a process of its own, and return when it is about to write."""
    command = [sys.executable, "-m", "tests.graph.stores.neo4j.interrupting", str(place), server.url]
    env = {**os.environ, "FUATILIA_NEO4J_PASSWORD": server.credentials.password}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, env=env)
    if running.stdout is not None:
        running.stdout.readline()
    return running


def kill_pusher(place: Path, server: LocalServer, after: float) -> Round:
    """Empty the graph, kill a push ``after`` seconds into it, push again and look at what is there."""
    with Server(server.address, server.credentials, UNATTENDED) as connected:
        empty(connected)
        running = begun_push(place, server)
        time.sleep(after)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        there = _rows(connected)
        return _again(place, connected, "pusher", after, there)


def kill_server(place: Path, server: LocalServer, after: float, *, gently: bool) -> Round:
    """Empty the graph, stop or kill the server in the middle of a push, start it and push again."""
    with Server(server.address, server.credentials, UNATTENDED) as connected:
        empty(connected)
    running = begun_push(place, server)
    time.sleep(after)
    (server.stop if gently else server.kill)()
    told = running.communicate(timeout=120)[0].decode()
    assert "away" in told or "done" in told or "busy" in told, told
    server.start()
    with Server(server.address, server.credentials, UNATTENDED) as connected:
        there = _rows(connected)
        return _again(place, connected, "server stopped" if gently else "server killed", after, there)


def _rows(connected: Server) -> int:
    return int(connected.read("MATCH ()-[t:TRANSFER]->() RETURN count(t) AS n")[0]["n"])


def _again(place: Path, connected: Server, what: str, after: float, there: int) -> Round:
    store: Any = open_store(str(place))
    begun = time.monotonic()
    push(connected, store, WHO)
    resumed = time.monotonic() - begun
    sound = verify(connected, Desired(store, WHO)).differences == ()
    store.close()
    return Round(what, after, there, resumed, sound)


def main(place: str, url: str) -> str:
    """Push once and say how it ended."""
    store: Any = open_store(place)
    credentials = Credentials("neo4j", os.environ["FUATILIA_NEO4J_PASSWORD"])
    with Server(Address.parse(url), credentials, SHORT) as server:
        sys.stdout.write(f"begins on {server.edition.version}\n")
        sys.stdout.flush()
        try:
            push(server, store, WHO)
        except StoreAwayError:
            return "away"
        except StoreBusyError:
            return "busy"
        except StoreError as error:
            return f"failed: {error}"
    return "done"


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1], sys.argv[2]) + "\n")
