"""Which convention of signs and which order a table of statements was printed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ingest.errors import MappingError
from ingest.table import signs
from ingest.table.columns import Units
from ingest.table.order import ORDERS
from ingest.table.words import Words

if TYPE_CHECKING:
    from ingest.table.mapping import Mapping
    from ingest.table.statement_columns import StatementColumns
    from ingest.table.statements import Array, Statements


def solve_signs(
    read: StatementColumns, st: Statements, mapping: Mapping, tolerance: int
) -> tuple[signs.Solved, dict[str, str]]:
    """Return the amounts with their signs, the order tried, and how sure both are."""
    orders = {"solve": ORDERS, "file": ("file",), "reverse": ("reverse",)}[mapping.order]
    money = mapping.amount
    if money.signs not in ("solve", *signs.CONVENTIONS):
        raise MappingError("unknown sign convention", signs=money.signs, hint=", ".join(signs.CONVENTIONS))
    if not read.balance and mapping.order == "solve":
        orders = ("time_reverse",) if _newest_first(st) else ("time",)
    candidates = _candidates(read, mapping)
    if money.signs != "solve":
        candidates = {k: v for k, v in candidates.items() if k == money.signs}
        if not candidates and money.signs != "by_balance":
            raise MappingError("this sign convention needs other columns", signs=money.signs)
    if money.signs == "by_balance":
        found = signs.by_balance(st, np.abs(read.parts["one"].values), orders)
    else:
        found = signs.solve(st, candidates, orders, tolerance)
        bare = len(candidates) > 1 and "one" in read.parts and bool((read.parts["one"].values >= 0).all())
        if bare and money.signs == "solve" and found.held < found.compared:
            other = signs.by_balance(st, read.parts["one"].values, orders)
            found = other if other.held > found.held else found
    how = "stated" if len(candidates) == 1 else f"{found.held} of {found.compared} balances follow"
    if not found.compared and len(candidates) > 1:
        if "one" in read.parts and bool((read.parts["one"].values >= 0).all()):
            raise MappingError(
                "nothing says which rows are paid in and which are paid out",
                hint="amount: {column, direction, incoming, outgoing}, or {paid_in, paid_out}, or signs",
            )
        how = "assumed: no balance to test it by"
    return found, {"signs": f"{found.convention} ({signs.CONVENTIONS[found.convention]}); {how}"}


def _candidates(read: StatementColumns, mapping: Mapping) -> dict[str, Array]:
    money = mapping.amount
    if "one" not in read.parts:
        empty = Units(np.zeros(read.grid.rows, np.int64), np.zeros(read.grid.rows, bool), {}, {}, {})
        paid_in, paid_out = read.parts.get("in", empty), read.parts.get("out", empty)
        return signs.two_columns(paid_in.values, paid_out.values)
    one = read.parts["one"]
    if money.direction:
        said = {**dict.fromkeys(money.incoming, 1), **dict.fromkeys(money.outgoing, -1)}
        words = Words.of(read.grid.texts(money.direction), blank_is_none=False)
        sign = np.array([said[w] for w in words.vocabulary] or [1])[words.codes]
        return {"direction": np.abs(one.values) * sign}
    if one.sides:
        sign = np.ones(read.grid.rows, dtype=np.int64)
        sign[[r for r, s in one.sides.items() if s == "out"]] = -1
        return {"direction": one.values * sign}
    return {"plus_in": one.values, "minus_in": -one.values}


def _newest_first(st: Statements) -> bool:
    steps = np.diff(st.lo)
    return bool((steps < 0).sum() > (steps > 0).sum())
