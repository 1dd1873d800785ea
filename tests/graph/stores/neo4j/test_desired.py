"""What should be in the graph, against the ledger's own answers; no server is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.scope import Clearance, Scope
from graph.stores import open_store
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.hashing import as_text, row_hash, together
from graph.stores.neo4j.hiding import Tokens
from tests.contracts.view import scope_of
from tests.contracts.view_cases import Evidence, random_evidence
from tests.graph.stores.ledger.test_view import ledger

if TYPE_CHECKING:
    from pathlib import Path

    from graph.stores.ledger.store import LedgerStore
    from tests.graph.stores.neo4j.conftest import PracticeStore

SEEDS, MORE = range(30), range(30, 530)
Row = dict[str, Any]


def desired_of(store: LedgerStore, tokens: Tokens = Tokens.PROTECTED) -> Desired:
    return Desired(store, Scope("officer", (), "test"), tokens)


def rows_of(desired: Desired, case: str) -> tuple[list[Row], list[Row]]:
    """Return the transfers and entries that stand in a case, by the rule that queries filter with."""
    transfers: list[Row] = []
    entries: list[Row] = []
    mine = {b.batch: b.source for b in desired.readings[case].evidence.batches}
    for batch in desired.readings[case].evidence.batches:
        for chunk in desired.rows(batch).chunks():
            for columns, into in ((chunk.transfers, transfers), (chunk.entries, entries)):
                told = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
                into += [r for r in told if (r["cases"] is None or case in r["cases"])]
    transfers.sort(key=lambda r: (r["lo"], r["seq"], mine[r["batch"]], r["a"], r["b"] or 0, r["place"]))
    return transfers, entries


def check(store: LedgerStore, desired: Desired, evidence: Evidence) -> tuple[int, int]:
    """The transfers are the snapshot's, in its order, and every row of the view is one or the other."""
    scope = scope_of(evidence)
    transfers, entries = rows_of(desired, evidence.case)
    shot = store.snapshot(scope)
    expected = [
        (
            shot.nodes[src],
            shot.nodes[dst],
            lo,
            hi,
            seq,
            (high << 64) + (low % 2**64),
            shot.assets[asset],
            row % 2**32,
        )
        for src, dst, lo, hi, seq, low, high, asset, row in zip(
            *(getattr(shot, name).tolist() for name in ("src", "dst", "lo", "hi", "seq", "amount")),
            [0] * len(shot.lo) if shot.amount_hi is None else shot.amount_hi.tolist(),
            shot.asset.tolist(),
            shot.row.tolist(),
            strict=True,
        )
    ]
    names = ("payer", "payee", "lo", "hi", "seq", "amount", "asset", "place")
    assert [tuple(int(r[n]) if n == "amount" else r[n] for n in names) for r in transfers] == expected
    shown = store.rows_at(scope, shot.version, shot.row).to_pylist()
    for told, row in zip(transfers, shown, strict=True):
        observation = told["id"].partition("/")[0]
        assert observation == row["observation"]
        assert (told["event"] or observation, told["reverses"]) == (row["event"], row["reverses"])
        assert (told["payer"], told["payee"]) == (row["debit"], row["credit"])
        marks = (row["mark"] or "").replace("ends as each side's own statement says", "").strip("; ")
        assert (told["mark"] or "") == marks
        assert all(told[n] == row[n] for n in ("batch", "locator", "kind", "channel", "statement"))
    told_of = (
        store.rows(scope, [r["id"][:32] for r in (*transfers, *entries)]).num_rows if desired.batches else 0
    )
    assert len(transfers) + len(entries) == told_of == sum(len(f.rows) for f in evidence.files)
    assert not any(r["merged"] and (r["debit"], r["credit"]) == (r["payer"], r["payee"]) for r in transfers)
    return len(transfers), sum(r["why"] == "told already" for r in entries)


def test_the_graph_draws_exactly_what_a_snapshot_holds(tmp_path: Path) -> None:
    cases = [random_evidence(seed) for seed in SEEDS]
    store = ledger(tmp_path, cases)
    desired = desired_of(store)
    found = [check(store, desired, evidence) for evidence in cases]
    store.close()
    assert sum(drawn for drawn, _ in found) > 100
    assert sum(told for _, told in found) > 10


@pytest.mark.campaign
def test_more_graphs_draw_exactly_what_a_snapshot_holds(tmp_path: Path) -> None:
    cases = [random_evidence(seed) for seed in MORE]
    store = ledger(tmp_path, cases)
    desired = desired_of(store)
    for evidence in cases:
        check(store, desired, evidence)
    store.close()


