"""Prints a mobile-money statement as PDF, in the seven-column layout that Kenyan wallets use.

Why it exists: no real statement may be in the repository, yet the demo and the tests need the real
thing to read: wrapped narration, repeated headers, shared receipts, masks, passwords. The design is
our own ("Example Mobile Money"); only the columns and their habits are those of the trade.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    import datetime as dt

BRAND = "EXAMPLE MOBILE MONEY"
DISCLAIMER = "Disclaimer: this statement was made for practice. No person or firm in it exists."
COLUMNS = (
    "Receipt No.",
    "Completion Time",
    "Details",
    "Transaction Status",
    "Paid In",
    "Withdrawn",
    "Balance",
)
GROUPS = (
    ("SEND MONEY", r"Customer Transfer to|Customer Payment to Small Business"),
    ("RECEIVED MONEY", r"Funds received from|Business Payment from|Salary Payment from"),
    ("AGENT DEPOSIT", r"Deposit of Funds"),
    ("AGENT WITHDRAWAL", r"Customer Withdrawal"),
    ("PAYBILL", r"Pay Bill"),
    ("BUY GOODS", r"Merchant Payment"),
    ("OTHERS", r""),
)
_LEFT, _TOP, _BOTTOM = 36, A4[1] - 40, 56
_SIZE, _LEADING, _GAP = 7, 9, 4
_MSISDN = re.compile(r"\b(\d{4})\d{5}(\d{3})\b(?: - (\w+)[\w .']*)?")


class Layout(StrEnum):
    """Which of the two habits of printing: exported by the app, or sent by e-mail."""

    APP = "app"
    EMAILED = "emailed"


_WIDTHS = {Layout.APP: (62, 84, 168, 62, 50, 50, 47), Layout.EMAILED: (58, 56, 182, 58, 56, 58, 55)}


@dataclass(frozen=True, slots=True)
class Line:
    """One printed row.

    Attributes
    ----------
    time : str
        ``YYYY-MM-DD HH:MM:SS`` in East Africa Time.
    units : int
        Cents: positive is printed under Paid In, negative under Withdrawn.
    balance : int or None
        Cents after the row; ``None`` prints nothing.
    swapped : bool
        Print the amount in the other column, as overdraft rows of some statements do.
    """

    receipt: str
    time: str
    details: str
    units: int
    balance: int | None
    status: str = "Completed"
    swapped: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What is printed: the holder, the period (both days included) and the rows, oldest first."""

    holder: str
    msisdn: str
    first: dt.date
    last: dt.date
    lines: tuple[Line, ...]
    requested: str = ""
    email: str = ""


def money(units: int) -> str:
    """Return cents as statements print them.

    Examples
    --------
    >>> money(123456789), money(-5)
    ('1,234,567.89', '-0.05')
    """
    whole, cents = divmod(abs(units), 100)
    return f"{'-' if units < 0 else ''}{whole:,}.{cents:02d}"


def masked_details(details: str) -> str:
    """Hide the middle of subscriber numbers and all but the first name, as statements now do.

    Examples
    --------
    >>> masked_details("Customer Transfer to 254700000123 - PRACTICE PERSON B")
    'Customer Transfer to 2547***123 - PRACTICE'
    """
    return _MSISDN.sub(lambda m: f"{m[1]}***{m[2]}" + (f" - {m[3]}" if m[3] else ""), details)


def summary(lines: tuple[Line, ...]) -> list[tuple[str, int, int]]:
    """Return the opening table: transaction type, cents paid in, cents paid out; the total last."""
    paid = {name: [0, 0] for name, _ in GROUPS}
    for line in (one for one in lines if one.status == "Completed"):
        group = next(name for name, pattern in GROUPS if re.match(pattern, line.details))
        paid[group][line.units < 0] += abs(line.units)
    rows = [(name, paid_in, paid_out) for name, (paid_in, paid_out) in paid.items()]
    return [*rows, ("TOTAL", sum(r[1] for r in rows), sum(r[2] for r in rows))]


def statement_pdf(
    statement: Statement,
    layout: Layout = Layout.APP,
    *,
    password: str = "",
    newest_first: bool = True,
    masked: bool = False,
) -> bytes:
    """Return the statement as PDF bytes; the same statement gives the same bytes.

    Parameters
    ----------
    statement : Statement
        What to print.
    layout : Layout
        ``emailed`` prints withdrawals with a minus and breaks date and time over two lines.
    password : str
        Opens the file (standard security handler, 128 bit); empty for none.
    newest_first, masked : bool
        Order of the rows; whether counterparties' numbers and names are partly hidden.
    """
    total = _draw(statement, layout, Canvas(io.BytesIO(), A4, invariant=1), newest_first, masked, 0)
    out = io.BytesIO()
    lock = (
        StandardEncryption(password, ownerPassword=f"owner of {password}", strength=128) if password else None
    )
    canvas = Canvas(out, A4, invariant=1, encrypt=lock)
    canvas.setTitle(f"{BRAND} statement")
    canvas.setProducer(BRAND)
    _draw(statement, layout, canvas, newest_first, masked, total)
    canvas.save()
    return out.getvalue()


