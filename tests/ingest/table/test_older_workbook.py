"""Older spreadsheets say what the same cells say in XLSX, and in CSV; what cannot be read is refused."""

from __future__ import annotations

import datetime as dt
import random
import struct
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import FuatiliaError
from graph.model.provenance import Balance
from ingest.errors import PasswordError, UnreadableError
from ingest.sandbox import Job, reading
from ingest.sandbox.choosing import choose, head_of, readers, sniff_all
from ingest.source import Options, Reading
from ingest.sources.mapped_table import SOURCE
from ingest.table.workbooks import sheets
from tests.contracts.source import rows_hold
from tests.ingest.table.older_books import (
    WRITERS,
    Rows,
    ods,
    ods_cell,
    ods_of,
    ods_table,
    xls,
    xls_book,
    xlsx,
)
from tests.ingest.table.xls_records import changed_xls, inserted_xls
from tests.ingest.tables_made_up import SHA, STATEMENT, STATEMENT_TEXT

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = sorted(WRITERS)
HEAD = ["Date", "Details", "Ref", "Debit", "Credit", "Balance"]
STORED: Rows = [
    HEAD,
    [dt.date(2026, 9, 1), "OPENING DEPOSIT", "A1", None, 1000, 1000.0],
    [dt.date(2026, 9, 2), "RENT", "A2", 400.0, None, 600],
    [dt.date(2026, 9, 2), "SALARY", "A3", None, 2000.5, 2600.5],
    [dt.date(2026, 9, 3), "SHOP", "A4", 0.5, None, 2600],
]
PRINTED: Rows = [
    line.split(",")
    for line in STATEMENT_TEXT.replace("1,0", "10")
    .replace("2,0", "20")
    .replace("2,6", "26")
    .replace('"', "")
    .splitlines()
]
# Of 16 digits: the writer of XLSX prints no more. From 10^16 on, XLSX has two notations for one number.
NUMBERS = st.floats(-9e15, 9e15).map(lambda n: float(f"{n:.16g}")).filter(lambda n: n == 0 or abs(n) > 1e-9)
MIXED: Rows = [
    ["Example Bank"],
    [],
    ["Date", "Details", "Time", "Debit", "Credit", "Sent"],
    [dt.datetime(2026, 9, 1), "A  b", dt.time(3, 4, 5), 0.1 + 0.7, 0.8, True],
    [dt.datetime(2026, 9, 2, 10, 11, 12), "NA", dt.time(13, 4, 59), 1234567.89, 254712345678, False],
    [None, "00123", None, 1e21, -5],
    [],
    [None, None, None, 0.1, 1.005],
    [dt.datetime(2026, 12, 31, 23, 59, 59), "é ü ع <&>", None, 99999999999.99, 1e-7],
]


def read(path: Path, mapping: dict[str, Any] = STATEMENT) -> Reading:
    (piece,) = SOURCE.read(path, Options(SHA, mapping))
    return piece


def said(piece: Reading) -> list[dict[str, Any]]:
    """Return a table's rows without the form of their places, which is the format's own."""
    assert piece.rows is not None
    rows = [dict(row) for row in piece.rows.drop_columns(["form"]).to_pylist()]
    for row in rows:
        for end in ("debit", "credit"):
            row[end] = row[end].partition(f":{SHA}:")[0]
    return rows


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("cells", [PRINTED, STORED], ids=["texts", "dates and numbers"])
def test_a_statement_equals_its_csv_twin(tmp_path: Path, form: str, cells: Rows) -> None:
    twin = tmp_path / "twin.csv"
    twin.write_text(STATEMENT_TEXT, encoding="utf-8")
    wanted = read(twin)
    found = read(WRITERS[form](tmp_path / f"book.{form}", {"Data": cells}))
    assert said(found) == said(wanted)
    assert {r["form"] for r in found.rows.to_pylist()} == {"sheet:Data!cell:{a},{b}"}  # type: ignore[union-attr]
    assert found.rejected == wanted.rejected == ()
    (verdict,) = found.reconciliation
    assert verdict.verdict is Balance.RECONCILES
    assert (verdict.found, verdict.locator) == ("2600.00", "sheet:Data!cell:5,1")


