"""Files in, receipts out; one bad file never stops the rest, and every refusal says file and place."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from graph.errors import StoreBusyError
from graph.model.provenance import Receipt, Verdict
from graph.model.scope import Scope
from ingest.runner import Intake, ingest_files
from ingest.source import Options
from ingest.sources.mapped_table import SOURCE
from tests.ingest.store_in_memory import MemoryStore
from tests.ingest.tables_made_up import SHA, STATEMENT, STATEMENT_TEXT

SCOPE = Scope("officer", ("case",), "test")
BY_MAPPING = Intake(mapping=STATEMENT)
HEAD = "Date,Details,Ref,Debit,Credit,Balance\n"


def run(paths: list[Path], intake: Intake = BY_MAPPING) -> list[Receipt]:
    return ingest_files(None, SCOPE, "case", paths, intake, dry_run=True)


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def bomb() -> bytes:
    """Two legal cells, A1 and XFD1048576: a workbook of a few KB that asks for 17 thousand million cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "Date"
    sheet["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def swollen() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * (64 << 20))
    return out.getvalue()


def test_a_good_file_is_kept_read_and_committed(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    store = MemoryStore(tmp_path / "store")
    path = written(tmp_path, "a.csv", STATEMENT_TEXT)
    intake = Intake("Example Bank", "order 1", "2026-09-30", "secret", mapping=STATEMENT)
    seen: list[tuple[str, int, int]] = []
    (receipt,) = ingest_files(
        store, SCOPE, "case", [path], intake, on_progress=lambda n, d, t: seen.append((n, d, t))
    )
    assert (receipt.verdict, receipt.records, receipt.reader) == (Verdict.ACCEPTED, 4, "mapped_table")
    assert seen == [("a.csv", 4, 4)]
    (source,) = store.admitted
    assert (source.name, source.supplier, source.authority) == ("a.csv", "Example Bank", "order 1")
    assert store.rows[receipt.batch].num_rows == 4
    (again,) = ingest_files(store, SCOPE, "case", [path], intake)
    assert (again.verdict, again.batch) == (Verdict.DUPLICATE, receipt.batch)


def test_another_mapping_is_another_batch(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", STATEMENT_TEXT)
    (one,) = run([path])
    (two,) = run([path], Intake(mapping=STATEMENT | {"text": []}))
    (three,) = run([path], Intake(mapping=STATEMENT, options={"zone": "UTC"}))
    assert len({one.batch, two.batch, three.batch}) == 3


def test_a_dry_run_keeps_nothing_and_sums(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    store = MemoryStore(tmp_path / "store")
    path = written(tmp_path, "a.csv", STATEMENT_TEXT)
    (receipt,) = ingest_files(store, SCOPE, "case", [path], BY_MAPPING, dry_run=True)
    assert store.admitted == []
    assert receipt.sums == {"KES:2": {"in": "300050", "out": "40050"}}


BAD = {
    "empty.csv": (b"", "the file is empty"),
    "blank.csv": (b"\n\n\n", "the file is empty"),
    "zeros.csv": (b"\0" * 100, "the file holds no text"),
    "one-column.csv": (b"Date\n1\n2\n", "no table: no sign splits"),
    "unknown.csv": (b"a,b\n1,2\n", "no row of the first"),
    "header-only.csv": (HEAD.encode(), "a header and no rows"),
    "twice.csv": (
        b"Date,Details,Ref,Debit,Credit,Balance,Ref\n01/09/2026,a,1,,5,5,2\n",
        "two columns have this name",
    ),
    "wide.csv": (
        (HEAD.strip() + "," + ",".join(f"c{i}" for i in range(600)) + "\n").encode(),
        "more columns than a table",
    ),
    "cut.csv.gz": (gzip.compress(STATEMENT_TEXT.encode() * 50)[:-20], "damaged or cut"),
    "bomb.csv.gz": (gzip.compress(b"Date,x\n" + b"0," * (40 << 20)), "expands beyond its limit"),
    "bomb.xlsx": (bomb(), "a cell lies beyond any table"),
    "swollen.xlsx": (swollen(), "expands beyond its limit"),
    "noise.xlsx": (b"PK\x03\x04[Content_Types].xml" + b"\xff" * 400, "the workbook is damaged"),
    "old.xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "the workbook is damaged",
    ),
    "currency.csv": (HEAD.encode() + b"01/09/2026,a,1,,USD 5,5\n", "none of the 1 rows could be read"),
    "huge.csv": (HEAD.encode() + b"01/09/2026,a,1,," + b"9" * 60 + b",5\n", "more than 38 digits"),
}


@pytest.fixture(scope="module")
def receipts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Receipt]:
    """Every bad file and, last, a good one: ingested in one call."""
    folder = tmp_path_factory.mktemp("bad")
    paths = [written(folder, name, data) for name, (data, _) in sorted(BAD.items())]
    return {r.name: r for r in run([*paths, written(folder, "good.csv", STATEMENT_TEXT)])}


@pytest.mark.parametrize("name", sorted(BAD))
def test_bad_files_are_quarantined_with_their_reason(receipts: dict[str, Receipt], name: str) -> None:
    bad = receipts[name]
    assert bad.verdict is Verdict.QUARANTINED
    assert BAD[name][1] in bad.rejected[0].reason
    assert "Traceback" not in str(bad)


def test_one_bad_file_never_stops_the_rest(receipts: dict[str, Receipt]) -> None:
    assert receipts["good.csv"].verdict is Verdict.ACCEPTED


ROWS = {
    "no such day": ("31/02/2026,a,1,,5,5", "no such date or time"),
    "no amount": ("01/09/2026,a,1,,,5", "no amount in the row"),
    "both": ("01/09/2026,a,1,5,5,5", "both paid in and paid out"),
    "10^38": ("01/09/2026,a,1,," + "1" + "0" * 38 + ",5", "a sum of money of more than 38 digits"),
    "exponent": ("01/09/2026,a,1,,1e5,5", "no plain decimal amount"),
    "cents": ("01/09/2026,a,1,,1.005,5", "more decimals than the asset has"),
    "nan": ("01/09/2026,a,1,,NaN,5", "no plain decimal amount"),
    "currency": ("01/09/2026,a,1,,USD 5,5", "the amount is printed in USD"),
    "short": ("01/09/2026,a,1", "3 cells where the header has 6"),
    "long": ("01/09/2026,a,1,,5,5,6", "7 cells where the header has 6"),
    "nul": ("01/09/2026,\0a,1,,5,5", "a NUL byte in the row"),
    "quote": ('01/09/2026,"a,1,,5,5', "a quote is opened and never closed"),
}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_bad_row_is_rejected_at_its_line_and_the_rest_loads(tmp_path: Path, name: str) -> None:
    row, reason = ROWS[name]
    head, first, *rest = STATEMENT_TEXT.splitlines(keepends=True)
    path = written(tmp_path, "a.csv", head + first + row + "\n" + "".join(rest))
    (piece,) = SOURCE.read(path, Options(SHA, STATEMENT))
    assert piece.rows is not None
    assert (piece.records, piece.rows.num_rows) == (5, 4)
    assert [(r.locator, reason in r.reason) for r in piece.rejected] == [("line:3", True)]


def test_a_bad_row_makes_a_partial_receipt(tmp_path: Path) -> None:
    (receipt,) = run([written(tmp_path, "a.csv", STATEMENT_TEXT.replace("400.00,,", "4oo.00,,"))])
    assert (receipt.verdict, receipt.records, receipt.accepted) == (Verdict.PARTIAL, 4, 3)
    assert receipt.rejected[0].raw == "02/09/2026,RENT,A2,4oo.00,,600.00"


def test_folders_missing_files_and_devices(tmp_path: Path) -> None:
    folder, missing, device, good = run(
        [tmp_path, tmp_path / "none.csv", Path("/dev/null"), written(tmp_path, "a.csv", STATEMENT_TEXT)]
    )
    assert [r.verdict for r in (folder, missing, device)] == [Verdict.QUARANTINED] * 3
    assert "a folder" in folder.rejected[0].reason
    assert "No such file" in missing.rejected[0].reason
    assert "neither a file" in device.rejected[0].reason
    assert good.verdict is Verdict.ACCEPTED


def test_an_unknown_file_says_what_every_reader_said(tmp_path: Path) -> None:
    (receipt,) = run([written(tmp_path, "a.bin", b"\x7fELF" + bytes(range(256)) * 8)], Intake())
    assert receipt.verdict is Verdict.QUARANTINED
    assert "no reader knows this file" in receipt.rejected[0].reason
    assert {k for k in receipt.assumptions if k.startswith("reader ")} >= {
        "reader mapped_table",
        "reader tron",
    }


def test_a_reader_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (receipt,) = run([written(tmp_path, "a.csv", STATEMENT_TEXT)], Intake(as_code="nosuch"))
    assert "no such reader" in receipt.rejected[0].reason


def test_a_file_kept_out_is_still_kept(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    store = MemoryStore(tmp_path / "store")
    (receipt,) = ingest_files(store, SCOPE, "case", [written(tmp_path, "a.csv", b"a,b\n1,2\n")], BY_MAPPING)
    assert receipt.verdict is Verdict.QUARANTINED
    assert [s.sha256 for s in store.admitted] == [receipt.sha256]
    assert store.contents == {}


def test_a_store_that_fails_is_not_the_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore(tmp_path)

    def busy(*_: object) -> None:
        raise StoreBusyError("another writer holds the store")

    monkeypatch.setattr(store, "admit", busy)
    with pytest.raises(StoreBusyError):
        ingest_files(store, SCOPE, "case", [written(tmp_path, "a.csv", STATEMENT_TEXT)], BY_MAPPING)
