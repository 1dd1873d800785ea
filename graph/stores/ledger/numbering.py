"""Identifier texts become numbers: one vocabulary per batch, in order of first appearance.

So a segment's bytes depend on the reading alone; which opaque id a number stands for is told by a
file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.stores.ledger.canonical_columns import is_same_memory
from graph.stores.ledger.vocabulary import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32 = NDArray[np.int32]

_REMEMBERED = 3
"""Dictionaries whose numbers are kept: the columns of a table often share one, and so do its parts."""


@dataclass(slots=True)
class Numbering:
    """Numbers of a batch's identifier keys."""

    _vocabulary: Vocabulary = field(default_factory=Vocabulary)
    _recent: list[tuple[pa.Array, Int32]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many keys have a number."""
        return len(self._vocabulary)

    def column(self, column: pa.DictionaryArray) -> pa.Array:
        """Return a column of keys as their numbers; null stays null.

        Examples
        --------
        >>> numbering = Numbering()
        >>> numbering.column(pa.array(["b", None, "a", "b"]).dictionary_encode()).to_pylist()
        [0, None, 1, 0]
        >>> numbering.keys().to_pylist()
        ['b', 'a']
        """
        if column.null_count == len(column):
            return pa.nulls(len(column), pa.int32())
        dictionary = column.dictionary
        mapping = self._mapping(dictionary)
        if column.null_count:
            missing = column.indices.is_null().to_numpy(zero_copy_only=False)
            codes = column.indices.fill_null(0).to_numpy()
            self._number(dictionary, mapping, column.indices.drop_null())
            return pa.array(mapping[codes], pa.int32(), mask=missing)
        self._number(dictionary, mapping, column.indices)
        return pa.array(np.take(mapping, column.indices.to_numpy()))

    def keys(self, start: int = 0) -> pa.Array:
        """Return the keys by number, from number ``start``."""
        return self._vocabulary.words(start)

    def _number(self, dictionary: pa.Array, mapping: Int32, indices: pa.Array) -> None:
        """Fill in the numbers of the words used, in order of appearance."""
        codes = indices.to_numpy()
        if len(codes) == len(mapping) and np.array_equal(codes, np.arange(len(codes))):
            mapping[:] = self._vocabulary.numbers(dictionary)
            return
        used = pc.unique(indices).to_numpy()
        fresh = used[mapping[used] < 0]
        if len(fresh):
            mapping[fresh] = self._vocabulary.numbers(dictionary.take(pa.array(fresh)))

    def _mapping(self, dictionary: pa.Array) -> Int32:
        """Return numbers by dictionary place (-1: none yet), kept while the dictionary comes again."""
        for known, mapping in self._recent:
            if is_same_memory(known, dictionary):
                return mapping
        mapping = np.full(len(dictionary), -1, np.int32)
        self._recent = [(dictionary, mapping), *self._recent[: _REMEMBERED - 1]]
        return mapping
