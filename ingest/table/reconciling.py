"""Whether a statement's rows explain its balances, said per statement with place and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graph.model.provenance import Balance, Reconciliation
from ingest.table.statements import Array, Links, Statements, links

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_NAMED = 12
MOST_STATEMENTS = 5_000


def reconcile(
    st: Statements,
    signed: Array,
    order: Array,
    names: Sequence[str],
    locator: Callable[[int], str],
    text: Callable[[int, int], str],
    rejected: Sequence[tuple[int, str]],
    place: Array,
    tolerance: int = 0,
) -> list[Reconciliation]:
    """Reconcile every statement of a table.

    Parameters
    ----------
    names : sequence of str
        Name of each statement, by group.
    locator : callable
        Row number to locator.
    text : callable
        ``(base units, group)`` to a decimal text.
    rejected : sequence of (place, locator)
        Rows of the table that were kept out: a break that spans one is a gap, not a break.
    place : ndarray of int64
        Physical place of each row.
    tolerance : int
        Base units that the bank's own rounding may move the balance in one row.

    Returns
    -------
    list of Reconciliation
        By statement, in order of number. Where one reconciles, place and figures are those of its
        closing balance. Beyond ``MOST_STATEMENTS`` only those that do not reconcile, and how many do.
    """
    count = st.count
    found = links(st, signed, order)
    broken = found.broken(tolerance)
    group = st.group[found.rows]
    first_break = _first(group, broken, count)
    exact = np.bincount(group[found.off != 0], minlength=count) if len(group) else np.zeros(count, int)
    printed = np.bincount(group, minlength=count)
    last = np.zeros(count, dtype=np.int64)
    last[group] = np.arange(len(group))
    blank = st.moves & ~st.known
    missing = np.bincount(st.group[blank], minlength=count)
    out = []
    held = 0
    for g in range(count):
        if not printed[g]:
            verdict = Reconciliation(Balance.NONE, names[g], why="no row prints a balance")
        elif first_break[g] >= 0:
            verdict = _break(st, found, int(first_break[g]), names[g], locator, text, rejected, place)
        elif missing[g]:
            rows = [locator(int(r)) for r in np.flatnonzero(blank & (st.group == g))[:MOST_NAMED]]
            more = f" and {missing[g] - len(rows)} more" if missing[g] > len(rows) else ""
            why = f"no balance is printed at {', '.join(rows)}{more}"
            verdict = Reconciliation(Balance.INCOMPLETE, names[g], locator=rows[0], why=why)
        else:
            start = "from zero" if st.from_zero else "from the balance before the first row"
            why = f"every balance follows from the rows, {start}"
            if exact[g]:
                why = f"within rounding of {text(tolerance, g)} a row, {start}: {exact[g]} rows differ by it"
            row = int(found.rows[last[g]])
            closing = text(int(st.balance[row]), g)
            verdict = Reconciliation(Balance.RECONCILES, names[g], locator(row), closing, closing, why)
            held += 1
            if count > MOST_STATEMENTS:
                continue
        out.append(verdict)
    if count > MOST_STATEMENTS:
        why = f"{held} of {count} statements reconcile; only the others are named"
        out.insert(0, Reconciliation(Balance.RECONCILES if held else Balance.NONE, "", why=why))
    return out


def _first(group: Array, broken: Array, count: int) -> Array:
    """Return, for each statement, the number of its first broken comparison, else -1."""
    first = np.full(count, -1, dtype=np.int64)
    at = np.flatnonzero(broken)[::-1]
    first[group[at]] = at
    return first


def _break(
    st: Statements,
    found: Links,
    at: int,
    name: str,
    locator: Callable[[int], str],
    text: Callable[[int, int], str],
    rejected: Sequence[tuple[int, str]],
    place: Array,
) -> Reconciliation:
    row = int(found.rows[at])
    group = int(st.group[row])
    before = int(found.rows[at - 1]) if at and st.group[found.rows[at - 1]] == group else None
    balance = int(st.balance[row])
    expected, printed = text(balance - int(found.off[at]), group), text(balance, group)
    here, there = int(place[row]), 0 if before is None else int(place[before])
    between = [where for p, where in rejected if min(here, there) < p < max(here, there)]
    if between:
        why = "rows before it were rejected: " + ", ".join(between[:MOST_NAMED])
        return Reconciliation(Balance.INCOMPLETE, name, locator(row), expected, printed, why)
    origin = "an account that starts from zero" if before is None else f"the balance at {locator(before)}"
    return Reconciliation(Balance.BREAKS, name, locator(row), expected, printed, f"expected from {origin}")
