"""An answer in a notebook: exact in a frame, escaped on the page, nothing loaded from anywhere."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from api.notebook.shown import MOST, Shown

HOSTILE = '<script>alert(1)</script>\u202e"&' + "x" * 10_000


def test_amounts_stay_exact_in_a_frame() -> None:
    rows = ({"amount": "0.10"}, {"amount": None}, {"amount": "123456789012345678901234567890.12"})
    frame = Shown("t", ("amount",), rows, ("amount",)).to_frame()
    assert frame["amount"].dropna().sum() == Decimal("123456789012345678901234567890.22")


@given(st.lists(st.integers(min_value=-(10**20), max_value=10**20), min_size=1))
def test_no_amount_becomes_a_float(units: list[int]) -> None:
    texts = [f"{'-' if u < 0 else ''}{abs(u) // 100}.{abs(u) % 100:02d}" for u in units]
    frame = Shown("t", ("a",), tuple({"a": t} for t in texts), ("a",)).to_frame()
    assert frame["a"].sum() == sum(map(Decimal, texts), Decimal(0))


def test_an_amount_that_no_decimal_ends_keeps_its_column_as_text() -> None:
    frame = Shown("t", ("a",), ({"a": "1/3"}, {"a": "0.5"}), ("a",)).to_frame()
    assert list(frame["a"]) == ["1/3", "0.5"]


def test_an_empty_answer_has_its_columns() -> None:
    shown = Shown("nothing", ("a", "n"), (), ("a",))
    assert list(shown.to_frame().columns) == ["a", "n"]
    assert isinstance(shown.to_frame(), pd.DataFrame)
    assert "nothing" in shown._repr_html_()


def test_hostile_text_is_text() -> None:
    page = Shown(HOSTILE, ("name",), ({"name": HOSTILE},), notes=(HOSTILE,))._repr_html_()
    assert "<script" not in page
    assert "\u202e" not in page
    assert "[U+202E]" in page
    assert len(page) < 10_000


def test_what_the_page_leaves_out_is_said() -> None:
    rows = tuple({"n": n} for n in range(MOST + 7))
    shown = Shown("many", ("n",), rows)
    assert f"{MOST} of {MOST + 7}" in shown._repr_html_()
    assert len(shown.to_frame()) == MOST + 7
