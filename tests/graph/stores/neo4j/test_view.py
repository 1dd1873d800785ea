"""The shared graph passes the suite of views on a real server, and answers as the ledger that was pushed."""

from __future__ import annotations

# ruff: noqa: S311 - chance from a seed, so that a failure can be repeated
import random
from typing import TYPE_CHECKING, Any

import pytest

from graph.errors import StoreError
from graph.model.scope import Clearance, Scope
from graph.store import View
from graph.stores import open_store
from graph.stores.ledger.index import Limits
from graph.stores.ledger.store import LedgerStore
from graph.stores.neo4j.paths import paths
from tests.contracts import view_protection
from tests.contracts.view import CHECKS, ask, scope_of
from tests.contracts.view_cases import DAY, Evidence, File, Row, random_evidence
from tests.graph.stores.ledger.test_view import ledger
from tests.graph.stores.neo4j.workstations import founded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from graph.store import Answer
    from graph.stores.neo4j.store import Neo4jStore
    from tests.neo4j_server import RunningServer

pytestmark = pytest.mark.neo4j
QUICK, ALL, AT_ONCE = 16, 516, 50
SEEDS = range(QUICK)
HOSTILE = "'}) DETACH DELETE n //\u202e\x01`]💸 ጤና ይስጥልኝ"


def graph_of(server: RunningServer, folder: Path, cases: Sequence[Evidence], **options: Any) -> Neo4jStore:
    """Build a ledger of the cases and push it whole."""
    ledger(folder, cases).close()
    scope = scope_of(cases[0])
    return founded(server, folder / "cache", folder / "store", scope, **options)


def check_all(store: Neo4jStore, seeds: range) -> None:
    for seed in seeds:
        evidence = random_evidence(seed)
        asked = ask(store, evidence, seed)
        assert store.answers_from_graph(asked.scope)
        for check in CHECKS:
            try:
                check(asked)
            except AssertionError as failed:
                failed.add_note(f"{check.__name__}, seed {seed}")
                raise


