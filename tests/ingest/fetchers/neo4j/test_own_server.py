"""A server that is killed while it is asked, or read-only: the pages are the same in the end."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from ingest.fetchers.neo4j import FetchError, Login, Saved, Server, Wanted, walk
from ingest.fetchers.neo4j.server import Patience
from ingest.fetchers.neo4j.survey import origin_of
from tests.ingest.fetchers.neo4j.agency import fill, mapping

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.neo4j_graph.page import PageHead
    from tests.neo4j_server import LocalServer

pytestmark = pytest.mark.neo4j
PATIENT = Patience(tries=40, pause=0.2, connect=2.0)
AT = "2026-11-24T12:00:00+00:00"


def asking(running: LocalServer, patience: Patience = PATIENT) -> Server:
    login = Login(running.credentials.user, running.credentials.password)
    return Server(running.url, login, patience=patience)


def pages(server: Server, folder: Path, kept: tuple[PageHead, ...] = ()) -> list[PageHead]:
    """Walk, and return every page that is held then."""
    steps = walk(server, mapping(), folder, Wanted(AT, rows=150), kept)
    return [*kept, *(step.head for step in steps if isinstance(step, Saved))]


def covered(heads: list[PageHead]) -> list[tuple[Any, ...]]:
    return sorted((h.section, h.sort, str(h.after), str(h.upto), h.rows, h.rows_sha256) for h in heads)


def test_read_transactions_cannot_write_and_the_account_is_said_to_be_able_to(
    neo4j_of_own: LocalServer,
) -> None:
    with asking(neo4j_of_own) as server:
        with pytest.raises(FetchError, match="refused a question") as caught:
            server.rows("CREATE (n) RETURN 1 AS one")
        assert caught.value.fields()["status"] == "AccessMode"
        assert origin_of(server).account["writes"] == "yes"


def test_a_kill_in_the_middle_of_an_answer_gives_it_once(neo4j_of_own: LocalServer) -> None:
    seen: list[int] = []
    killed: list[int] = []

    def take(row: dict[str, Any]) -> bool:
        seen.append(row["n"])
        if len(seen) == 1500 and not killed:
            killed.append(1)
            neo4j_of_own.kill()
            neo4j_of_own.start()
        return True

    with asking(neo4j_of_own) as server:
        server.each("UNWIND range(1, 30000) AS n RETURN n", {}, take, seen.clear)
        assert server.retried >= 1
    assert seen == list(range(1, 30001))


def test_a_fetch_that_was_cut_off_goes_on_to_the_same_pages_even_read_only(
    neo4j_of_own: LocalServer, tmp_path: Path
) -> None:
    with neo4j_of_own.connect() as writing:
        fill(writing, 600, 300)
    with asking(neo4j_of_own) as server:
        whole = pages(server, tmp_path)
    assert len(whole) > 6
    some: list[PageHead] = []
    with asking(neo4j_of_own, Patience(tries=2, pause=0.1, connect=1.0)) as server:
        steps = walk(server, mapping(), tmp_path, Wanted(AT, rows=150))
        some += [step.head for step in itertools.islice(steps, 3) if isinstance(step, Saved)]
        neo4j_of_own.kill()
        with pytest.raises(FetchError, match="cannot be reached"):
            next(steps)
    neo4j_of_own.start()
    neo4j_of_own.stop()  # a database that was killed has to recover, and a read-only one may not
    settings = neo4j_of_own.settings  # the fixture puts the usual ones back
    settings.write_text(settings.read_text() + "server.databases.read_only=neo4j\n")
    neo4j_of_own.start()
    with asking(neo4j_of_own) as server:
        assert covered(pages(server, tmp_path, tuple(some))) == covered(whole)
        assert origin_of(server).account == {"writes": "no", "why": "the database is read-only"}
