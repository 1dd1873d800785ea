"""Tables through mappings: statements, transfers, orders, rates, tags, holders; CSV, TSV and XLSX."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from graph.model.provenance import Balance
from ingest.errors import MappingError
from ingest.sandbox import Job, reading
from ingest.source import Head, Options, Reading
from ingest.sources.mapped_table import SOURCE
from tests.contracts.source import Sample, check
from tests.ingest.tables_made_up import ORDERS, ORDERS_TEXT, SHA, STATEMENT, STATEMENT_TEXT, TRANSFERS

if TYPE_CHECKING:
    from pathlib import Path


HEAD = "Date,Details,Ref,Debit,Credit,Balance\n"


def read(path: Path, mapping: dict[str, Any] | None = None, **values: str) -> Reading:
    (piece,) = SOURCE.read(path, Options(SHA, mapping or {}, values))
    return piece


def written(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rows_of(piece: Reading) -> list[dict[str, Any]]:
    return [] if piece.rows is None else list(piece.rows.to_pylist())


def facts_of(piece: Reading) -> list[dict[str, Any]]:
    return [] if piece.facts is None else list(piece.facts.to_pylist())


def workbook(path: Path, rows: list[list[Any]], title: str = "Data") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_statement_says_sides_amounts_balances_and_reconciles(tmp_path: Path) -> None:
    piece = read(written(tmp_path, STATEMENT_TEXT), STATEMENT)
    rows = rows_of(piece)
    account = "account:EXAMPLE:0001112223"
    assert [(r["debit"] == account, r["credit"] == account) for r in rows] == [
        (False, True),
        (True, False),
        (False, True),
        (True, False),
    ]
    assert [int(r["amount"]) for r in rows] == [100000, 40000, 200050, 50]
    assert [int(r["balance"]) for r in rows] == [100000, 60000, 260050, 260000]
    assert [r["a"] for r in rows] == [2, 3, 4, 5]
    assert {r["statement"] for r in rows} == {account}
    assert rows[1]["hi"] - rows[1]["lo"] == 86_400_000_000
    verdict = piece.reconciliation[0]
    assert (verdict.verdict, verdict.found, verdict.locator) == (Balance.RECONCILES, "2600.00", "line:5")
    fields = json.loads(facts_of(piece)[0]["fields"])
    assert (fields["opening"], fields["closing"]) == ("0.00", "2600.00")


def test_every_one_sided_row_has_an_end_of_its_own(tmp_path: Path) -> None:
    rows = rows_of(read(written(tmp_path, STATEMENT_TEXT), STATEMENT))
    ends = [r["debit"] if r["credit"].startswith("account") else r["credit"] for r in rows]
    assert ends == [f"unknown:{SHA}:line%3A{n}" for n in (2, 3, 4, 5)]


def test_rows_of_one_day_in_any_order_and_newest_first(tmp_path: Path) -> None:
    head, *body = STATEMENT_TEXT.splitlines(keepends=True)
    mixed = head + body[0] + body[2] + body[1] + body[3]
    piece = read(written(tmp_path, mixed), STATEMENT)
    assert piece.reconciliation[0].verdict is Balance.RECONCILES
    assert [r["seq"] for r in rows_of(piece)] == [0, 2, 1, 3]
    back = read(written(tmp_path, head + "".join(reversed(body))), STATEMENT)
    assert back.reconciliation[0].verdict is Balance.RECONCILES
    assert [r["seq"] for r in rows_of(back)] == [3, 2, 1, 0]
    assert back.assumptions["order"] == "newest first in the file"


def test_a_break_is_named_with_place_and_figures(tmp_path: Path) -> None:
    piece = read(written(tmp_path, STATEMENT_TEXT.replace('"2,600.50"', '"2,700.50"')), STATEMENT)
    verdict = piece.reconciliation[0]
    assert (verdict.verdict, verdict.locator) == (Balance.BREAKS, "line:4")
    assert (verdict.expected, verdict.found) == ("2600.50", "2700.50")


def test_a_break_across_a_rejected_row_is_a_gap(tmp_path: Path) -> None:
    piece = read(written(tmp_path, STATEMENT_TEXT.replace("400.00,,", "4oo.00,,")), STATEMENT)
    assert [(r.locator, r.reason) for r in piece.rejected] == [("line:3", "no plain decimal amount")]
    verdict = piece.reconciliation[0]
    assert verdict.verdict is Balance.INCOMPLETE
    assert "line:3" in verdict.why


def test_line_numbers_are_physical_across_quoted_line_ends(tmp_path: Path) -> None:
    text = STATEMENT_TEXT.replace("RENT", '"RENT\nSEPTEMBER\n"')
    piece = read(written(tmp_path, text), STATEMENT)
    assert [r["a"] for r in rows_of(piece)] == [2, 3, 6, 7]
    assert rows_of(piece)[1]["text"] == "RENT\nSEPTEMBER"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252: byte 49 is not UTF-8"),
        ("utf-16-le", "utf-16-le: every other byte is zero"),
    ],
)
def test_encodings_are_found_and_said(tmp_path: Path, encoding: str, said: str) -> None:
    text = STATEMENT_TEXT.replace("OPENING", "É")
    piece = read(written(tmp_path, text.encode(encoding)), STATEMENT)
    assert piece.assumptions["encoding"] == said
    assert rows_of(piece)[0]["text"] == "É DEPOSIT"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    text = "Date,Details,Ref,Debit,Credit,Balance\n01/09/2026,A,1,,5.00,5.00\n02/09/2026,B,2,1.00,,4.00\n"
    piece = read(written(tmp_path, text.replace(",", delimiter)), STATEMENT)
    assert piece.reconciliation[0].verdict is Balance.RECONCILES


def test_gzip_is_read_as_what_it_holds(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(STATEMENT_TEXT.encode(), mtime=0), "table.csv.gz")
    assert len(rows_of(read(path, STATEMENT))) == 4
    assert SOURCE.sniff(Head(path.name, path.stat().st_size, path.read_bytes())).confidence == 50


def test_an_unmapped_table_is_guessed_and_used_only_where_balances_bear_it_out(tmp_path: Path) -> None:
    path = written(tmp_path, STATEMENT_TEXT)
    piece = read(path, currency="KES", account="0001112223", account_kind="account", institution="EXAMPLE")
    assert "guessed" in piece.assumptions["mapping"]
    assert rows_of(piece)[0]["credit"] == "account:EXAMPLE:0001112223"
    broken = written(tmp_path, STATEMENT_TEXT.replace('"2,600.50"', '"2,700.50"'))
    with pytest.raises(MappingError, match="not borne out") as caught:
        read(broken, currency="KES")
    proposal = json.loads(caught.value.fields()["proposal"])
    assert proposal["amount"] == {"paid_in": "Credit", "paid_out": "Debit"}


def test_without_a_currency_nothing_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="no saved mapping fits"):
        read(written(tmp_path, STATEMENT_TEXT))


def test_a_mapping_that_does_not_fit_says_what_was_wanted_and_found(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="no row of the first") as caught:
        read(written(tmp_path, "a,b\n1,2\n"), STATEMENT)
    assert caught.value.fields()["found"] == "a, b"


def test_bare_amounts_without_balance_or_direction_are_refused(tmp_path: Path) -> None:
    mapping = {k: v for k, v in STATEMENT.items() if k != "balance"} | {"amount": {"column": "Credit"}}
    text = "Date,Details,Ref,Debit,Credit,Balance\n01/09/2026,A,1,,5.00,\n"
    with pytest.raises(MappingError, match="nothing says which rows are paid in"):
        read(written(tmp_path, text), mapping)


def test_amounts_with_dr_and_cr(tmp_path: Path) -> None:
    mapping = STATEMENT | {"amount": {"column": "Debit"}}
    text = HEAD + "01/09/2026,A,1,5.00 Cr,,5.00 Cr\n02/09/2026,B,2,7.00 Dr,,2.00 Dr\n"
    piece = read(written(tmp_path, text), mapping)
    assert piece.reconciliation[0].verdict is Balance.RECONCILES
    assert [int(r["balance"]) for r in rows_of(piece)] == [500, -200]


def test_what_is_dropped_and_what_is_not_mapped_is_listed(tmp_path: Path) -> None:
    text = "Date,Details,Ref,Debit,Credit,Balance,label,note\n01/09/2026,A,1,,5.00,5.00,1,x\n"
    piece = read(written(tmp_path, text), STATEMENT | {"drop": ["label"]})
    assert piece.assumptions["dropped columns"] == "label"
    assert piece.assumptions["unmapped columns"] == "note"
    assert "label" not in str(rows_of(piece))


def test_row_rules_give_kinds_cash_ends_statuses_and_leave_out_totals(tmp_path: Path) -> None:
    rules = [
        {"column": "Details", "matches": "(?i)charge", "kind": "fee"},
        {"column": "Details", "matches": "^CASH", "end": "cash"},
        {"column": "Details", "matches": "FAILED", "status": "failed"},
        {"column": "Details", "matches": "^TOTAL", "leave_out": "page total"},
    ]
    text = HEAD + (
        "01/09/2026,CASH IN,1,,5.00,5.00\n01/09/2026,Charge,2,1.00,,4.00\n"
        "01/09/2026,FAILED TRANSFER,3,3.00,,\n01/09/2026,TOTAL,,4.00,,\n"
    )
    piece = read(written(tmp_path, text), STATEMENT | {"rows": rules})
    rows = rows_of(piece)
    assert [r["kind"] for r in rows] == ["principal", "fee", "principal"]
    assert [r["status"] for r in rows] == ["completed", "completed", "failed"]
    assert rows[0]["debit"] == f"cash:{SHA}:line%3A2"
    assert [(r.locator, r.reason) for r in piece.left_out] == [("line:5", "page total")]
    assert piece.reconciliation[0].verdict is Balance.RECONCILES


def test_an_order_is_one_observation_of_two_rows(tmp_path: Path) -> None:
    rows = rows_of(read(written(tmp_path, ORDERS_TEXT), ORDERS))
    first = sorted((r for r in rows if r["obs"] == 0), key=lambda r: r["asset"])
    assert [(r["debit"], r["credit"], int(r["amount"])) for r in first] == [
        ("msisdn::+254700000111", "msisdn::+254700000222", 1300000),
        ("exchange:example:7002", "exchange:example:7001", 100250000),
    ]
    assert [r["rail"] for r in first] == ["mpesa:QAA1BB2CC3", None]
    assert first[1]["asset"].startswith("tron:TR7")
    second = [r for r in rows if r["obs"] == 1]
    assert {r["status"] for r in second} == {"failed"}
    ends = {end for r in second for end in (r["debit"], r["credit"])}
    assert len(ends) == 4


def test_transfers_with_charges_and_two_currencies(tmp_path: Path) -> None:
    text = (
        "Time,From,To,Amount,Charge,Currency\n2026-09-01T10:00:00,111,222,100.00,1.50,KES\n"
        "2026-09-01T11:00:00,222,333,5000,,UGX\n2026-09-01T12:00:00,222,333,50.50,,UGX\n"
        "2026-09-01T12:00:00,222,333,50,,ZZZ\n"
    )
    piece = read(written(tmp_path, text), TRANSFERS)
    rows = rows_of(piece)
    assert [(r["obs"], r["kind"], r["asset"], int(r["amount"])) for r in rows] == [
        (0, "principal", "KES:2", 10000),
        (1, "principal", "UGX:0", 5000),
        (0, "fee", "KES:2", 150),
    ]
    assert [(r.locator, r.reason) for r in piece.rejected] == [
        ("line:4", "more decimals than the asset has"),
        ("line:5", "no such currency"),
    ]
    assert piece.reconciliation[0].verdict is Balance.NONE
    assert piece.reconciliation[0].why


def test_an_amount_beyond_38_digits_is_kept_as_digits_and_in_no_sum(tmp_path: Path) -> None:
    tokens = {"USDT": {"chain": "tron", "contract": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "exponent": 6}}
    mapping = TRANSFERS | {"asset": {"column": "Currency", "tokens": tokens}}
    rows = "".join(
        f"2026-09-01T10:00:00,111,222,{a},,USDT\n" for a in ("1" + "0" * 60, "1" + "0" * 31, "2.5")
    )
    piece = read(written(tmp_path, "Time,From,To,Amount,Charge,Currency\n" + rows), mapping)
    huge, large, small = rows_of(piece)
    assert (huge["amount"], huge["digits"]) == (None, "1" + "0" * 66)
    assert (int(large["amount"]), int(small["amount"])) == (10**37, 2_500_000)
    assert [r.locator for r in piece.left_out] == ["line:2"]
    statement = STATEMENT | {"asset": {"code": "USDT", "tokens": tokens}}
    text = HEAD + f"01/09/2026,A,1,{'9' * 60},,\n02/09/2026,B,2,,5.00,5.00\n"
    out, into = rows_of(read(written(tmp_path, text), statement))
    assert (out["debit"], into["credit"]) == ("account:EXAMPLE:0001112223",) * 2
    assert out["digits"] == "9" * 60 + "000000"


def test_three_hundred_columns_are_a_table(tmp_path: Path) -> None:
    names = ",".join(f"c{i}" for i in range(294))
    text = f"{HEAD.strip()},{names}\n01/09/2026,A,1,,5.00,5.00,{',' * 293}\n"
    piece = read(written(tmp_path, text), STATEMENT)
    assert len(rows_of(piece)) == 1
    assert piece.assumptions["unmapped columns"].count(",") == 293


def test_monthly_sheets_of_one_layout_are_all_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx", [HEAD.strip().split(","), ["01/09/2026", "A", "1", None, 5, 5]], "Sep"
    )
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("Oct!")
    for row in (
        HEAD.strip().split(","),
        ["01/10/2026", "B", "2", 2, None, 3],
        [1234567890123456789, "C", "3", 1, None, 2],
    ):
        sheet.append(row)
    book.save(path)
    pieces = list(SOURCE.read(path, Options(SHA, STATEMENT)))
    assert [r["obs"] for p in pieces for r in rows_of(p)] == [0, 2]
    assert [r["form"] for p in pieces for r in rows_of(p)] == [
        "sheet:Sep!cell:{a},{b}",
        "sheet:Oct%21!cell:{a},{b}",
    ]
    assert [r.locator for p in pieces for r in p.rejected] == ["sheet:Oct%21!cell:3,1"]
    with reading(Job(path, "b.xlsx", SHA, mapping=STATEMENT)) as outcome:
        assert outcome.row_count == 2


def test_rates_keep_their_digits(tmp_path: Path) -> None:
    mapping = {
        "name": "fx",
        "shape": "rates",
        "header": ["Date", "Base", "Quote", "Mid"],
        "when": {"columns": ["Date"], "formats": ["%Y-%m-%d"], "zone": "UTC"},
        "base": {"column": "Base"},
        "quote": {"column": "Quote"},
        "rate": "Mid",
        "facts": {"source": "=Example desk"},
    }
    piece = read(
        written(tmp_path, "Date,Base,Quote,Mid\n2026-09-01,USD,KES,129.350\n2026-09-02,USD,KES,n/a\n"),
        mapping,
    )
    assert json.loads(facts_of(piece)[0]["fields"]) == {
        "base": "USD:2",
        "quote": "KES:2",
        "rate": "129.350",
        "source": "Example desk",
    }
    assert [r.locator for r in piece.rejected] == ["line:3"]


def test_tags_and_holders(tmp_path: Path) -> None:
    tags = {
        "name": "tags",
        "shape": "tags",
        "header": ["Address", "Label", "Category"],
        "label": "Label",
        "subject": {"column": "Address", "kind": "tron"},
        "facts": {"category": "Category"},
    }
    text = "Address,Label,Category\n" + "".join(
        f"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6{last},{rest}\n"
        for last, rest in (("t", "Example desk,exchange"), ("x", "Bad,x"))
    )
    piece = read(written(tmp_path, text), tags)
    (fact,) = facts_of(piece)
    assert (fact["kind"], fact["text"], fact["fields"]) == ("tag", "Example desk", '{"category":"exchange"}')
    assert [r.locator for r in piece.rejected] == ["line:3"]
    holders = {
        "name": "kyc",
        "shape": "holders",
        "institution": "EXAMPLE",
        "label": "Name",
        "header": ["Account", "Name"],
        "subject": {"column": "Account"},
    }
    (fact,) = facts_of(read(written(tmp_path, "Account;Name\n000123;Practice Person A\n"), holders))
    assert (fact["subject"], fact["text"]) == ("account:EXAMPLE:000123", "Practice Person A")


def test_a_workbook_with_dates_floats_and_a_hidden_sheet(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "book.xlsx",
        [
            ["Example Bank"],
            [],
            ["Date", "Details", "Ref", "Debit", "Credit", "Balance"],
            [datetime(2026, 9, 1), "A", "1", None, 0.1 + 0.7, 0.8],
            [datetime(2026, 9, 2), "B", "2", 0.1, None, 0.7],
        ],
    )
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notes")["A1"] = "nothing"
    book["Notes"].sheet_state = "hidden"
    book["Data"].row_dimensions[5].hidden = True
    book.save(path)
    piece = read(path, STATEMENT)
    rows = rows_of(piece)
    assert [(int(r["amount"]), r["form"], r["a"]) for r in rows] == [
        (80, "sheet:Data!cell:{a},{b}", 4),
        (10, "sheet:Data!cell:{a},{b}", 5),
    ]
    assert rows[0]["mark"] == "float source"
    assert piece.assumptions["sheets not read"] == "Notes"
    assert piece.assumptions["hidden rows"] == "1 in Data (read all the same)"
    assert piece.reconciliation[0].verdict is Balance.RECONCILES


def test_formula_cells_have_a_stored_value_or_are_rejected(tmp_path: Path) -> None:
    head = ["Date", "Details", "Ref", "Debit", "Credit", "Balance"]
    path = workbook(
        tmp_path / "book.xlsx",
        [head, ["01/09/2026", "A", "1", None, 5, 5], ["02/09/2026", "B", "2", None, "=2+3", 10]],
    )
    piece = read(path, STATEMENT)
    assert len(rows_of(piece)) == 1
    assert [(r.locator, r.reason) for r in piece.rejected] == [
        ("sheet:Data!cell:3,5", "a formula without a stored value")
    ]


@pytest.mark.parametrize("name", ["statement", "backwards", "orders", "workbook", "gzip"])
def test_the_contract_of_readers(tmp_path: Path, name: str) -> None:
    head, *body = STATEMENT_TEXT.splitlines(keepends=True)
    orders = ORDERS_TEXT.replace("500.00", "500.25")
    book: list[list[Any]] = [
        ["Date", "Details", "Ref", "Debit", "Credit", "Balance"],
        ["01/09/2026", "A", "1", None, "7.25", "7.25"],
    ]
    samples = {
        "statement": lambda: Sample(SOURCE.code, written(tmp_path, STATEMENT_TEXT), STATEMENT, chains=True),
        "backwards": lambda: Sample(
            SOURCE.code, written(tmp_path, head + "".join(reversed(body))), STATEMENT, chains=True
        ),
        "orders": lambda: Sample(SOURCE.code, written(tmp_path, orders), ORDERS),
        "workbook": lambda: Sample(SOURCE.code, workbook(tmp_path / "b.xlsx", book), STATEMENT, chains=True),
        "gzip": lambda: Sample(
            SOURCE.code,
            written(tmp_path, gzip.compress(STATEMENT_TEXT.encode()), "t.csv.gz"),
            STATEMENT,
            chains=True,
        ),
    }
    check(samples[name]())
