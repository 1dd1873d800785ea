"""The documented questions in Cypher give the ledger's own answers on the practice case."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from graph.errors import NotFoundError
from graph.model.results import AssertionKind, ResultKind
from graph.stores import open_store
from graph.stores.neo4j.pushing import push
from graph.stores.neo4j.questions import Question, question, questions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.model.results import Result
    from graph.store import Store
    from graph.stores.neo4j.server import Server
    from tests.graph.stores.neo4j.conftest import PracticeStore
    from tests.neo4j_server import RunningServer

pytestmark = pytest.mark.neo4j
EVER = {"since": -(2**62), "until": 2**62}
Row = dict[str, Any]


@pytest.fixture(scope="module")
def ledger(practice_store: PracticeStore) -> Iterator[Store]:
    store = open_store(str(practice_store.place))
    yield store
    store.close()


@pytest.fixture(scope="module")
def server(neo4j_server: RunningServer, practice_store: PracticeStore, ledger: Any) -> Iterator[Server]:
    with neo4j_server.connect() as connected:
        push(connected, ledger, practice_store.scope)
        yield connected


@pytest.fixture(scope="module")
def transfers(ledger: Store, practice_store: PracticeStore) -> list[Row]:
    """What the ledger's snapshot holds, with the observation of each."""
    found = ledger.snapshot(practice_store.scope)
    rows: list[Row] = ledger.rows_at(practice_store.scope, found.version, found.row.tolist()).to_pylist()
    ends = zip(found.src.tolist(), found.dst.tolist(), strict=True)
    return [
        {**row, "debit": found.nodes[a], "credit": found.nodes[b]}
        for row, (a, b) in zip(rows, ends, strict=True)
    ]


def observation(identifier: str) -> str:
    return identifier.partition("/")[0]


def results(ledger: Store, practice_store: PracticeStore, kind: ResultKind) -> list[Result]:
    return ledger.results(practice_store.scope, kind)


def test_who_paid_whom(server: Server, transfers: list[Row], practice_store: PracticeStore) -> None:
    said = question("who-paid-whom").ask(server, case=practice_store.case, most=10_000, **EVER)
    counted: Counter[tuple[str, str, str]] = Counter()
    units: Counter[tuple[str, str, str]] = Counter()
    for row in transfers:
        pair = (row["debit"], row["credit"], row["asset"])
        counted[pair] += 1
        units[pair] += int(row["amount"])
    assert {(r["payer"], r["payee"], r["asset"]): r["payments"] for r in said} == dict(counted)
    assert {(r["payer"], r["payee"], r["asset"]): r["units"] for r in said} == dict(units)
    assert not any(r["not_summed"] for r in said)


def test_a_window_is_half_open(server: Server, transfers: list[Row], practice_store: PracticeStore) -> None:
    since, until = transfers[20]["lo"], transfers[-20]["lo"]
    window = {"since": since, "until": until}
    said = question("who-paid-whom").ask(server, case=practice_store.case, most=10_000, **window)
    assert sum(r["payments"] for r in said) == sum(since <= row["lo"] < until for row in transfers)


def test_fan_in(server: Server, transfers: list[Row], practice_store: PracticeStore) -> None:
    said = question("fan-in").ask(server, case=practice_store.case, payers=3, **EVER)
    payers: defaultdict[str, set[str]] = defaultdict(set)
    for row in transfers:
        payers[row["credit"]].add(row["debit"])
    assert {r["payee"]: r["payers"] for r in said} == {k: len(v) for k, v in payers.items() if len(v) >= 3}
    assert said == sorted(said, key=lambda r: (-r["payers"], -r["payments"], r["payee"]))


def trails(
    ledger: Store, practice_store: PracticeStore, ends: tuple[str, str], hops: int, mode: Any
) -> set[Any]:
    table = ledger.paths(practice_store.scope, *ends, hops, mode, None, 10_000).table.to_pylist()
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in table:
        found[row["path"]].append(row["observation"])
    return {tuple(trail) for trail in found.values()}


