"""Conversion orders of an exchange: money one way, tokens the other, one observation of two rows.

The bridge between mobile money and chains: the money leg carries the receipt of its payment, so that
it and the row of the payer's statement are one event by the rail's guarantee.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from graph.model.provenance import Balance, Reconciliation
from ingest.errors import MappingError
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
from ingest.table.transfers import PAYEE, not_a_transfer
from ingest.table.words import Words

if TYPE_CHECKING:
    from ingest.table.columns import Refused
    from ingest.table.grid import Grid
    from ingest.table.mapping import Mapping

_SIDES = ("buyer", "seller", "payer", "payee")


def read_orders(grid: Grid, mapping: Mapping, source: str) -> Piece:
    """Read a grid as orders: money from payer to payee, tokens from seller to buyer."""
    if mapping.buyer is None or mapping.seller is None or not mapping.quantity.column:
        raise MappingError("orders have buyer, seller and quantity", mapping=mapping.name)
    grid, left_out = without_left_out(grid, mapping)
    common = read_times_and_kinds(grid, mapping)
    money, tokens = read_assets(grid, mapping.asset), read_assets(grid, mapping.token)
    wanted = (mapping.buyer,), (mapping.seller,), mapping.payer, mapping.payee
    sides = {k: resolve(grid, e, mapping.institution, source) for k, e in zip(_SIDES, wanted, strict=True)}
    lay = (mapping.table.decimal, mapping.table.group)
    paid = read_units(grid.texts(mapping.amount.column), money, *lay)
    bought = read_units(grid.texts(mapping.quantity.column), tokens, *lay)
    problems: list[Refused] = [common.times.refused, common.kinds.refused, money.refused, tokens.refused]
    problems += [s.refused for s in sides.values()]
    problems += [paid.refused, bought.refused, not_a_transfer(paid), not_a_transfer(bought)]
    for side in ("buyer", "seller"):
        nobody = np.flatnonzero(sides[side].keys.codes < 0).tolist()
        problems.append({int(r): (f"the order names no {side}", "") for r in nobody})
    keep, rejected = rejects(grid, problems)
    rows = np.flatnonzero(keep)
    cut, n = grid.take(keep), len(rows)
    common, money, tokens = taken(common, rows), taken(money, rows), taken(tokens, rows)
    paid, bought = taken(paid, rows), taken(bought, rows)
    sides = {k: taken(v, rows) for k, v in sides.items()}
    nothing = Words.constant("", n)
    obs = np.arange(n, dtype=np.int32)
    fiat = Legs(
        obs=obs,
        lo=common.times.lo,
        hi=common.times.hi,
        step=2 * obs.astype(np.int64),
        place=cut.place,
        form=cut.form,
        status=common.kinds.status,
        kind=common.kinds.kind,
        channel=common.kinds.channel,
        debit=own_ends(sides["payer"].keys, nothing, source, cut.form, cut.place),
        credit=own_ends(sides["payee"].keys, nothing, source, cut.form, cut.place, PAYEE),
        amount=decimals(paid.values),
        asset=money.keys,
        rail=rail_texts(cut, mapping.rail),
        ref=texts_or_null(cut, (mapping.ref,) if mapping.ref else ()),
        text=texts_or_null(cut, mapping.text),
        mark=marks(cut, common.times.doubts),
    )
    given = np.ones(n, dtype=bool)
    given[list(bought.digits)] = False
    token = replace(
        fiat,
        step=fiat.step + 1,
        debit=sides["seller"].keys,
        credit=sides["buyer"].keys,
        asset=tokens.keys,
        amount=decimals(bought.values, given),
        rail=None,
        digits=pa.array([bought.digits.get(r) for r in range(n)], pa.string()) if bought.digits else None,
    )
    facts = Facts(cut.form)
    for ends in sides.values():
        holders(facts, ends.keys, ends.names, (fiat.obs, fiat.place, fiat.lo, fiat.hi))
    both = pa.concat_tables([rows_table(fiat), rows_table(token)])
    why = "orders print no running balance"
    return Piece(
        both,
        facts.table(),
        (*grid.rejected, *rejected),
        left_out,
        (Reconciliation(Balance.NONE, why=why),),
        time_notes(mapping.when, common.times) | _prices(mapping),
    )


def _prices(mapping: Mapping) -> dict[str, str]:
    return (
        {"prices": "as the order prints amount and quantity; a price column is not read"}
        if mapping.rate
        else {}
    )
