"""Columns of few words: a number per row into a vocabulary, as Arrow's dictionaries are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.table.statements import Array


@dataclass(frozen=True, slots=True)
class Words:
    """A text per row, or none.

    Attributes
    ----------
    codes : ndarray of int32, shape (n,)
        Number of the row's word; -1: none.
    vocabulary : list of str
        Each word once.
    """

    codes: Array
    vocabulary: list[str]

    @classmethod
    def of(cls, column: pa.Array, *, blank_is_none: bool = True) -> Words:
        """Encode a column of texts; blank ones count as none."""
        encoded = column.dictionary_encode()
        words = encoded.dictionary.to_pylist()
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
        if blank_is_none and "" in words:
            codes = np.where(codes == words.index(""), -1, codes).astype(np.int32)
        return cls(codes, words)

    @classmethod
    def constant(cls, word: str, n: int) -> Words:
        """One word on every row; none where it is empty."""
        return cls(np.full(n, 0 if word else -1, dtype=np.int32), [word] if word else [])

    def take(self, rows: Array) -> Words:
        """Return the words of some rows (numbers or mask)."""
        return Words(self.codes[rows], self.vocabulary)

    def word(self, row: int) -> str:
        """Return the word of one row, empty for none."""
        code = int(self.codes[row])
        return self.vocabulary[code] if code >= 0 else ""

    def array(self) -> pa.DictionaryArray:
        """Return the Arrow column; words that no row uses are left out of its dictionary."""
        used = np.zeros(len(self.vocabulary) + 1, dtype=bool)
        used[self.codes] = True
        used = used[:-1]
        codes = self.codes
        if used.all():
            words = self.vocabulary
        else:
            renumbered = np.cumsum(used, dtype=np.int64) - 1
            codes = np.where(codes < 0, -1, renumbered[codes] if len(renumbered) else -1)
            words = [w for w, u in zip(self.vocabulary, used.tolist(), strict=True) if u]
        indices = pa.array(codes.astype(np.int32), mask=np.asarray(codes < 0))
        return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def pick(masks: Array, yes: Words, no: Words) -> Words:
    """Return ``yes`` where the mask is true, else ``no``, in one vocabulary without repeats."""
    shared = {w: i for i, w in enumerate(yes.vocabulary)}
    renumbered = np.array([shared.setdefault(w, len(shared)) for w in no.vocabulary] or [0], dtype=np.int32)
    others = np.where(no.codes < 0, -1, renumbered[no.codes])
    return Words(np.where(masks, yes.codes, others).astype(np.int32), list(shared))


def with_own_ends(words: Words, stem: Sequence[str], places: Array, which: Array) -> Words:
    """Give the rows in ``which`` (a mask) a word of their own: ``stem`` around the row's place.

    Parameters
    ----------
    stem : (str, str)
        What stands before and after the place in the key.
    places : ndarray of int64, shape (n,)
    """
    rows = np.flatnonzero(which)
    if not len(rows):
        return words
    numbers = pa.array(places[rows]).cast(pa.string())
    own = pc.binary_join_element_wise(stem[0], numbers, stem[1], "")
    codes = words.codes.astype(np.int32)
    start = len(words.vocabulary)
    codes[rows] = np.arange(start, start + len(rows), dtype=np.int32)
    return Words(codes, [*words.vocabulary, *own.to_pylist()])
