"""Columns in one canonical form, and a hash of what they say.

The order of words in an Arrow dictionary and the cutting into batches are accidents of a reader's
implementation; neither may change a stored byte or a content hash.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable


def sorted_words(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return a dictionary column whose dictionary is exactly the words used, sorted.

    Examples
    --------
    >>> column = sorted_words(pa.array(["b", "a", "b"]).dictionary_encode())
    >>> column.dictionary.to_pylist(), column.indices.to_pylist()
    (['a', 'b'], [1, 0, 1])
    """
    size = len(column.dictionary)
    filled = column.indices.fill_null(size) if column.null_count else column.indices
    codes = filled.to_numpy()
    used = np.flatnonzero(np.bincount(codes, minlength=size + 1)[:size])
    words = column.dictionary.take(pa.array(used))
    unique = words.dictionary_encode()  # an Arrow dictionary may hold a word twice
    order = pc.sort_indices(unique.dictionary).to_numpy()
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    mapping = np.zeros(size + 1, np.int32)
    mapping[used] = rank[unique.indices.to_numpy()]
    if np.array_equal(mapping[:size], np.arange(len(unique.dictionary))):
        return column  # it is in that form already
    missing = column.indices.is_null().to_numpy(zero_copy_only=False) if column.null_count else None
    indices = pa.array(np.take(mapping, codes), pa.int32(), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, unique.dictionary.take(pa.array(order)), safe=False)


def is_same_memory(one: pa.Array, other: pa.Array) -> bool:
    """Say whether two arrays are one piece of memory, so that they surely hold the same."""
    if len(one) != len(other) or one.offset != other.offset:
        return False
    return [b and b.address for b in one.buffers()] == [b and b.address for b in other.buffers()]


def hash_columns(columns: Iterable[pa.Array]) -> str:
    """Return the sha256 of what columns say: values, and which are missing.

    Dictionary columns must be in the form of ``sorted_words``.
    """
    h = hashlib.sha256()
    for column in columns:
        _add(h, column)
    return h.hexdigest()


def _add(h: hashlib._Hash, column: pa.Array) -> None:
    if pa.types.is_dictionary(column.type):
        _add(h, column.dictionary)
        column = column.indices
    h.update(f"{column.type}:{len(column)}:{column.null_count};".encode())
    if column.null_count == len(column):
        return
    if column.null_count:
        h.update(np.packbits(column.is_valid().to_numpy(zero_copy_only=False)).tobytes())
        column = column.drop_null()
    if pa.types.is_string(column.type):
        h.update(pc.binary_length(column).to_numpy(zero_copy_only=False).astype("<i4"))
        offsets = np.frombuffer(column.buffers()[1], np.int32)[
            column.offset : column.offset + len(column) + 1
        ]
        if column.buffers()[2] is not None:
            h.update(memoryview(column.buffers()[2])[int(offsets[0]) : int(offsets[-1])])
        return
    width = column.type.bit_width // 8
    raw = memoryview(column.buffers()[1])
    h.update(raw[column.offset * width : (column.offset + len(column)) * width])
