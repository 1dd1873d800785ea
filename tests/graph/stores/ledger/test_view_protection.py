"""Victims and witnesses in a ledger: masked in every answer below the clearance for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from graph.model.protection import NOBODY
from graph.model.provenance import observation_id
from graph.model.results import Assertion, AssertionKind, holder_at, instrument_at
from graph.model.scope import Clearance, Scope
from graph.store import Selection
from graph.stores import open_store
from tests.graph.stores.ledger.evidence import BEN, CAT, DAY, File, fact, row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.stores.ledger.store import LedgerStore

GRACE, SECOND = "msisdn::+254700000417", "account:EXAMPLE:0110987654321"
NAME = "name:ab:GRACE%20WANJIRU"
BOOK = File(
    "grace wanjiru.csv",
    (
        row(0, GRACE, BEN, 500, ref="0700000417", text="Fees for the child", form="sheet:Grace!cell:{a},1"),
        row(1, BEN, CAT, 300, ref="INV-2", text="Flour for GRACE"),
        row(2, BEN, NAME, 20, text="Rent"),
    ),
    (fact(10, GRACE, "GRACE WANJIRU"), fact(11, BEN, "BEN OTIENO", fields='{"note":"with Wanjirũ"}')),
)
OTHER = File(
    "other.csv",
    (row(0, GRACE, CAT, 70, text="Bread"), row(1, SECOND, CAT, 1)),
    (fact(10, SECOND, "Wanjiru Grace"),),
)
FORBIDDEN = ("grace", "wanjir", "700000417", "0110987654321", "fees for the child")
SHOWN = {c: Scope("reader", ("c",), "test", c) for c in Clearance}
FIRST = observation_id(BOOK.source.sha256, "sheet:Grace!cell:1,1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LedgerStore]:
    opened: Any = open_store(str(tmp_path / "store"), create=True)
    scope = SHOWN[Clearance.CASE]
    opened.open_case(scope, "c")
    for file in (BOOK, OTHER):
        path = tmp_path / file.name
        path.write_bytes(file.raw)
        opened.admit(scope, "c", path, file.source)
        opened.ingest(scope, file.batch, file.content())
    yield opened
    opened.close()


def say(store: LedgerStore, subject: str, role: str = "victim", **more: str) -> str:
    said = Assertion(AssertionKind.ROLE, "c", subject, role, "ann", "complainant", "2026-01-01", **more)
    return store.assert_(SHOWN[Clearance.CASE], said)


def answers(store: LedgerStore, scope: Scope) -> str:
    """Return every answer of the view as one text, letter case aside."""
    rows = store.select(scope, Selection(statuses=())).table
    ends = [i for end in ("debit", "credit") for i in rows[end].to_pylist() if i]
    ids = sorted(store.instruments(scope, ends))
    snapshot = store.snapshot(scope)
    told = [
        rows.to_pylist(),
        store.rows(scope, rows["observation"].to_pylist()).to_pylist(),
        store.rows_at(scope, snapshot.version, snapshot.row.tolist()).to_pylist(),
        store.expand(scope, ids, "both", 2).table.to_pylist(),
        store.paths(scope, ids[0], ids[1], 3, "all").table.to_pylist(),
        store.facts(scope).to_pylist(),
        store.instruments(scope, ids),
        [store.find(scope, text) for text in ("GRACE", "0700000417", "700000417", "BEN", "INV-2", "0417")],
        store.sources(scope),
        store.receipts(scope),
        store.links(scope),
        store.audit(scope),
        store.results(scope),
        store.dispositions(scope),
        store.retracted(scope),
    ]
    return str(told).casefold()


def test_without_a_role_a_reader_of_the_case_sees_names(store: LedgerStore) -> None:
    assert store.protected(SHOWN[Clearance.CASE]) == NOBODY
    told = answers(store, SHOWN[Clearance.CASE])
    assert all(text in told for text in FORBIDDEN)
    masked = answers(store, SHOWN[Clearance.MASKED])
    assert not any(text in masked for text in (*FORBIDDEN[2:], "ben otieno", "grace wanjiru"))


@pytest.mark.parametrize(
    "subject",
    [
        instrument_at(FIRST, "debit", "KES:2"),
        holder_at(observation_id(BOOK.source.sha256, "line:11")),
        holder_at(observation_id(OTHER.source.sha256, "line:11")),
        instrument_at(observation_id(BOOK.source.sha256, "line:3"), "credit", "KES:2"),
    ],
)
@pytest.mark.parametrize("role", ["victim", "witness"])
def test_whoever_is_protected_is_masked_on_everything_they_hold(
    store: LedgerStore, subject: str, role: str
) -> None:
    say(store, subject, role)
    for clearance in (Clearance.MASKED, Clearance.CASE):
        told = answers(store, SHOWN[clearance])
        assert [text for text in FORBIDDEN if text in told] == []
    assert "ben otieno" in answers(store, SHOWN[Clearance.CASE])
    assert all(text in answers(store, SHOWN[Clearance.PROTECTED]) for text in FORBIDDEN)
    hidden = store.protected(SHOWN[Clearance.MASKED])
    assert len(hidden.instruments) == 3
    found = store.instruments(SHOWN[Clearance.CASE], sorted(hidden.instruments))
    assert all(one.protected and not one.holder for one in found.values())
    assert all(one.label.startswith(("••", "G••")) for one in found.values())


def test_other_roles_protect_nobody(store: LedgerStore) -> None:
    say(store, instrument_at(FIRST, "debit", "KES:2"), "suspect")
    assert store.protected(SHOWN[Clearance.CASE]) == NOBODY


def test_a_role_is_taken_back_only_by_a_statement(store: LedgerStore) -> None:
    subject = instrument_at(FIRST, "debit", "KES:2")
    name = say(store, subject)
    say(store, subject, "suspect")
    assert store.protected(SHOWN[Clearance.CASE])
    say(store, subject, retracts=name)
    assert store.protected(SHOWN[Clearance.CASE]) == NOBODY


def test_a_retraction_unmasks_nobody(store: LedgerStore) -> None:
    say(store, instrument_at(FIRST, "debit", "KES:2"))
    before = store.protected(SHOWN[Clearance.CASE])
    store.retract(SHOWN[Clearance.CASE], BOOK.source.sha256, "wrong file")
    assert store.protected(SHOWN[Clearance.CASE]) == before
    told = answers(store, SHOWN[Clearance.CASE])
    assert [text for text in FORBIDDEN if text in told] == []


def test_a_case_protects_its_own(store: LedgerStore) -> None:
    say(store, instrument_at(FIRST, "debit", "KES:2"))
    elsewhere = replace(SHOWN[Clearance.CASE], cases=("d",))
    assert store.protected(elsewhere) == NOBODY


def test_figures_are_the_same_for_every_reader(store: LedgerStore) -> None:
    say(store, instrument_at(FIRST, "debit", "KES:2"))
    columns = ["observation", "debit", "credit", "amount", "asset", "lo", "source"]
    tables = [store.select(s, Selection(statuses=())).table.select(columns) for s in SHOWN.values()]
    assert tables[0].equals(tables[1])
    assert tables[1].equals(tables[2])
    assert DAY in tables[0]["lo"].to_pylist()