@pytest.fixture(scope="module")
def ends(transfers: list[Row]) -> list[tuple[str, str]]:
    """Pairs that two payments join in time, and one that nothing joins."""
    pays: defaultdict[str, list[Row]] = defaultdict(list)
    for row in transfers:
        pays[row["debit"]].append(row)
    joined = sorted(
        {
            (one["debit"], two["credit"])
            for one in transfers
            for two in pays[one["credit"]]
            if two["hi"] > one["lo"] and len({one["debit"], two["debit"], two["credit"]}) == 3
        }
    )
    return [*joined[:: max(1, len(joined) // 12)], (transfers[0]["credit"], "0" * 32)]


@pytest.mark.parametrize(
    ("name", "mode", "hops"), [("shortest-path", "shortest", 6), ("path-in-time", "time_respecting", 4)]
)
def test_paths(
    server: Server,
    ledger: Store,
    practice_store: PracticeStore,
    ends: list[Any],
    name: str,
    mode: str,
    hops: int,
) -> None:
    seen = 0
    for a, z in ends:
        said = question(name).ask(server, case=practice_store.case, most=10_000, **{"from": a, "to": z})
        expected = trails(ledger, practice_store, (a, z), hops, mode)
        assert {tuple(map(observation, row["transfers"])) for row in said} == expected
        seen += len(expected)
    assert seen >= len(ends) - 1


def test_what_a_lead_cites(server: Server, ledger: Store, practice_store: PracticeStore) -> None:
    leads = results(ledger, practice_store, ResultKind.LEAD)
    assert leads
    for lead in leads:
        said = question("what-a-lead-cites").ask(server, lead=lead.id)
        assert {row["observation"] for row in said} == set(lead.citations)
        assert {row["typology"] for row in said} == {lead.fields["typology"]}
        rows = ledger.rows(practice_store.scope, lead.citations).to_pylist()
        known = {(r["observation"], r["locator"]) for r in rows}
        assert {(r["observation"], r["locator"]) for r in said if r["row"]} <= known


def test_what_is_frozen(server: Server, ledger: Store, practice_store: PracticeStore) -> None:
    said = question("what-is-frozen").ask(server, case=practice_store.case)
    stated = [a for a in ledger.assertions(practice_store.scope) if a.kind is AssertionKind.RESTRAINT]
    expected = []
    for one in stated:
        at, _, place = one.subject.partition("#")
        side, _, asset = place.partition(":")
        ends = {
            row[side] for row in ledger.rows(practice_store.scope, [at]).to_pylist() if row["asset"] == asset
        }
        told = json.loads(one.object)
        expected.append((*ends, asset, told["state"], told["until"] or None, told["reference"] or None))
    assert len(expected) == 2
    found = [(r["instrument"], r["asset"], r["state"], r["until"], r["reference"]) for r in said]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert {row["author"] for row in said} == {practice_store.actor}


def test_hops_of_a_trace(server: Server, ledger: Store, practice_store: PracticeStore) -> None:
    fields = ledger.result(practice_store.scope, practice_store.trace).fields
    for rule, found in fields["rules"].items():
        said = question("hops-of-a-trace").ask(server, trace=practice_store.trace, rule=rule)
        named = [hop for hop in found["hops"] if hop["credit"]]
        expected = [(hop["observation"], hop["amount"], hop["traced"], hop["asset"]) for hop in named]
        assert sorted((r["observation"], r["amount"], r["traced"], r["asset"]) for r in said) == sorted(
            expected
        )
        assert [r["step"] for r in said] == sorted(r["step"] for r in said)


def test_where_a_trace_ends(server: Server, ledger: Store, practice_store: PracticeStore) -> None:
    fields = ledger.result(practice_store.scope, practice_store.trace).fields
    said = question("where-a-trace-ends").ask(server, trace=practice_store.trace)
    expected = {
        (rule, place["instrument"], place["asset"], place["amount"])
        for rule, found in fields["rules"].items()
        for place in found["holdings"]
    }
    assert {(r["rule"], r["instrument"], r["asset"], r["amount"]) for r in said} == expected


def test_where_the_protected_stand(
    server: Server, transfers: list[Row], practice_store: PracticeStore
) -> None:
    said = question("where-the-protected-stand").ask(server, case=practice_store.case)
    me = practice_store.protected
    counted = Counter(
        (side, row[other])
        for row in transfers
        for side, own, other in (("paid", "debit", "credit"), ("was paid by", "credit", "debit"))
        if row[own] == me
    )
    assert {row["token"] for row in said} == {me}
    assert {(row["side"], row["other"]): row["payments"] for row in said} == dict(counted)
    assert not any("+254" in row["label"] for row in said)


def test_batches_not_done(server: Server) -> None:
    assert question("batches-not-done").ask(server) == []
    server.write("CREATE (:Batch {id: 'broken off', state: 'loading'})")
    try:
        assert [row["batch"] for row in question("batches-not-done").ask(server)] == ["broken off"]
    finally:
        server.write("MATCH (b:Batch {id: 'broken off'}) DELETE b")


@pytest.mark.parametrize("one", questions(), ids=lambda one: one.name)
def test_a_question_says_what_it_asks_and_names_its_parameters(one: Question) -> None:
    used = {part.split("$")[1] for part in _words(one.statement) if part.startswith("$")}
    assert one.title.endswith((".", ":"))
    assert used == {name for name, _, _ in one.parameters}
    assert not {"CREATE", "MERGE", "SET", "DELETE", "REMOVE", "LOAD", "CALL"} & set(_words(one.statement))


def _words(statement: str) -> list[str]:
    code = "\n".join(line for line in statement.splitlines() if not line.startswith("//"))
    for sign in "(){}[],:.=<>":
        code = code.replace(sign, " ")
    return code.split()


def test_an_unknown_question_is_named() -> None:
    with pytest.raises(NotFoundError, match="who-paid-whom"):
        question("nonsense")
