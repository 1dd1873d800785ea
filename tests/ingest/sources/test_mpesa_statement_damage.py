"""Locked, damaged, cut, scanned and edited statements: said at their place, never a traceback."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from api.demo.statement_pdf import Layout, Line, money, statement_pdf
from ingest.errors import IngestError, PasswordError, UnreadableError
from ingest.mpesa import pages
from ingest.sources.mpesa_statement import SOURCE
from tests.ingest.sources.practice_statements import practice_lines, read_whole, receipt_number, statement_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "statement.pdf"
    path.write_bytes(content)
    return path


def changed(
    content: bytes, change: Callable[[pikepdf.Pdf], None], lock: pikepdf.Encryption | bool = False
) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        pdf.save(out, encryption=lock)
    return out.getvalue()


def printed_text_changed(content: bytes, old: str, new: str) -> bytes:
    """Edit a page as a forger would: other text, everything else as it was."""

    def change(pdf: pikepdf.Pdf) -> None:
        hits = 0
        for page in pdf.pages:
            stream = page.Contents.read_bytes()
            hits += stream.count(f"({old})".encode())
            page.Contents.write(stream.replace(f"({old})".encode(), f"({new})".encode()))
        assert hits == 1

    return changed(content, change)


def five_pages() -> bytes:
    content = statement_pdf(statement_of(practice_lines(3, 100)), newest_first=False)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 5
    return content


def without_pages(content: bytes, *numbers: int) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        for number in sorted(numbers, reverse=True):
            del pdf.pages[number - 1]

    return changed(content, change)


@pytest.mark.parametrize("given", ["", "9999"])
def test_a_missing_or_wrong_password_is_said(tmp_path: Path, given: str) -> None:
    path = saved(tmp_path, statement_pdf(statement_of(practice_lines(1, 3)), Layout.EMAILED, password="1234"))
    with pytest.raises(PasswordError) as caught:
        read_whole(SOURCE, path, password=given)
    assert "password" in caught.value.fields()["hint"]
    assert "1234" not in str(caught.value)
    assert read_whole(SOURCE, path, password="1234").reconciliation[0].verdict == "reconciles"


def test_aes_256_opens_by_its_password(tmp_path: Path) -> None:
    lock = pikepdf.Encryption(user="1234", owner="other", R=6)
    path = saved(tmp_path, changed(statement_pdf(statement_of(practice_lines(1, 5))), lambda _: None, lock))
    with pytest.raises(PasswordError):
        read_whole(SOURCE, path)
    assert read_whole(SOURCE, path, password="1234").reconciliation[0].verdict == "reconciles"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "damaged"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 40, "damaged"),
        (b"plain text", "damaged"),
    ],
)
def test_noise_is_unreadable(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(UnreadableError, match=what):
        read_whole(SOURCE, saved(tmp_path, content))


def test_a_scan_is_said_to_be_one(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawInlineImage(_grey_picture(), 50, 50, 300, 400)
    canvas.showPage()
    canvas.save()
    with pytest.raises(UnreadableError, match="pictures without text"):
        read_whole(SOURCE, saved(tmp_path, out.getvalue()))


def _grey_picture() -> object:
    from PIL import Image

    return Image.new("L", (8, 8), 128)


def test_another_kind_of_pdf_is_said(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(50, 700, "Balance sheet of an example company. Details, Paid In, Withdrawn.")
    canvas.showPage()
    canvas.save()
    path = saved(tmp_path, out.getvalue())
    with pytest.raises(UnreadableError, match="no table with the columns"):
        read_whole(SOURCE, path)


def test_limits_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, five_pages())
    monkeypatch.setattr(pages, "MAX_PAGES", 4)
    with pytest.raises(UnreadableError, match="too many pages"):
        read_whole(SOURCE, path)
    monkeypatch.setattr(pages, "MAX_PAGES", 5)
    monkeypatch.setattr(pages, "MAX_WORDS", 20)
    with pytest.raises(UnreadableError, match=r"too many words.*page 1"):
        read_whole(SOURCE, path)
    monkeypatch.setattr(pages, "MAX_BYTES", 100)
    with pytest.raises(UnreadableError, match="too large"):
        read_whole(SOURCE, path)


def test_changed_bytes_give_a_reading_or_a_clear_error(tmp_path: Path) -> None:
    good = statement_pdf(statement_of(practice_lines(2, 6)))
    source = random.Random(7)  # noqa: S311 - damage, no secret
    outcomes = set()
    for _ in range(60):
        bad = bytearray(good)
        for _ in range(source.choice([1, 4, 40])):
            bad[source.randrange(len(bad))] = source.randrange(256)
        if source.random() < 0.3:
            del bad[source.randrange(len(bad)) :]
        try:
            read_whole(SOURCE, saved(tmp_path, bytes(bad)))
        except IngestError as fault:
            outcomes.add(fault.code)
        else:
            outcomes.add("read")
    assert "unreadable" in outcomes


def test_missing_pages_make_it_incomplete_and_are_named(tmp_path: Path) -> None:
    (verdict,) = read_whole(SOURCE, saved(tmp_path, without_pages(five_pages(), 3, 4))).reconciliation
    assert verdict.verdict == "incomplete"
    assert "pages 3-4 of 5 not in the file" in verdict.why
    assert verdict.locator == "page:3,row:1"
    assert verdict.expected != verdict.found
    assert "the balance jumps between page:2,row:" in verdict.why


def test_missing_last_pages_make_it_incomplete_though_the_rest_chains(tmp_path: Path) -> None:
    (verdict,) = read_whole(SOURCE, saved(tmp_path, without_pages(five_pages(), 5))).reconciliation
    assert verdict.verdict == "incomplete"
    assert "page 5 of 5 not in the file" in verdict.why
    assert verdict.locator.startswith("page:4,row:")


def test_an_edited_amount_breaks_at_its_row_with_both_figures(tmp_path: Path) -> None:
    lines = practice_lines(11, 30)
    at = next(n for n, line in enumerate(lines) if line.details.startswith("Funds") and n > 8)
    old = money(lines[at].units)
    content = printed_text_changed(
        statement_pdf(statement_of(lines), newest_first=False), old, "9,999,999.00"
    )
    whole = read_whole(SOURCE, saved(tmp_path, content))
    (verdict,) = whole.reconciliation
    assert verdict.verdict == "breaks"
    broken = next(row for row in whole.rows if row["amount"] == 999_999_900)
    assert verdict.locator == f"page:{broken['a']},row:{broken['b']}"
    balance = lines[at].balance
    assert balance is not None
    assert verdict.found == money(balance).replace(",", "")
    assert verdict.expected == money(balance - lines[at].units + 999_999_900).replace(",", "")


def test_rows_cut_out_of_the_summary_are_noticed(tmp_path: Path) -> None:
    lines = practice_lines(12, 12)
    (verdict,) = read_whole(
        SOURCE,
        saved(tmp_path, printed_text_changed(statement_pdf(statement_of(lines)), "TOTAL:", "TOTAL: 1.00")),
    ).reconciliation
    assert verdict.verdict == "incomplete"
    assert "summary" in verdict.why


def test_signs_of_editing_are_noted_and_nothing_is_refused(tmp_path: Path) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Producer"] = "Sejda 3.2"
        pdf.docinfo["/ModDate"] = "D:20260401000000Z"

    content = changed(statement_pdf(statement_of(practice_lines(1, 5))), edit)
    whole = read_whole(SOURCE, saved(tmp_path, content + b"\n%%EOF\n"))
    assert whole.reconciliation[0].verdict == "reconciles"
    note = whole.assumptions["file edited?"]
    assert "Producer is Sejda 3.2" in note
    assert "changed D:20260401000000Z" in note
    assert "saved 2 times" in note


def test_an_untouched_statement_has_no_sign_of_editing(tmp_path: Path) -> None:
    whole = read_whole(SOURCE, saved(tmp_path, statement_pdf(statement_of(practice_lines(1, 5)))))
    assert [key for key in whole.assumptions if "edited" in key] == []
    assert [row["mark"] for row in whole.rows] == [None] * len(whole.rows)


def test_an_amount_in_another_font_is_marked(tmp_path: Path) -> None:
    lines = [
        Line(receipt_number(n), f"2026-02-03 10:15:0{n}", "Airtime Purchase", -100 - n, None)
        for n in range(5)
    ]

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.Resources.Font["/F9"] = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
        )
        stream = page.Contents.read_bytes()
        old = b"(1.02)"
        assert stream.count(old) == 1
        page.Contents.write(stream.replace(old, b"/F9 7 Tf (1.02)"))

    whole = read_whole(SOURCE, saved(tmp_path, changed(statement_pdf(statement_of(lines)), change)))
    marks = {int(row["amount"]): row["mark"] for row in whole.rows}
    assert marks[102] == "amounts in another font"
    assert marks[103] is marks[104] is None
    assert whole.assumptions["edited?"] == "1 rows: amounts in another font"


def test_two_statements_in_one_file_are_two(tmp_path: Path) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        other = statement_of(practice_lines(22, 40), msisdn="254700000888", holder="PRACTICE PERSON Z")
        with pikepdf.open(io.BytesIO(statement_pdf(other))) as second:
            pdf.pages.extend(second.pages)

    whole = read_whole(
        SOURCE, saved(tmp_path, changed(statement_pdf(statement_of(practice_lines(21, 40))), add))
    )
    assert [(r.verdict, r.statement) for r in whole.reconciliation] == [
        ("reconciles", "msisdn::+254700000999"),
        ("reconciles", "msisdn::+254700000888"),
    ]
    assert {f["text"] for f in whole.facts_of("holder") if "customer" in f["fields"]} == {
        "PRACTICE PERSON A",
        "PRACTICE PERSON Z",
    }
