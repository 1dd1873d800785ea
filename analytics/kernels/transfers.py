"""The table that taint kernels read: transfers in time order as plain arrays of exact integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from analytics.errors import ExactnessError, TraceInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Ints: TypeAlias = "NDArray[np.int64]"
Ids: TypeAlias = "NDArray[np.int32]"

LARGEST = 2**63 - 1
"""Largest balance and largest sum of all amounts that the kernels hold."""


@dataclass(frozen=True, slots=True)
class Transfers:
    """Transfers sorted by (time, row), in base units of one asset.

    Parameters
    ----------
    src, dst : array of int32, shape (m,)
        Paying and receiving account, numbered from 0.
    amount : array of int64, shape (m,)
        Base units, not negative.
    claimed : array of int64, shape (m,)
        The part of each transfer that carries a claim; at most its amount.
    accounts : int
        Number of accounts.
    """

    src: Ids
    dst: Ids
    amount: Ints
    claimed: Ints
    accounts: int

    @classmethod
    def of(
        cls, src: ArrayLike, dst: ArrayLike, amount: ArrayLike, claimed: ArrayLike, accounts: int
    ) -> Transfers:
        """Check and pack the columns; int64 never wraps afterwards.

        Raises
        ------
        ExactnessError
            When amounts, or their sum, are beyond 64 bits, or are no integers.
        TraceInputError
            When columns differ in length, an account number is out of range, or a claim exceeds
            its transfer.
        """
        paid, claims = _whole(amount, "amount"), _whole(claimed, "claimed")
        ends = _whole(src, "src"), _whole(dst, "dst")
        if not ends[0].shape == ends[1].shape == paid.shape == claims.shape == (paid.size,):
            raise TraceInputError("columns of transfers differ in length", lengths=str(ends[0].shape))
        if not 0 <= accounts < 2**31:
            raise TraceInputError("the number of accounts is out of range", accounts=accounts)
        if paid.size:
            _require_in_range(ends, paid, claims, accounts)
        packed = [np.ascontiguousarray(end, dtype=np.int32) for end in ends]
        return cls(packed[0], packed[1], paid, claims, accounts)


def _whole(column: ArrayLike, name: str) -> Ints:
    try:
        array = np.asarray(column)
        if array.size and array.dtype.kind not in "iu":
            raise ExactnessError("a column holds no 64-bit integers", column=name, dtype=str(array.dtype))
        if array.dtype.kind == "u" and array.size and int(array.max()) > LARGEST:
            raise ExactnessError("an amount is beyond 64 bits", column=name)
    except OverflowError as cause:
        raise ExactnessError("an amount is beyond 64 bits", column=name) from cause
    return np.ascontiguousarray(array, dtype=np.int64)


def _require_in_range(ends: tuple[Ints, Ints], paid: Ints, claims: Ints, accounts: int) -> None:
    if min(int(end.min()) for end in ends) < 0 or max(int(end.max()) for end in ends) >= accounts:
        raise TraceInputError("an account number is out of range", accounts=accounts)
    if int(paid.min()) < 0 or int(claims.min()) < 0 or bool((claims > paid).any()):
        raise TraceInputError("an amount is negative or a claim exceeds its transfer")
    if int(paid.max()) * paid.size > LARGEST and _sum(paid) > LARGEST:
        raise ExactnessError(
            "the amounts together are beyond 64 bits",
            hint="trace with the engine, or scale the asset down without losing units",
        )


def _sum(column: Ints) -> int:
    """Sum exactly, also beyond 64 bits."""
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFF_FFFF).sum())
