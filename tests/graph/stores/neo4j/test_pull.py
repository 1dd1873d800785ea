"""Two workstations, two ledgers, one real server: what both pushed both hold, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from graph.errors import IntegrityError, StoreError, StoreFormatError
from graph.model.results import Assertion, AssertionKind, Disposition, Result, ResultKind
from graph.model.scope import Clearance
from graph.stores.ledger.keys import StoreKey
from graph.stores.ledger.layout import Layout
from graph.stores.ledger.store import LedgerStore, open_ledger
from graph.stores.ledger.verify import verify
from graph.stores.neo4j.parts import PIECE, join, push_documents, push_files
from graph.stores.neo4j.pulling import pull
from graph.stores.neo4j.schema import prepare
from graph.stores.neo4j.sealing import Seal
from tests.graph.stores.ledger.evidence import (
    ANN,
    BEN,
    BOOK,
    FILES,
    OTHER,
    SCOPE,
    THIRD,
    File,
    Ticking,
    fact,
    row,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.stores.neo4j.server import Server
    from tests.neo4j_server import RunningServer

pytestmark = pytest.mark.neo4j


class Killed(BaseException):
    """Stands for a process that was killed."""


@pytest.fixture
def server(neo4j_server: RunningServer) -> Iterator[Server]:
    with neo4j_server.connect() as connected:
        prepare(connected)
        connected.write("MATCH (n) WHERE n:Graph OR n:Part OR n:Document DETACH DELETE n")
        yield connected


def workstation(folder: Path, key: Path | None = None) -> LedgerStore:
    store = open_ledger(Layout(folder / "store"), make=True, identity_key=key, clock=Ticking())
    store.open_case(SCOPE, "c", "A case")
    return store


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[LedgerStore, LedgerStore]]:
    one = workstation(tmp_path / "one")
    other = workstation(tmp_path / "other", one.layout.key)
    yield one, other
    one.close()
    other.close()


def read(store: LedgerStore, folder: Path, *files: File) -> None:
    for file in files:
        path = folder / file.name
        path.write_bytes(file.raw)
        store.admit(SCOPE, "c", path, file.source)
        store.ingest(SCOPE, file.batch, file.content())


def send(server: Server, store: LedgerStore) -> tuple[int, int]:
    join(server, store.writer.key)
    pieces = sum(push_files(server, store, batch) for batch in store.catalogue.stored_batches())
    return pieces, push_documents(server, store)


def held(store: LedgerStore) -> list[Any]:
    return [
        store.version(SCOPE),
        store.sources(SCOPE),
        store.receipts(SCOPE),
        store.links(SCOPE),
        store.assertions(SCOPE),
        store.results(SCOPE),
        store.dispositions(SCOPE),
        store.retracted(SCOPE),
        [b.files for b in store.catalogue.stored_batches()],
        store.snapshot(replace(SCOPE, clearance=Clearance.PROTECTED)).nodes[:],
    ]


def conclude(store: LedgerStore, name: str, **fields: str) -> str:
    return store.record(SCOPE, Result(ResultKind.LEAD, "c", f"{name} 1", {}, {}, "i", ("a" * 32,), fields))


def test_both_push_both_pull_and_hold_the_same(
    server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path
) -> None:
    one, other = pair
    read(one, tmp_path, BOOK)
    read(other, tmp_path, OTHER, THIRD)
    lead = conclude(one, "first")
    said = Assertion(AssertionKind.ROLE, "c", "a" * 32 + "#holder", "victim", "ann", "so", "2026-01-02")
    other.assert_(SCOPE, said)
    for store in pair:
        send(server, store)
    for store in pair:
        pull(server, store, SCOPE)
    assert held(one) == held(other)
    assert [r.id for r in other.results(SCOPE)] == [lead]
    assert one.assertions(SCOPE) == [said]
    other.dispose(SCOPE, Disposition(lead, "confirmed", "ben", "seen", "2026-01-03"))
    one.retract(SCOPE, THIRD.source.sha256, "not ours")
    for store in pair:
        send(server, store)
    for store in (*pair, *pair):
        pull(server, store, SCOPE)
    assert held(one) == held(other)
    assert one.retracted(SCOPE) == {THIRD.source.sha256: "not ours"}
    for store in pair:
        assert verify(store.layout) == []
        assert store.original(SCOPE, BOOK.source.sha256).read_bytes() == BOOK.raw


def test_a_third_one_who_has_only_the_key_gets_everything(
    server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path
) -> None:
    read(pair[0], tmp_path, *FILES)
    send(server, pair[0])
    late = workstation(tmp_path / "late", pair[0].layout.key)
    pulled = pull(server, late, SCOPE)
    assert pulled.batches == len(FILES)
    assert held(late) == held(pair[0])
    late.close()


def test_what_was_pushed_is_not_pushed_again_and_nothing_new_costs_one_question(
    server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    read(one, tmp_path, *FILES)
    assert all(send(server, one))
    assert send(server, one) == (0, 0)
    pull(server, other, SCOPE)
    assert send(server, other)[0] == 0
    pull(server, other, SCOPE)
    asked: list[str] = []
    plain = server.read

    def counted(statement: str, /, **parameters: Any) -> list[dict[str, Any]]:
        asked.append(statement)
        return plain(statement, **parameters)

    monkeypatch.setattr(server, "read", counted)
    stamp = other.catalogue.stamp()
    assert pull(server, other, SCOPE).documents == 0
    assert len(asked) == 1
    assert other.catalogue.stamp() == stamp


def test_the_graph_holds_nothing_of_it_in_clear(
    server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path
) -> None:
    named = File(
        "ANN WANJIRU.csv", (row(0, ANN, BEN, 5, text="for the child"),), (fact(1, ANN, "ANN WANJIRU"),)
    )
    read(pair[0], tmp_path, named)
    send(server, pair[0])
    everything = str(server.read("MATCH (n) WHERE n:Part OR n:Document OR n:Graph RETURN properties(n) AS p"))
    assert not [text for text in ("WANJIRU", "child", "700000001", ".csv") if text in everything]
    assert pair[0].writer.key.secret.hex() not in everything
    assert str(pair[0].writer.key.secret) not in everything


def flip(server: Server, where: str) -> str:
    """Change one bit of a sealed payload; return its id."""
    name, label = ("bytes", "Part") if "Part" in where else ("body", "Document")
    rows = server.read(
        f"MATCH (n:{label}) WHERE {where} RETURN n.id AS id, n.{name} AS sealed ORDER BY n.id LIMIT 1"
    )
    sealed = bytearray(rows[0]["sealed"])
    sealed[len(sealed) // 2] ^= 1
    server.write(
        f"MATCH (n:{label} {{id: $id}}) SET n.{name} = $sealed", id=rows[0]["id"], sealed=bytes(sealed)
    )
    return str(rows[0]["id"])


@pytest.mark.parametrize(
    "where", ["n:Part AND n.role = 'rows'", "n:Part AND n.role = 'original'", "n.kind = 'results'"]
)
def test_one_changed_bit_is_refused_and_named(
    where: str, server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path
) -> None:
    one, other = pair
    read(one, tmp_path, BOOK)
    conclude(one, "first")
    send(server, one)
    name = flip(server, where)
    with pytest.raises(IntegrityError, match=f"not as it was sealed.*{name}"):
        pull(server, other, SCOPE)
    assert other.receipts(SCOPE) == []
    server.write("MATCH (n) WHERE n.id = $id DETACH DELETE n", id=name)
    if "Part" in where:
        with pytest.raises(IntegrityError, match="missing"):
            pull(server, other, SCOPE)
    send(server, one)
    pull(server, other, SCOPE)
    assert held(one) == held(other)


def test_a_piece_in_anothers_place_is_refused(
    server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path
) -> None:
    one, other = pair
    read(one, tmp_path, BOOK, OTHER)
    send(server, one)
    server.write(
        "MATCH (a:Part {role: 'rows'}) WITH collect(a) AS p "
        "WITH p[0] AS a, p[1] AS b, p[0].bytes AS x, p[1].bytes AS y SET a.bytes = y, b.bytes = x"
    )
    with pytest.raises(IntegrityError, match="not as it was sealed"):
        pull(server, other, SCOPE)


def test_another_key_is_refused_with_the_remedy(
    server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path
) -> None:
    read(pair[0], tmp_path, BOOK)
    send(server, pair[0])
    stranger = workstation(tmp_path / "stranger")
    for ask in (lambda: join(server, stranger.writer.key), lambda: pull(server, stranger, SCOPE)):
        with pytest.raises(StoreError, match="FUATILIA_IDENTITY_KEY"):
            ask()
    assert stranger.sources(SCOPE) == []
    stranger.close()


def test_a_newer_graph_is_refused(server: Server, pair: tuple[LedgerStore, LedgerStore]) -> None:
    join(server, pair[0].writer.key)
    server.write("MATCH (g:Graph) SET g.format = 99")
    with pytest.raises(StoreFormatError, match="newer Fuatilia"):
        join(server, pair[0].writer.key)


@pytest.mark.parametrize("at", [1, 4, 9])
def test_a_pull_that_was_killed_is_done_again(
    at: int,
    server: Server,
    pair: tuple[LedgerStore, LedgerStore],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = pair
    read(one, tmp_path, *FILES)
    send(server, one)
    plain, asked = server.read, [0]

    def killed(statement: str, /, **parameters: Any) -> list[dict[str, Any]]:
        asked[0] += "p.bytes" in statement
        if asked[0] == at:
            raise Killed
        return plain(statement, **parameters)

    monkeypatch.setattr(server, "read", killed)
    with pytest.raises(Killed):
        pull(server, other, SCOPE)
    monkeypatch.undo()
    pull(server, other, SCOPE)
    assert held(one) == held(other)
    assert verify(other.layout) == []


def test_long_and_hostile_words_arrive_as_they_are(
    server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path
) -> None:
    one, other = pair
    hostile = "'}) DETACH DELETE n //\u202e\x01`]💸 ጤና ይስጥልኝ\x00"
    lead = conclude(one, "long", sentence=hostile + "x" * (2 * PIECE))
    conclude(one, hostile)
    read(one, tmp_path, replace(BOOK, options=hostile))
    assert send(server, one)[1]
    longest = server.read("MATCH (n) RETURN max(size(coalesce(n.bytes, n.body, ''))) AS n")[0]["n"]
    assert longest <= PIECE + 28
    pull(server, other, SCOPE)
    assert held(one) == held(other)
    assert other.result(SCOPE, lead).fields["sentence"].startswith(hostile)


def test_what_was_erased_leaves_the_graph_and_stays_away(
    server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path
) -> None:
    one, other = pair
    named = File("named.csv", (row(0, ANN, BEN, 5, text="for the child"),), (fact(1, ANN, "ANN WANJIRU"),))
    read(one, tmp_path, named)
    send(server, one)
    pull(server, other, SCOPE)
    old = {f.sha256 for b in one.catalogue.stored_batches() for f in b.of("instruments")}
    one.writer.forget(SCOPE, instruments=[one.writer.key.id_of(ANN).hex()], reason="order of the court")
    send(server, one)
    send(server, other)  # does not know of it yet
    rest = server.read(
        "MATCH (p:Part) WHERE p.sha256 IN $old AND p.of > 0 RETURN count(p) AS n", old=sorted(old)
    )
    assert rest[0]["n"] == 0
    pull(server, other, SCOPE)
    assert held(one) == held(other)
    assert not [
        p
        for p in (other.layout.root / "identities").rglob("*")
        if p.is_file() and ANN.encode() in p.read_bytes()
    ]


def test_an_emptied_graph_is_filled_and_pulled_anew(
    server: Server, pair: tuple[LedgerStore, LedgerStore], tmp_path: Path
) -> None:
    one, other = pair
    read(one, tmp_path, BOOK)
    for _ in range(3):
        send(server, one)
        conclude(one, "later")
    send(server, one)
    pull(server, other, SCOPE)
    server.write("MATCH (n) WHERE n:Graph OR n:Part OR n:Document DETACH DELETE n")
    conclude(one, "after")
    send(server, one)
    pull(server, other, SCOPE)
    assert held(one) == held(other)


def test_a_seal_is_never_twice_the_same_and_opens_only_under_its_name() -> None:
    seal = Seal(StoreKey(bytes(range(32))))
    closed = [seal.close(b"who paid", "part 1") for _ in range(50)]
    assert len(set(closed)) == 50
    assert {seal.open(one, "part 1") for one in closed} == {b"who paid"}
    for wrong in (closed[0][:-1], b"", closed[0][::-1]):
        with pytest.raises(IntegrityError):
            seal.open(wrong, "part 1")
    with pytest.raises(IntegrityError, match="part 2"):
        seal.open(closed[0], "part 2")
    with pytest.raises(IntegrityError):
        Seal(StoreKey(bytes(32))).open(closed[0], "part 1")
    assert seal.name("x") != Seal(StoreKey(bytes(32))).name("x")