def test_a_row_that_two_cases_see_differently_is_there_for_each(tmp_path: Path) -> None:
    evidence = next(e for e in map(random_evidence, range(200)) if e.links and len(e.files) > 1)
    store = ledger(tmp_path, [evidence])
    before, _ = rows_of(desired_of(store), evidence.case)
    other = replace(scope_of(evidence), cases=("second", evidence.case))
    store.open_case(other, "second")
    alone = evidence.files[0]
    store.admit(other, "second", tmp_path / alone.name, alone.source)
    desired = desired_of(store)
    after, _ = rows_of(desired, evidence.case)
    assert [(r["id"], r["payer"], r["payee"]) for r in after] == [
        (r["id"], r["payer"], r["payee"]) for r in before
    ]
    second, _ = rows_of(desired, "second")
    shot = store.snapshot(replace(other, cases=("second",)))
    assert len(second) == len(shot.lo)
    assert {tuple(r["cases"] or ("every",)) for r in after} <= {("every",), (evidence.case,)}
    store.close()


def test_a_second_admission_changes_no_row(tmp_path: Path) -> None:
    evidence = next(e for e in map(random_evidence, range(200)) if not e.links and e.files[0].rows)
    store = ledger(tmp_path, [evidence])
    before = {b.batch: desired_of(store).rows(b).made_from() for b in desired_of(store).batches}
    other = replace(scope_of(evidence), cases=("second", evidence.case))
    store.open_case(other, "second")
    for file in evidence.files:
        store.admit(other, "second", tmp_path / file.name, file.source)
    assert {b.batch: desired_of(store).rows(b).made_from() for b in desired_of(store).batches} == before
    store.close()


def test_nothing_of_the_protected_is_in_clear(practice_store: PracticeStore) -> None:
    store: Any = open_store(str(practice_store.place))
    try:
        desired = desired_of(store)
        hidden = desired.hiding.protected
        assert practice_store.protected in hidden.instruments
        told = everything(desired) - {
            practice_store.case,
            practice_store.actor,
        }  # both hold a word of the name
        assert [text for text in told if hidden.occurs(text)] == []
        mine = store.instruments(
            replace(practice_store.scope, clearance=Clearance.PROTECTED), [practice_store.protected]
        )
        assert mine[practice_store.protected].label not in told
        assert f"msisdn {practice_store.protected[:8]}" in told
    finally:
        store.close()


def test_under_tokens_for_all_nobody_is_named(practice_store: PracticeStore) -> None:
    store: Any = open_store(str(practice_store.place))
    try:
        desired = desired_of(store, Tokens.ALL)
        labels = [
            (kind, label)
            for batch in desired.batches
            for columns in desired.instruments(batch).chunks()
            for kind, label in zip(columns["kind"], columns["label"], strict=True)
        ]
        assert all(label.startswith(kind) for kind, label in labels)
        parties = [
            o.properties["name"]
            for b in desired.batches
            for o in desired.facts(b).build()
            if "name" in o.properties
        ]
        assert parties
        assert all(name.startswith("party ") for name in parties)
    finally:
        store.close()


def everything(desired: Desired) -> set[str]:
    """Return every text that would be in the graph in clear."""
    found: set[str] = set()
    for batch in desired.batches:
        for columns in desired.instruments(batch).chunks():
            found |= {v for values in columns.values() for v in values if isinstance(v, str)}
        for chunk in desired.rows(batch).chunks():
            for rows in (chunk.transfers, chunk.entries):
                found |= {v for n, values in rows.items() if n != "id" for v in values if isinstance(v, str)}
    sections = [*desired.files(), *(desired.facts(b) for b in desired.batches), *desired.conclusions()]
    for section in sections:
        for owner in section.build():
            found |= {v for v in owner.properties.values() if isinstance(v, str)}
            found |= {v for j in owner.joined for v in j.properties.values() if isinstance(v, str)}
    return found


values = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.lists(st.text(), max_size=3))


@given(st.lists(st.tuples(values, values), max_size=8), st.randoms())
def test_the_hash_of_rows_knows_no_order_and_every_change(rows: list[tuple[Any, Any]], chance: Any) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    whole = together(map(row_hash, rows))
    assert whole == together(map(row_hash, mixed))
    assert len(as_text(whole)) == 32
    assert together(map(row_hash, [*rows, ("one more", 1)])) != whole
