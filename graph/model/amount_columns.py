"""Whole columns of printed amounts, exactly as ``Amount.parse`` reads each one.

A month of mobile money is tens of millions of rows; reading them one at a time in Python takes
longer than everything after it.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import AmountError
from graph.model.amounts import BLANK, COLUMN_DIGITS, COLUMN_LIMIT, grammar, group_signs, parse_units

_UNITS = pa.decimal128(COLUMN_DIGITS, 0)


def parse_amount_column(
    values: pa.Array | pa.ChunkedArray, asset_exponent: int, decimal: str = ".", group: str = ","
) -> tuple[pa.Array, pa.Array]:
    """Read a column of printed amounts of one asset.

    Parameters
    ----------
    values : pyarrow.StringArray or ChunkedArray, length n
        As printed; null stands for an empty cell.
    asset_exponent : int
        Decimal places of the asset.
    decimal, group : str
        As for ``parse_units``.

    Returns
    -------
    units : pyarrow.Array of decimal128(38, 0), length n
        Base units; null where ``ok`` is false.
    ok : pyarrow.BooleanArray, length n
        True where ``parse_units`` reads the text and the amount fits 38 digits. What is false needs
        a second look, one by one: the error says why, and a token amount beyond 38 digits is kept.

    Examples
    --------
    >>> units, ok = parse_amount_column(pa.array(["1,000.50", "1.005", None]), 2)
    >>> [str(u) for u in units], ok.to_pylist()
    (['100050', 'None', 'None'], [True, False, False])
    """
    text = string_array(values)
    bare = pc.utf8_trim(text, characters=BLANK)
    pattern = f"^(?:{grammar(asset_exponent, decimal, group)})$"
    plain = pc.fill_null(pc.match_substring_regex(bare, pattern), fill_value=False)
    for sign in group_signs(group):
        if pc.any(pc.match_substring(bare, sign)).as_py():
            bare = pc.replace_substring(bare, sign, "")
    if decimal != ".":
        bare = pc.replace_substring(bare, decimal, ".")
    short = pc.and_(plain, _short(bare, asset_exponent))
    units = _cast(pc.if_else(short, bare, None), asset_exponent)
    long = pc.and_not(plain, short)
    if pc.any(long).as_py():
        units = _one_by_one(text, units, long, (asset_exponent, decimal, group))
    return units, pc.is_valid(units)


def string_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column of text as one array of plain strings."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return whole if whole.type == pa.string() else whole.cast(pa.string())


def _short(bare: pa.Array, exponent: int) -> pa.Array:
    """Say where Arrow surely reads the text: no more than 38 digits as printed, nor when scaled."""
    dot = pc.find_substring(bare, ".")
    whole = pc.if_else(pc.less(dot, 0), pc.binary_length(bare), dot)
    readable = pc.less_equal(pc.binary_length(bare), COLUMN_DIGITS)
    return pc.fill_null(pc.and_(readable, pc.less_equal(whole, COLUMN_DIGITS - exponent)), fill_value=False)


def _cast(bare: pa.Array, exponent: int) -> pa.Array:
    """Read decimals at the asset's scale; the unscaled integers of that column are the base units."""
    if exponent > COLUMN_DIGITS:
        return pa.nulls(len(bare), _UNITS)
    scaled = bare.cast(pa.decimal128(COLUMN_DIGITS, exponent))
    return pa.Array.from_buffers(_UNITS, len(scaled), scaled.buffers(), scaled.null_count, scaled.offset)


def _one_by_one(text: pa.Array, units: pa.Array, where: pa.Array, layout: tuple[int, str, str]) -> pa.Array:
    found = []
    for printed in text.filter(where).to_pylist():
        try:
            value = parse_units(printed, *layout)
        except AmountError:
            value = COLUMN_LIMIT
        found.append(value if abs(value) < COLUMN_LIMIT else None)
    return pc.replace_with_mask(units, where, pa.array(found, _UNITS))
