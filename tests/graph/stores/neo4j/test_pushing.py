"""A push on a real server: everything once, nothing twice, and what was taken back or hidden is gone."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from graph.errors import StoreBusyError, StoreError
from graph.model.results import Assertion, AssertionKind, instrument_at
from graph.model.scope import Clearance, Scope
from graph.stores import open_store
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.pushing import push
from graph.stores.neo4j.sections import claim, kept_sections
from graph.stores.neo4j.verifying import verify
from tests.contracts.view import scope_of
from tests.contracts.view_cases import random_evidence
from tests.graph.stores.ledger.evidence import ANN, BEN, BOOK, SCOPE, File, add, fact, row
from tests.graph.stores.ledger.test_view import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.stores.neo4j.server import Server
    from tests.graph.stores.neo4j.conftest import PracticeStore
    from tests.neo4j_server import RunningServer

pytestmark = pytest.mark.neo4j
WHO = Scope("officer", (), "test")
EVIL = "`}) DETACH DELETE n //\x00\u202e'\"\\u0027) MATCH (n) DETACH DELETE n"


@pytest.fixture
def server(neo4j_server: RunningServer) -> Iterator[Server]:
    with neo4j_server.connect() as connected:
        while connected.write("MATCH ()-[r]->() WITH r LIMIT 10000 DELETE r").relations_gone:
            pass
        connected.write("MATCH (n) DETACH DELETE n")
        yield connected


def opened(folder: Path, *files: File) -> Any:
    store: Any = open_store(str(folder / "store"), create=True)
    for file in files:
        add(store, file, folder)
    return store


def sound(server: Server, store: Any) -> bool:
    found = verify(server, Desired(store, WHO))
    assert found.differences == ()
    return found.sound


def count(server: Server, pattern: str) -> int:
    return int(server.read(f"MATCH {pattern} RETURN count(n) AS n")[0]["n"])


def test_the_practice_case_is_pushed_once(
    server: Server, practice_store: PracticeStore, tmp_path: Path
) -> None:
    shutil.copytree(practice_store.place, tmp_path / "store")
    store: Any = open_store(str(tmp_path / "store"))
    heard: list[tuple[str, int, int]] = []
    first = push(server, store, WHO, heard=lambda *told: heard.append(told))
    assert first.written == first.parts > 20
    assert first.documents > 50
    assert heard[-1][1] <= heard[-1][2]
    assert sound(server, store)
    case = replace(practice_store.scope, cases=(practice_store.case,))
    assert count(server, "()-[n:TRANSFER]->()") == len(store.snapshot(case).lo)
    assert count(server, "(n:Lead)") == len(store.results(case, "lead"))
    hops = sum(
        len(told["hops"]) for told in store.result(case, practice_store.trace).fields["rules"].values()
    )
    assert count(server, "(:Trace)-[n:HOP]->(:Instrument)") >= 0.9 * hops > 0
    assert count(server, "(:Judgement)-[n:RESTRAINS]->(:Instrument)") > 0
    again = push(server, store, WHO)
    assert (again.parts, again.written, again.rows, again.pieces, again.documents) == (
        first.parts,
        0,
        0,
        0,
        0,
    )
    store.close()


def test_random_evidence_is_in_the_graph_row_by_row(server: Server, tmp_path: Path) -> None:
    cases = [random_evidence(seed) for seed in range(1000, 1006)]
    store = ledger(tmp_path, cases)
    push(server, store, WHO)
    assert sound(server, store)
    drawn = sum(len(store.snapshot(scope_of(evidence)).lo) for evidence in cases)
    assert count(server, "()-[n:TRANSFER]->()") == drawn
    store.close()


def test_a_link_made_later_changes_only_what_it_touches(server: Server, tmp_path: Path) -> None:
    evidence = next(e for e in map(random_evidence, range(200)) if len(e.links) > 2)
    store = ledger(tmp_path, [replace(evidence, links=())])
    push(server, store, WHO)
    for link in evidence.links:
        store.link(scope_of(evidence), link)
    changed = push(server, store, WHO)
    assert 0 < changed.written < changed.parts
    assert sound(server, store)
    store.close()


def test_what_was_retracted_is_gone_and_comes_back(server: Server, tmp_path: Path) -> None:
    store = opened(tmp_path, BOOK, File("one.csv", (row(0, ANN, "msisdn::+254700000777", 5),)))
    push(server, store, WHO)
    before = count(server, "(n:Instrument)")
    store.retract(SCOPE, File("one.csv", ()).source.sha256, "the wrong file")
    push(server, store, WHO)
    assert sound(server, store)
    assert count(server, "(n:Instrument)") == before - 1
    assert not server.read("MATCH ()-[t:TRANSFER {amount: '5'}]->() RETURN t.id AS id")
    store.close()


def test_somebody_protected_later_is_scrubbed_by_the_next_push(server: Server, tmp_path: Path) -> None:
    name = "GRACE WANJIRU"
    told = File("told.csv", (row(0, ANN, BEN, 5, channel=f"from {name}"),), (fact(1, ANN, name),))
    store = opened(tmp_path, told)
    push(server, store, WHO)
    there = """MATCH (n) UNWIND keys(n) AS k WITH n[k] AS v
        WHERE v IS :: STRING AND v CONTAINS $v RETURN count(v) AS n"""
    assert server.read(there, v=name)[0]["n"]
    assert server.read(there, v="+254700000001")[0]["n"]
    observation = store.select(SCOPE, _everything()).table["observation"][0].as_py()
    subject = instrument_at(observation, "debit", "KES:2")
    store.assert_(
        SCOPE, Assertion(AssertionKind.ROLE, "c", subject, "victim", "officer", f"{name} paid", "2026-01-02")
    )
    push(server, store, WHO)
    assert sound(server, store)
    for text in (name, "WANJIRU", "+254700000001"):
        assert server.read(there, v=text)[0]["n"] == 0
    relations = there.replace("(n) UNWIND", "()-[n]->() UNWIND")
    assert server.read(relations, v="WANJIRU")[0]["n"] == 0
    (veiled,) = server.read("MATCH ()-[t:TRANSFER {veiled: true}]->() RETURN t.channel AS channel")
    assert veiled["channel"] == "from •• ••"
    store.close()


def _everything() -> Any:
    from graph.store import Selection

    return Selection()


def test_hostile_texts_are_texts_and_what_is_too_long_is_refused(server: Server, tmp_path: Path) -> None:
    file = File(EVIL[:40].replace("/", ""), (row(0, ANN, BEN, 5, channel=EVIL, mark="m" * 900_000),))
    case = replace(SCOPE, cases=("c" + EVIL.replace("\x00", ""),))
    store: Any = open_store(str(tmp_path / "store"), create=True)
    (tmp_path / "raw").write_bytes(file.raw)
    store.open_case(case, case.cases[0], case.cases[0])
    store.admit(case, case.cases[0], tmp_path / "raw", file.source)
    store.ingest(case, file.batch, file.content())
    push(server, store, WHO)
    assert sound(server, store)
    (told,) = server.read("MATCH ()-[t:TRANSFER]->() RETURN t.channel AS channel, size(t.mark) AS long")
    assert (told["channel"], told["long"]) == (EVIL, 900_000)
    assert [r["id"] for r in server.read("MATCH (c:Case) RETURN c.id AS id")] == [case.cases[0]]
    longer = File("longer.csv", (row(0, ANN, BEN, 5, mark="m" * 1_000_001),))
    (tmp_path / "raw2").write_bytes(longer.raw)
    store.admit(case, case.cases[0], tmp_path / "raw2", longer.source)
    store.ingest(case, longer.batch, longer.content())
    with pytest.raises(StoreError, match="too long") as refused:
        push(server, store, WHO)
    assert (refused.value.fields()["property"], refused.value.fields()["bytes"]) == ("mark", 1_000_001)
    assert count(server, "()-[n:TRANSFER]->()") == 1
    store.close()


def test_another_identity_key_is_refused_before_anything_is_written(server: Server, tmp_path: Path) -> None:
    first, second = opened(tmp_path / "a", BOOK), opened(tmp_path / "b", BOOK)
    push(server, first, WHO)
    before = server.read("MATCH (n) RETURN count(n) AS n")
    with pytest.raises(StoreError, match="identity key"):
        push(server, second, WHO)
    assert server.read("MATCH (n) RETURN count(n) AS n") == before
    first.close()
    second.close()


def test_two_pushers_at_once_leave_one_sound_graph(server: Server, tmp_path: Path) -> None:
    rows = tuple(row(i, ANN, BEN, i + 1) for i in range(3000))
    store = opened(tmp_path, File("long.csv", rows), BOOK)
    place, failed = str(tmp_path / "store"), list[BaseException]()

    def one() -> None:
        mine: Any = open_store(place)
        try:
            push(server, mine, WHO)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            failed.append(error)
        finally:
            mine.close()

    pushers = [threading.Thread(target=one) for _ in range(2)]
    for pusher in pushers:
        pusher.start()
    for pusher in pushers:
        pusher.join()
    assert failed == []
    assert sound(server, store)
    assert count(server, "()-[n:TRANSFER]->()") == len(
        store.snapshot(replace(SCOPE, clearance=Clearance.CASE)).lo
    )
    store.close()


def test_a_part_that_somebody_is_at_is_not_written_by_another(server: Server) -> None:
    mine = claim(server, "rows:b", "f", "me")
    mine.chunk(lambda run: run.run("CREATE (:Batch {id: 'b'})"), 1, 1)
    with pytest.raises(StoreBusyError, match="at this part"):
        claim(server, "rows:b", "f", "another")
    server.write("MATCH (s:Section) SET s.beat = s.beat - 7000")  # it was killed a while ago
    theirs = claim(server, "rows:b", "f", "another")
    assert (theirs.filling, theirs.checkpoint, theirs.total, theirs.count) == (True, 1, 1, 1)
    with pytest.raises(StoreBusyError, match="took this part"):
        mine.chunk(lambda run: run.run("CREATE (:Batch {id: 'c'})"), 2, 2)
    assert count(server, "(n:Batch)") == 1
    theirs.done(7, 9)
    assert kept_sections(server)["rows:b"].hash == f"{7:032x}"
    changed = claim(server, "rows:b", "other evidence", "another")
    assert not changed.filling
