"""A server that is killed while pages and the HTTP interface are asked: 503 with Retry-After, never 500."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from api.desk import Desk
from api.serving import create_app
from api.settings import Settings
from graph.model.provenance import Link, LinkKind
from graph.model.scope import Clearance, Scope
from graph.stores.neo4j.store import Neo4jStore
from tests.contracts.view_cases import random_evidence
from tests.graph.stores.ledger.test_view import ledger
from tests.graph.stores.neo4j.workstations import founded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.neo4j_server import LocalServer

pytestmark = pytest.mark.neo4j
TOKEN = "t" * 43
EVIDENCE = random_evidence(3)
SCOPE = Scope("ann", (EVIDENCE.case,), "test", Clearance.CASE)
ALLOWED = {200, 201, 202, 503}


@pytest.fixture(scope="module")
def desk(neo4j_of_own: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("served")
    ledger(folder, [EVIDENCE]).close()
    founded(neo4j_of_own, folder / "cache", folder / "store", SCOPE).close()
    settings = Settings.model_validate(
        {
            "store": neo4j_of_own.url,
            "case": EVIDENCE.case,
            "actor": "ann",
            "cache": str(folder / "cache"),
            "graph_password": neo4j_of_own.credentials.password,
        }
    )
    opened = Desk(settings, most=Clearance.CASE)
    assert isinstance(opened._store, Neo4jStore)
    opened._store._fresh = 0.0  # every answer asks the server
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(desk: Desk) -> Iterator[TestClient]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(
        create_app(desk, TOKEN), base_url="http://127.0.0.1", headers=headers, raise_server_exceptions=False
    ) as asked:
        yield asked


PATHS = (
    f"/api/v1/cases/{EVIDENCE.case}",
    f"/api/v1/cases/{EVIDENCE.case}/sources",
    f"/api/v1/cases/{EVIDENCE.case}/search?text=account",
    f"/api/v1/cases/{EVIDENCE.case}/results",
    f"/api/v1/cases/{EVIDENCE.case}/observations/{'0' * 32}",
    f"/cases/{EVIDENCE.case}/",
    "/",
)


def told(answer: Any) -> None:
    """Check what an answer of a server that is away looks like."""
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    if answer.headers["content-type"].startswith("application/problem+json"):
        problem = answer.json()
        assert problem["status"] == 503
        assert problem["type"] == "urn:fuatilia:problem:store_away"
        assert "password" not in answer.text
    else:
        assert "The shared graph does not answer now" in answer.text


def test_the_server_is_killed_while_it_is_asked(
    client: TestClient, desk: Desk, neo4j_of_own: LocalServer
) -> None:
    seen: list[Any] = []
    ended = threading.Event()

    def ask() -> None:
        at = 0
        while not ended.is_set():
            seen.append(client.get(PATHS[at % len(PATHS)]))
            at += 1

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for one in asking:
        one.start()
    try:
        time.sleep(2)
        neo4j_of_own.kill()
        time.sleep(4)
        away = [client.get(path) for path in PATHS[:4]]
        began = time.monotonic()
        told(client.get(PATHS[0]))
        assert time.monotonic() - began < 5
        neo4j_of_own.start()
        time.sleep(3)
    finally:
        ended.set()
        for one in asking:
            one.join()
    for answer in away:
        told(answer)
    assert {a.status_code for a in seen} <= {*ALLOWED, 404}, [a.text for a in seen if a.status_code >= 500][
        :3
    ]
    assert any(a.status_code == 503 for a in seen)
    until = time.monotonic() + 60
    while time.monotonic() < until and client.get(PATHS[0]).status_code != 200:
        time.sleep(0.5)
    assert [client.get(path).status_code for path in (*PATHS[:4], "/")] == [200] * 5


def test_what_was_written_while_the_server_went_away_is_sent_later(
    desk: Desk, neo4j_of_own: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Any = desk._store
    store.refresh(SCOPE, now=True)
    plain = store.refresh
    monkeypatch.setattr(store, "refresh", lambda _scope, **_: None)  # it was there a moment ago
    neo4j_of_own.kill()
    store.link(SCOPE, Link("a" * 32, "b" * 32, LinkKind.SAME_EVENT, "asserted", "ann", "seen"))
    assert store._mark.exists()
    monkeypatch.setattr(store, "refresh", plain)
    neo4j_of_own.start()
    time.sleep(1.5)
    store.refresh(SCOPE, now=True)
    assert not store._mark.exists()
    assert store.server.read("MATCH (d:Document {kind: 'links'}) RETURN count(d) AS n")[0]["n"] > 0


def test_every_operation_says_that_it_may_be_away(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    operations = [op for path in paths.values() for op in path.values() if isinstance(op, dict)]
    assert operations
    for operation in operations:
        assert "Retry-After" in operation["responses"]["503"]["headers"]
