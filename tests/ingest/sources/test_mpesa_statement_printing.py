"""The writer of practice statements: same statement, same bytes; its summary is the sum of its rows."""

from __future__ import annotations

import pytest

from api.demo.statement_pdf import Layout, Line, money, statement_pdf, summary
from tests.ingest.sources.practice_statements import practice_lines, receipt_number, statement_of


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("password", ["", "1234"])
def test_the_same_statement_gives_the_same_bytes(layout: Layout, password: str) -> None:
    statement = statement_of(practice_lines(1, 20))
    first = statement_pdf(statement, layout, password=password)
    assert first == statement_pdf(statement, layout, password=password)
    assert first != statement_pdf(statement, layout, password=password, masked=True)


def test_the_summary_adds_up_and_leaves_failures_out() -> None:
    lines = (
        Line(receipt_number(1), "2026-02-03 10:00:00", "Funds received from 254700000123 - P", 500, 500),
        Line(receipt_number(2), "2026-02-03 10:00:01", "Airtime Purchase", -200, 300),
        Line(receipt_number(3), "2026-02-03 10:00:02", "Pay Bill to 400200 - P", -900, None, "Failed"),
    )
    rows = summary(lines)
    assert rows[-1] == ("TOTAL", 500, 200)
    assert ("RECEIVED MONEY", 500, 0) in rows


def test_money_is_printed_exactly() -> None:
    assert [money(n) for n in (0, 5, -100, 10**17 + 1)] == [
        "0.00",
        "0.05",
        "-1.00",
        "1,000,000,000,000,000.01",
    ]
