"""What every row of a reading must satisfy before it is stored; a breach is a reader's bug.

Checked a column at a time; the first breach is named by batch and by its place in the reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import StoreError
from graph.model.events import FactKind, LegKind, Status
from graph.stores.ledger.index_read import limbs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_ENDS = ("debit", "credit", "statement")
_WORDS = {"status": {s.value for s in Status}, "kind": {k.value for k in LegKind}}
_FACT_WORDS = {"kind": {k.value for k in FactKind}}


def conform(table: pa.Table, schema: pa.Schema, batch: str, first: int) -> pa.Table:
    """Return one chunk per column in the wanted types, or raise where a column cannot be that."""
    if table.schema.names != schema.names:
        raise StoreError(
            "the reader's columns are not those of the model",
            batch=batch,
            row=first,
            expected=", ".join(schema.names),
            found=", ".join(table.schema.names),
        )
    if not table.schema.equals(schema):
        try:
            table = table.cast(pa.schema([field.with_nullable(True) for field in schema]))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as cause:
            raise StoreError(
                f"a column has another type than the model's: {cause}", batch=batch, row=first
            ) from cause
    table = pa.table([_one_chunk(column) for column in table.columns], names=schema.names)
    for field in schema:
        if not field.nullable:
            _refuse(_is_null(table[field.name]), f"{field.name} is missing", batch, first)
    return table


def check_rows(table: pa.Table, batch: str, first: int) -> None:
    """Check a part of ``ROWS``; ``first`` is its first row's place in the reading.

    Raises
    ------
    StoreError
        Naming the batch and the row.
    """
    _check_place(table, batch, first)
    missing, digits = _is_null(table["amount"]), table["digits"]
    _refuse(missing == _is_null(digits), "exactly one of amount and digits is given", batch, first)
    if digits.null_count < len(digits):
        wrong = pc.invert(pc.match_substring_regex(digits, r"^[1-9][0-9]{38,}$")).fill_null(False)
        _refuse(_bools(wrong), "digits holds no amount beyond 38 digits", batch, first)
    _refuse((limbs(table["amount"])[1] < 0) & ~missing, "amount is negative", batch, first)
    _refuse(_is_null(table["debit"]) & _is_null(table["credit"]), "the row has neither end", batch, first)
    for name in _ENDS:
        _refuse(_word_in(table[name], {""}), f"{name} is empty text", batch, first)
    for name, words in _WORDS.items():
        _refuse(~_word_in(table[name], words), f"{name} is no word of the model", batch, first)


def check_facts(table: pa.Table, batch: str, first: int) -> None:
    """Check a part of ``FACTS``, as ``check_rows`` does."""
    _check_place(table, batch, first)
    for name in ("subject", "object"):
        _refuse(_word_in(table[name], {""}), f"{name} is empty text", batch, first)
    for name, words in _FACT_WORDS.items():
        _refuse(~_word_in(table[name], words), f"{name} is no word of the model", batch, first)


def _check_place(table: pa.Table, batch: str, first: int) -> None:
    for name in ("obs", "a", "b"):
        _refuse(table[name].to_numpy() < 0, f"{name} is negative", batch, first)
    _refuse(
        table["hi"].to_numpy() <= table["lo"].to_numpy(), "the instant ends before it begins", batch, first
    )
    _refuse(_word_in(table["form"], {""}), "form is empty text", batch, first)


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        first = column.chunk(0).dictionary
        if not all(chunk.dictionary.equals(first) for chunk in column.chunks[1:]):
            return pa.concat_arrays(column.unify_dictionaries().chunks)
        indices = pa.concat_arrays([chunk.indices for chunk in column.chunks])
        return pa.DictionaryArray.from_arrays(indices, first)
    return pa.concat_arrays(column.chunks)


def _is_null(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    if column.null_count == 0 and not pa.types.is_dictionary(column.type):
        return np.zeros(len(column), bool)
    return _bools(pc.is_null(column))


def _bools(column: Any) -> NDArray[np.bool_]:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found: NDArray[np.bool_] = whole.to_numpy(zero_copy_only=False)
    return found


def _word_in(column: pa.ChunkedArray, words: Iterable[str]) -> NDArray[np.bool_]:
    """Say for each row of a dictionary column whether its word is among ``words``; null is not."""
    found = np.zeros(len(column), bool)
    at = 0
    wanted = pa.array(sorted(words), pa.string())
    for chunk in column.chunks:
        codes = chunk.indices.fill_null(len(chunk.dictionary)).to_numpy()
        among = np.append(_bools(pc.is_in(chunk.dictionary, value_set=wanted)), False)
        found[at : at + len(chunk)] = among[codes] if among.any() else False
        at += len(chunk)
    return found


def _refuse(wrong: Any, what: str, batch: str, first: int) -> None:
    if np.any(wrong):
        row = first + int(np.flatnonzero(wrong)[0])
        raise StoreError(what, batch=batch, row=row, hint="this is a bug of the reader; nothing was stored")
