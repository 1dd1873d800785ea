"""Neighbourhoods and paths as tables: what the index finds, with the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from graph.errors import StoreError
from graph.model.scope import Clearance
from graph.model.tables import VIEW_ROWS
from graph.store import Answer
from graph.stores.ledger import query
from graph.stores.ledger.index import Trails
from graph.stores.ledger.query import Asked
from graph.stores.ledger.view_protection import without_protected
from graph.stores.ledger.view_rows import MERGED, UNSURE, add_mark, hex_ids, outward_rows, raw_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from graph.store import Direction, PathMode
    from graph.stores.ledger.view_reading import Reading

    Int64 = NDArray[np.int64]

MAX_HOPS = 3
MAX_PATH = 6


def observed(reading: Reading, clearance: Clearance, asked: Asked) -> pa.Table:
    """Return rows as their sources print them, in the total order."""
    stored = query.rows(reading.engine, reading.evidence, asked)
    return _shown(reading, clearance, _outward(reading, clearance, stored))


def standing(reading: Reading, clearance: Clearance, positions: Int64) -> pa.Table:
    """Return the rows of transfers with the ends of their events, in the order given."""
    transfers = reading.index.transfers
    rows = transfers.row[positions]
    stored = query.rows(reading.engine, reading.evidence, Asked(rows=rows))
    have = stored["row"].to_numpy()
    by_row = np.argsort(have)
    order = by_row[np.searchsorted(have[by_row], rows)] if len(rows) else by_row
    table = _outward(reading, clearance, stored.take(pa.array(order)))
    if not len(transfers.merged):
        return _shown(reading, clearance, table)
    for end, nodes in (("debit", transfers.src), ("credit", transfers.dst)):
        at = VIEW_ROWS.get_field_index(end)
        table = table.set_column(at, VIEW_ROWS.field(at), hex_ids(transfers.ids[nodes[positions]]))
    return _shown(reading, clearance, _marked(table, np.isin(positions, transfers.merged), MERGED))


def expand(
    reading: Reading,
    clearance: Clearance,
    instruments: Sequence[str],
    direction: Direction,
    hops: int,
    window: tuple[int, int] | None,
    limit: int | None,
) -> Answer:
    """Return the transfers within ``hops`` of the instruments, each once, in the total order."""
    if not 1 <= hops <= MAX_HOPS:
        raise StoreError(
            "a neighbourhood reaches 1 to 3 hops", hops=hops, hint="expand again from what was found"
        )
    index = reading.index
    reached = index.expand(index.nodes(raw_ids(instruments)), direction, hops, window)
    kept = reached.positions[:limit]
    left = len(reached.positions) - len(kept)
    told = [f"{left} transfers beyond the limit of {limit}"] if left else []
    if len(reached.guarded):
        names = ", ".join(hex_ids(index.transfers.ids[reached.guarded]).to_pylist())
        told.append(f"not expanded, too many transfers: {names}")
    return Answer(standing(reading, clearance, kept), bool(told), "; ".join(told))


def paths(
    reading: Reading,
    clearance: Clearance,
    ends: tuple[str, str],
    max_hops: int,
    mode: PathMode,
    window: tuple[int, int] | None,
    limit: int,
) -> Answer:
    """Return trails between two instruments, shortest first, with columns ``path`` and ``hop``."""
    if not 1 <= max_hops <= MAX_PATH:
        raise StoreError("a path has 1 to 6 transfers", max_hops=max_hops)
    index = reading.index
    a, b = (index.nodes(raw_ids([end])) for end in ends)
    trails = Trails([], cut=False, exhausted=False)
    if len(a) and len(b):
        trails = index.paths(int(a[0]), int(b[0]), max_hops, mode, window, limit)
    t = index.transfers
    return told_trails(trails, lambda at: standing(reading, clearance, at), (t.lo, t.hi), mode, limit)


def told_trails(
    trails: Trails,
    rows: Callable[[Int64], pa.Table],
    times: tuple[Int64, Int64],
    mode: PathMode,
    limit: int,
) -> Answer:
    """Return trails as a table with columns ``path`` and ``hop``.

    Parameters
    ----------
    rows : callable
        Gives ``VIEW_ROWS`` of transfers by their positions.
    times : tuple of ndarray
        ``lo`` and ``hi`` of all transfers, by position.
    """
    lengths = [len(trail) for trail in trails.found]
    steps = np.concatenate([np.zeros(0, np.int64), *trails.found]).astype(np.int64)
    distinct, back = np.unique(steps, return_inverse=True)
    table = rows(distinct).take(pa.array(back.reshape(-1)))
    if mode == "time_respecting":
        table = _marked(table, _unsure(*times, trails.found), UNSURE)
    hop = np.concatenate([np.zeros(0, np.int64), *(np.arange(length) for length in lengths)])
    path = np.repeat(np.arange(len(lengths)), lengths)
    for name, values in (("hop", hop), ("path", path)):
        table = table.add_column(0, pa.field(name, pa.int32(), nullable=False), pa.array(values, pa.int32()))
    told = [f"paths beyond the limit of {limit}"] if trails.cut else []
    told += ["the search was given up: too many ways"] if trails.exhausted else []
    return Answer(table, bool(told), "; ".join(told))


def _shown(reading: Reading, clearance: Clearance, table: pa.Table) -> pa.Table:
    """Return rows without what belongs to the protected, below the clearance for it."""
    if clearance >= Clearance.PROTECTED:
        return table
    return without_protected(table, reading.protected, ("debit", "credit", "statement"))


def _outward(reading: Reading, clearance: Clearance, stored: pa.Table) -> pa.Table:
    return outward_rows(
        reading.engine,
        reading.evidence,
        stored,
        reading.own,
        reading.members.events,
        reading.reverses,
        reading.conflicting,
        clearance,
    )


def _marked(table: pa.Table, where: NDArray[np.bool_], word: str) -> pa.Table:
    at = VIEW_ROWS.get_field_index("mark")
    return table.set_column(at, VIEW_ROWS.field(at), add_mark(table["mark"].cast(pa.string()), where, word))


def _unsure(lo: Int64, hi: Int64, found: list[NDArray[np.int32]]) -> NDArray[np.bool_]:
    """Say of each step whether it may come before one that precedes it in its trail."""
    out = [np.zeros(0, bool)]
    for trail in found:
        ended = np.maximum.accumulate(hi[trail])
        out.append(np.concatenate([[False], lo[trail][1:] < ended[:-1] - 1]))
    return np.concatenate(out)