@pytest.mark.parametrize("form", FORMATS)
def test_every_cell_says_what_it_says_in_xlsx(tmp_path: Path, form: str) -> None:
    book = {"Data": MIXED, "Oct!": [["x", 1]]}
    wanted = sheets(xlsx(tmp_path / "book.xlsx", book))
    assert sheets(WRITERS[form](tmp_path / f"book.{form}", book)) == wanted
    assert wanted[0].marks == {4: "float source", 6: "more than 15 digits in a spreadsheet"}


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(NUMBERS, min_size=1))
def test_a_stored_number_has_one_text_in_every_format(
    tmp_path: Path, form: str, numbers: list[float]
) -> None:
    book: dict[str, Rows] = {"Data": [["Amount", "n"], *[[n, 1] for n in numbers]]}
    wanted = sheets(xlsx(tmp_path / "book.xlsx", book))
    assert sheets(WRITERS[form](tmp_path / f"book.{form}", book)) == wanted


@pytest.mark.parametrize("form", FORMATS)
def test_a_number_beyond_fifteen_digits_is_marked_and_gets_no_digits_it_never_had(
    tmp_path: Path, form: str
) -> None:
    numbers = [1234567890123456.0, 1.0000000000000002e16, 1.2345678901234568e22]
    (found,) = sheets(WRITERS[form](tmp_path / "book", {"Data": [["n", n] for n in numbers]}))
    assert [cells[1] for _, cells in found.rows] == [
        "1234567890123456",
        "10000000000000002",
        "12345678901234568000000",
    ]
    assert set(found.marks.values()) == {"more than 15 digits in a spreadsheet"}


@pytest.mark.parametrize("form", FORMATS)
def test_it_is_read_in_the_limited_child_and_no_other_reader_wants_it(tmp_path: Path, form: str) -> None:
    path = WRITERS[form](tmp_path / "kept-under-its-hash", {"Data": STORED})
    known = readers()
    heard = sniff_all(known, head_of(path, path.name))
    assert choose(known, heard, "", mapped=False) == SOURCE.code
    assert [code for code, sniff in heard.items() if sniff.confidence] == [SOURCE.code]
    with reading(Job(path, f"statement.{form}", SHA, mapping=STATEMENT)) as outcome:
        assert (outcome.row_count, outcome.rejected) == (4, ())


@pytest.mark.parametrize("form", FORMATS)
def test_a_mapping_may_name_one_sheet(tmp_path: Path, form: str) -> None:
    path = WRITERS[form](tmp_path / "book", {"Notes": [["nothing"]], "Sep": STORED, "Oct": STORED})
    piece = read(path, STATEMENT | {"table": {"sheet": "Oct"}})
    assert {row["form"] for row in piece.rows.to_pylist()} == {"sheet:Oct!cell:{a},{b}"}  # type: ignore[union-attr]
    assert piece.assumptions["sheets not read"] == "Notes, Sep"


@pytest.mark.parametrize("form", FORMATS)
def test_damage_gives_columns_or_an_error_of_ours(tmp_path: Path, form: str) -> None:
    path = WRITERS[form](tmp_path / "book", {"Data": STORED})
    whole, rng = path.read_bytes(), random.Random(form)  # noqa: S311 - damage, reproducible
    refused = 0
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged[: rng.choice([len(damaged), rng.randrange(len(damaged))])])
        try:
            for piece in SOURCE.read(path, Options(SHA, STATEMENT)):
                if piece.rows is not None:
                    rows_hold(piece.rows)
        except FuatiliaError:
            refused += 1
    assert refused > 10


@pytest.mark.parametrize("form", FORMATS)
def test_a_cut_file_is_refused_with_a_reason(tmp_path: Path, form: str) -> None:
    path = WRITERS[form](tmp_path / "book", {"Data": STORED})
    path.write_bytes(path.read_bytes()[:-700])
    with pytest.raises(UnreadableError, match=r"damaged|cut"):
        sheets(path)


# ---- XLS


def test_hidden_sheets_and_rows_of_xls_are_read_and_said(tmp_path: Path) -> None:
    book = xls_book({"Data": STORED, "Kept": [["x"]]})
    book.get_sheet(1).visibility = 1
    book.get_sheet(0).row(2).hidden = True
    book.save(str(tmp_path / "book.xls"))
    data, kept = sheets(tmp_path / "book.xls")
    assert data.notes == {"hidden rows": "1 in Data (read all the same)"}
    assert kept.notes == {"hidden sheet": "Kept (read all the same)"}
    assert len(data.rows) == 5


