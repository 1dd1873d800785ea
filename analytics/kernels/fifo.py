"""FIFO taint of every transfer in one pass, with exact lots: each unit keeps the claim it came from.

An account without traced money is one number. Lots exist only where traced money is: a queue per
account in one pool with a free list, neighbours of one claim merged. Money that an account pays
without ever having received it is clean outside money, drawn last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from analytics.kernels.transfers import Ids, Ints, Transfers

# Columns of the pool; a lot of claim 0 is clean.
_AMOUNT, _CLAIM, _NEXT = 0, 1, 2
# An account's row is (balance, -1) without lots, and (-1 - first lot, last lot) with lots.
_HEAD, _TAIL = 0, 1
# Slots of the running sums.
_FREE, _TOP, _OUTSIDE, _COMPETING = 0, 1, 2, 3
_START = 64


@dataclass(frozen=True, slots=True)
class FifoTaint:
    """Traced money of every transfer, and every traced lot at the end, in base units.

    Parameters
    ----------
    traced : array of int64, shape (m,)
        Claimants' money in each transfer.
    balance : array of int64, shape (n,)
        What each account holds at the end.
    lot_account, lot_claim, lot_amount : array of int64, shape (k,)
        Traced lots by account, oldest first; ``lot_claim`` is the transfer that carried the claim.
    outside, competing : int
        As for ``ProRataTaint``.
    """

    traced: Ints
    balance: Ints
    lot_account: Ints
    lot_claim: Ints
    lot_amount: Ints
    outside: int
    competing: int


def fifo(transfers: Transfers) -> FifoTaint:
    """Taint all transfers, the oldest money leaving first.

    Parameters
    ----------
    transfers : Transfers
        In time order.

    Returns
    -------
    FifoTaint
        Equal to the engine under ``fifo``, claim by claim.

    Examples
    --------
    >>> from analytics.kernels.transfers import Transfers
    >>> found = fifo(Transfers.of([0, 3, 1], [1, 1, 2], [60, 30, 70], [60, 0, 0], 4))
    >>> found.traced.tolist(), found.lot_account.tolist(), found.lot_amount.tolist()
    ([60, 0, 60], [2], [60])
    """
    rows = np.zeros((transfers.accounts, 2), np.int64)
    rows[:, _TAIL] = -1
    traced = np.zeros(transfers.amount.size, np.int64)
    pool, sums = _pass(transfers.src, transfers.dst, transfers.amount, transfers.claimed, rows, traced)
    balance, lots = _collect(rows, pool)
    claims = np.flatnonzero(transfers.claimed)
    return FifoTaint(
        traced,
        balance,
        lots[:, 0],
        claims[lots[:, 1] - 1],
        lots[:, 2],
        int(sums[_OUTSIDE]),
        int(sums[_COMPETING]),
    )


@njit(cache=True, nogil=True)
def _grown(rows: Ints) -> Ints:
    larger = np.empty((rows.shape[0] * 2, rows.shape[1]), np.int64)
    larger[: rows.shape[0]] = rows
    return larger


@njit(cache=True, nogil=True)
def _append(pool: Ints, sums: Ints, rows: Ints, d: int, amount: int, claim: int) -> Ints:
    """Add a lot to the queue of ``d``, or to its last lot when that is of the same claim."""
    tail = rows[d, _TAIL]
    if tail >= 0 and pool[tail, _CLAIM] == claim:
        pool[tail, _AMOUNT] += amount
        return pool
    lot = sums[_FREE]
    if lot >= 0:
        sums[_FREE] = pool[lot, _NEXT]
    else:
        lot = sums[_TOP]
        sums[_TOP] += 1
        if lot == pool.shape[0]:
            pool = _grown(pool)
    pool[lot, _AMOUNT] = amount
    pool[lot, _CLAIM] = claim
    pool[lot, _NEXT] = -1
    if tail >= 0:
        pool[tail, _NEXT] = lot
    else:
        rows[d, _HEAD] = -1 - lot
    rows[d, _TAIL] = lot
    return pool


@njit(cache=True, nogil=True)
def _take(pool: Ints, sums: Ints, rows: Ints, s: int, amount: int, drawn: Ints) -> tuple[Ints, int]:
    """Draw from the head of the queue of ``s``; returns (drawn as (amount, claim), how many)."""
    count = 0
    need = amount
    head = -1 - rows[s, _HEAD]
    while need > 0 and head >= 0:
        piece = min(pool[head, _AMOUNT], need)
        if count == drawn.shape[0]:
            drawn = _grown(drawn)
        drawn[count, 0] = piece
        drawn[count, 1] = pool[head, _CLAIM]
        count += 1
        need -= piece
        pool[head, _AMOUNT] -= piece
        if pool[head, _AMOUNT] == 0:
            emptied = head
            head = pool[head, _NEXT]
            pool[emptied, _NEXT] = sums[_FREE]
            sums[_FREE] = emptied
    if need > 0:
        sums[_OUTSIDE] += need
        if count == drawn.shape[0]:
            drawn = _grown(drawn)
        drawn[count, 0] = need
        drawn[count, 1] = 0
        count += 1
    _settle(pool, sums, rows, s, head)
    return drawn, count


@njit(cache=True, nogil=True)
def _settle(pool: Ints, sums: Ints, rows: Ints, s: int, head: int) -> None:
    """Point the row of ``s`` at its first lot, or make it one number when nothing traced is left."""
    if head < 0:
        rows[s, _HEAD] = 0
        rows[s, _TAIL] = -1
    elif pool[head, _NEXT] < 0 and pool[head, _CLAIM] == 0:
        rows[s, _HEAD] = pool[head, _AMOUNT]
        rows[s, _TAIL] = -1
        pool[head, _NEXT] = sums[_FREE]
        sums[_FREE] = head
    else:
        rows[s, _HEAD] = -1 - head


@njit(cache=True, nogil=True)
def _receive(
    pool: Ints, sums: Ints, rows: Ints, d: int, drawn: Ints, count: int, claim: int, number: int
) -> tuple[Ints, int]:
    """Add what was drawn to ``d``, giving clean money to the claim first; returns the traced sum."""
    if rows[d, _TAIL] < 0:
        clean = rows[d, _HEAD]
        if clean > 0:
            pool = _append(pool, sums, rows, d, clean, 0)
    traced = 0
    for i in range(count):
        amount, owner = drawn[i, 0], drawn[i, 1]
        if owner == 0 and claim > 0:
            piece = min(claim, amount)
            pool = _append(pool, sums, rows, d, piece, number)
            claim -= piece
            traced += piece
            amount -= piece
        if amount > 0:
            pool = _append(pool, sums, rows, d, amount, owner)
            if owner != 0:
                traced += amount
    sums[_COMPETING] += claim
    return pool, traced


@njit(cache=True, nogil=True)
def _pass(src: Ids, dst: Ids, amount: Ints, claimed: Ints, rows: Ints, traced: Ints) -> tuple[Ints, Ints]:
    pool = np.empty((_START, 3), np.int64)
    drawn = np.empty((_START, 2), np.int64)
    sums = np.array([-1, 0, 0, 0], np.int64)
    number = 0
    for e in range(src.size):
        s, d, a, claim = src[e], dst[e], amount[e], claimed[e]
        if claim > 0:
            number += 1
        if rows[s, _TAIL] >= 0:
            drawn, count = _take(pool, sums, rows, s, a, drawn)
        else:
            left = rows[s, _HEAD] - a
            if left < 0:
                sums[_OUTSIDE] -= left
                left = 0
            rows[s, _HEAD] = left
            if claim == 0 and rows[d, _TAIL] < 0:
                rows[d, _HEAD] += a
                continue
            drawn[0, 0] = a
            drawn[0, 1] = 0
            count = 1
        if a == 0:
            continue
        if claim == 0 and rows[d, _TAIL] < 0 and _clean(drawn, count):
            rows[d, _HEAD] += a
            continue
        pool, traced[e] = _receive(pool, sums, rows, d, drawn, count, claim, number)
    return pool, sums


@njit(cache=True, nogil=True)
def _clean(drawn: Ints, count: int) -> bool:
    for i in range(count):  # noqa: SIM110 - numba compiles no all() over a generator
        if drawn[i, 1] != 0:
            return False
    return True


@njit(cache=True, nogil=True)
def _collect(rows: Ints, pool: Ints) -> tuple[Ints, Ints]:
    """Return balances and the traced lots (account, claim number, amount), by account, oldest first."""
    balance = np.zeros(rows.shape[0], np.int64)
    lots = np.empty((_START, 3), np.int64)
    count = 0
    for account in range(rows.shape[0]):
        if rows[account, _TAIL] < 0:
            balance[account] = rows[account, _HEAD]
            continue
        lot = -1 - rows[account, _HEAD]
        while lot >= 0:
            balance[account] += pool[lot, _AMOUNT]
            if pool[lot, _CLAIM] != 0:
                if count == lots.shape[0]:
                    lots = _grown(lots)
                lots[count, 0] = account
                lots[count, 1] = pool[lot, _CLAIM]
                lots[count, 2] = pool[lot, _AMOUNT]
                count += 1
            lot = pool[lot, _NEXT]
    return balance, lots[:count].copy()
