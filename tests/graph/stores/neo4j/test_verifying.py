"""What somebody did to the graph by hand is named, and mended; what is not ours is named and left."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from graph.model.scope import Scope
from graph.stores import open_store
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.pushing import push
from graph.stores.neo4j.rebuilding import empty, rebuild
from graph.stores.neo4j.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.store import Difference
    from graph.stores.neo4j.server import Server
    from tests.graph.stores.neo4j.conftest import PracticeStore
    from tests.neo4j_server import RunningServer

pytestmark = pytest.mark.neo4j
WHO = Scope("officer", (), "test")


@pytest.fixture(scope="module")
def pushed(
    neo4j_server: RunningServer, practice_store: PracticeStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Any]]:
    """A server with the practice case in it, and the ledger."""
    place: Path = tmp_path_factory.mktemp("verified") / "store"
    shutil.copytree(practice_store.place, place)
    store: Any = open_store(str(place))
    with neo4j_server.connect() as server:
        push(server, store, WHO)
        yield server, store
    store.close()


def differences(pushed: tuple[Server, Any]) -> list[Difference]:
    server, store = pushed
    return list(verify(server, Desired(store, WHO)).differences)


def mend(pushed: tuple[Server, Any], *, only_differences: bool = True) -> bool:
    server, store = pushed
    _, found = rebuild(
        server,
        lambda: Desired(store, WHO),
        lambda: push(server, store, WHO),
        only_differences=only_differences,
    )
    return found.sound


_ONE = "WITH t ORDER BY t.id LIMIT 1"
_BETWEEN = "MATCH (a)-[t:TRANSFER]->(b) WITH a, t, b ORDER BY t.id LIMIT 1"
TAMPERED = {
    "a payment deleted": (
        f"MATCH ()-[t:TRANSFER]->() {_ONE} WITH t, t.id AS id DELETE t RETURN id",
        ("missing", "TRANSFER {id}", ""),
    ),
    "an amount edited": (
        f"MATCH ()-[t:TRANSFER]->() {_ONE} SET t.amount = '1' RETURN t.id AS id",
        ("changed", "TRANSFER {id}", "amount"),
    ),
    "a value edited": (
        f"MATCH ()-[t:TRANSFER]->() {_ONE} SET t.value = t.value + 0.5 RETURN t.id AS id",
        ("changed", "TRANSFER {id}", "value"),
    ),
    "a property added": (
        f"MATCH ()-[t:TRANSFER]->() {_ONE} SET t.seen = true RETURN t.id AS id",
        ("changed", "TRANSFER {id}", "properties that are not of the model"),
    ),
    "a payment added to a batch": (
        f"{_BETWEEN} CREATE (a)-[n:TRANSFER {{id: 'byhand/0', batch: t.batch}}]->(b) RETURN n.id AS id",
        ("extra", "TRANSFER {id}", ""),
    ),
    "a payment of no batch": (
        f"{_BETWEEN} CREATE (a)-[n:TRANSFER]->(b) RETURN elementId(n) AS id",
        ("extra", "TRANSFER {id}", "batch"),
    ),
    "an instrument added": (
        "CREATE (n:Instrument {id: 'byhand', kind: 'msisdn'}) RETURN n.id AS id",
        ("extra", "Instrument {id}", ""),
    ),
    "a label edited": (
        f"MATCH (t:Instrument) {_ONE} SET t.label = 'x' RETURN t.id AS id",
        ("changed", "Instrument {id}", "label"),
    ),
    "a name edited": (
        f"MATCH (t:Party) {_ONE} SET t.name = 'x' RETURN t.id AS id",
        ("changed", "Party {id}", "name"),
    ),
    "a hop deleted": (
        f"MATCH ()-[t:HOP]->() {_ONE} WITH t, t.id AS id DELETE t RETURN id",
        ("missing", "HOP {id}", ""),
    ),
    "a leg deleted": (
        f"MATCH ()-[t:DEBIT]->() {_ONE} WITH t, t.id AS id DELETE t RETURN id",
        ("changed", "Entry {id}", "(debit)"),
    ),
    "a lead added": ("CREATE (n:Lead {id: 'byhand'}) RETURN n.id AS id", ("extra", "Lead {id}", "")),
    "a decision about nothing": (
        "CREATE (n:Judgement {id: 'byhand', kind: 'confirmed'}) RETURN n.id AS id",
        ("extra", "Judgement {id}", ""),
    ),
}


def test_everything_done_by_hand_is_named_and_mended(pushed: tuple[Server, Any]) -> None:
    expected = []
    for at, (statement, (what, of, prop)) in enumerate(TAMPERED.values()):
        (row,) = pushed[0].write(statement.replace("LIMIT 1", f"SKIP {at} LIMIT 1")).rows
        expected.append((what, of.format(**row), prop))
    found = [(d.what, d.of, d.property) for d in differences(pushed)]
    assert set(expected) <= set(found)
    # A relationship of no batch is also one without an id, and a deleted payment is nothing else.
    assert len(found) <= len(expected) + 3
    assert mend(pushed)
    assert differences(pushed) == []


def test_half_a_batch_that_is_gone_is_named_row_by_row(pushed: tuple[Server, Any]) -> None:
    server = pushed[0]
    half = server.write(
        """MATCH ()-[t:TRANSFER]->() WITH t.batch AS batch, collect(t) AS every
        WITH every ORDER BY size(every) DESC LIMIT 1
        UNWIND every[..size(every) / 2] AS t WITH t, t.id AS id DELETE t RETURN id"""
    ).rows
    found = differences(pushed)
    assert sorted(d.of for d in found) == sorted(f"TRANSFER {row['id']}" for row in half)
    assert {d.what for d in found} == {"missing"}
    assert mend(pushed)


def test_what_is_foreign_is_named_and_left(pushed: tuple[Server, Any]) -> None:
    server = pushed[0]
    server.write("CREATE (:Foreign {id: 'x'})-[:KNOWS]->(:Foreign {id: 'y'}) CREATE ()")
    found = differences(pushed)
    assert sorted((d.what, d.of.partition(" (")[0], d.found) for d in found) == [
        ("foreign", "node Foreign", "2"),
        ("foreign", "node without a label", "1"),
        ("foreign", "relationship KNOWS", "1"),
    ]
    assert mend(pushed)
    assert mend(pushed, only_differences=False)
    assert server.read("MATCH (n:Foreign) RETURN count(n) AS n")[0]["n"] == 2
    server.write("MATCH (n) WHERE n:Foreign OR size(labels(n)) = 0 DETACH DELETE n")
    assert differences(pushed) == []


def test_an_emptying_that_broke_off_is_seen_and_made_good(pushed: tuple[Server, Any]) -> None:
    server, store = pushed
    server.write("MATCH (s:Section) SET s.state = 'mending' REMOVE s.token, s.made_from")
    server.write("MATCH ()-[t:TRANSFER]->() WITH t LIMIT 50 DELETE t")
    assert {d.what for d in differences(pushed)} == {"missing", "unfinished"}
    push(server, store, WHO)
    assert differences(pushed) == []
    assert empty(server) > 500
    kept = {row["l"] for row in server.read("MATCH (n) RETURN DISTINCT labels(n)[0] AS l")}
    assert kept == {"Graph", "Document", "Part"}
    push(server, store, WHO)
    assert differences(pushed) == []
