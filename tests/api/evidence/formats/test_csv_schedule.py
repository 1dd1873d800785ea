from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.evidence.formats.csv_schedule import DANGEROUS, csv_bytes, guarded, read_csv, unguarded

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.lists(st.tuples(TEXTS, TEXTS)))
def test_every_text_reads_back(rows: list[tuple[str, str]]) -> None:
    table = csv_bytes(("one", "two"), rows)
    assert [(r["one"], r["two"]) for r in read_csv(table)] == rows


@given(TEXTS)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not guarded(text).startswith(DANGEROUS)
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"]
)
def test_formulas_of_every_kind_are_guarded(text: str) -> None:
    assert guarded(text) == "'" + text