@pytest.fixture(scope="module")
def cases() -> list[Evidence]:
    return [random_evidence(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def store(
    neo4j_server: RunningServer, tmp_path_factory: pytest.TempPathFactory, cases: list[Evidence]
) -> Iterator[Neo4jStore]:
    opened = graph_of(neo4j_server, tmp_path_factory.mktemp("graph"), cases, limits=Limits(guard=4))
    yield opened
    opened.close()


def test_random_evidence_is_answered_by_the_definitions(store: Neo4jStore) -> None:
    store._limits = Limits()
    check_all(store, SEEDS)
    assert isinstance(store, View)


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(QUICK, ALL, AT_ONCE))
def test_more_random_evidence(first: int, neo4j_server: RunningServer, tmp_path: Path) -> None:
    neo4j_server.empty()
    seeds = range(first, first + AT_ONCE)
    opened = graph_of(neo4j_server, tmp_path, [random_evidence(seed) for seed in seeds])
    check_all(opened, seeds)
    opened.close()


def same(one: Answer, other: Answer) -> None:
    assert one.table.equals(other.table)
    assert (one.truncated, one.left_out) == (other.truncated, other.left_out)


def instruments_of(store: Neo4jStore, scope: Scope) -> list[str]:
    return list(store.snapshot(scope).nodes)


def test_supernodes_limits_and_marks_are_the_ledgers_own(store: Neo4jStore, cases: list[Evidence]) -> None:
    chance, guarded = random.Random(1), 0
    store._limits = Limits(guard=4)
    store._readings.clear()
    for evidence in cases:
        scope = scope_of(evidence, chance.choice([*Clearance]))
        ids = instruments_of(store, scope)
        if not ids:
            continue
        for direction in ("out", "in", "both"):
            starts = chance.sample(ids, 1)
            window = chance.choice((None, (DAY, 4 * DAY)))
            asked = (scope, starts, direction, chance.choice((2, 3)), window, chance.choice((None, 3)))
            found = store.expand(*asked)  # type: ignore[arg-type]
            same(found, LedgerStore.expand(store, *asked))  # type: ignore[arg-type]
            guarded += "too many transfers" in found.left_out
    assert guarded


def test_long_paths_are_the_ledgers_own(store: Neo4jStore, cases: list[Evidence]) -> None:
    chance, found_any = random.Random(2), 0
    for evidence in cases:
        scope = scope_of(evidence)
        ids = instruments_of(store, scope)
        if not ids:
            continue
        for mode in ("shortest", "all", "time_respecting"):
            a, b = chance.choice(ids), chance.choice(ids)
            window = chance.choice((None, (0, 4 * DAY)))
            asked = (scope, a, b, chance.choice((4, 5, 6)), mode, window, chance.choice((3, 40)))
            found = store.paths(*asked)  # type: ignore[arg-type]
            same(found, LedgerStore.paths(store, *asked))  # type: ignore[arg-type]
            found_any += found.table.num_rows > 0
    assert found_any > QUICK // 2


def test_a_search_that_would_bring_too_much_is_given_up_and_says_so(
    store: Neo4jStore, cases: list[Evidence]
) -> None:
    for evidence in cases:
        scope = scope_of(evidence)
        snapshot = store.snapshot(scope)
        if len(snapshot.lo) > 5:
            a, b = snapshot.nodes[snapshot.src[0]], snapshot.nodes[snapshot.dst[0]]
            reading = store._reading(scope)
            found = paths(store.server, reading, scope, (a, b), 6, "all", None, 10_000, most=2)
            assert found.truncated
            assert found.left_out.endswith("the search was given up: too many ways")
            return
    pytest.fail("no case has transfers")


def test_rows_of_every_observation_are_the_ledgers_own(store: Neo4jStore, cases: list[Evidence]) -> None:
    for evidence in cases:
        for clearance in Clearance:
            scope = scope_of(evidence, clearance)
            ids = [file.observation(row.line) for file in evidence.files for row in file.rows]
            mine: pa.Table = store.rows(scope, [*ids, "0" * 32, HOSTILE])
            assert mine.equals(LedgerStore.rows(store, scope, ids))


def test_what_two_cases_hold_together_is_answered_too(store: Neo4jStore, cases: list[Evidence]) -> None:
    scope = Scope("reader", tuple(e.case for e in cases[:3]), "test", Clearance.CASE)
    ids = instruments_of(store, scope)
    assert not store.answers_from_graph(scope)
    same(store.expand(scope, ids[:2], "both", 2), LedgerStore.expand(store, scope, ids[:2], "both", 2))


def test_what_is_no_instrument_leads_nowhere(store: Neo4jStore, cases: list[Evidence]) -> None:
    scope = scope_of(cases[0])
    for text in (HOSTILE, "", "0" * 32, "g" * 32, "0" * 31 + "'"):
        assert store.expand(scope, [text], "both", 3).table.num_rows == 0
        assert store.paths(scope, text, "0" * 32, 6, "all").table.num_rows == 0
        assert store.rows(scope, [text]).num_rows == 0
    with pytest.raises(StoreError, match="1 to 3 hops"):
        store.expand(scope, ["0" * 32], hops=4)
    with pytest.raises(StoreError, match="1 to 6 transfers"):
        store.paths(scope, "0" * 32, "1" * 32, 7)


def test_a_graph_that_is_not_whole_is_not_asked(store: Neo4jStore, cases: list[Evidence]) -> None:
    scope = next(s for s in map(scope_of, cases) if len(store.snapshot(s).lo))
    ids = instruments_of(store, scope)
    wanted = LedgerStore.expand(store, scope, ids, "both", 1)
    (batch, *_) = [b.batch for b in store._reading(scope).evidence.batches]
    store.server.write("MATCH (b:Batch {id: $batch}) SET b.state = 'loading'", batch=batch)
    store._whole.clear()
    try:
        assert not store.answers_from_graph(scope)
        same(store.expand(scope, ids, "both", 1), wanted)
    finally:
        store.server.write("MATCH (b:Batch {id: $batch}) SET b.state = 'done'", batch=batch)
        store._whole.clear()


def test_whom_a_case_protects_no_answer_names(neo4j_server: RunningServer, tmp_path: Path) -> None:
    neo4j_server.empty()
    made: Any = open_store(str(tmp_path / "store"), create=True)
    view_protection.fill(made, tmp_path)
    made.close()
    scope = view_protection.scope_in(view_protection.CASES[0])
    opened = founded(neo4j_server, tmp_path / "cache", tmp_path / "store", scope)
    view_protection.check_all(opened)
    opened.close()


def test_hostile_words_are_text(neo4j_server: RunningServer, tmp_path: Path) -> None:
    neo4j_server.empty()
    rows = tuple(
        Row(
            line, line * DAY, line * DAY + 1, line, f"name:ab:{end}", "till:m:1", 5, ref=HOSTILE, text=HOSTILE
        )
        for line, end in enumerate(("A%20B", "%27%7D%29%20DETACH%20DELETE", "%F0%9F%92%B8" * 2_000), 1)
    )
    evidence = Evidence(f"case {HOSTILE}", (File("hostile", rows),))
    opened = graph_of(neo4j_server, tmp_path, [evidence])
    for clearance in Clearance:
        scope = scope_of(evidence, clearance)
        ids = instruments_of(opened, scope)
        found = opened.expand(scope, ids, "both", 3)
        assert found.table.num_rows == len(rows)
        same(found, LedgerStore.expand(opened, scope, ids, "both", 3))
    opened.close()
