"""What a table says of each statement as a whole: its period, opening and closing balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graph.model.amounts import Amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.provenance import Reconciliation
    from ingest.table.output import Facts
    from ingest.table.statement_columns import StatementColumns
    from ingest.table.statements import Array, Statements

_MOST = 100_000


def statement_facts(
    facts: Facts,
    read: StatementColumns,
    st: Statements,
    signed: Array,
    order: Array,
    names: Sequence[tuple[str, int]],
    verdicts: Sequence[Reconciliation],
    header: int,
) -> None:
    """Add one fact per statement, at the header; beyond ``_MOST`` statements none.

    Parameters
    ----------
    signed, order : ndarray
        As solved: base units into the account, and row numbers statement by statement.
    names : sequence of (account key, asset number)
    header : int
        Place of the header; 0: the fact stands at the statement's first row.
    """
    if st.count > _MOST or not len(order):
        return
    said = [v.verdict.value for v in verdicts] if st.count == len(verdicts) else []
    group = st.group[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    ends = np.append(starts[1:], len(order))
    lo, hi = np.minimum.reduceat(st.lo[order], starts), np.maximum.reduceat(st.hi[order], starts)
    first_rows = np.minimum.reduceat(order, starts)
    moved = np.where(st.moves, signed, 0)[order]
    printed = np.flatnonzero((st.known & st.moves)[order])
    for i, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        g = int(group[start])
        key, code = names[g]
        asset = read.assets.assets[code]
        fields = {"asset": asset.key, "basis": "zero" if st.from_zero else "derived"}
        a, b = np.searchsorted(printed, (start, end)).tolist()
        if b > a:
            first, last = int(printed[a]), int(printed[b - 1])
            before = sum(int(m) for m in moved[start : first + 1])
            opening = 0 if st.from_zero else int(st.balance[order[first]]) - before
            fields["opening"] = Amount(opening, asset).text()
            fields["closing"] = Amount(int(st.balance[order[last]]), asset).text()
        if said:
            fields["verdict"] = said[g]
        row = int(first_rows[i])
        at = (read.grid.rows, header) if header else (row, int(read.grid.place[row]))
        facts.add("statement", at[0], at[1], (int(lo[i]), int(hi[i])), key, fields)
