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
_INT64 = 1 << 63


def halves(units: pa.Array) -> NDArray[np.int64]:
    """Return the lower and the (signed) upper 64 bits of decimal128 integers, shape (n, 2); a view.

    Examples
    --------
    >>> from decimal import Decimal
    >>> import pyarrow as pa
    >>> halves(pa.array([Decimal(5), Decimal(2**64 + 7)], pa.decimal128(38, 0))).tolist()
    [[5, 0], [7, 1]]
    """
    raw = np.frombuffer(units.buffers()[1] or b"", np.int64)
    return raw[2 * units.offset : 2 * (units.offset + len(units))].reshape(-1, 2)


def exact_sums(units: pa.Array, groups: NDArray[Any], size: int) -> list[int]:
    """Return the exact sum of non-negative decimal128 integers in each of ``size`` groups.

    A null adds nothing, and neither does a row of group -1. Where no sum can reach 2**63 the amounts
    are added as they are; else each as four 32-bit lanes in 64-bit sums, which cannot overflow below
    2**32 rows.

    Examples
    --------
    >>> from decimal import Decimal
    >>> import pyarrow as pa
    >>> units = pa.array([Decimal(10**37), Decimal(7), None], pa.decimal128(38, 0))
    >>> exact_sums(units, np.array([1, 1, 0]), 2) == [0, 10**37 + 7]
    True
    """
    both = halves(units)
    kept = groups >= 0
    if units.null_count:
        kept &= units.is_valid().to_numpy(zero_copy_only=False)
    if not kept.all():
        both, groups = both[kept], groups[kept]
    if not len(both):
        return [0] * size
    low, high = both.T
    if not high.any() and low.min() >= 0 and int(low.max()) * len(low) < _INT64:
        totals = np.zeros(size, np.int64)
        np.add.at(totals, groups, low)
        return [int(total) for total in totals]
    lanes = np.zeros((size, _LANES), np.uint64)
    np.add.at(lanes, groups, np.ascontiguousarray(both).view(np.uint32).astype(np.uint64))
    return [sum(int(lane) << (_LANE_BITS * i) for i, lane in enumerate(row)) for row in lanes]


@dataclass(slots=True)
class Sums:
    """Completed amounts of a reading that went out of and into the accounts it is about.

    Where a row belongs to a statement, ``in`` and ``out`` are seen from its instrument; else a
    debit counts as out and a credit as in. Amounts beyond 38 digits are in no sum.
    """

    _totals: dict[str, list[int]] = field(default_factory=dict)

    def add(self, columns: Mapping[str, pa.Array], numbers: Mapping[str, pa.Array]) -> None:
        """Add a part of ``ROWS``; ``numbers`` are those of debit, credit and statement."""
        assets = columns["asset"]
        codes = assets.indices.to_numpy()
        done = _is_word(columns["status"], Status.COMPLETED.value)
        statement = numbers["statement"]
        own = statement.is_valid().to_numpy(zero_copy_only=False)
        counted: dict[bytes, list[int]] = {}
        for side, end in enumerate(("credit", "debit")):
            counts = done & numbers[end].is_valid().to_numpy(zero_copy_only=False)
            if own.any():
                counts &= ~own | (numbers[end].fill_null(-1).to_numpy() == statement.fill_null(-1).to_numpy())
            which = np.packbits(counts).tobytes()  # without statements both sides count the same rows
            if which not in counted:
                counted[which] = exact_sums(
                    columns["amount"], np.where(counts, codes, -1), len(assets.dictionary)
                )
            for word, total in zip(assets.dictionary.to_pylist(), counted[which], strict=True):
                if total:
                    self._totals.setdefault(word, [0, 0])[side] += total

    def told(self) -> dict[str, dict[str, str]]:
        """Return the sums by asset as texts."""
        return {
            asset: {"in": str(both[0]), "out": str(both[1])} for asset, both in sorted(self._totals.items())
        }


def _is_word(column: pa.DictionaryArray, word: str) -> NDArray[np.bool_]:
    words = np.array([w == word for w in column.dictionary.to_pylist()] or [False])
    codes = column.indices.to_numpy()
    found: NDArray[np.bool_] = np.ones(len(codes), bool) if words.all() else words[codes]
    return found