def test_days_of_xls_counted_from_1904_are_the_same_days(tmp_path: Path) -> None:
    book = xls_book({"Data": []})
    book.dates_1904 = True
    book.get_sheet(0).write(0, 0, dt.date(2026, 9, 1), book_style())
    book.save(str(tmp_path / "book.xls"))
    raw = sheets(xls(tmp_path / "days.xls", {"Data": [[(dt.date(2026, 9, 1) - dt.date(1904, 1, 1)).days]]}))
    (found,) = sheets(tmp_path / "book.xls")
    assert found.rows == [(1, ["2026-09-01"])]
    assert raw[0].rows == [(1, ["44804"])]


def test_errors_and_formulas_of_xls_are_told_apart(tmp_path: Path) -> None:
    import xlwt

    book = xls_book({"Data": STORED})
    sheet = book.get_sheet(0)
    sheet.row(5).set_cell_error(3, "#DIV/0!")
    sheet.write(6, 4, xlwt.Formula("2+3"))
    sheet.write(6, 0, "x")
    book.save(str(tmp_path / "book.xls"))
    (found,) = sheets(tmp_path / "book.xls")
    assert found.rows[5] == (6, ["", "", "", "#DIV/0!"])
    assert found.marks[7] == "formula, stored value"
    assert "last calculated" in found.notes["formulas"]
    stored = struct.pack("<d", 5.0)
    with_value = changed_xls(tmp_path / "book.xls", 0x0006, lambda body: body[:6] + stored + body[14:])
    assert sheets(with_value)[0].rows[6] == (7, ["x", "", "", "", "5"])
    error = b"\x02\0\x2a\0\0\0\xff\xff"
    with_error = changed_xls(tmp_path / "book.xls", 0x0006, lambda body: body[:6] + error + body[14:])
    assert sheets(with_error)[0].rows[6] == (7, ["x", "", "", "", "#N/A"])


def test_an_error_cell_rejects_its_row_as_in_xlsx(tmp_path: Path) -> None:
    book = xls_book({"Data": STORED})
    book.get_sheet(0).row(5).set_cell_error(4, "#VALUE!")
    book.get_sheet(0).write(5, 0, dt.date(2026, 9, 4), book_style())
    book.save(str(tmp_path / "book.xls"))
    piece = read(tmp_path / "book.xls")
    assert [(r.locator, r.reason) for r in piece.rejected] == [
        ("sheet:Data!cell:6,1", "no plain decimal amount")
    ]
    assert piece.rows is not None
    assert piece.rows.num_rows == 4


def book_style() -> Any:
    import xlwt

    return xlwt.easyxf(num_format_str="YYYY-MM-DD")


def test_xls_bombs_are_refused_before_they_are_built(tmp_path: Path) -> None:
    far = xls(tmp_path / "far.xls", {"Data": STORED})
    book = xls_book({"Data": STORED})
    book.get_sheet(0).write(65535, 255, "x")
    book.save(str(far))
    with pytest.raises(UnreadableError, match="expands beyond its limit"):
        sheets(far)
    plain = xls(tmp_path / "plain.xls", {"Data": STORED})
    huge = struct.pack("<IIHHH", 0, 0xFFFFFFF0, 0, 0xFFF0, 0)
    with pytest.raises(UnreadableError, match="beyond any table") as raised:
        sheets(changed_xls(plain, 0x0200, lambda _: huge))
    assert raised.value.fields()["member"] == "sheet 1, declared size"


def test_encrypted_and_foreign_xls_are_refused_by_name(tmp_path: Path) -> None:
    plain = xls(tmp_path / "plain.xls", {"Data": STORED})
    with pytest.raises(PasswordError, match="encrypted"):
        sheets(inserted_xls(plain, struct.pack("<HHHHH", 0x002F, 6, 0, 1, 2)))
    for old, new in (("Workbook", "EncryptedPackage"), ("Workbook", "Book"), ("Workbook", "WordDocument")):
        path = tmp_path / f"{new}.xls"
        wanted, put = old.encode("utf-16-le"), new.encode("utf-16-le")
        raw = bytearray(plain.read_bytes())
        at = raw.index(wanted)
        raw[at : at + 64] = put.ljust(64, b"\0")
        raw[at + 64 : at + 66] = struct.pack("<H", len(put) + 2)
        path.write_bytes(raw)
        kind = PasswordError if new == "EncryptedPackage" else UnreadableError
        with pytest.raises(kind, match=r"encrypted|before 1997|no workbook"):
            sheets(path)


