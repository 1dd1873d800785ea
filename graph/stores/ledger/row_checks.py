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
from graph.stores.ledger.canonical_columns import is_same_memory
from graph.stores.ledger.sums import halves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

_ENDS = ("debit", "credit", "statement")
_WORDS = {"status": {s.value for s in Status}, "kind": {k.value for k in LegKind}}
_FACT_WORDS = {"kind": {k.value for k in FactKind}}
_FEW = 1 << 16
"""Words of a dictionary that is worth comparing, when it comes again as other memory."""


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
        if not field.nullable and table[field.name].null_count:
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
    amount, digits = table["amount"], table["digits"]
    if amount.null_count or digits.null_count < len(digits):
        wrong = _is_null(amount) == _is_null(digits)
        _refuse(wrong, "exactly one of amount and digits is given", batch, first)
        wrong = pc.invert(pc.match_substring_regex(digits, r"^[1-9][0-9]{38,}$")).fill_null(False)
        _refuse(_bools(wrong), "digits holds no amount beyond 38 digits", batch, first)
    negative = halves(amount.chunk(0))[:, 1] < 0
    _refuse(negative & ~_is_null(amount) if negative.any() else negative, "amount is negative", batch, first)
    if table["debit"].null_count and table["credit"].null_count:
        wrong = _is_null(table["debit"]) & _is_null(table["credit"])
        _refuse(wrong, "the row has neither end", batch, first)
    for name in _ENDS:
        _refuse_words(table, name, _empty, "is empty text", batch, first)
    for name, words in _WORDS.items():
        _refuse_words(table, name, _other_than(words), "is no word of the model", batch, first)


def check_facts(table: pa.Table, batch: str, first: int) -> None:
    """Check a part of ``FACTS``, as ``check_rows`` does."""
    _check_place(table, batch, first)
    for name in ("subject", "object"):
        _refuse_words(table, name, _empty, "is empty text", batch, first)
    for name, words in _FACT_WORDS.items():
        _refuse_words(table, name, _other_than(words), "is no word of the model", batch, first)


def _check_place(table: pa.Table, batch: str, first: int) -> None:
    for name in ("obs", "a", "b"):
        _refuse(table[name].chunk(0).to_numpy() < 0, f"{name} is negative", batch, first)
    ends_before = table["hi"].chunk(0).to_numpy() <= table["lo"].chunk(0).to_numpy()
    _refuse(ends_before, "the instant ends before it begins", batch, first)
    _refuse_words(table, "form", _empty, "is empty text", batch, first)


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return _one_dictionary([_without_null_words(chunk) for chunk in column.chunks], column.type)
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def _without_null_words(chunk: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return a chunk whose rows are null by themselves, never by a null in the dictionary."""
    if not chunk.dictionary.null_count:
        return chunk
    return chunk.dictionary_decode().dictionary_encode()


def _one_dictionary(chunks: list[pa.DictionaryArray], wanted: pa.DataType) -> pa.DictionaryArray:
    """Join chunks; where their dictionaries differ these are put one after the other, words repeated."""
    if len(chunks) == 1:
        return chunks[0]
    if not chunks:
        return pa.array([], wanted)
    words = chunks[0].dictionary
    if not all(_is_equal(chunk.dictionary, words) for chunk in chunks[1:]):
        chunks = [_only_used(chunk) for chunk in chunks]
        starts = np.cumsum([0, *(len(chunk.dictionary) for chunk in chunks[:-1])])
        words = pa.concat_arrays([chunk.dictionary for chunk in chunks])
        indices = [
            pc.add(chunk.indices, pa.scalar(int(start), pa.int32()))
            for chunk, start in zip(chunks, starts, strict=True)
        ]
    else:
        indices = [chunk.indices for chunk in chunks]
    return pa.DictionaryArray.from_arrays(pa.concat_arrays(indices), words, safe=False)


def _is_equal(one: pa.Array, other: pa.Array) -> bool:
    if is_same_memory(one, other):
        return True
    return len(one) == len(other) and len(one) <= _FEW and bool(one.equals(other))


def _only_used(chunk: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return a chunk whose dictionary is no longer than the chunk, so that joining many stays cheap."""
    if len(chunk.dictionary) <= len(chunk):
        return chunk
    coded = chunk.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices, chunk.dictionary.take(coded.dictionary), safe=False)


def _is_null(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    return _bools(pc.is_null(column)) if column.null_count else np.zeros(len(column), bool)


def _bools(column: Any) -> NDArray[np.bool_]:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found: NDArray[np.bool_] = whole.to_numpy(zero_copy_only=False)
    return found


def _empty(words: pa.Array) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.binary_length(words).to_numpy() == 0
    return found


def _other_than(allowed: Iterable[str]) -> Callable[[pa.Array], NDArray[np.bool_]]:
    wanted = pa.array(sorted(allowed), pa.string())
    return lambda words: ~_bools(pc.is_in(words, value_set=wanted))


def _refuse_words(
    table: pa.Table,
    name: str,
    is_wrong: Callable[[pa.Array], NDArray[np.bool_]],
    what: str,
    batch: str,
    first: int,
) -> None:
    """Refuse rows of a dictionary column whose word is wrong; a word that no row uses harms nobody."""
    column = table[name].chunk(0)
    wrong = is_wrong(column.dictionary)
    if wrong.any():
        codes = column.indices.fill_null(len(wrong)).to_numpy()
        _refuse(np.append(wrong, False)[codes], f"{name} {what}", batch, first)


def _refuse(wrong: NDArray[np.bool_], what: str, batch: str, first: int) -> None:
    if wrong.any():
        row = first + int(np.flatnonzero(wrong)[0])
        raise StoreError(what, batch=batch, row=row, hint="this is a bug of the reader; nothing was stored")
