"""The organisation portal: whose account, who is meant, what is linked, which balances hold."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model.instants import iso_text
from graph.model.provenance import Balance
from graph.model.scope import Scope
from ingest.errors import MappingError, UnreadableError
from ingest.runner import Intake, ingest_files
from ingest.source import Head
from ingest.sources.mpesa_org import SOURCE
from tests.ingest.sources.practice_portal import ABOVE, HEADER, MONTH, SHA, Payment, read, saved, statement

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.source import Reading

OWN = "paybill:mpesa:600000"


def rows(piece: Reading) -> dict[str, dict[str, Any]]:
    assert piece.rows is not None
    return {row["rail"].removeprefix("mpesa:"): row for row in piece.rows.to_pylist()}


def other(row: dict[str, Any]) -> str:
    return str(row["debit"] if row["credit"] == row["statement"] else row["credit"])


def test_a_month_reconciles_and_every_counterparty_is_of_its_kind(tmp_path: Path) -> None:
    piece = read(saved(tmp_path, statement(MONTH)))
    found = rows(piece)
    assert {r["statement"] for r in found.values()} == {OWN}
    assert {receipt: other(row) for receipt, row in found.items()} == {
        "TCA1": "msisdn::+254700000111",
        "TCA2": "paybill:mpesa:500500",
        "TCA3": f"unknown:{SHA}:line%3A10",
        "TCA4": "msisdn::+254700000111",
        "TCA5": "account:M-PESA:600000WORKING",
        "TCA6": "agent:mpesa:123456",
        "TCA7": "till:mpesa:5500123",
        "TCA8": f"msisdn:{SHA}:+2547****0222",
    }
    (verdict,) = piece.reconciliation
    assert (verdict.verdict, verdict.found, verdict.locator) == (Balance.RECONCILES, "1275.00", "line:5")
    assert piece.rejected == ()
    assert "unmapped columns" not in piece.assumptions


def test_a_linked_transaction_is_a_reversal_only_where_the_row_says_so(tmp_path: Path) -> None:
    found = rows(read(saved(tmp_path, statement(MONTH))))
    assert {k: r["reverses"] for k, r in found.items() if r["reverses"]} == {"TCA4": "mpesa:TCA1"}
    assert (found["TCA4"]["kind"], found["TCA3"]["kind"]) == ("reversal", "fee")
    assert found["TCA3"]["text"] == "Pay Bill Charge | linked to TCA2"


def test_names_and_references_are_kept_apart_from_the_rows(tmp_path: Path) -> None:
    piece = read(saved(tmp_path, statement(MONTH)))
    assert piece.facts is not None
    holders = {f["subject"]: f["text"] for f in piece.facts.to_pylist() if f["kind"] == "holder"}
    assert holders[OWN] == "PRACTICE HOMES"
    assert holders["paybill:mpesa:500500"] == "PRACTICE FIRM"
    assert holders[f"msisdn:{SHA}:+2547****0222"] == "PRACTICE"
    (place,) = [f["a"] for f in piece.facts.to_pylist() if f["subject"] == OWN and f["kind"] == "holder"]
    assert place == 1
    assert rows(piece)["TCA1"]["ref"] == "H1"


def test_begun_and_not_confirmed_are_marked(tmp_path: Path) -> None:
    late = Payment("TCB1", "10", begun="2026-03-01 08:59:00")
    failed = Payment("TCB2", "20", status="Failed", begun="2026-03-01 10:00:00", done="-")
    found = rows(read(saved(tmp_path, statement([late, failed, *MONTH]))))
    assert found["TCB1"]["mark"] == "initiated 2026-03-01 08:59:00"
    assert found["TCB2"]["mark"] == "time of initiation"
    assert iso_text(found["TCB2"]["lo"], "Africa/Nairobi") == "2026-03-01T10:00:00+03:00"
    assert found["TCB2"]["status"] == "failed"
    assert found["TCA4"]["mark"] == "balance not confirmed"


@pytest.mark.parametrize(
    ("above", "reason", "account"),
    [
        (ABOVE, "Pay Bill Online", OWN),
        (ABOVE[:1], "Pay Bill Online", OWN),
        (("Organization: 600000 - PRACTICE HOMES",), "Pay Bill Online", OWN),
        (
            ("Short Code:,600000", "Account:,Working Account"),
            "Pay Bill Online",
            "account:M-PESA:600000WORKING",
        ),
        (
            ("Till Number,600000", "Account,Merchant Account"),
            "Customer Buy Goods Online",
            "till:mpesa:600000",
        ),
        (("Short Code,600000", "Account,Charges Paid Account"), "Charge", "account:M-PESA:600000CHARGES"),
        (
            ("Short Code,600000", "Account,Savings (Pot)"),
            "Pay Bill Online",
            "account:M-PESA:600000SAVINGSPOT",
        ),
        (("Organization Name,PRACTICE HOMES",), "Pay Bill Online", f"name:{SHA}:ORGANISATION%20ACCOUNT"),
        ((), "Pay Bill Online", f"name:{SHA}:ORGANISATION%20ACCOUNT"),
    ],
)
def test_accounts_of_one_short_code_are_apart(
    above: tuple[str, ...], reason: str, account: str, tmp_path: Path
) -> None:
    one = Payment("TCC1", "100", reason, reason=reason)
    piece = read(saved(tmp_path, statement([one], above)))
    assert rows(piece)["TCC1"]["statement"] == account
    assert piece.assumptions["account"]


def test_the_account_given_with_the_file_wins(tmp_path: Path) -> None:
    path = saved(tmp_path, statement(MONTH))
    found = rows(read(path, account="700700", account_kind="till", institution="mpesa"))
    assert {r["statement"] for r in found.values()} == {"till:mpesa:700700"}
    with pytest.raises(MappingError, match="no such option"):
        read(path, colour="blue")


def test_stated_balances_are_held_against_the_rows(tmp_path: Path) -> None:
    above = (*ABOVE, "Opening Balance,0.00", 'Closing Balance,"KES 1,275.00"')
    (verdict,) = read(saved(tmp_path, statement(MONTH, above))).reconciliation
    assert verdict.verdict is Balance.RECONCILES
    assert verdict.why.endswith("opening and closing balance as stated above the table")
    above = (*ABOVE, "Opening Balance,0.00", 'Closing Balance,"1,276.00"')
    (verdict,) = read(saved(tmp_path, statement(MONTH, above))).reconciliation
    assert (verdict.verdict, verdict.locator) == (Balance.BREAKS, "line:5")
    assert (verdict.expected, verdict.found) == ("1276.00", "1275.00")


def test_lines_above_that_are_not_understood_are_named(tmp_path: Path) -> None:
    piece = read(saved(tmp_path, statement(MONTH, (*ABOVE, "Printed by,Somebody", ""))))
    assert piece.assumptions["lines above the header not read"] == "4"
    assert piece.assumptions["period as printed"] == "From 01-03-2026 To 31-03-2026"


def test_a_changed_amount_breaks_at_its_line(tmp_path: Path) -> None:
    text = statement(MONTH).replace(",1200.00,", ",1300.00,")
    (verdict,) = read(saved(tmp_path, text)).reconciliation
    assert verdict.verdict is Balance.BREAKS
    assert verdict.locator == "line:11"


def test_minus_or_none_gzip_or_plain_is_the_same(tmp_path: Path) -> None:
    text = statement(MONTH)
    plain = read(saved(tmp_path, text)).rows
    assert plain is not None
    assert plain.equals(read(saved(tmp_path, statement(MONTH, minus=False))).rows)
    packed = gzip.compress(text.encode(), mtime=0)
    assert plain.equals(read(saved(tmp_path, packed)).rows)
    assert SOURCE.sniff(Head("x.csv.gz", len(packed), packed)).confidence == 96


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("900.00,,", "1" + "0" * 38 + ".00,,"), "a sum of money of more than 38 digits"),
        (("900.00,,", "9oo.00,,"), "no plain decimal amount"),
        (("900.00,,", "900.005,,"), "more decimals than the asset has"),
        (("2026-03-01 09:00:00,", "2026-02-30 09:00:00,"), "time does not follow its pattern"),
        (("H1", "H1,extra"), "14 cells where the header has 13"),
        (("Completed,900", "Perhaps,900"), "unknown status"),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_out_alone(
    change: tuple[str, str], why: str, tmp_path: Path
) -> None:
    text = statement(MONTH)
    assert change[0] in text
    piece = read(saved(tmp_path, text.replace(*change)))
    assert len(rows(piece)) == len(MONTH) - 1
    (reject,) = piece.rejected
    assert reject.locator == "line:12"
    assert why in reject.reason
    assert reject.raw in text.replace(*change)


def test_a_nul_inside_a_row_never_becomes_money(tmp_path: Path) -> None:
    text = statement(MONTH).replace("TCA8", "TC\0A8")
    piece = read(saved(tmp_path, text))
    assert piece.records == len(MONTH)
    assert {k: r["amount"] for k, r in rows(piece).items() if k.startswith("TCA")}.keys() <= {
        p.receipt for p in MONTH
    }


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (HEADER + "\n", UnreadableError),
        ("", UnreadableError),
        ("a,b\n1,2\n", MappingError),
        (statement(MONTH).replace("2026-03", "2026-13"), MappingError),
        (b"\x1f\x8b broken", UnreadableError),
    ],
)
def test_a_file_that_is_no_statement_is_an_error(
    text: str | bytes, error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error):
        read(saved(tmp_path, text))


@pytest.mark.parametrize(
    ("start", "confidence"),
    [
        (HEADER.encode(), 96),
        (("\ufeff" + statement(MONTH)).encode(), 96),
        (b"a,b,c\n1,2,3\n", 0),
        (b"PK\x03\x04", 0),
        (b"", 0),
    ],
)
def test_sniffing_goes_by_the_header(start: bytes, confidence: int) -> None:
    assert SOURCE.sniff(Head("x", len(start), start)).confidence == confidence


def test_in_a_latin_encoding_names_survive(tmp_path: Path) -> None:
    text = statement([replace(MONTH[0], other="254700000111 - PRACTICÉ"), *MONTH[1:]])
    piece = read(saved(tmp_path, text.encode("cp1252")))
    assert piece.facts is not None
    assert "PRACTICÉ" in piece.facts["text"].to_pylist()
    assert piece.assumptions["encoding"].startswith("cp1252")


def test_the_child_chooses_this_reader_and_a_bad_file_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    paths = [saved(tmp_path / "bad", HEADER + "\n"), saved(tmp_path, statement(MONTH))]
    bad, good = ingest_files(None, Scope("officer", ("case",), "test"), "case", paths, Intake(), dry_run=True)
    assert (bad.verdict.value, good.verdict.value, good.reader) == ("quarantined", "accepted", "mpesa_org")
    assert good.sums == {"KES:2": {"in": "240000", "out": "112500"}}


@pytest.mark.shared
@pytest.mark.parametrize("name", ["ORG_till_paybill.csv", "ORG_preamble.csv"])
def test_the_shared_statements_are_this_readers(name: str, shared_data: Path) -> None:
    path = shared_data / "mobile-money/mpesa-org-portal" / name
    (receipt,) = ingest_files(
        None, Scope("officer", ("case",), "test"), "case", [path], Intake(), dry_run=True
    )
    (verdict,) = receipt.reconciliation
    assert receipt.reader == "mpesa_org"
    if name == "ORG_till_paybill.csv":
        assert (verdict.verdict, verdict.found) == (Balance.RECONCILES, "1100.00")
        assert receipt.sums == {"KES:2": {"in": "510000", "out": "400000"}}
    else:
        assert (verdict.verdict, verdict.locator) == (Balance.INCOMPLETE, "line:4")
        assert verdict.why == "no balance is printed at line:4, line:5"
    assert receipt.rejected == ()


amounts = st.decimals(min_value="0.01", max_value=10**9, places=2)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(printed=st.lists(st.tuples(amounts, st.booleans()), min_size=2, max_size=12))
def test_any_run_of_payments_reconciles_newest_first(printed: list[Any], tmp_path: Path) -> None:
    payments = [
        Payment(f"TD{n:02}", f"{amount if inward else -amount}", day=n + 1)
        for n, (amount, inward) in enumerate(printed)
    ]
    piece = read(saved(tmp_path, statement(payments)))
    (verdict,) = piece.reconciliation
    total = sum(amount if inward else -amount for amount, inward in printed)
    assert (verdict.verdict, verdict.found) == (Balance.RECONCILES, f"{total:.2f}")
    assert [r["seq"] for r in rows(piece).values()] == list(reversed(range(len(payments))))
    assert piece.facts is not None
    (fact,) = [json.loads(f["fields"]) for f in piece.facts.to_pylist() if f["kind"] == "statement"]
    assert (fact["opening"], fact["closing"]) == ("0.00", f"{total:.2f}")
