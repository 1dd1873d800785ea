"""Words by number, in the order in which they were first seen; it grows part by part.

Why own code: Arrow's dictionaries are built anew for every part, at the price of all words seen
before. Here a part costs its own words only: they are laid out as rows of equal width and looked up
in an open hash table, a whole part at a time. Each hit is compared byte for byte, so a hash
decides where to look and never whether two words are the same.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]
    Rows = NDArray[np.uint64]

LONGEST = 254
"""Bytes of a word that still has a row: names and cash ends hold a sha256 and a place. See ``Vocabulary``."""

_BLOCK = 3 << 17
"""Lanes looked up at a time: what is laid out for them is used again while it is in the cache."""

_LANE = 8
_LANES = 3
_HALF = np.uint64(32)
_FREE = -1
_CLAIMED = -2
"""A slot holds a word's number, ``_FREE``, or, during an insertion, ``_CLAIMED`` minus a row."""


def _odd() -> np.uint64:
    """Return a multiplier nobody can foresee, so that nobody can make words that collide."""
    return np.uint64(secrets.randbits(64) | 1)


@dataclass(slots=True)
class Vocabulary:
    """Distinct words and their numbers.

    Once a word longer than ``LONGEST`` bytes has come, words are found by Arrow instead, which costs
    time in proportion to all words known, for every call.
    """

    _seen: list[pa.Array] = field(default_factory=list)
    _size: int = 0
    _rows: Rows = field(default_factory=lambda: np.zeros((1, _LANES), np.uint64))
    _slots: Int32 = field(default_factory=lambda: np.full(2, _FREE, np.int32))
    _multiplier: np.uint64 = field(default_factory=_odd)
    _any_length: bool = False

    def __len__(self) -> int:
        """Return how many words are known."""
        return self._size

    def numbers(self, words: pa.Array) -> Int32:
        """Return the words' numbers; new ones get the next numbers, in order of appearance.

        Parameters
        ----------
        words : Array of string without nulls, shape (n,)
            May hold a word twice.

        Examples
        --------
        >>> known = Vocabulary()
        >>> known.numbers(pa.array(["b", "a", "b"])).tolist(), known.numbers(pa.array(["c", "a"])).tolist()
        ([0, 1, 0], [2, 1])
        >>> known.words().to_pylist()
        ['b', 'a', 'c']
        """
        step = _BLOCK // self._rows.shape[1]
        found = [self._some_numbers(words.slice(at, step)) for at in range(0, len(words), step)]
        return np.concatenate([np.zeros(0, np.int32), *found])

    def _some_numbers(self, words: pa.Array) -> Int32:
        spread = pc.min_max(pc.binary_length(words)).as_py()
        self._any_length |= spread["max"] > LONGEST
        if self._any_length:
            return self._numbers_by_arrow(words)
        rows = _rows_of(words, spread["min"], spread["max"])
        self._widen(rows.shape[1])
        rows = _widened(rows, self._rows.shape[1])
        found = self._find(rows)
        fresh = np.flatnonzero(found < 0)
        if len(fresh):
            found[fresh] = self._insert(rows[fresh], words, fresh)
        return found

    def words(self, start: int = 0) -> pa.Array:
        """Return the words by number, from number ``start``."""
        if not start and len(self._seen) > 1:
            self._seen = [pa.concat_arrays(self._seen)]
        ends = np.cumsum([len(chunk) for chunk in self._seen])
        wanted = [
            chunk.slice(max(start - int(end) + len(chunk), 0))
            for chunk, end in zip(self._seen, ends, strict=True)
            if end > start
        ]
        return pa.concat_arrays([pa.array([], pa.string()), *wanted])

    def _keep(self, fresh: pa.Array) -> None:
        self._seen.append(fresh)
        self._size += len(fresh)

    def _numbers_by_arrow(self, words: pa.Array) -> Int32:
        start = self._size
        numbers = pc.index_in(words, value_set=self.words())
        if numbers.null_count:
            missing = numbers.is_null()
            coded = words.filter(missing).dictionary_encode()
            self._keep(coded.dictionary)
            numbers = pc.replace_with_mask(
                numbers, missing, pc.add(coded.indices, pa.scalar(start, pa.int32()))
            )
        found: Int32 = numbers.to_numpy(zero_copy_only=False)
        return found

    def _find(self, rows: Rows) -> Int32:
        """Return the numbers of known words, -1 for the others."""
        places = self._home(rows)
        found = np.take(self._slots, places)
        same = self._equal(found, rows)
        left = np.flatnonzero(~same & (found >= 0))
        found[~same] = _FREE
        while len(left):  # a slot is taken by another word: look at the next one
            places[left] = (places[left] + 1) & (len(self._slots) - 1)
            there = np.take(self._slots, places[left])
            same = self._equal(there, np.take(rows, left, axis=0))
            found[left[same]] = there[same]
            left = left[~same & (there >= 0)]
        return found

    def _insert(self, rows: Rows, words: pa.Array, fresh: Int64) -> Int32:
        """Give numbers to rows of unknown words, which are ``words`` at ``fresh``."""
        self._make_room(len(rows))
        leader, slots = self._claim(rows)
        first = np.full(len(rows), len(rows), np.int64)
        here = np.arange(len(rows))
        np.minimum.at(first, leader, here)
        news = np.flatnonzero(first[leader] == here)  # first appearances
        number = np.empty(len(rows), np.int32)
        number[leader[news]] = np.arange(self._size, self._size + len(news), dtype=np.int32)
        self._slots[slots[leader[news]]] = number[leader[news]]
        self._rows[self._size : self._size + len(news)] = rows[news]
        self._keep(words.take(pa.array(fresh[news])))
        found: Int32 = number[leader]
        return found

    def _claim(self, rows: Rows) -> tuple[Int64, Int64]:
        """Return for each row one row of the same word that has a slot, and where each row ended."""
        leader = np.empty(len(rows), np.int64)
        places = self._home(rows)
        left = np.arange(len(rows))
        while len(left):
            slots = places[left]
            free = np.take(self._slots, slots) == _FREE
            self._slots[slots[free]] = (_CLAIMED - left[free]).astype(np.int32)
            holder = _CLAIMED - np.take(self._slots, slots).astype(np.int64)  # negative: known before
            same = holder == left
            other = np.flatnonzero(~same & (holder >= 0))
            same[other] = _same(np.take(rows, holder[other], axis=0), np.take(rows, left[other], axis=0))
            leader[left[same]] = holder[same]
            left = left[~same]
            places[left] = (places[left] + 1) & (len(self._slots) - 1)
        return leader, places

    def _home(self, rows: Rows) -> Int64:
        """Return the slot where each row's search begins."""
        mixed = rows[:, 0] * self._multiplier
        for lane in range(1, rows.shape[1]):
            mixed ^= mixed >> _HALF
            mixed ^= rows[:, lane]
            mixed *= self._multiplier
        mixed ^= mixed >> _HALF
        mixed *= self._multiplier
        bits = len(self._slots).bit_length() - 1
        return (mixed >> np.uint64(64 - bits)).astype(np.int64)

    def _equal(self, numbers: Int32, rows: Rows) -> NDArray[np.bool_]:
        """Say where a known word (or -1) is what a row holds; no word's row is all zero."""
        return _same(np.take(self._rows, numbers, axis=0), rows)

    def _widen(self, width: int) -> None:
        if width > self._rows.shape[1]:
            self._rows = _widened(self._rows, width)
            self._fill(len(self._slots))

    def _make_room(self, more: int) -> None:
        """Keep the table at most a quarter full, and one row of zeros after the last word."""
        wanted = self._size + more
        if wanted >= len(self._rows):
            rows = np.zeros((max(3 * len(self._rows) // 2, wanted + 1), self._rows.shape[1]), np.uint64)
            rows[: self._size] = self._rows[: self._size]
            self._rows = rows
        if 4 * wanted > len(self._slots):
            self._fill(1 << (4 * wanted - 1).bit_length())

    def _fill(self, size: int) -> None:
        """Make the table anew from the rows."""
        self._slots = np.full(size, _FREE, np.int32)
        leader, places = self._claim(self._rows[: self._size])
        self._slots[places] = leader.astype(np.int32)


def _same(these: Rows, those: Rows) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = these[:, 0] == those[:, 0]
    for lane in range(1, these.shape[1]):
        same &= these[:, lane] == those[:, lane]
    return same


def _widened(rows: Rows, width: int) -> Rows:
    if rows.shape[1] == width:
        return rows
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1])))


def _rows_of(words: pa.Array, shortest: int, longest: int) -> Rows:
    """Lay words out in rows of equal width: length plus one, the bytes, zeros."""
    lengths = pc.binary_length(words).to_numpy()
    if shortest < longest:
        words = pc.ascii_rpad(words, longest, "\0")
    rows = np.zeros((len(words), -(-(1 + longest) // _LANE) * _LANE), np.uint8)
    rows[:, 0] = lengths + 1
    rows[:, 1 : 1 + longest] = _bytes(words).reshape(len(words), longest)
    found: Rows = rows.view(np.uint64)
    return found


def _bytes(words: pa.Array) -> NDArray[Any]:
    """Return the bytes of all words, one after the other."""
    _, offsets, raw = words.buffers()
    ends = np.frombuffer(offsets, np.int32)[words.offset : words.offset + len(words) + 1]
    return np.frombuffer(raw or b"", np.uint8)[ends[0] : ends[-1]]
