"""Real and labelled tables of the shared folder, through the saved mappings, in the child."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from graph.model.provenance import Balance
from ingest.sandbox import Job, Outcome, reading

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.shared


def table(outcome: Outcome) -> pa.Table:
    assert outcome.rows is not None
    with pa.ipc.open_stream(outcome.rows.read_bytes()) as stream:
        return stream.read_all()


def job(path: Path) -> Job:
    return Job(path, path.name, "ef" * 32)


def test_berka_reconciles_account_by_account(shared_data: Path) -> None:
    with reading(job(shared_data / "berka-czech-bank/trans.asc.gz")) as outcome:
        rows = table(outcome)
    assert rows.num_rows == 49_102
    assert [(r.locator, r.raw) for r in outcome.rejected] == [("line:49104", '3526882;11021;940331;"PRIJE')]
    how = Counter((r.verdict, "rounding" in r.why) for r in outcome.reconciliation)
    assert how == {
        (Balance.RECONCILES, False): 342,
        (Balance.RECONCILES, True): 859,
        (Balance.BREAKS, False): 28,
    }
    breaks = [r for r in outcome.reconciliation if r.verdict is Balance.BREAKS]
    assert all(r.locator.startswith("line:") and Decimal(r.expected) != Decimal(r.found) for r in breaks)


def test_berka_credits_and_debits_are_what_the_bank_says(shared_data: Path) -> None:
    path = shared_data / "berka-czech-bank/trans.asc.gz"
    with reading(job(path)) as outcome:
        rows = table(outcome).select(["a", "credit", "statement"]).to_pylist()
    with gzip.open(path, "rt", encoding="ascii") as f:
        kinds = {i: line[3] for i, line in enumerate(csv.reader(f, delimiter=";"), 1) if len(line) == 10}
    for row in rows:
        assert (row["credit"] == row["statement"]) == (kinds[row["a"]] == "PRIJEM")


def test_paysim_loads_whole_with_the_right_sum_per_action(shared_data: Path) -> None:
    path = shared_data / "mobile-money/paysim-generated/rawLog.csv.gz"
    with reading(job(path)) as outcome:
        rows = table(outcome)
    expected: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="ascii") as f:
        for line in csv.DictReader(f):
            expected[line["action"]] += int(Decimal(line["amount"]) * 100)
    assert rows.num_rows == outcome.records == 176_618
    found = rows.group_by("channel").aggregate([("amount", "sum")]).to_pylist()
    assert {r["channel"]: int(r["amount_sum"]) for r in found} == dict(expected)
    assert outcome.assumptions["dropped columns"] == "isFraud, isFlaggedFraud, isUnauthorizedOverdraft"
    assert outcome.assumptions["time origin"].startswith("assumed")
    assert outcome.assumptions["currency"].startswith("assumed KES")


def test_paysim_cash_in_runs_from_the_agent_to_the_client(shared_data: Path) -> None:
    with reading(job(shared_data / "mobile-money/paysim-generated/rawLog.csv.gz")) as outcome:
        rows = table(outcome).slice(0, 2).to_pylist()
    assert [(r["debit"], r["credit"]) for r in rows] == [
        ("account:PAYSIM:C1516602004", "account:PAYSIM:C5419778444"),
        ("account:PAYSIM:M7956953798", "account:PAYSIM:C0512135418"),
    ]


def test_the_organisation_portal_reconciles_to_its_closing_balance(shared_data: Path) -> None:
    with reading(job(shared_data / "mobile-money/mpesa-org-portal/ORG_till_paybill.csv")) as outcome:
        (verdict,) = outcome.reconciliation
    assert (verdict.verdict, verdict.found, verdict.locator) == (Balance.RECONCILES, "1100.00", "line:2")


def test_the_portal_with_missing_balances_is_incomplete_and_names_its_rows(shared_data: Path) -> None:
    with reading(job(shared_data / "mobile-money/mpesa-org-portal/ORG_preamble.csv")) as outcome:
        (verdict,) = outcome.reconciliation
        rows = table(outcome).to_pylist()
    assert verdict.verdict is Balance.INCOMPLETE
    assert "line:4, line:5" in verdict.why
    assert [r["status"] for r in rows] == ["completed", "completed", "completed", "failed"]
    assert rows[0]["rail"] == "mpesa:SDA11AA101"
    assert rows[1]["debit"].startswith(f"msisdn:{'ef' * 32}:+2547****0222")


def test_kifaa_has_nothing_to_reconcile_and_says_why(shared_data: Path) -> None:
    with reading(job(shared_data / "mobile-money/kifaa-mpesa/mpesa_transactions.csv")) as outcome:
        (verdict,) = outcome.reconciliation
    assert (outcome.row_count, verdict.verdict) == (1_030, Balance.NONE)
    assert "no running balance" in verdict.why
    assert outcome.assumptions["dropped columns"] == "flagged"
