"""What is an unusual number of strangers: one-off dealings of an account beside those of its peers.

In a window an account has n transfers, k of them the only dealing of their two accounts ever. Peers
differ among themselves, so k is beta-binomial: a shop has many strangers, a wallet of a household
few. The null is fitted by moments and once more without the windows that it calls surprising.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.surprise.tails import beta_binomial_tail

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analytics.material import Flags, Ints

FEWEST = 2
MOST_CLUSTERED = 0.99


@dataclass(frozen=True, slots=True)
class StarNull:
    """The null of one window length and direction.

    Attributes
    ----------
    mean, rho : float
        Chance that a transfer is a one-off, and how alike those of one account are.
    windows : int
        Account-windows that were looked at: each had its chance.
    """

    mean: float
    rho: float
    windows: int

    def tail(self, transfers: int, one_off: int) -> float:
        """Return log10 of the chance that a window of so many transfers has as many one-offs.

        What is no more than the mean counts as certain: it surprises nobody, and need not be computed.
        """
        if one_off <= self.mean * transfers:
            return 0.0
        return beta_binomial_tail(transfers, one_off, self.mean, self.rho)

    def surprise(self, transfers: int, one_off: int) -> float:
        """Return log10 of the number of such windows that chance would give."""
        return self.tail(transfers, one_off) + math.log10(max(1, self.windows))


def star_null(windows: Iterable[tuple[int, int]]) -> StarNull:
    """Fit the null to account-windows of at least two transfers, given as (transfers, one-offs).

    Examples
    --------
    >>> null = star_null([(4, 1)] * 50 + [(4, 0)] * 50 + [(12, 12)])
    >>> null.windows, null.surprise(12, 12) < -1 < null.surprise(4, 1)
    (101, True)

    References
    ----------
    Moments of proportions: Kleinman, J. Am. Stat. Assoc. 68 (1973), 46-54.
    """
    seen = Counter(w for w in windows if w[0] >= FEWEST)
    total = sum(seen.values())
    first = _fitted(seen, total)
    usual = Counter({w: n for w, n in seen.items() if first.surprise(*w) >= 0})
    return _fitted(usual, total) if usual and len(usual) < len(seen) else first


def _fitted(seen: Mapping[tuple[int, int], int], windows: int) -> StarNull:
    transfers = sum(n * count for (n, _), count in seen.items())
    hits = sum(k * count for (_, k), count in seen.items())
    groups = sum(seen.values())
    if not hits or hits == transfers:
        # An edge that no finite sample proves: half a transfer is allowed to be otherwise.
        mean = (hits + 0.5) / (transfers + 1) if transfers else 1.0
        return StarNull(mean, 0.0, windows)
    mean = hits / transfers
    spread = sum(count * n * (k / n - mean) ** 2 for (n, k), count in seen.items())
    squares = sum(count * n * n for (n, _), count in seen.items())
    room = transfers - squares / transfers - (groups - 1)
    variance = mean * (1 - mean)
    rho = (spread - variance * (groups - 1)) / (variance * room) if room > 0 else 0.0
    return StarNull(mean, min(MOST_CLUSTERED, max(0.0, rho)), windows)


def windows_of(opened: Ints, order: Ints, one_off: Flags) -> tuple[Ints, Ints]:
    """Return transfers and one-offs of the window that each list position closes.

    Parameters
    ----------
    opened : ndarray
        List position of the first transfer of each window, as ``analytics.kernels.fans`` gives it.
    order : ndarray
        Places by account.
    one_off : ndarray of bool
        By place.
    """
    until = np.concatenate([[0], np.cumsum(one_off[order])])
    last = np.arange(len(order))
    return last - opened + 1, until[last + 1] - until[opened]
