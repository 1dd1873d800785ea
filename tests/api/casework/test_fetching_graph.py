"""An agency's graph on a real server: in the end the ledger equals the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.casework.fetching_graph import fetch_graph, saved_graph_pages
from graph.model.events import FactKind
from graph.model.instants import parse_iso
from graph.model.scope import Clearance, Scope
from graph.store import Selection
from graph.stores.ledger import STORE
from ingest.fetchers.neo4j import FetchError, Login, Server, Wanted
from ingest.runner import Intake
from tests.ingest.fetchers.neo4j.agency import fill, kept_odd, mapping, odd, payments_only

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.casework.fetching_graph import FetchedGraph
    from graph.stores.ledger.store import LedgerStore
    from ingest.neo4j_graph.saved_mapping import MappingText
    from tests.neo4j_server import RunningServer

pytestmark = pytest.mark.neo4j
SCOPE = Scope("officer", ("case",), "test", Clearance.PROTECTED)
RELATIONS, NODES = 2000, 1000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LedgerStore]:
    opened = STORE.open(str(tmp_path / "store"), create=True)
    opened.open_case(SCOPE, "case")
    yield opened
    opened.close()


def asking(running: RunningServer, **options: Any) -> Server:
    return Server(running.url, Login(running.credentials.user, running.credentials.password), **options)


def fetched(
    store: LedgerStore, server: Server, said: MappingText | None = None, **options: Any
) -> FetchedGraph:
    wanted = Wanted("2026-11-24T12:00:00+00:00", **{"rows": 1000, **options})
    return fetch_graph(store, SCOPE, "case", server, said or mapping(), wanted, Intake(authority="order 1"))


def rows(store: LedgerStore) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.select(SCOPE, Selection(statuses=())).table.to_pylist()
    return found


def balances(store: LedgerStore) -> dict[tuple[str, str], int]:
    """Return what the ledger says moved in and out of each labelled instrument, per asset."""
    found: dict[tuple[str, str], int] = {}
    for row in rows(store):
        for end, sign in ((row["debit"], -1), (row["credit"], 1)):
            key = (end, row["asset"])
            found[key] = found.get(key, 0) + sign * int(row["amount"])
    known = store.instruments(SCOPE, sorted({end for end, _ in found}))
    return {(known[end].label, asset): units for (end, asset), units in found.items() if units}


def in_the_graph(running: RunningServer) -> dict[tuple[str, str], int]:
    """Return the same of the graph, summed by the server itself."""
    with running.connect() as server:
        sums = server.read(
            """MATCH (a)-[r:`PAID; DROP //`]->(b)
            UNWIND [[a.number, -r.`amount (c)`], [b.number, r.`amount (c)`]] AS end
            RETURN end[0] AS who, coalesce(r.currency, 'KES') AS asset, sum(end[1]) AS units"""
        )
        sums += server.read(
            """MATCH (a)-[:SENT]->(t:Transaction)-[:TO]->(b)
            WITH a, b, toInteger(round(t.amount * 100)) AS units
            UNWIND [[a.number, -units], [b.msisdn, units]] AS end
            RETURN end[0] AS who, 'KES' AS asset, sum(end[1]) AS units"""
        )
    found: dict[tuple[str, str], int] = {}
    for row in sums:
        key = (row["who"], {"KES": "KES:2", "UGX": "UGX:0"}[row["asset"]])
        found[key] = found.get(key, 0) + row["units"]
    return {key: units for key, units in found.items() if units}


def told(found: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Name accounts by their number alone, as the graph does."""
    return {
        (label.rpartition("/")[2].rpartition(" ")[2], asset): units for (label, asset), units in found.items()
    }


def test_3000_transfers_in_both_shapes_and_the_ledger_equals_the_graph(
    store: LedgerStore, neo4j_server: RunningServer
) -> None:
    with neo4j_server.connect() as server:
        fill(server, RELATIONS, NODES)
    with asking(neo4j_server) as server:
        first = fetched(store, server)
        assert [r.verdict.value for r in first.receipts] == ["accepted"] * len(first.receipts)
        assert first.held["relationships PAID; DROP //"] == RELATIONS
        assert len(rows(store)) == RELATIONS + NODES
        assert told(balances(store)) == in_the_graph(neo4j_server)
        again = fetched(store, server)
        assert (again.receipts, again.replaced, again.standing) == ([], [], len(first.receipts))
        compared = fetched(store, server, compare=True)
        assert (compared.receipts, compared.replaced) == ([], [])

        with neo4j_server.connect() as other:
            other.write("MATCH ()-[r:`PAID; DROP //` {ref: 'R7'}]->() SET r.`amount (c)` = 1")
            other.write("MATCH ()-[r:`PAID; DROP //` {ref: 'R8'}]->() DELETE r")
            other.write(
                """MATCH (a:Account {number: 'AC1000'}), (b:Account {number: 'AC1001'})
                CREATE (a)-[:`PAID; DROP //` {ref: 'ZZ', at: date('2026-06-01'), `amount (c)`: 5}]->(b)"""
            )
        counted = fetched(store, server)
        assert [r.subject for r in counted.replaced] == ["PAID; DROP //"]
        assert "and held" in counted.replaced[0].reason
        assert counted.held["relationships PAID; DROP //"] == RELATIONS
        fetched(store, server, compare=True)
    assert len(rows(store)) == RELATIONS + NODES
    assert told(balances(store)) == in_the_graph(neo4j_server)
    assert len({r["ref"] for r in rows(store)}) == RELATIONS + NODES


