"""A store at an address: two workstations work in one graph, and whoever does not belong is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graph.errors import NotFoundError, StoreAwayError, StoreError
from graph.model.results import Assertion, AssertionKind, Result, ResultKind
from graph.store import View, Writer
from graph.stores import open_store, stores, verify_store
from graph.stores.ledger.verify import verify
from graph.stores.neo4j.address import SCHEMES, UNATTENDED
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.hiding import Tokens
from graph.stores.neo4j.store import Neo4jStore, open_graph
from graph.stores.neo4j.verifying import verify as compare
from tests.graph.stores.ledger.evidence import ANN, BOOK, OTHER, SCOPE, File
from tests.graph.stores.neo4j.workstations import key_of, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.store import Store
    from tests.neo4j_server import RunningServer

pytestmark = pytest.mark.neo4j


@pytest.fixture
def first(neo4j_server: RunningServer, tmp_path: Path) -> Iterator[Neo4jStore]:
    neo4j_server.empty()
    store = opened(neo4j_server, tmp_path / "first")
    yield store
    store.close()


def read(store: Store, folder: Path, *files: File) -> None:
    store.open_case(SCOPE, "c", "A case")
    for file in files:
        path = folder / file.name
        path.write_bytes(file.raw)
        store.admit(SCOPE, "c", path, file.source)
        store.ingest(SCOPE, file.batch, file.content())


def test_two_workstations_work_in_one_graph(
    first: Neo4jStore, neo4j_server: RunningServer, tmp_path: Path
) -> None:
    read(first, tmp_path, BOOK)
    second = opened(neo4j_server, tmp_path / "second", key_of(first))
    assert second.version(SCOPE) == first.version(SCOPE)
    read(second, tmp_path, OTHER)
    said = Assertion(AssertionKind.ROLE, "c", "a" * 32, "witness", "ann", "so", "2026-01-02")
    second.assert_(SCOPE, said)
    lead = first.record(SCOPE, Result(ResultKind.LEAD, "c", "first 1", {}, {}, "i", ("a" * 32,)))
    first.keep_document(SCOPE, "c", "note", "n1", "2026-01-02", "{}")
    assert first.assertions(SCOPE) == []  # not asked anew within the time
    for store in (first, second, first):
        store.refresh(SCOPE, now=True)
    assert first.version(SCOPE) == second.version(SCOPE)
    assert first.assertions(SCOPE) == second.assertions(SCOPE) == [said]
    assert [r.id for r in second.results(SCOPE)] == [lead] == [r.id for r in first.results(SCOPE)]
    assert first.links(SCOPE) == second.links(SCOPE) != []
    assert [d.name for d in second.documents(SCOPE, "note")] == ["n1"]
    ids = list(first.snapshot(SCOPE).nodes)
    near = [store.expand(SCOPE, ids, "both", 2).table for store in (first, second)]
    assert first.answers_from_graph(SCOPE)
    assert near[0].equals(near[1])
    assert compare(first.server, Desired(first, SCOPE, Tokens.PROTECTED)).differences == ()
    assert [verify(s.layout) for s in (first, second)] == [[], []]
    second.close()


def test_what_was_not_sent_at_the_end_is_sent_by_the_next(
    first: Neo4jStore, neo4j_server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(first, tmp_path, BOOK)
    key = key_of(first)

    def away(*_: object, **__: object) -> None:
        raise StoreAwayError("away")

    monkeypatch.setattr("graph.stores.neo4j.view.push", away)
    lead = first.record(SCOPE, Result(ResultKind.LEAD, "c", "first 1", {}, {}, "i", ("a" * 32,)))
    first.close()
    monkeypatch.undo()
    again = opened(neo4j_server, tmp_path / "first")
    again.refresh(SCOPE, now=True)
    other = opened(neo4j_server, tmp_path / "second", key)
    assert [r.id for r in other.results(SCOPE)] == [lead]
    again.close()
    other.close()


def test_who_does_not_belong_is_refused_with_the_remedy(
    first: Neo4jStore, neo4j_server: RunningServer, tmp_path: Path
) -> None:
    read(first, tmp_path, BOOK)
    stranger = tmp_path / "stranger.key"
    stranger.write_bytes(bytes(32))
    for key in (None, stranger):
        with pytest.raises(StoreError, match="FUATILIA_IDENTITY_KEY"):
            opened(neo4j_server, tmp_path / f"cache-{key is None}", key)
    with pytest.raises(StoreError, match="another identity key"):
        opened(neo4j_server, tmp_path / "first", stranger)


def test_an_empty_database_is_no_graph_until_something_is_put_in(
    neo4j_server: RunningServer, tmp_path: Path
) -> None:
    neo4j_server.empty()
    place: dict[str, Any] = {"cache": tmp_path, "password": neo4j_server.credentials.password}
    place["patience"] = UNATTENDED
    with pytest.raises(NotFoundError, match="no shared graph"):
        open_graph(neo4j_server.url, **place)
    made = open_store(neo4j_server.url, create=True, **place)
    assert isinstance(made, Neo4jStore)
    assert isinstance(made, View)
    assert isinstance(made, Writer)
    made.close()
    open_store(neo4j_server.url, **place).close()
    assert verify_store(neo4j_server.url, **place) == []


def test_everybody_is_a_token_where_that_is_wanted(neo4j_server: RunningServer, tmp_path: Path) -> None:
    neo4j_server.empty()
    store = opened(neo4j_server, tmp_path / "cache", tokens="all")
    read(store, tmp_path, BOOK)
    everything = str(
        store.server.read("MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN properties(n), properties(r)")
    )
    assert ANN.rpartition("+")[2] not in everything
    assert "WANJIRU" not in everything
    shown = store.instruments(SCOPE, list(store.snapshot(SCOPE).nodes))
    assert "+254700000001" in {i.label for i in shown.values()}
    store.close()


def test_every_scheme_of_an_address_is_answered() -> None:
    assert stores()["neo4j"].code == "neo4j"
    for scheme in SCHEMES:
        with pytest.raises(StoreError, match="password"):
            open_store(f"{scheme}://user:secret@host", cache=None)
    with pytest.raises(StoreError, match=r"bolt, bolt\+s"):
        open_store("nowhere://x")
