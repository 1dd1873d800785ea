"""The one way to the shared graph, on a real server: what it answers, refuses and says when it is away."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from graph.errors import (
    FuatiliaError,
    IntegrityError,
    NotFoundError,
    StoreAwayError,
    StoreError,
    StoreFormatError,
    StoreRefusedError,
)
from graph.stores.neo4j.address import AT_THE_DOOR, Address, Credentials, Patience
from graph.stores.neo4j.pulse import FRESH
from graph.stores.neo4j.schema import prepare, schema_statements
from graph.stores.neo4j.server import Edition, Server, Transaction
from tests.neo4j_certificate import CERTIFICATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.neo4j_server import LocalServer, RunningServer

pytestmark = pytest.mark.neo4j
HOSTILE = ["'}) DETACH DELETE n //", "\x00\x01\u202e", "`]", "\\u0027", "x" * 1_000_000, "💸 ጤና ይስጥልኝ", ""]


@pytest.fixture(scope="module")
def server(neo4j_server: RunningServer) -> Iterator[Server]:
    with neo4j_server.connect(AT_THE_DOOR) as connected:
        yield connected


def test_the_edition_is_known(server: Server, neo4j_server: RunningServer) -> None:
    assert server.edition.name in {"community", "enterprise"}
    assert server.edition.version.startswith(neo4j_server.version)


def test_constraints_and_indexes_are_made_once_and_answer(server: Server) -> None:
    prepare(server)
    prepare(server)
    found = server.read(
        "SHOW INDEXES YIELD name, state WHERE name STARTS WITH 'fuatilia_' RETURN name, state"
    )
    assert {row["name"] for row in found} >= {statement.split()[2] for statement in schema_statements()}
    assert {row["state"] for row in found} == {"ONLINE"}


def test_hostile_text_comes_back_as_it_was(server: Server) -> None:
    server.write("UNWIND range(0, size($t) - 1) AS i MERGE (n:Probe {id: i}) SET n.text = $t[i]", t=HOSTILE)
    rows = server.read("MATCH (n:Probe) RETURN n.text AS text ORDER BY n.id")
    assert [row["text"] for row in rows] == HOSTILE


def test_statements_of_one_transaction_stand_or_fall_together(server: Server) -> None:
    def work(run: object) -> None:
        run.run("CREATE (:Half {id: 1})")  # type: ignore[attr-defined]
        run.run("RETURN 1 / 0 AS never")  # type: ignore[attr-defined]

    with pytest.raises(StoreError):
        server.within(work)
    assert server.read("MATCH (n:Half) RETURN count(n) AS n") == [{"n": 0}]


def test_a_second_one_of_an_id_is_refused(server: Server) -> None:
    prepare(server)
    server.write("CREATE (:Case {id: 'once'})")
    with pytest.raises(IntegrityError):
        server.write("CREATE (:Case {id: 'once'})")


def test_reading_cannot_write(server: Server) -> None:
    with pytest.raises(StoreError):
        server.read("CREATE (:Probe)")


def test_rows_stream_in_order(server: Server) -> None:
    rows = server.stream("UNWIND range(1, $n) AS i RETURN i", n=20_000)
    assert [row["i"] for row in rows] == list(range(1, 20_001))


def test_threads_share_a_connection(server: Server) -> None:
    seen: list[int] = []

    def ask(number: int) -> None:
        seen.append(server.read("RETURN $n AS n", n=number)[0]["n"])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(8))


def test_two_that_wait_for_each_other_both_come_through(neo4j_server: RunningServer) -> None:
    """The server ends one of two transactions in a deadlock; it is run again."""
    met = threading.Barrier(2)
    runs: list[str] = []

    def both(first: str, second: str) -> None:
        def work(run: Transaction) -> None:
            runs.append(first)
            for name in (first, second):
                run.run("MERGE (n:Case {id: $name}) SET n.seen = coalesce(n.seen, 0) + 1", name=name)
                if not met.broken and name == first:
                    with suppress(threading.BrokenBarrierError):
                        met.wait(5)
            met.abort()

        with neo4j_server.connect() as server:
            server.within(work)

    with neo4j_server.connect() as server:
        prepare(server)
        server.write("UNWIND ['left', 'right'] AS name MERGE (:Case {id: name})")
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(both, "left", "right"), pool.submit(both, "right", "left")]:
                done.result()
        assert server.read("MATCH (n:Case) WHERE n.seen = 2 RETURN count(n) AS n") == [{"n": 2}]
    assert len(runs) > 2


def test_what_takes_too_long_is_given_up(neo4j_server: RunningServer) -> None:
    with neo4j_server.connect(Patience(statement=1)) as hasty, pytest.raises(StoreAwayError) as late:
        hasty.read("UNWIND range(1, 10000000000) AS i RETURN sum(i) AS n")
    assert late.value.retry_after > 0


def test_a_wrong_password_is_refused_and_never_repeated(neo4j_server: RunningServer) -> None:
    wrong = Credentials("neo4j", "certainly-wrong")
    with Server(neo4j_server.address, wrong) as server, pytest.raises(StoreRefusedError) as refused:
        server.read("RETURN 1 AS one")
    assert "certainly-wrong" not in f"{refused.value}{refused.value.fields()}{wrong!r}{server.__dict__}"


def test_a_database_that_is_not_there_is_named(neo4j_server: RunningServer) -> None:
    elsewhere = Address.parse(f"{neo4j_server.url}/nowhere")
    with Server(elsewhere, neo4j_server.credentials) as server, pytest.raises(NotFoundError):
        server.read("RETURN 1 AS one")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_nobody_there_is_said_within_moments(scheme: str) -> None:
    address = Address.parse(f"{scheme}://127.0.0.1:1")
    begun = time.monotonic()
    with Server(address, Credentials("neo4j", "x")) as server, pytest.raises(StoreAwayError) as away:
        server.read("RETURN 1 AS one")
    assert time.monotonic() - begun < 6
    assert away.value.fields()["address"] == f"{scheme}://127.0.0.1:1"


def test_an_older_server_is_refused(monkeypatch: pytest.MonkeyPatch, neo4j_server: RunningServer) -> None:
    monkeypatch.setattr("graph.stores.neo4j.server.OLDEST", (9999, 1))
    with neo4j_server.connect() as server, pytest.raises(StoreFormatError):
        server.read("RETURN 1 AS one")


def tls(server: LocalServer, scheme: str, authority: str = "") -> Server:
    address = Address.parse(server.url.replace("bolt://", f"{scheme}://"))
    user, password = server.credentials.user, server.credentials.password
    return Server(address, Credentials(user, password, authority))


@pytest.mark.parametrize("scheme", ["bolt+s", "neo4j+s"])
def test_a_certificate_counts_under_its_authority_alone(neo4j_of_own: LocalServer, scheme: str) -> None:
    authority = neo4j_of_own.home / "certificates" / CERTIFICATE
    with tls(neo4j_of_own, scheme, str(authority)) as server:
        assert server.read("RETURN 1 AS one") == [{"one": 1}]
    with tls(neo4j_of_own, scheme) as server, pytest.raises(StoreError, match="certificate"):
        server.read("RETURN 1 AS one")


@pytest.mark.parametrize("scheme", ["bolt+ssc", "neo4j+ssc"])
def test_any_certificate_will_do_where_the_address_says_so(neo4j_of_own: LocalServer, scheme: str) -> None:
    with tls(neo4j_of_own, scheme) as server:
        assert server.read("RETURN 1 AS one") == [{"one": 1}]


def test_a_killed_server_is_away_and_found_again(neo4j_of_own: LocalServer) -> None:
    with neo4j_of_own.connect(AT_THE_DOOR) as server:
        server.write("CREATE (:Probe {id: 1})")
        neo4j_of_own.kill()
        with pytest.raises(StoreAwayError):
            server.read("MATCH (n:Probe) RETURN count(n) AS n")
        neo4j_of_own.start()
        assert server.read("MATCH (n:Probe) RETURN count(n) AS n") == [{"n": 1}]
    assert isinstance(server.edition, Edition)


def test_a_hanging_server_is_away_within_moments(neo4j_of_own: LocalServer) -> None:
    with neo4j_of_own.connect(AT_THE_DOOR) as server:
        assert server.read("RETURN 1 AS one") == [{"one": 1}]
        time.sleep(FRESH)
        neo4j_of_own.pause()
        for _ in range(2):
            begun = time.monotonic()
            with pytest.raises(StoreAwayError):
                server.read("RETURN 1 AS one")
            assert time.monotonic() - begun < 6
        neo4j_of_own.resume()
        assert server.read("RETURN 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize(
    "url",
    [
        "http://host",
        "neo4j://",
        "neo4j://user:secret@host",
        "neo4j://host/a/b",
        "neo4j://host?x=1",
        "neo4j://host:99999",
        "bolt://[::1",
    ],
)
def test_what_is_no_address_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(FuatiliaError) as refused:
        Address.parse(url)
    assert "secret" not in str(refused.value)
