"""What a reading adds up to, per asset: exact sums over columns, whatever their length."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.model.events import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

_LANES = 4
_LANE_BITS = 32


def exact_sums(units: pa.Array, groups: NDArray[Any], size: int) -> list[int]:
    """Return the exact sum of non-negative decimal128 integers in each of ``size`` groups.

    Each amount is added as four 32-bit lanes in 64-bit sums, which cannot overflow below 2**32
    rows; a null adds nothing, and neither does a row of group -1.

    Examples
    --------
    >>> from decimal import Decimal
    >>> import pyarrow as pa
    >>> units = pa.array([Decimal(10**37), Decimal(7), None], pa.decimal128(38, 0))
    >>> exact_sums(units, np.array([1, 1, 0]), 2) == [0, 10**37 + 7]
    True
    """
    kept = np.flatnonzero((groups >= 0) & units.is_valid().to_numpy(zero_copy_only=False))
    raw = np.frombuffer(units.buffers()[1], np.uint32).reshape(-1, _LANES)[units.offset :]
    totals = [0] * size
    if not len(kept):
        return totals
    order = kept if size == 1 else kept[np.argsort(groups[kept], kind="stable")]
    first = np.flatnonzero(np.append(True, groups[order[1:]] != groups[order[:-1]]))
    lanes = np.add.reduceat(raw[order].astype(np.uint64), first, axis=0)
    for at, row in zip(first, lanes, strict=True):
        totals[int(groups[order[at]])] = sum(int(lane) << (_LANE_BITS * i) for i, lane in enumerate(row))
    return totals


@dataclass(slots=True)
class Sums:
    """Completed amounts of a reading that went out of and into the accounts it is about.

    Where a row belongs to a statement, ``in`` and ``out`` are seen from its instrument; else a
    debit counts as out and a credit as in. Amounts beyond 38 digits are in no sum.
    """

    _totals: dict[str, list[int]] = field(default_factory=dict)

    def add(self, columns: Mapping[str, pa.Array]) -> None:
        """Add a part of ``ROWS``."""
        assets = columns["asset"]
        codes = assets.indices.to_numpy(zero_copy_only=False)
        completed = _is_word(columns["status"], Status.COMPLETED.value)
        own = ~columns["statement"].is_null().to_numpy(zero_copy_only=False)
        for side, end in enumerate(("credit", "debit")):
            there = ~columns[end].is_null().to_numpy(zero_copy_only=False)
            counts = completed & there & (~own | _same(columns[end], columns["statement"]))
            if not counts.any():
                continue
            totals = exact_sums(columns["amount"], np.where(counts, codes, -1), len(assets.dictionary))
            for word, total in zip(assets.dictionary.to_pylist(), totals, strict=True):
                if total:
                    self._totals.setdefault(word, [0, 0])[side] += total

    def told(self) -> dict[str, dict[str, str]]:
        """Return the sums by asset as texts."""
        return {
            asset: {"in": str(both[0]), "out": str(both[1])} for asset, both in sorted(self._totals.items())
        }


def _is_word(column: pa.DictionaryArray, word: str) -> NDArray[np.bool_]:
    words = np.array([w == word for w in column.dictionary.to_pylist()] or [False])
    found: NDArray[np.bool_] = words[column.indices.to_numpy(zero_copy_only=False)]
    return found


def _same(one: pa.DictionaryArray, other: pa.DictionaryArray) -> NDArray[np.bool_]:
    """Say where two dictionary columns hold the same word."""
    if other.null_count == len(other):
        return np.zeros(len(other), bool)
    places = {word: i for i, word in enumerate(other.dictionary.to_pylist())}
    mapping = np.array([*(places.get(w, -2) for w in one.dictionary.to_pylist()), -2], np.int64)
    mine = mapping[one.indices.fill_null(len(mapping) - 1).to_numpy()]
    same: NDArray[np.bool_] = mine == other.indices.fill_null(-1).to_numpy()
    return same
