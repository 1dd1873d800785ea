"""The consumer statement: every row at its place, exact, in an order in which the balances chain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from api.demo.statement_pdf import Layout, Line, Statement, masked_details, statement_pdf
from graph.errors import InstantError
from graph.model.instants import iso_text
from ingest.source import Head
from ingest.sources.mpesa_statement import SOURCE
from tests.ingest.sources.practice_statements import (
    SOURCE_HASH,
    WALLET,
    Whole,
    place_of,
    practice_lines,
    read_whole,
    receipt_number,
    statement_of,
)

if TYPE_CHECKING:
    from pathlib import Path

T = "2026-02-03 10:15:0"


def printed(
    folder: Path,
    statement: Statement,
    layout: Layout = Layout.APP,
    *,
    newest_first: bool = True,
    masked: bool = False,
) -> Path:
    path = folder / "statement.pdf"
    path.write_bytes(statement_pdf(statement, layout, newest_first=newest_first, masked=masked))
    return path


def read_lines(folder: Path, lines: list[Line], *, newest_first: bool = True, masked: bool = False) -> Whole:
    return read_whole(SOURCE, printed(folder, statement_of(lines), newest_first=newest_first, masked=masked))


def balances_chain(whole: Whole) -> bool:
    """Replay the statement by ``seq``, as a tracer would."""
    head = json.loads(whole.facts_of("statement")[0]["fields"])
    balance = int(head["opening"])
    for row in sorted(whole.rows, key=lambda r: int(r["seq"])):
        if row["status"] != "completed":
            continue
        balance += int(row["amount"]) * (1 if row["credit"] == row["statement"] else -1)
        if row["balance"] is not None and row["balance"] != balance:
            return False
    return balance == int(head["closing"])


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_row_is_read_exactly_and_the_balances_chain(
    tmp_path: Path, layout: Layout, newest_first: bool, seed: int
) -> None:
    lines = practice_lines(seed)
    whole = read_whole(SOURCE, printed(tmp_path, statement_of(lines), layout, newest_first=newest_first))
    assert [r.verdict.value for r in whole.reconciliation] == ["reconciles"]
    assert whole.records == len(whole.rows) == len(lines)
    assert whole.rejected == []
    read = sorted((r["ref"], r["text"], int(r["amount"]), r["status"]) for r in whole.rows)
    assert read == sorted((i.receipt, i.details, abs(i.units), i.status.lower()) for i in lines)
    moved = sum(line.units for line in lines if line.status == "Completed")
    head = json.loads(whole.facts_of("statement")[0]["fields"])
    assert int(head["closing"]) - int(head["opening"]) == moved
    assert head["opening"] == "1000000"
    assert balances_chain(whole)


def test_a_place_names_the_printed_row_of_its_page(tmp_path: Path) -> None:
    lines = practice_lines(4)
    whole = read_whole(SOURCE, printed(tmp_path, statement_of(lines), newest_first=False))
    assert [r["text"] for r in whole.rows] == [line.details for line in lines]
    pages = {r["a"] for r in whole.rows}
    assert len(pages) > 2
    for page in pages:
        assert [r["b"] for r in whole.rows if r["a"] == page] == list(
            range(1, 1 + sum(r["a"] == page for r in whole.rows))
        )


def test_reading_twice_gives_equal_columns(tmp_path: Path) -> None:
    path = printed(tmp_path, statement_of(practice_lines(5, 20)))
    assert read_whole(SOURCE, path) == read_whole(SOURCE, path)


def test_the_head_gives_holder_period_opening_and_closing(tmp_path: Path) -> None:
    whole = read_lines(tmp_path, practice_lines(6, 10))
    (statement,) = whole.facts_of("statement")
    assert statement["subject"] == WALLET
    assert iso_text(statement["lo"], "Africa/Nairobi") == "2026-02-01T00:00:00+03:00"
    assert iso_text(statement["hi"], "Africa/Nairobi") == "2026-03-01T00:00:00+03:00"
    holders = {(f["subject"], f["text"]) for f in whole.facts_of("holder")}
    assert (WALLET, "PRACTICE PERSON A") in holders


def test_names_stand_in_facts_and_text_only(tmp_path: Path) -> None:
    whole = read_lines(
        tmp_path,
        [
            Line(
                receipt_number(1), T + "0", "Funds received from 254700000123 - PRACTICE PERSON B", 5000, 5000
            )
        ],
    )
    (row,) = whole.rows
    assert (row["debit"], row["credit"]) == ("msisdn::+254700000123", WALLET)
    named = [f for f in whole.facts_of("holder") if f["subject"] == row["debit"]]
    assert [(f["text"], f["lo"], f["obs"]) for f in named] == [("PRACTICE PERSON B", row["lo"], row["obs"])]
    assert all("PRACTICE" not in f["fields"] for f in whole.facts)
    assert (row["lo"], row["hi"] - row["lo"]) == (1770102900_000000, 1_000_000)


def test_rows_of_one_receipt_share_the_rail_and_differ_in_kind(tmp_path: Path) -> None:
    r = receipt_number(7)
    whole = read_lines(tmp_path, [
        Line(r, T + "1", "OverDraft of Credit Party", 20000, 30000),
        Line(r, T + "1", "Customer Transfer to 254700000123 - PRACTICE PERSON B", -28700, 1300),
        Line(r, T + "1", "Customer Transfer of Funds Charge", -1300, 0),
    ], newest_first=False)  # fmt: skip
    assert {row["rail"] for row in whole.rows} == {f"mpesa:{r}"}
    assert [row["kind"] for row in whole.rows] == ["overdraft", "principal", "fee"]
    assert len({row["obs"] for row in whole.rows}) == 3


def test_unknown_ends_are_never_shared(tmp_path: Path) -> None:
    lines = [
        Line(receipt_number(n), f"{T}{n}", "Something nobody has seen", -100, 900 - n * 100) for n in range(3)
    ]
    whole = read_lines(tmp_path, lines)
    ends = [row["credit"] for row in whole.rows]
    assert len(set(ends)) == 3
    assert ends == [f"unknown:{SOURCE_HASH}:{place_of(row).replace(':', '%3A')}" for row in whole.rows]
    assert {row["channel"] for row in whole.rows} == {"other"}


def test_masked_numbers_belong_to_their_source(tmp_path: Path) -> None:
    lines = [
        Line(receipt_number(1), T + "1", "Customer Transfer to 254700000123 - PRACTICE PERSON B", -100, 900)
    ]
    whole = read_lines(tmp_path, lines, masked=True)
    assert whole.rows[0]["credit"] == f"msisdn:{SOURCE_HASH}:+2547*****123"
    assert whole.rows[0]["text"] == masked_details(lines[0].details)


def test_failed_rows_are_kept_and_move_nothing(tmp_path: Path) -> None:
    whole = read_lines(tmp_path, [
        Line(receipt_number(1), T + "1", "Airtime Purchase", -5000, 95000),
        Line(receipt_number(2), T + "2", "Pay Bill to 400200 - PRACTICE SACCO", -70000, None, "Failed"),
        Line(receipt_number(3), T + "3", "Airtime Purchase", -1000, 94000),
    ])  # fmt: skip
    assert [row["status"] for row in whole.rows] == ["completed", "failed", "completed"]
    assert [row["seq"] for row in whole.rows] == [2, 1, 0]
    assert whole.reconciliation[0].verdict == "reconciles"


def test_a_balance_repeated_for_a_receipt_is_kept_on_its_last_row_only(tmp_path: Path) -> None:
    r = receipt_number(1)
    whole = read_lines(tmp_path, [
        Line(receipt_number(0), T + "0", "Funds received from 254700000123 - P", 100000, 100000),
        Line(r, T + "1", "Customer Transfer to 254700000123 - P", -28700, 70000),
        Line(r, T + "1", "Customer Transfer of Funds Charge", -1300, 70000),
    ], newest_first=False)  # fmt: skip
    assert whole.reconciliation[0].verdict == "reconciles"
    assert [row["balance"] for row in whole.rows] == [100000, None, 70000]
    assert balances_chain(whole)


def test_an_overdraft_printed_in_the_other_column_is_turned_and_marked(tmp_path: Path) -> None:
    r = receipt_number(1)
    lines = [
        Line(receipt_number(0), T + "0", "Funds received from 254700000123 - P", 1000, 1000),
        Line(r, T + "1", "OverDraft of Credit Party", 29000, 30000, swapped=True),
        Line(r, T + "1", "Merchant Payment to 5500123 - PRACTICE SHOP", -30000, 0),
    ]
    whole = read_lines(tmp_path, lines, newest_first=False)
    drawn = whole.rows[1]
    assert (drawn["credit"], drawn["amount"], drawn["mark"]) == (WALLET, 29000, "columns swapped")
    assert whole.reconciliation[0].verdict == "reconciles"
    assert "1 overdraft rows" in whole.assumptions["columns"]


def test_a_payment_in_the_other_column_is_not_turned(tmp_path: Path) -> None:
    lines = [
        Line(receipt_number(0), T + "0", "Funds received from 254700000123 - P", 9000, 9000),
        Line(receipt_number(1), T + "1", "Merchant Payment to 5500123 - S", -3000, 6000, swapped=True),
        Line(receipt_number(2), T + "2", "Airtime Purchase", -1000, 5000),
    ]
    (verdict,) = read_lines(tmp_path, lines, newest_first=False).reconciliation
    assert (verdict.verdict, verdict.locator) == ("breaks", "page:1,row:2")
    assert (verdict.expected, verdict.found) == ("120.00", "60.00")


def test_a_reversal_names_what_it_takes_back_and_from_whom(tmp_path: Path) -> None:
    r = receipt_number(1)
    whole = read_lines(tmp_path, [
        Line(r, T + "1", "Customer Transfer to 254700000123 - PRACTICE PERSON B", -5000, 5000),
        Line(receipt_number(2), T + "2", f"Customer Transfer Reversal of transaction {r}", 5000, 10000),
    ], newest_first=False)  # fmt: skip
    back = whole.rows[1]
    assert (back["kind"], back["reverses"], back["debit"]) == (
        "reversal",
        f"mpesa:{r}",
        "msisdn::+254700000123",
    )
    assert back["mark"] == "counterparty from the reversed row"


def test_a_reversal_of_a_row_elsewhere_has_an_end_of_its_own(tmp_path: Path) -> None:
    details = f"Reversal of transaction {receipt_number(99)}"
    whole = read_lines(tmp_path, [Line(receipt_number(2), T + "2", details, 5000, 10000)])
    assert whole.rows[0]["debit"].startswith("unknown:")


def test_a_row_that_cannot_be_read_is_rejected_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = [
        Line(receipt_number(1), T + "1", "Airtime Purchase", -1000, 9000),
        Line(receipt_number(2), T + "2", "Airtime Purchase", -1000, 8000, "Perhaps"),
        Line(receipt_number(3), T + "3", "Airtime Purchase", -1000, 7000),
        Line("SHORT1AB", T + "4", "Airtime Purchase", -1000, 6000),
    ]
    whole = read_lines(tmp_path, lines, newest_first=False)
    assert [(r.locator, r.reason) for r in whole.rejected] == [
        ("page:1,row:2", "no known transaction status"),
        ("page:1,row:4", "an M-Pesa receipt is ten letters and digits, some of each"),
    ]
    assert "Perhaps" in whole.rejected[0].raw
    assert [place_of(row) for row in whole.rows] == ["page:1,row:1", "page:1,row:3"]
    (verdict,) = whole.reconciliation
    assert (verdict.verdict, verdict.locator) == ("incomplete", "page:1,row:3")


def test_details_that_end_on_the_next_page_are_joined(tmp_path: Path) -> None:
    lines = practice_lines(9, 60)
    whole = read_lines(tmp_path, lines)
    assert {row["text"] for row in whole.rows} == {line.details for line in lines}


def test_a_statement_without_a_number_is_an_end_of_its_file(tmp_path: Path) -> None:
    lines = [Line(receipt_number(1), T + "1", "Airtime Purchase", -1000, 9000)]
    path = printed(tmp_path, statement_of(lines, msisdn=""))
    whole = read_whole(SOURCE, path)
    assert whole.rows[0]["statement"].startswith(f"unknown:{SOURCE_HASH}:wallet")
    assert "no customer's number" in whole.assumptions["wallet"]
    told = read_whole(SOURCE, path, msisdn="0700 000 999")
    assert told.rows[0]["statement"] == WALLET


def test_rows_outside_the_stated_period_are_marked(tmp_path: Path) -> None:
    lines = [Line(receipt_number(1), "2026-03-05 10:00:00", "Airtime Purchase", -1000, 9000)]
    assert read_lines(tmp_path, lines).rows[0]["mark"] == "outside the stated period"


def test_sniffing_knows_the_columns_and_leaves_the_rest() -> None:
    start = statement_pdf(statement_of(practice_lines(1, 3)))
    assert SOURCE.sniff(Head("a.pdf", len(start), start)).confidence == 95
    assert SOURCE.sniff(Head("a.csv", 9, b"Date,Paid")).confidence == 0
    locked = statement_pdf(statement_of(practice_lines(1, 3)), password="1234")
    assert SOURCE.sniff(Head("a.pdf", len(locked), locked)).confidence == 60


def test_another_zone_shifts_the_times_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    path = printed(tmp_path, statement_of([Line(receipt_number(1), T + "1", "Airtime Purchase", -100, 900)]))
    east, utc = read_whole(SOURCE, path), read_whole(SOURCE, path, zone="UTC")
    assert utc.rows[0]["lo"] - east.rows[0]["lo"] == 3 * 3600 * 1_000_000
    with pytest.raises(InstantError, match="unknown time zone"):
        read_whole(SOURCE, path, zone="Nowhere/Else")


def test_an_empty_statement_has_nothing_to_reconcile(tmp_path: Path) -> None:
    whole = read_lines(tmp_path, [])
    assert (whole.rows, whole.records, whole.reconciliation[0].verdict) == ([], 0, "none")
    assert whole.facts_of("statement")[0]["subject"] == WALLET
