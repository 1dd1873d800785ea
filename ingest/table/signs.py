"""What is paid in and what is paid out: the convention that reconciles.

Banks print money out as a positive figure in its own column, as a negative one there, as a signed
figure, or as a bare figure whose direction only the balance shows. The convention is tried, not
assumed; where nothing decides, the first stands and is reported as assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.table.order import best_orders
from ingest.table.statements import Array, Statements, links

if TYPE_CHECKING:
    from collections.abc import Sequence

CONVENTIONS = {
    "columns": "paid in adds, paid out takes away, whether printed with a minus or not",
    "printed": "paid in adds, paid out takes away, a minus there being money back",
    "swapped": "the columns are the bank's side: what it calls paid out comes in",
    "plus_in": "plus comes in, minus goes out",
    "minus_in": "minus comes in, plus goes out",
    "by_balance": "figures without sign: the balance shows the direction of each row",
    "direction": "a column, or Dr and Cr, says the direction of each row",
}


@dataclass(frozen=True, slots=True)
class Solved:
    """The convention and order that explain most balances.

    ``assumed`` marks rows whose direction nothing shows; ``held`` of ``compared`` comparisons hold.
    """

    convention: str
    signed: Array
    order: Array
    held: int
    compared: int
    assumed: Array | None = None


def two_columns(paid_in: Array, paid_out: Array) -> dict[str, Array]:
    """Return the signed amounts of each convention for a column in and a column out."""
    return {
        "columns": paid_in - np.abs(paid_out),
        "printed": paid_in - paid_out,
        "swapped": np.abs(paid_out) - paid_in,
    }


def solve(st: Statements, candidates: dict[str, Array], orders: Sequence[str], tolerance: int = 0) -> Solved:
    """Try conventions in turn and keep the one under which most balances follow from the rows.

    Conventions that give equal figures are one. Ties: the earlier convention.
    """
    best: Solved | None = None
    tried: list[Array] = []
    for name, signed in candidates.items():
        if any(np.array_equal(signed, t) for t in tried):
            continue
        tried.append(signed)
        order = best_orders(st, signed, orders, tolerance)
        found = links(st, signed, order)
        held = int((~found.broken(tolerance)).sum())
        if best is None or held > best.held:
            best = Solved(name, signed, order, held, len(found.rows))
        if held == len(found.rows):
            break
    if best is None:
        raise ValueError("no convention to try")
    return best


def by_balance(st: Statements, unsigned: Array, orders: Sequence[str]) -> Solved:
    """Take each row's direction from the rise of the balance, in the order where that works most.

    The direction of a row without a balance before it (the first, unless the account starts from
    zero) is assumed to be in, and marked.
    """
    best: Solved | None = None
    for order in (best_orders(st, np.zeros_like(unsigned), [o], 0) for o in orders):
        printed = st.balance[order]
        first = np.diff(st.group[order], prepend=-1) != 0
        rise = printed.copy()
        rise[1:] = np.where(first[1:], printed[1:], printed[1:] - printed[:-1])
        sign = np.where(rise == -unsigned[order], -1, 1)
        if not st.from_zero:
            sign = np.where(first, 1, sign)
        signed = np.empty_like(unsigned)
        signed[order] = unsigned[order] * sign
        found = links(st, signed, order)
        held = int((~found.broken()).sum())
        if best is None or held > best.held:
            assumed = np.zeros(len(order), dtype=bool)
            assumed[order] = first & (not st.from_zero)
            best = Solved("by_balance", signed, order, held, len(found.rows), assumed)
    if best is None:
        raise ValueError("no order to try")
    return best
