"""Statements: rows of one or many accounts, seen from the account, with or without running balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from graph.model.amounts import Amount, parse_units
from graph.model.provenance import Reject
from ingest.errors import MappingError
from ingest.table.columns import Assets, decimals
from ingest.table.order import solve_moments
from ingest.table.output import (
    Facts,
    Legs,
    Piece,
    holders,
    marks,
    rail_texts,
    rows_table,
    texts_or_null,
)
from ingest.table.payments import own_ends, time_notes, without_left_out
from ingest.table.reconciling import reconcile
from ingest.table.signing import solve_signs
from ingest.table.statement_columns import StatementColumns, balance_values, read_columns, statements
from ingest.table.statement_facts import statement_facts
from ingest.table.words import Words, pick

if TYPE_CHECKING:
    from ingest.table.grid import Grid
    from ingest.table.mapping import Mapping
    from ingest.table.statements import Array, Statements

_MOST_FACTS = 100_000


def read_statement(grid: Grid, mapping: Mapping, source: str, header: int) -> Piece:
    """Read a grid as statements.

    Parameters
    ----------
    grid : Grid
    mapping : Mapping
        Of shape ``statement``.
    source : str
        Sha256 of the source.
    header : int
        Place of the header, where facts about whole statements stand; 0: at their first row.
    """
    if mapping.account is None:
        raise MappingError("a statement has an account", mapping=mapping.name)
    outside = [(_place_of(r), r.locator) for r in grid.rejected]
    grid, left_out = without_left_out(grid, mapping)
    read, rejected = read_columns(grid, mapping, mapping.account, source)
    outside += [(_place_of(r), r.locator) for r in rejected]
    st = statements(read, mapping)
    names = _statement_names(read, st)
    tolerance = _tolerance(mapping, read.assets)
    solved, note = solve_signs(read, st, mapping, tolerance)
    order = solved.order
    if solved.held < solved.compared or tolerance:
        order = solve_moments(st, solved.signed, order, tolerance)
    verdicts = reconcile(
        st,
        solved.signed,
        order,
        [n for n, _ in names],
        read.grid.locator,
        lambda units, g: Amount(units, read.assets.assets[names[g][1]]).text(),
        sorted(outside),
        read.grid.place,
        tolerance,
    )
    said = (
        {}
        if solved.assumed is None
        else {int(r): "direction assumed" for r in np.flatnonzero(solved.assumed)}
    )
    legs, beyond = _legs(read, mapping, source, solved.signed, _steps(st, order), said)
    facts = Facts(read.grid.form)
    holders(facts, legs[1], read.other.names, (legs[0].obs, legs[0].place, legs[0].lo, legs[0].hi))
    holders(
        facts, read.account.keys, read.account.names, (legs[0].obs, legs[0].place, legs[0].lo, legs[0].hi)
    )
    statement_facts(facts, read, st, solved.signed, order, names, verdicts, header)
    notes = time_notes(mapping.when, read.common.times) | note | _order_note(st, order)
    return Piece(
        rows_table(legs[0]),
        facts.table(),
        (*grid.rejected, *rejected),
        (*left_out, *beyond),
        tuple(verdicts),
        notes,
    )


def _place_of(reject: Reject) -> int:
    digits = reject.locator.rpartition(":")[2].partition(",")[0]
    return int(digits) if digits.isdigit() else 0


def _statement_names(read: StatementColumns, st: Statements) -> list[tuple[str, int]]:
    """Return account key and asset number of each statement."""
    _, first = np.unique(st.group, return_index=True)
    return [(read.account.keys.word(int(r)), int(read.assets.codes[r])) for r in first]


def _tolerance(mapping: Mapping, assets: Assets) -> int:
    if not mapping.rounding:
        return 0
    return max((parse_units(mapping.rounding, a.exponent or 0) for a in assets.assets), default=0)


def _steps(st: Statements, order: Array) -> Array:
    """Return each row's number within its statement, from 0, in the order solved."""
    group = st.group[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    lengths = np.diff(np.append(starts, len(order)))
    steps = np.empty(len(order), dtype=np.int64)
    steps[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    return steps


def _order_note(st: Statements, order: Array) -> dict[str, str]:
    down = int((np.diff(order)[np.diff(st.group[order]) == 0] < 0).sum())
    inside = int((np.diff(st.group[order]) == 0).sum())
    if not down:
        return {"order": "as in the file"}
    return {
        "order": "newest first in the file"
        if down == inside
        else f"solved: {down} of {inside} steps run backwards"
    }


def _legs(
    read: StatementColumns, mapping: Mapping, source: str, signed: Array, steps: Array, said: dict[int, str]
) -> tuple[tuple[Legs, Words], tuple[Reject, ...]]:
    grid, n = read.grid, read.grid.rows
    common = read.common
    other = own_ends(read.other.keys, common.kinds.end, source, grid.form, grid.place)
    digits = {r: d for part in read.parts.values() for r, d in part.digits.items()}
    comes_in = np.asarray(signed >= 0, dtype=bool)
    paid_out = read.parts["out"].digits if "out" in read.parts else {}
    comes_in[[r for r, d in digits.items() if r in paid_out or d.startswith("-")]] = False
    debit = pick(comes_in, other, read.account.keys)
    credit = pick(comes_in, read.account.keys, other)
    digits = {r: d.removeprefix("-") for r, d in digits.items()}
    given = np.ones(n, dtype=bool)
    given[list(digits)] = False
    legs = Legs(
        obs=np.arange(n, dtype=np.int32),
        lo=common.times.lo,
        hi=common.times.hi,
        step=steps,
        place=grid.place,
        form=grid.form,
        status=common.kinds.status,
        kind=common.kinds.kind,
        channel=common.kinds.channel,
        debit=debit,
        credit=credit,
        amount=decimals(np.abs(signed), given),
        asset=read.assets.keys,
        digits=pa.array([digits.get(r) for r in range(n)], pa.string()) if digits else None,
        statement=read.account.keys,
        balance=None if read.balance is None else decimals(balance_values(read.balance), read.balance.given),
        rail=rail_texts(grid, mapping.rail),
        reverses=rail_texts(grid, mapping.reverses),
        ref=texts_or_null(grid, (mapping.ref,) if mapping.ref else ()),
        text=texts_or_null(grid, mapping.text),
        mark=marks(grid, common.times.doubts, said),
    )
    beyond = tuple(
        Reject(grid.locator(r), "amount beyond 38 digits", "kept as digits, in no sum", digits[r])
        for r in sorted(digits)
    )
    return (legs, read.other.keys), beyond