# ---- ODS


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def times(what: str, number: object) -> str:
    return f' table:number-{what}-repeated="{number}"'


def test_repeated_rows_and_columns_of_ods_stand_where_they_stand(tmp_path: Path) -> None:
    table = ods_table(
        row(ods_cell(None), more=times("rows", 2))
        + row(ods_cell(None, times("columns", 2)), ods_cell("a", times("columns", 2)), ods_cell("b"))
        + row(ods_cell(7), more=times("rows", 3))
        + row(ods_cell(None, times("columns", 16384)), more=times("rows", 4))
        + "<table:table-row-group>"
        + row(ods_cell("z"), ods_cell(None, times("columns", 16383)))
        + "</table:table-row-group>"
        + row(ods_cell(None, times("columns", 16384)), more=times("rows", 1048566))
    )
    (found,) = sheets(ods_of(tmp_path / "book.ods", table))
    assert found.rows == [(3, ["", "", "a", "a", "b"]), (4, ["7"]), (5, ["7"]), (6, ["7"]), (11, ["z"])]


BLANKS = '<table:table-cell office:value-type="string"><text:p><text:s text:c="999999999"/></text:p>'
FAR = row(more=times("rows", 1 << 19)) + row(ods_cell(None, times("columns", 500)), ods_cell(1))
BOMBS = {
    "rows of forty": (row(*[ods_cell(1)] * 40, more=times("rows", 1 << 20)), "expands beyond its limit"),
    "rows": (row(ods_cell(1), more=times("rows", (1 << 20) + 1)), "beyond any table"),
    "columns": (row(ods_cell(1, times("columns", 16384))), "beyond any table"),
    "far apart": (row(ods_cell(1)) + FAR, "expands beyond its limit"),
    "less than none": (row(ods_cell(1), more=times("rows", -1)), "a repeat that is no number"),
    "blanks": (row(BLANKS + "</table:table-cell>"), "more blanks than a cell holds"),
    "a table in a cell": (row(f"<table:table-cell>{ods_table('')}</table:table-cell>"), "a table inside"),
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_ods_bombs_are_refused_before_they_are_built(tmp_path: Path, name: str) -> None:
    rows, reason = BOMBS[name]
    with pytest.raises(UnreadableError, match=reason):
        sheets(ods_of(tmp_path / "book.ods", ods_table(rows)))


def test_an_ods_that_swells_has_entities_or_is_encrypted_is_refused(tmp_path: Path) -> None:
    path = ods_of(tmp_path / "book.ods", ods_table(row(ods_cell("a"))), head='<!DOCTYPE a [<!ENTITY b "c">]>')
    with pytest.raises(UnreadableError, match="a document type"):
        sheets(path)
    secret = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    with pytest.raises(PasswordError, match="encrypted"):
        sheets(ods_of(path, ods_table(row(ods_cell("a"))), manifest=secret))
    with zipfile.ZipFile(ods(path, {"Data": STORED}), "a", zipfile.ZIP_DEFLATED) as z:
        z.writestr("Pictures/0", b"\0" * (64 << 20))
    with pytest.raises(UnreadableError, match="expands beyond its limit"):
        sheets(path)


def test_two_sheets_of_one_name_are_refused(tmp_path: Path) -> None:
    tables = ods_table(row(ods_cell("a"))) + ods_table(row(ods_cell("b")))
    with pytest.raises(UnreadableError, match="contradicts itself"):
        sheets(ods_of(tmp_path / "book.ods", tables))


def cell(said: str, inside: str) -> str:
    return f"<table:table-cell {said}>{inside}</table:table-cell>"


TEXT = 'office:value-type="string"'
FIVE = 'office:value-type="float" office:value="5"'
COMMENT = "<office:annotation><text:p>9</text:p></office:annotation>"
DRAWING = '<draw:frame xmlns:draw="d"><text:p>2</text:p></draw:frame>'
DIVIDED = f'table:formula="of:=1/0" {TEXT} office:string-value="" calcext:value-type="error"'
BROKEN = 'table:formula="of:=A9" office:value-type="float" office:value="0"'
PARAGRAPHS = '<text:p>a<text:s text:c="2"/><text:span>b</text:span></text:p><text:p>c</text:p>'
SHOWN = {
    "a comment beside": (cell(TEXT, COMMENT + "<text:p>400.00</text:p>"), "400.00"),
    "a comment beside a number": (cell(FIVE, COMMENT + "<text:p>5.00</text:p>"), "5"),
    "a drawing beside": (cell(TEXT, "<text:p>4</text:p>" + DRAWING), "4"),
    "a tab and a break": (cell(TEXT, "<text:p>1<text:tab/>2<text:line-break/>3</text:p>"), "1\t2\n3"),
    "paragraphs and blanks": (cell(TEXT, PARAGRAPHS), "a  b\nc"),
    "no type": (cell("", "<text:p>400.00</text:p>"), "400.00"),
    "an error": (cell(DIVIDED, "<text:p>#DIV/0!</text:p>"), "#DIV/0!"),
    "an error with a value": (cell(BROKEN, "<text:p>Err:502</text:p>"), "Err:502"),
}


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_an_ods_cell_says_what_is_shown_and_no_more(tmp_path: Path, name: str) -> None:
    xml, text = SHOWN[name]
    (found,) = sheets(ods_of(tmp_path / "book.ods", ods_table(row(ods_cell("x"), xml, ods_cell("y")))))
    assert found.rows == [(1, ["x", text, "y"])]


def test_formulas_and_hidden_rows_of_ods(tmp_path: Path) -> None:
    stored = cell('table:formula="of:=1+1" office:value-type="float" office:value="2"', "<text:p>2</text:p>")
    table = row(ods_cell("a"), stored) + row(
        ods_cell("b"), cell('table:formula="of:=1+1"', ""), more=' table:visibility="filter"'
    )
    (found,) = sheets(ods_of(tmp_path / "book.ods", ods_table(table)))
    assert found.rows == [(1, ["a", "2"]), (2, ["b"])]
    assert found.marks == dict.fromkeys((1, 2), "formula, stored value")
    assert [(r.locator, r.reason) for r in found.rejects.values()] == [
        ("sheet:Data!cell:2,2", "a formula without a stored value")
    ]
    assert found.notes["hidden rows"] == "1 in Data (read all the same)"


def test_a_change_record_of_ods_is_not_the_table(tmp_path: Path) -> None:
    old = cell(TEXT, "<text:p>old</text:p>")
    record = f"<table:tracked-changes><table:deletion>{old}</table:deletion></table:tracked-changes>"
    table = record + ods_table(row(ods_cell("a")))
    (found,) = sheets(ods_of(tmp_path / "book.ods", table))
    assert found.rows == [(1, ["a"])]


# ---- XLSB


def patched(path: Path, old: bytes, new: bytes) -> Path:
    """Put records in place of others in the first sheet of a binary workbook."""
    with zipfile.ZipFile(path) as z:
        members = {i.filename: z.read(i) for i in z.infolist()}
    name = "xl/worksheets/sheet1.bin"
    assert old in members[name]
    members[name] = members[name].replace(old, new, 1)
    out = path.with_name("patched.xlsb")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for member, data in members.items():
            z.writestr(member, data)
    return out


def test_errors_formulas_hidden_rows_and_bombs_of_xlsb(tmp_path: Path) -> None:
    path = WRITERS["xlsb"](tmp_path / "book.xlsb", {"Data": [["a", "b"], ["x", 1.5]]})
    number = b"\x05\x10" + struct.pack("<IId", 1, 0, 1.5)
    error = patched(path, number, b"\x03\x09" + struct.pack("<IIB", 1, 0, 0x2A))
    assert sheets(error)[0].rows[1] == (2, ["x", "#N/A"])
    formula = struct.pack("<IIdHI", 1, 0, 2.5, 0, 0) + struct.pack("<I", 0)
    (found,) = sheets(patched(path, number, bytes([9, len(formula)]) + formula))
    assert found.rows[1] == (2, ["x", "2.5"])
    assert found.marks == {2: "formula, stored value"}
    line = b"\x00\x19" + struct.pack("<I", 1) + b"\0\0\0\0" + struct.pack("<I", 0x12C)[:3] + b"\0"
    hidden = patched(path, line, line[:-1] + b"\x10")
    assert sheets(hidden)[0].notes == {"hidden rows": "1 in Data (read all the same)"}
    far = b"\x05\x10" + struct.pack("<IId", 511, 0, 1.5)
    with pytest.raises(UnreadableError, match="expands beyond its limit"):
        sheets(patched(patched(path, number, far), line, line[:2] + struct.pack("<I", 999_999) + line[6:]))
