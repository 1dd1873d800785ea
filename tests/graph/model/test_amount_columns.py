from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import AmountError
from graph.model.amount_columns import parse_amount_column
from graph.model.amounts import COLUMN_LIMIT, parse_units

PRINTED = st.one_of(
    st.none(),
    st.sampled_from(["-.0", ".00", "9" * 5_000, "1." + "0" * 5_000, "1" + ",000" * 12 + ".000"]),
    st.text(alphabet="0123456789,.+-  \u00a0e١", max_size=12),
    st.from_regex(r"[+-]?[0-9]{1,3}(,[0-9]{3}){0,12}(\.[0-9]{1,6}0{0,3})?", fullmatch=True),
    st.from_regex(r"[+-]?[0-9]{0,45}(\.[0-9]{1,45})?", fullmatch=True),
)


def one_by_one(text: str | None, exponent: int, decimal: str, group: str) -> int | None:
    try:
        units = parse_units(text or "", exponent, decimal, group)
    except AmountError:
        return None
    return units if abs(units) < COLUMN_LIMIT else None


@given(
    st.lists(PRINTED, max_size=20),
    st.sampled_from([0, 1, 2, 3, 6, 18, 37, 38, 39, 77, 255]),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "")]),
)
def test_a_column_reads_as_each_of_its_rows(
    texts: list[str | None], exponent: int, signs: tuple[str, str]
) -> None:
    units, ok = parse_amount_column(pa.array(texts, pa.string()), exponent, *signs)
    expected = [one_by_one(t, exponent, *signs) for t in texts]
    assert [None if u is None else int(u) for u in units.to_pylist()] == expected
    assert ok.to_pylist() == [e is not None for e in expected]
    assert units.type == pa.decimal128(38, 0)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_every_string_layout_is_read(kind: pa.DataType) -> None:
    whole = pa.array(["9", "1,000.50", None, "x"]).cast(kind)
    for values in (whole, pa.chunked_array([whole.slice(0, 1), whole.slice(1)])):
        units, ok = parse_amount_column(values, 2)
        assert [str(u) for u in units.to_pylist()] == ["900", "100050", "None", "None"]
        assert ok.to_pylist() == [True, True, False, False]


def test_a_slice_reads_its_own_rows() -> None:
    units, _ = parse_amount_column(pa.array(["1", "2", "3"]).slice(1, 1), 0)
    assert [int(u) for u in units.to_pylist()] == [2]
