"""Identifier texts become numbers: one dictionary per batch, in order of first appearance.

So a segment's bytes depend on the reading alone; which opaque id a number stands for is told by a
file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32 = NDArray[np.int32]


@dataclass(slots=True)
class Numbering:
    """Numbers of a batch's identifier keys."""

    _keys: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    _recent: list[tuple[pa.Array, Int32]] = field(default_factory=list)
    _alone: bool = False

    def column(self, column: pa.DictionaryArray) -> pa.Array:
        """Return a column of keys as their numbers; null stays null.

        Examples
        --------
        >>> numbering = Numbering()
        >>> numbering.column(pa.array(["b", None, "a", "b"]).dictionary_encode()).to_pylist()
        [0, None, 1, 0]
        >>> numbering.keys()
        ['b', 'a']
        """
        if column.null_count == len(column):
            return pa.nulls(len(column), pa.int32())
        dictionary = column.dictionary
        mapping = self._mapping(dictionary)
        used = pc.unique(column.indices.drop_null()).to_numpy(zero_copy_only=False)
        fresh = used[mapping[used] < 0]
        if len(fresh):
            mapping[fresh] = self._numbers(dictionary.take(pa.array(fresh)), alone=self._alone)
        if column.null_count == 0:
            return pa.array(mapping[column.indices.to_numpy()])
        codes = column.indices.fill_null(0).to_numpy()
        missing = column.indices.is_null().to_numpy(zero_copy_only=False)
        return pa.array(mapping[codes], pa.int32(), mask=missing)

    def keys(self) -> list[str]:
        """Return the keys by number."""
        found: list[str] = self._keys.to_pylist()
        return found

    def _numbers(self, words: pa.Array, *, alone: bool) -> Int32:
        """Return the words' numbers; new words get the next ones, in order of appearance.

        ``alone``: every word so far came from one dictionary without repetition, so these are new.
        """
        if alone:
            start = len(self._keys)
            self._keys = pa.concat_arrays([self._keys, words])
            return np.arange(start, start + len(words), dtype=np.int32)
        numbers = pc.index_in(words, value_set=self._keys)
        if numbers.null_count:
            # An Arrow dictionary may hold a word twice; it gets one number, at its first place.
            missing = numbers.is_null()
            coded = words.filter(missing).dictionary_encode()
            start = pa.scalar(len(self._keys), pa.int32())
            self._keys = pa.concat_arrays([self._keys, coded.dictionary])
            numbers = pc.replace_with_mask(numbers, missing, pc.add(coded.indices, start))
        found: Int32 = numbers.to_numpy(zero_copy_only=False)
        return found

    def _mapping(self, dictionary: pa.Array) -> Int32:
        """Return numbers by dictionary place (-1: none yet); kept, since columns share dictionaries."""
        for known, mapping in self._recent:
            if known is dictionary or known.equals(dictionary):
                return mapping
        mapping = np.full(len(dictionary), -1, np.int32)
        self._alone = not len(self._keys) and pc.count_distinct(dictionary).as_py() == len(dictionary)
        self._recent = [(dictionary, mapping), *self._recent[:2]]
        return mapping


@dataclass(slots=True)
class Occurrences:
    """Which row of its observation each row is, from 0, over all parts of a batch."""

    _seen: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    _counts: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    def next(self, obs: NDArray[Any]) -> Int32:
        """Return each row's place among the rows of its observation.

        Examples
        --------
        >>> seen = Occurrences()
        >>> seen.next(np.array([1, 0, 1])).tolist(), seen.next(np.array([1, 2])).tolist()
        ([0, 0, 1], [2, 0])
        """
        if not len(obs):
            return np.zeros(0, np.int32)
        if (len(self._seen) == 0 or obs[0] > self._seen[-1]) and bool((obs[1:] > obs[:-1]).all()):
            self._seen = np.append(self._seen, obs.astype(np.int32))
            self._counts = np.append(self._counts, np.ones(len(obs), np.int32))
            return np.zeros(len(obs), np.int32)
        if bool(np.all(obs[1:] > obs[:-1])) and (not len(self._seen) or obs[0] > self._seen[-1]):
            self._seen = np.append(self._seen, obs.astype(np.int32))
            self._counts = np.append(self._counts, np.ones(len(obs), np.int32))
            return np.zeros(len(obs), np.int32)
        order = np.argsort(obs, kind="stable")
        ordered = obs[order]
        first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        lengths = np.diff(np.append(first, len(ordered)))
        ids = ordered[first].astype(np.int32)
        before = np.zeros(len(ids), np.int32)
        if len(self._seen):
            at = np.minimum(np.searchsorted(self._seen, ids), len(self._seen) - 1)
            before = np.where(self._seen[at] == ids, self._counts[at], 0).astype(np.int32)
        within = np.arange(len(ordered)) - np.repeat(first, lengths) + np.repeat(before, lengths)
        places = np.empty(len(obs), np.int32)
        places[order] = within
        self._remember(ids, (before + lengths).astype(np.int32))
        return places

    def _remember(self, ids: Int32, counts: Int32) -> None:
        kept = ~np.isin(self._seen, ids)
        both = np.append(self._seen[kept], ids)
        order = np.argsort(both, kind="stable")
        self._seen, self._counts = both[order], np.append(self._counts[kept], counts)[order]

    @property
    def observations(self) -> int:
        """How many observations were seen."""
        return len(self._seen)
