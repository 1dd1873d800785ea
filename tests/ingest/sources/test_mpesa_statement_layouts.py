"""Tables set by another hand: cells aligned left, right or centred, at the top, middle or bottom."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from api.demo.statement_pdf import COLUMNS, Line, money
from ingest.sources.mpesa_statement import SOURCE
from tests.ingest.sources.practice_statements import practice_lines, read_whole

if TYPE_CHECKING:
    from pathlib import Path

ALIGNMENT: dict[str, Literal[0, 1, 2]] = {"LEFT": 0, "CENTER": 1, "RIGHT": 2}
PERIODS = ["Period: 2026-02-01 to 2026-02-28", "Statement Period 01 Feb 2026 - 28 Feb 2026"]


def cells(line: Line, style: ParagraphStyle) -> list[object]:
    paid_in, withdrawn = (money(line.units), "") if line.units >= 0 else ("", money(line.units))
    details = Paragraph(line.details, style)
    shown = "" if line.balance is None else money(line.balance)
    return [
        line.receipt,
        line.time.replace(" ", "\n"),
        details,
        line.status.upper(),
        paid_in,
        withdrawn,
        shown,
    ]


def table_pdf(lines: list[Line], align: str, valign: str, period: str) -> bytes:
    style = ParagraphStyle("cell", fontName="Helvetica", fontSize=7, leading=9, alignment=ALIGNMENT[align])
    rows: list[list[object]] = [list(COLUMNS), *(cells(line, style) for line in lines)]
    widths = [66, 62, 150, 84, 50, 54, 60]
    table = Table(rows, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle([
            ("FONTNAME", (0, 0), (-1, -1), "Helvetica"),
            ("FONTSIZE", (0, 0), (-1, -1), 7),
            ("LEADING", (0, 0), (-1, -1), 9),
            ("ALIGN", (0, 0), (-1, -1), align),
            ("VALIGN", (0, 0), (-1, -1), valign),
        ])
    )  # fmt: skip
    front = [Paragraph("Customer Name: PRACTICE PERSON A Mobile Number: 0700 000 999"), Paragraph(period)]
    out = io.BytesIO()
    SimpleDocTemplate(out, invariant=1, leftMargin=30, rightMargin=30).build([*front, table])
    return out.getvalue()


@pytest.mark.parametrize("align", sorted(ALIGNMENT))
@pytest.mark.parametrize("valign", ["TOP", "MIDDLE", "BOTTOM"])
def test_a_table_is_read_however_its_cells_are_aligned(tmp_path: Path, align: str, valign: str) -> None:
    lines = practice_lines(31, 24)
    path = tmp_path / "statement.pdf"
    path.write_bytes(table_pdf(lines, align, valign, PERIODS[len(align) % 2]))
    whole = read_whole(SOURCE, path)
    assert whole.rejected == []
    assert [(r["ref"], r["text"], int(r["amount"])) for r in whole.rows] == [
        (line.receipt, line.details, abs(line.units)) for line in lines
    ]
    assert whole.reconciliation[0].verdict == "reconciles"
    (statement,) = whole.facts_of("statement")
    assert (statement["subject"], statement["lo"], statement["hi"]) == (
        "msisdn::+254700000999", 1769893200000000, 1772312400000000,
    )  # fmt: skip
    assert [f["text"] for f in whole.facts_of("holder") if "customer" in f["fields"]] == ["PRACTICE PERSON A"]
