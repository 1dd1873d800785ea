"""Taint kernels against plain Python on the same rows, in one process, answers compared.

Prints CPU seconds (the least of several interleaved rounds) and their ratio. Compiling, and checking and
packing the columns, are left out; so is making the lists for plain Python.
Run: ``python benchmarks/trace_kernels.py [transfers]``. Default one million transfers of a power-law
population, five per account, 20 claims; then one transfer in a thousand claimed.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.kernels.fifo import FifoTaint, fifo
from analytics.kernels.pro_rata import ProRataTaint, pro_rata
from analytics.kernels.transfers import Transfers

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 1_000_000
PER_ACCOUNT = 5
KERNEL_ROUNDS = 7
PLAIN_ROUNDS = 3
TARGET = 80

Rows = tuple[list[int], list[int], list[int], list[int]]


def population(size: int, claims: int, seed: int = 7) -> Transfers:
    """Return transfers whose ends are power-law distributed, half of them habitual pairs."""
    rng = np.random.default_rng(seed)
    accounts = max(2, size // PER_ACCOUNT)

    def ranks(exponent: int) -> np.ndarray[Any, Any]:
        return (rng.random(size) ** exponent * accounts).astype(np.int64)

    src = ranks(2)
    habit = (src * 2_654_435_761 + rng.integers(0, 8, size) * 97) % accounts
    dst = np.where(rng.random(size) < 0.5, habit, ranks(3))  # noqa: PLR2004
    dst = np.where(dst == src, (dst + 1) % accounts, dst)
    amount = np.maximum(100, np.exp(rng.normal(np.log(20_000), 1.6, size))).astype(np.int64)
    claimed = np.zeros(size, np.int64)
    seeds = rng.choice(size // 2, claims, replace=False)
    claimed[seeds] = amount[seeds]
    return Transfers.of(src, dst, amount, claimed, accounts)


def plain_pro_rata(rows: Rows) -> tuple[list[int], dict[int, int]]:
    """Return what ``pro_rata`` returns, with dicts and Python's integers."""
    balance: dict[int, int] = {}
    held: dict[int, int] = {}
    traced = []
    for s, d, a, claim in zip(*rows, strict=True):
        b = max(balance.get(s, 0), a)
        t = held.get(s, 0)
        x = (2 * a * t + b) // (2 * b) if t else 0
        balance[s] = b - a
        held[s] = t - x
        x += min(claim, a - x)
        balance[d] = balance.get(d, 0) + a
        held[d] = held.get(d, 0) + x
        traced.append(x)
    return traced, held


def plain_fifo(rows: Rows) -> tuple[list[int], dict[int, deque[list[int]]]]:
    """Return what ``fifo`` returns, with a deque of lots per account."""
    queues: dict[int, deque[list[int]]] = {}
    traced = []
    number = 0
    for s, d, a, claim in zip(*rows, strict=True):
        queue = queues.get(s)
        drawn = []
        need = a
        while need and queue:
            lot = queue[0]
            piece = min(lot[0], need)
            drawn.append([piece, lot[1]])
            need -= piece
            lot[0] -= piece
            if not lot[0]:
                queue.popleft()
        if need:
            drawn.append([need, 0])
        if claim:
            number += 1
            drawn = relabelled(drawn, claim, number)
        into = queues.get(d)
        if into is None:
            into = queues[d] = deque()
        for amount, owner in drawn:
            if into and into[-1][1] == owner:
                into[-1][0] += amount
            else:
                into.append([amount, owner])
        traced.append(sum(amount for amount, owner in drawn if owner))
    return traced, queues


def relabelled(drawn: list[list[int]], claim: int, number: int) -> list[list[int]]:
    """Give clean money to a claim, in draw order."""
    out = []
    for amount, owner in drawn:
        piece = min(claim, amount) if not owner else 0
        claim -= piece
        out += [[piece, number]] if piece else []
        out += [[amount - piece, owner]] if amount > piece else []
    return out


def listed(transfers: Transfers) -> Rows:
    """Return the columns as lists of Python integers."""
    return (
        transfers.src.tolist(),
        transfers.dst.tolist(),
        transfers.amount.tolist(),
        transfers.claimed.tolist(),
    )


def cpu(work: Callable[[Any], Any], given: Transfers | Rows) -> tuple[float, Any]:
    """Return CPU seconds and the answer."""
    start = time.process_time()
    answer = work(given)
    return time.process_time() - start, answer


def duel(
    name: str,
    kernel: Callable[[Transfers], ProRataTaint | FifoTaint],
    plain: Callable[[Rows], Any],
    transfers: Transfers,
    rows: Rows,
) -> float:
    """Interleave both, compare their answers, print the least times and return the ratio."""
    kernel(transfers)
    ours, theirs = [], []
    for i in range(max(KERNEL_ROUNDS, PLAIN_ROUNDS)):
        if i < PLAIN_ROUNDS:
            seconds, expected = cpu(plain, rows)
            theirs.append(seconds)
        seconds, found = cpu(kernel, transfers)
        ours.append(seconds)
    if found.traced.tolist() != expected[0]:
        raise SystemExit(f"{name}: answers differ")
    ratio = min(theirs) / min(ours)
    rate = transfers.amount.size / min(ours) / 1e6
    print(
        f"{name:<28} kernel {min(ours):.4f} s ({rate:.0f} M/s)  plain {min(theirs):.3f} s  "
        f"ratio {ratio:.0f}x  traced transfers {int((found.traced > 0).sum())}"
    )
    return ratio


def main(size: int) -> int:
    """Run all duels; 1 when a ratio is below the target."""
    ratios = []
    for label, claims in (("20 claims", 20), ("0.1 % claimed", size // 1000)):
        transfers = population(size, claims)
        rows = listed(transfers)
        ratios += [
            duel(f"pro rata, {label}", pro_rata, plain_pro_rata, transfers, rows),
            duel(f"fifo, {label}", fifo, plain_fifo, transfers, rows),
        ]
    print(f"least ratio {min(ratios):.0f}x, target {TARGET}x")
    return int(min(ratios) < TARGET)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
