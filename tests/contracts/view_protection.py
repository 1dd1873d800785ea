"""Victims and witnesses, in any store: masked in every answer of a ``View`` below the clearance for them.

A backend's test module gives a store that admits ``FILES`` to each of ``CASES`` (``fill`` does it) and
runs ``CHECKS`` over it, in order: each works in a case of its own, the last takes a source back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.model.protection import NOBODY
from graph.model.provenance import observation_id
from graph.model.results import Assertion, AssertionKind, holder_at, instrument_at
from graph.model.scope import Clearance, Scope
from graph.store import Selection
from tests.graph.stores.ledger.evidence import BEN, CAT, DAY, File, fact, row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from graph.store import Store

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
FILES = (BOOK, OTHER)
FORBIDDEN = ("grace", "wanjir", "700000417", "0110987654321", "fees for the child")
FIRST = observation_id(BOOK.source.sha256, "sheet:Grace!cell:1,1")
SUBJECTS = (
    instrument_at(FIRST, "debit", "KES:2"),
    holder_at(observation_id(BOOK.source.sha256, "line:11")),
    holder_at(observation_id(OTHER.source.sha256, "line:11")),
    instrument_at(observation_id(BOOK.source.sha256, "line:3"), "credit", "KES:2"),
)


def scope_in(case: str, clearance: Clearance = Clearance.CASE) -> Scope:
    """Return a reader's scope of one case."""
    return Scope("reader", (case,), "test", clearance)


def fill(store: Store, folder: Path) -> None:
    """Put the evidence into a store, admitted to every case."""
    for case in CASES:
        scope = scope_in(case)
        store.open_case(scope, case)
        for file in FILES:
            path = folder / file.name
            path.write_bytes(file.raw)
            store.admit(scope, case, path, file.source)
            store.ingest(scope, file.batch, file.content())


def say(store: Store, case: str, subject: str, role: str = "victim", retracts: str = "") -> str:
    """State a role; returns the statement's id."""
    said = Assertion(
        AssertionKind.ROLE, case, subject, role, "ann", "complainant", "2026-01-01", retracts=retracts
    )
    return store.assert_(scope_in(case), said)


def answers(store: Store, scope: Scope) -> str:
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
        store.expand(scope, ids, "out", 1, limit=2).table.to_pylist(),
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


def check_without_a_role_a_reader_of_the_case_sees_names(store: Store, case: str) -> None:
    """Names are for readers of the case; the masked see none."""
    assert store.protected(scope_in(case)) == NOBODY
    told = answers(store, scope_in(case))
    assert all(text in told for text in FORBIDDEN)
    masked = answers(store, scope_in(case, Clearance.MASKED))
    assert not any(text in masked for text in (*FORBIDDEN[2:], "ben otieno", "grace wanjiru"))


def check_whoever_is_protected_is_masked_on_everything_they_hold(store: Store, case: str) -> None:
    """By number, by name, by either account, as victim and as witness: the same person everywhere."""
    for at, subject in enumerate(SUBJECTS):
        name = say(store, case, subject, ("victim", "witness")[at % 2])
        for clearance in (Clearance.MASKED, Clearance.CASE):
            told = answers(store, scope_in(case, clearance))
            assert [text for text in FORBIDDEN if text in told] == []
        assert "ben otieno" in answers(store, scope_in(case))
        assert all(text in answers(store, scope_in(case, Clearance.PROTECTED)) for text in FORBIDDEN)
        hidden = store.protected(scope_in(case, Clearance.MASKED))
        assert len(hidden.instruments) == 3
        found = store.instruments(scope_in(case), sorted(hidden.instruments))
        assert all(one.protected and not one.holder for one in found.values())
        assert all(one.label.startswith(("••", "G••")) for one in found.values())
        say(store, case, subject, retracts=name)


def check_other_roles_protect_nobody(store: Store, case: str) -> None:
    """A suspect is named to readers of the case."""
    say(store, case, SUBJECTS[0], "suspect")
    assert store.protected(scope_in(case)) == NOBODY


def check_a_role_is_taken_back_only_by_a_statement(store: Store, case: str) -> None:
    """Another role beside it takes nothing away."""
    name = say(store, case, SUBJECTS[0])
    say(store, case, SUBJECTS[0], "suspect")
    assert store.protected(scope_in(case))
    say(store, case, SUBJECTS[0], retracts=name)
    assert store.protected(scope_in(case)) == NOBODY


def check_a_case_protects_its_own(store: Store, case: str) -> None:
    """Who is a victim in one case is not therefore one in another."""
    say(store, case, SUBJECTS[0])
    assert store.protected(scope_in(CASES[0])) == NOBODY
    assert all(text in answers(store, scope_in(CASES[0])) for text in FORBIDDEN[2:])


def check_figures_are_the_same_for_every_reader(store: Store, case: str) -> None:
    """Masking hides words, never a figure."""
    say(store, case, SUBJECTS[0])
    columns = ["observation", "debit", "credit", "amount", "asset", "lo", "source"]
    scopes = [scope_in(case, clearance) for clearance in Clearance]
    ids = sorted(store.protected(scopes[0]).instruments)
    asks: tuple[Callable[[Scope], pa.Table], ...] = (
        lambda s: store.select(s, Selection(statuses=())).table,
        lambda s: store.expand(s, ids, "both", 3).table,
    )
    for ask in asks:
        tables = [ask(s).select(columns) for s in scopes]
        assert tables[0].equals(tables[1])
        assert tables[1].equals(tables[2])
        assert DAY in tables[0]["lo"].to_pylist()


def check_a_retraction_unmasks_nobody(store: Store, case: str) -> None:
    """What was protected by a source stays so when the source is taken back."""
    say(store, case, SUBJECTS[0])
    before = store.protected(scope_in(case))
    store.retract(scope_in(case), BOOK.source.sha256, "wrong file")
    assert store.protected(scope_in(case)) == before
    told = answers(store, scope_in(case))
    assert [text for text in FORBIDDEN if text in told] == []


CHECKS: tuple[Callable[[Store, str], None], ...] = (
    check_without_a_role_a_reader_of_the_case_sees_names,
    check_whoever_is_protected_is_masked_on_everything_they_hold,
    check_other_roles_protect_nobody,
    check_a_role_is_taken_back_only_by_a_statement,
    check_a_case_protects_its_own,
    check_figures_are_the_same_for_every_reader,
    check_a_retraction_unmasks_nobody,
)
CASES = tuple(f"case {at}" for at in range(len(CHECKS)))


def check_all(store: Store) -> None:
    """Run every check, each in its case."""
    for check, case in zip(CHECKS, CASES, strict=True):
        try:
            check(store, case)
        except AssertionError as failed:
            failed.add_note(check.__name__)
            raise