def test_what_is_odd_is_kept_exactly_or_rejected_with_its_place_and_reason(
    store: LedgerStore, neo4j_server: RunningServer
) -> None:
    neo4j_server.empty()
    with neo4j_server.connect() as server:
        fill(server, 20, 10)
        kept_odd(server)
        out = odd(server)
    with asking(neo4j_server) as server:
        done = fetched(store, server)
        again = fetched(store, server)
    assert (again.receipts, again.replaced) == ([], [])
    rejected = [x for r in done.receipts for x in r.rejected]
    assert sorted(x.reason for x in rejected) == sorted(REASONS)
    assert len(rejected) == out
    assert all(x.locator.startswith("pointer:/rows/") for x in rejected)
    by_ref = {r["ref"]: r for r in rows(store)}
    assert len(by_ref) == 20 + 10 + 8
    assert by_ref["'}) DETACH DELETE (n) //"]["amount"] == 12
    assert by_ref["'}) DETACH DELETE (n) //"]["text"] == "line\nbreak \x00 `tick`"
    assert by_ref["float"]["mark"] == "float source 12.0"
    assert by_ref["zone"]["amount"] == 9007199254740993
    assert by_ref["zone"]["hi"] - by_ref["zone"]["lo"] == 1
    assert by_ref["long"]["text"].startswith("é" * 200 + " [… 1100000 characters, sha256 ")
    assert by_ref["one-sided"]["amount"] == 350
    ends = [by_ref[ref]["credit"] for ref in ("cash", "cash 2", "one-sided")]
    known = store.instruments(SCOPE, ends)
    assert [known[end].kind for end in ends] == ["cash", "cash", "unknown"]
    assert len(set(ends)) == 3
    notes = done.receipts[0].assumptions
    assert notes["unmapped labels"] == "Device (1)"
    assert notes["unmapped properties"] == "PAID; DROP //.device (20)"
    assert notes["account of the fetch"].startswith("can write: yes (the community edition has no roles")
    held = store.facts(SCOPE, (FactKind.HOLDER.value,)).to_pylist()
    dated = {f["text"]: f["lo"] for f in held if f["text"].startswith("Amina")}
    assert (len(held), len(dated)) == (100 + 10, 10)
    assert set(dated.values()) == {parse_iso("2025-05-01", "Africa/Nairobi").lo}


REASONS = (
    "the identifier is nothing",
    "no time in it",
    "the amount is a list",
    "no plain decimal amount",
    "no amount in it",
    "an amount below zero between two ends",
    "no such currency",
    "the time is an integer",
    "the identifier is a list",
    "the identifier is a long text",
    "the identifier is a float",
    "a float with more decimals than the asset has",
    "a float that is no number",
    "the time is a point",
    "the payee has no label that the mapping knows",
    "another row has the same identifier and says something else",
)


def test_a_changed_mapping_does_not_count_twice(store: LedgerStore, neo4j_server: RunningServer) -> None:
    neo4j_server.empty()
    with neo4j_server.connect() as server:
        fill(server, 12, 0)
    one, other = payments_only(), payments_only(unit="major")
    with asking(neo4j_server, masked=True) as server:
        fetched(store, server, one)
        with pytest.raises(FetchError, match="another mapping made") as caught:
            fetched(store, server, other)
        assert "--replace" in caught.value.hint
        done = fetched(store, server, other, replace=True)
    assert [r.reason for r in done.replaced] == [
        "fetched again with another mapping"
    ] * 2  # texts and numbers
    assert len(rows(store)) == 12
    assert {int(r["amount"]) for r in rows(store) if r["ref"] == "R1"} == {10100}
    kept = [store.original(SCOPE, p.name).read_bytes() for p in saved_graph_pages(store, SCOPE)]
    assert all(b"127.0.0.1" not in raw and b"fuatilia-test" not in raw for raw in kept)