def _draw(
    statement: Statement, layout: Layout, canvas: Canvas, newest_first: bool, masked: bool, total: int
) -> int:
    page = 1
    y = _table_head(canvas, layout, _front(canvas, statement))
    for line in reversed(statement.lines) if newest_first else statement.lines:
        cells = _cells(line, layout, masked)
        deep = max(len(cell) for cell in cells) * _LEADING + _GAP
        if y - deep < _BOTTOM:
            _foot(canvas, page, total)
            canvas.showPage()
            page += 1
            y = _table_head(canvas, layout, _TOP)
        _row(canvas, layout, cells, y)
        y -= deep
    _foot(canvas, page, total)
    canvas.showPage()
    return page


def _front(canvas: Canvas, statement: Statement) -> int:
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(_LEFT, _TOP, f"{BRAND} STATEMENT")
    canvas.setFont("Helvetica", 9)
    period = f"{statement.first:%d %b %Y} - {statement.last:%d %b %Y}"
    facts = [
        ("Customer Name", statement.holder),
        ("Mobile Number", statement.msisdn),
        ("Email Address", statement.email),
        ("Statement Period", period),
        ("Request Date", statement.requested),
    ]
    y = int(_TOP) - 22
    for label, value in facts:
        if value:
            canvas.drawString(_LEFT, y, f"{label}: {value}")
            y -= 13
    canvas.setFont("Helvetica-Bold", 8)
    y -= 8
    for x, text in ((_LEFT, "TRANSACTION TYPE"), (230, "PAID IN"), (320, "PAID OUT")):
        canvas.drawString(x, y, text)
    canvas.setFont("Helvetica", 8)
    for name, paid_in, paid_out in summary(statement.lines):
        y -= 11
        canvas.drawString(_LEFT, y, f"{name}:")
        canvas.drawString(230, y, money(paid_in))
        canvas.drawString(320, y, money(paid_out))
    y -= 24
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(_LEFT, y, "DETAILED STATEMENT")
    return y - 20


def _edges(layout: Layout) -> list[int]:
    edges = [_LEFT]
    for width in _WIDTHS[layout]:
        edges.append(edges[-1] + width)
    return edges


def _table_head(canvas: Canvas, layout: Layout, y: float) -> float:
    edges = _edges(layout)
    canvas.setFillGray(0.88)
    canvas.rect(_LEFT - 2, y - 14, edges[-1] - _LEFT + 4, 24, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.setFont("Helvetica-Bold", _SIZE)
    for edge, width, name in zip(edges, _WIDTHS[layout], COLUMNS, strict=False):
        for n, part in enumerate(simpleSplit(name, "Helvetica-Bold", _SIZE, width - 6)):
            canvas.drawString(edge, y - n * _LEADING, part)
    return y - 26


def _cells(line: Line, layout: Layout, masked: bool) -> list[list[str]]:
    details = masked_details(line.details) if masked else line.details
    paid = money(abs(line.units))
    into = (line.units >= 0) != line.swapped
    minus = "-" if layout is Layout.EMAILED else ""
    balance = "" if line.balance is None else money(line.balance)
    texts = [
        line.receipt,
        line.time,
        details,
        line.status,
        paid if into else "",
        "" if into else minus + paid,
        balance,
    ]
    widths = _WIDTHS[layout]
    return [
        simpleSplit(text, "Helvetica", _SIZE, width - 6) for text, width in zip(texts, widths, strict=True)
    ]


def _row(canvas: Canvas, layout: Layout, cells: list[list[str]], y: float) -> None:
    canvas.setFont("Helvetica", _SIZE)
    edges = _edges(layout)
    for column, cell in enumerate(cells):
        for n, part in enumerate(cell):
            if column >= COLUMNS.index("Paid In"):
                canvas.drawRightString(edges[column + 1] - 4, y - n * _LEADING, part)
            else:
                canvas.drawString(edges[column], y - n * _LEADING, part)
    canvas.setLineWidth(0.2)
    canvas.line(
        _LEFT, y - max(map(len, cells)) * _LEADING + 4, edges[-1], y - max(map(len, cells)) * _LEADING + 4
    )


def _foot(canvas: Canvas, page: int, total: int) -> None:
    canvas.setFont("Helvetica", 6.5)
    canvas.drawString(_LEFT, 36, DISCLAIMER)
    canvas.drawRightString(A4[0] - _LEFT, 36, f"Page {page} of {total}")
