"""How easily a payment follows a receipt, of about its amount and soon after, without any reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.material import Ints


@dataclass(frozen=True, slots=True)
class AmountTable:
    """All amounts of a table in order: what a random payment would be."""

    ordered: Ints

    @classmethod
    def of(cls, amount: Ints) -> AmountTable:
        """Sort the amounts once."""
        return cls(np.sort(amount))

    def share(self, least: int, most: int) -> float:
        """Return the share of all payments within these amounts, both included; never zero.

        Examples
        --------
        >>> AmountTable.of(np.array([5, 7, 9, 100])).share(6, 9)
        0.5
        """
        found = np.searchsorted(self.ordered, most, "right") - np.searchsorted(self.ordered, least, "left")
        return max(1, int(found)) / max(1, len(self.ordered))

    def closeness(self, taken: int, paid: int, widest: float) -> float:
        """Return the chance that a random payment is as close to a receipt as this one.

        Parameters
        ----------
        widest : float
            Share of the receipt within which a payment counts at all: nothing closer than the same
            share of that band is believed of a table whose amounts hardly differ.
        """
        gap = abs(taken - paid)
        return min(1.0, max(self.share(taken - gap, taken + gap), gap / max(1.0, widest * taken)))


def soon(payments: int, gap: int, unit: int, period: int) -> float:
    """Return the chance that one of an account's payments falls so soon after a given moment.

    Parameters
    ----------
    payments : int
        Payments of the account in the whole period.
    gap, unit, period : int
        Time between receipt and payment, precision of the record, and length of the record.

    Examples
    --------
    >>> soon(10, 9, 1, 1000), soon(10, 900, 1, 1000)
    (0.1, 1.0)
    """
    return min(1.0, payments * (gap + unit) / max(1, period))


def log_of(chance: float) -> float:
    """Return log10 of a chance above zero."""
    return math.log10(max(chance, 1e-300))
