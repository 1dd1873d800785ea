"""Rows of statements as arrays: what signs, order and reconciliation are solved on.

A *statement* here is one account in one asset: balances of two accounts, or of two currencies,
never chain. Amounts are int64 where a bound check allows every sum, else Python integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_BOUND = 2**62


@dataclass(frozen=True, slots=True)
class Statements:
    """All statements of one table, row by row in file order.

    Attributes
    ----------
    group : ndarray of int, shape (n,)
        Number of the row's statement.
    lo, hi : ndarray of int64, shape (n,)
    moves : ndarray of bool, shape (n,)
        Whether the row moves money (its status is completed).
    balance : ndarray of int64 or object, shape (n,)
        Balance after the row in base units; meaningless where ``known`` is false.
    known : ndarray of bool, shape (n,)
    from_zero : bool
        Whether every statement starts with nothing.
    """

    group: Array
    lo: Array
    hi: Array
    moves: Array
    balance: Array
    known: Array
    from_zero: bool = False

    @property
    def count(self) -> int:
        """Number of statements."""
        return int(self.group.max()) + 1 if len(self.group) else 0


@dataclass(frozen=True, slots=True)
class Links:
    """Printed balances compared with what the rows between them explain.

    ``rows`` are the rows that move money and print a balance, in the order that was tried;
    ``off`` is printed minus explained; ``span`` counts the moving rows that the comparison covers.
    """

    rows: Array
    off: Array
    span: Array

    def broken(self, tolerance: int = 0) -> Array:
        """Return a mask of comparisons that fail by more than ``tolerance`` a row."""
        if not tolerance:
            return np.asarray(self.off != 0, dtype=bool)
        return np.asarray(np.abs(self.off) > tolerance * self.span, dtype=bool)


def links(st: Statements, signed: Array, order: Array) -> Links:
    """Compare every printed balance with the one before it, statement by statement.

    Parameters
    ----------
    st : Statements
    signed : ndarray, shape (n,)
        Base units, positive into the account.
    order : ndarray of int64, shape (n,)
        Row numbers; rows of one statement stand together, in the order to be tried.
    """
    group = st.group[order]
    moved = np.where(st.moves, signed, 0)[order]
    total = np.cumsum(moved)
    kept = np.flatnonzero((st.known & st.moves)[order])
    off = st.balance[order][kept] - total[kept]
    moving = st.moves[order].astype(np.int64)
    counts = np.cumsum(moving)
    count = counts[kept]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    start = starts[np.searchsorted(starts, kept, side="right") - 1] if len(kept) else kept
    before = total[start] - moved[start]
    counted = counts[start] - moving[start]
    first = np.diff(group[kept], prepend=-1) != 0
    rise = np.empty_like(off)
    rise[1:] = off[1:] - off[:-1]
    span = np.empty_like(count)
    span[1:] = count[1:] - count[:-1]
    opening = (off + before) if st.from_zero else np.zeros_like(off)
    return Links(order[kept], np.where(first, opening, rise), np.where(first, count - counted, span))


def exact_ints(values: list[int | None]) -> Array:
    """Return integers as int64 where every sum of them fits, else as Python integers; None is 0.

    Examples
    --------
    >>> exact_ints([1, None]).dtype, exact_ints([10**30]).dtype
    (dtype('int64'), dtype('O'))
    """
    plain = [v or 0 for v in values]
    most = max(map(abs, plain), default=0)
    return np.array(plain, dtype=np.int64 if most * (len(plain) + 1) < _BOUND else object)


def bounded(values: Array) -> bool:
    """Say whether sums over these int64 cannot leave int64."""
    if not len(values):
        return True
    return max(int(values.max()), -int(values.min())) * (len(values) + 1) < _BOUND
