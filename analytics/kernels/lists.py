"""Looking into an account's list of transfers, which is in the total order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from analytics.kernels.transfers import Ints


@njit(cache=True, nogil=True)
def behind(start: Ints, order: Ints, account: int, position: int) -> np.int64:
    """Return where in ``order`` the account's transfers behind ``position`` begin."""
    low, high = np.int64(start[account]), np.int64(start[account + 1])
    while low < high:
        middle = (low + high) // 2
        if order[middle] <= position:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def grown(rows: Ints) -> Ints:
    """Return the rows with room for as many more, filled with -1."""
    larger = np.full((rows.shape[0] * 2, rows.shape[1]), -1, np.int64)
    larger[: rows.shape[0]] = rows
    return larger
