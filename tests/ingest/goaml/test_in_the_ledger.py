"""A report in a real store: found by name, masked without clearance, its places reopen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from graph.model.provenance import Verdict
from graph.model.scope import Clearance, Scope
from graph.store import Selection
from graph.stores.ledger import STORE
from ingest.runner import Intake, ingest_files
from tests.ingest.sources.practice_reports import ENTITY, PERSON, account, report, saved, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.stores.ledger.store import LedgerStore

SCOPE = Scope("officer", ("case",), "test", Clearance.CASE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LedgerStore]:
    opened = STORE.open(str(tmp_path / "store"), create=True)
    opened.open_case(SCOPE, "case")
    signatory = {"is_primary": "true", "t_person": PERSON | {"last_name": "Signer"}, "role": "A"}
    side = {"from_funds_code": "ELCFT", "from_account": account(signatory=signatory), "from_country": "KE"}
    cash = {"to_funds_code": "CASH", "to_person": PERSON | {"first_name": "Zawadi"}, "to_country": "KE"}
    activity = {"report_parties": {"report_party": {"entity": ENTITY, "reason": "seller"}}}
    one = report(transaction(t_from_my_client=side, t_to=cash), activity=activity)
    (receipt,) = ingest_files(opened, SCOPE, "case", [saved(tmp_path, one)], Intake())
    assert receipt.verdict is Verdict.ACCEPTED
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "kind", "holder"),
    [
        ("Zawadi", "cash", "Zawadi Practice"),
        ("Signer", "account", "Amina Practice"),
        ("0100200300", "account", "Amina Practice"),
        ("Practice Traders", "party", "Practice Traders Ltd"),
    ],
)
def test_people_and_accounts_are_found_by_what_the_report_says(
    text: str, kind: str, holder: str, store: LedgerStore
) -> None:
    found = store.find(SCOPE, text)
    assert (kind, holder) in {(i.kind, i.holder) for i in found}


def test_without_clearance_nobody_is_named(store: LedgerStore) -> None:
    masked = replace(SCOPE, clearance=Clearance.MASKED)
    shown = [*store.facts(masked).to_pylist(), *store.select(masked, Selection()).table.to_pylist()]
    for name in ("Amina", "Zawadi", "Signer", "Traders", "0100200300", "TX-1", "00000001"):
        assert name not in str(shown)


def test_every_fact_keeps_its_own_text(store: LedgerStore) -> None:
    for fact in store.facts(SCOPE, kinds=("holder",)).to_pylist():
        assert ";" not in fact["text"]
        assert fact["locator"].endswith(("account_name", "first_name", "/name"))


def test_the_movement_stands_with_its_place(store: LedgerStore) -> None:
    (row,) = store.select(SCOPE, Selection()).table.to_pylist()
    assert (row["locator"], row["asset"], int(row["amount"])) == (
        "xpath:/report/transaction[1]",
        "KES:2",
        150_050,
    )
    assert row["ref"] == "TX-1"
