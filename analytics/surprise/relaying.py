"""How often chance sends money from one account to another through several middles at once."""

from __future__ import annotations

import math

from analytics.surprise.tails import poisson_tail


def relay_surprise(
    middles: int, pays: int, takes: int, inside: int, onward: float, accounts: int, windows: float
) -> float:
    """Return log10 of the expected number of pairs of accounts joined through as many middles.

    Parameters
    ----------
    middles : int
        Distinct middles seen.
    pays, takes : int
        Payments of the first account and receipts of the last one in the window.
    inside : int
        Transfers of the table in the window.
    onward : float
        How many times a transfer of this table is passed on like that, on average.
    accounts : int
        Accounts of the table: any two of them had their chance.
    windows : float
        How many such windows the record holds.

    Notes
    -----
    A payment of the first account is passed on ``onward`` times, each time to the last account with
    chance ``takes / inside``: joined pairs are Poisson with mean ``pays * onward * takes / inside``.

    Examples
    --------
    >>> round(relay_surprise(3, 3, 3, 100, 0.05, 60, 60.0), 1)
    -2.5
    """
    mean = pays * onward * takes / max(1, inside)
    trials = math.log10(max(1.0, accounts * (accounts - 1.0))) + math.log10(max(1.0, windows))
    return trials + poisson_tail(mean, middles)
