"""Tables whose rows name both ends: from, to, amount; charges may stand in columns of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from graph.model.provenance import Balance, Reconciliation, Reject
from ingest.table.columns import decimals, read_assets, read_units
from ingest.table.ends import resolve
from ingest.table.output import (
    Facts,
    Legs,
    Piece,
    holders,
    marks,
    rail_texts,
    rejects,
    rows_table,
    texts_or_null,
)
from ingest.table.payments import own_ends, read_times_and_kinds, time_notes, without_left_out
from ingest.table.taking import taken
from ingest.table.words import Words, pick

if TYPE_CHECKING:
    from ingest.table.columns import Refused, Units
    from ingest.table.ends import Ends
    from ingest.table.grid import Grid
    from ingest.table.mapping import Fee, Mapping
    from ingest.table.statements import Array

PAYEE = ",payee"


def read_transfers(grid: Grid, mapping: Mapping, source: str) -> Piece:
    """Read a grid as transfers: one row, one movement, and one more per charge printed in it."""
    grid, left_out = without_left_out(grid, mapping)
    common, assets = read_times_and_kinds(grid, mapping), read_assets(grid, mapping.asset)
    payer = resolve(grid, mapping.payer, mapping.institution, source)
    payee = resolve(grid, mapping.payee, mapping.institution, source)
    lay = (mapping.table.decimal, mapping.table.group)
    amount = read_units(grid.texts(mapping.amount.column), assets, *lay)
    charges = [read_units(grid.texts(f.column), assets, *lay) for f in mapping.fees]
    problems: list[Refused] = [
        common.times.refused,
        common.kinds.refused,
        assets.refused,
        payer.refused,
        payee.refused,
    ]
    problems += [amount.refused, *(c.refused for c in charges), not_a_transfer(amount), _nobody(payer, payee)]
    keep, rejected = rejects(grid, problems)
    rows = np.flatnonzero(keep)
    cut = grid.take(keep)
    common, assets, amount = taken(common, rows), taken(assets, rows), taken(amount, rows)
    payer, payee = taken(payer, rows), taken(payee, rows)
    end = common.kinds.end
    debit = own_ends(payer.keys, Words.constant("", len(rows)), source, cut.form, cut.place)
    credit = own_ends(payee.keys, end, source, cut.form, cut.place, PAYEE)
    swap = common.kinds.swap
    given = np.ones(len(rows), dtype=bool)
    given[list(amount.digits)] = False
    legs = Legs(
        obs=np.arange(len(rows), dtype=np.int32),
        lo=common.times.lo,
        hi=common.times.hi,
        step=np.arange(len(rows), dtype=np.int64),
        place=cut.place,
        form=cut.form,
        status=common.kinds.status,
        kind=common.kinds.kind,
        channel=common.kinds.channel,
        debit=pick(swap, credit, debit) if swap.any() else debit,
        credit=pick(swap, debit, credit) if swap.any() else credit,
        amount=decimals(amount.values, given),
        asset=assets.keys,
        digits=pa.array([amount.digits.get(r) for r in range(len(rows))], pa.string())
        if amount.digits
        else None,
        rail=rail_texts(cut, mapping.rail),
        reverses=rail_texts(cut, mapping.reverses),
        ref=texts_or_null(cut, (mapping.ref,) if mapping.ref else ()),
        text=texts_or_null(cut, mapping.text),
        mark=marks(cut, common.times.doubts),
    )
    facts = Facts(cut.form)
    dated = (legs.obs, legs.place, legs.lo, legs.hi)
    holders(facts, payer.keys, payer.names, dated)
    holders(facts, payee.keys, payee.names, dated)
    tables = [rows_table(legs)]
    tables += [
        rows_table(fee_legs(legs, fee, taken(units, rows), source))
        for fee, units in zip(mapping.fees, charges, strict=True)
    ]
    beyond = tuple(
        Reject(cut.locator(r), "amount beyond 38 digits", "kept as digits, in no sum", d)
        for r, d in sorted(amount.digits.items())
    )
    why = "transfers between many accounts print no running balance of one"
    return Piece(
        pa.concat_tables(tables),
        facts.table(),
        (*grid.rejected, *rejected),
        (*left_out, *beyond),
        (Reconciliation(Balance.NONE, why=why),),
        time_notes(mapping.when, common.times),
    )


def not_a_transfer(amount: Units) -> Refused:
    """Refuse rows without an amount, or with one below zero."""
    given = amount.given.copy()
    given[list(amount.digits)] = True
    out: Refused = dict.fromkeys(np.flatnonzero(~given).tolist(), ("no amount in the row", ""))
    below = np.flatnonzero((amount.values < 0).astype(bool)).tolist()
    below += [r for r, d in amount.digits.items() if d.startswith("-")]
    hint = "a row rule with swap: true says which rows run the other way"
    return out | {int(r): ("an amount below zero between two named ends", hint) for r in below}


def _nobody(payer: Ends, payee: Ends) -> Refused:
    nobody = np.flatnonzero((payer.keys.codes < 0) & (payee.keys.codes < 0)).tolist()
    return {int(r): ("neither end of the row is identified", "") for r in nobody}


def fee_legs(legs: Legs, fee: Fee, units: Units, source: str) -> Legs:
    """Return the charges of a fee column: of the same observations, paid by the payer to an end unknown."""
    rows = np.flatnonzero(units.given & (units.values != 0).astype(bool))
    n = len(rows)
    place: Array = legs.place[rows]
    nobody = Words.constant("", n)
    to = own_ends(nobody, nobody, source, legs.form, place, f",{fee.kind}")
    return Legs(
        obs=legs.obs[rows],
        lo=legs.lo[rows],
        hi=legs.hi[rows],
        step=legs.step[rows],
        place=place,
        form=legs.form,
        status=legs.status.take(rows),
        kind=Words.constant(fee.kind, n),
        channel=legs.channel.take(rows),
        debit=legs.debit.take(rows),
        credit=to,
        amount=decimals(np.abs(units.values[rows])),
        asset=legs.asset.take(rows),
        rail=None if legs.rail is None else legs.rail.take(pa.array(rows)),
        ref=None if legs.ref is None else legs.ref.take(pa.array(rows)),
    )
