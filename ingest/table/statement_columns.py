"""The columns of a table of statements: everything its rows print, exact, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.table.columns import Assets, Units, read_assets, read_units
from ingest.table.ends import Ends, resolve
from ingest.table.output import rejects
from ingest.table.payments import TimesAndKinds, read_times_and_kinds
from ingest.table.statements import Array, Statements
from ingest.table.taking import taken
from ingest.table.words import Words

if TYPE_CHECKING:
    from graph.model.provenance import Reject
    from ingest.table.columns import Refused
    from ingest.table.grid import Grid
    from ingest.table.mapping import End, Mapping, Money


@dataclass(frozen=True, slots=True)
class StatementColumns:
    """All columns of the rows that stay."""

    grid: Grid
    common: TimesAndKinds
    account: Ends
    other: Ends
    assets: Assets
    parts: dict[str, Units]
    balance: Units | None


def read_columns(
    grid: Grid, mapping: Mapping, of: End, source: str
) -> tuple[StatementColumns, tuple[Reject, ...]]:
    """Read every column, and keep the rows that can be read; ``of`` is the account's own column."""
    common = read_times_and_kinds(grid, mapping)
    assets = read_assets(grid, mapping.asset)
    account = resolve(grid, [of], mapping.institution, source)
    other = resolve(grid, mapping.counterparty, mapping.institution, source)
    lay = (mapping.table.decimal, mapping.table.group)
    money = mapping.amount
    wanted = {"one": money.column} if money.column else {"in": money.paid_in, "out": money.paid_out}
    parts = {k: read_units(grid.texts(c), assets, *lay) for k, c in wanted.items() if c}
    balance = read_units(grid.texts(mapping.balance), assets, *lay) if mapping.balance else None
    refused: list[Refused] = [common.times.refused, common.kinds.refused, assets.refused, account.refused]
    refused += [other.refused, *(p.refused for p in parts.values())]
    refused += [balance.refused] if balance else []
    nobody = np.flatnonzero(account.keys.codes < 0).tolist()
    refused.append(dict.fromkeys(nobody, ("the row names no account", "")))
    refused += [_no_amount(parts, grid.rows), _no_direction(grid, money)]
    keep, rejected = rejects(grid, refused)
    return _taken(grid, common, account, other, assets, parts, balance, keep), rejected


def _no_amount(parts: dict[str, Units], n: int) -> Refused:
    given = np.zeros(n, dtype=bool)
    for part in parts.values():
        given |= part.given
        given[list(part.digits)] = True
    out: Refused = dict.fromkeys(np.flatnonzero(~given).tolist(), ("no amount in the row", ""))
    if len(parts) > 1:
        both = (parts["in"].values != 0) & (parts["out"].values != 0)
        out |= dict.fromkeys(
            np.flatnonzero(both.astype(bool)).tolist(),
            ("both paid in and paid out", "one row is one movement"),
        )
    return out


def _no_direction(grid: Grid, money: Money) -> Refused:
    if not money.direction:
        return {}
    words = Words.of(grid.texts(money.direction), blank_is_none=False)
    known = {*money.incoming, *money.outgoing}
    unknown = np.array([w not in known for w in words.vocabulary] or [False])[words.codes]
    hint = "the mapping says which texts are incoming and which outgoing"
    return {int(r): ("a direction the mapping does not know", hint) for r in np.flatnonzero(unknown)}


def _taken(
    grid: Grid,
    common: TimesAndKinds,
    account: Ends,
    other: Ends,
    assets: Assets,
    parts: dict[str, Units],
    balance: Units | None,
    keep: Array,
) -> StatementColumns:
    rows = np.flatnonzero(keep)
    if len(rows) == grid.rows:
        return StatementColumns(grid, common, account, other, assets, parts, balance)
    cut = {name: taken(part, rows) for name, part in parts.items()}
    return StatementColumns(
        grid.take(keep),
        taken(common, rows),
        taken(account, rows),
        taken(other, rows),
        taken(assets, rows),
        cut,
        None if balance is None else taken(balance, rows),
    )


def statements(read: StatementColumns, mapping: Mapping) -> Statements:
    """Return the rows as statements: one per account and asset, in order of first appearance."""
    accounts, assets = read.account.keys.codes.astype(np.int64), read.assets.codes
    pair = accounts * max(1, len(read.assets.assets)) + assets
    size = int(pair.max()) + 1 if len(pair) else 0
    first = np.full(size, len(pair), dtype=np.int64)
    np.minimum.at(first, pair, np.arange(len(pair)))
    seen = np.flatnonzero(first < len(pair))
    number = np.empty(size, dtype=np.int32)
    number[seen[np.argsort(first[seen])]] = np.arange(len(seen), dtype=np.int32)
    n = read.grid.rows
    balance = read.balance
    status = read.common.kinds.status
    completed = np.array([w == "completed" for w in status.vocabulary] + [False])[status.codes]
    beyond = sorted({r for part in read.parts.values() for r in part.digits})
    completed[beyond] = False
    values = np.zeros(n, np.int64) if balance is None else balance_values(balance)
    known = np.zeros(n, bool) if balance is None else balance.given
    times = read.common.times
    return Statements(number[pair], times.lo, times.hi, completed, values, known, mapping.opening == "zero")


def balance_values(balance: Units) -> Array:
    """Turn balances printed with Dr into what the account owes."""
    rows = [r for r, side in balance.sides.items() if side == "out"]
    values = balance.values.copy()
    values[rows] = -np.abs(values[rows])
    return values
