"""Which transfers are the only dealing of their two accounts: what detection rests on most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analytics.kernels.transfers import Ids, Ints


def pair_keys(src: Ids, dst: Ids, accounts: int) -> Ints:
    """Return one number for the two accounts of each transfer, whichever of them paid.

    Examples
    --------
    >>> pair_keys(np.array([0, 2], np.int32), np.array([2, 0], np.int32), 5).tolist()
    [2, 2]
    """
    low, high = np.minimum(src, dst).astype(np.int64), np.maximum(src, dst).astype(np.int64)
    return low * accounts + high


def one_off(src: Ids, dst: Ids, accounts: int) -> NDArray[np.bool_]:
    """Say of each transfer whether its two accounts have no other dealing, in either direction.

    Examples
    --------
    >>> one_off(np.array([0, 1, 2]), np.array([1, 0, 3]), 4).tolist()
    [False, False, True]
    """
    _, place, count = np.unique(pair_keys(src, dst, accounts), return_inverse=True, return_counts=True)
    return np.asarray(count[place] == 1)
