"""Printed amounts: what stands around the figure is taken off, the figure never changed."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some

from ingest.normalise.money import Printed, plain_amount, plain_amounts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,000.50", Printed("1,000.50")),
        ("(1,000.50)", Printed("-1,000.50")),
        ("-(5)", Printed("-5")),
        ("250.00-", Printed("-250.00")),
        ("250.00 DR", Printed("250.00", "out")),
        ("250.00CR", Printed("250.00", "in")),
        ("KES 1,000", Printed("1,000", "", "KES")),
        ("1,000 ETB", Printed("1,000", "", "ETB")),
        ("Ksh1,000.00", Printed("1,000.00", "", "KES")),
        ("KSh (300.00)", Printed("-300.00", "", "KES")),
        ("-", Printed("")),
        ("\u2212" + "7", Printed("-7")),
        ("٢٥٠", Printed("250")),
        ("300/=", Printed("300")),
        ("1e5", Printed("1e5")),
        ("=A1", Printed("=A1")),
    ],
)
def test_printed_amounts(text: str, found: Printed) -> None:
    assert plain_amount(text) == found


@given(some.lists(some.text(alphabet="0123456789.,-() CRDrKES", max_size=12), max_size=20))
def test_a_column_is_read_as_each_cell(texts: list[str]) -> None:
    cells = [t.strip() for t in texts]
    column = plain_amounts(pa.array(cells, pa.string()))
    for i, text in enumerate(cells):
        one = plain_amount(text)
        assert (str(column.figures[i]), column.sides.get(i, ""), column.currencies.get(i, "")) == (
            one.figure,
            one.side,
            one.currency,
        )
