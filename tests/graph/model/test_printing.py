"""Printed numbers are exact, or add up to what they are parts of."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from graph.model.printing import exact_text, grouped, rounded

numbers = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**4)


@given(numbers)
def test_exact_text_reads_back_to_the_same_number(value: Fraction) -> None:
    assert Fraction(exact_text(value, "KES:2")) * 100 == value


@given(st.integers(0, 10**12))
def test_whole_units_have_the_decimals_of_their_asset(units: int) -> None:
    assert exact_text(units, "KES:2")[-3] == "."
    assert "." not in exact_text(units, "UGX:0")


@given(st.dictionaries(st.text(max_size=3), st.fractions(0, 10**6, max_denominator=1000), min_size=1))
def test_rounded_parts_add_up_to_the_rounded_sum(values: dict[str, Fraction]) -> None:
    parts = rounded(values)
    exact = sum(values.values(), Fraction(0))
    assert abs(sum(parts.values()) - exact) <= Fraction(1, 2)
    assert all(abs(parts[k] - values[k]) < 2 for k in values)


@given(st.integers(-(10**12), 10**12))
def test_grouped_reads_back(units: int) -> None:
    text = grouped(units, "KES:2").replace(",", "").replace("\u2212", "-").replace(".", "")
    assert int(text) == units
