"""Making a part of the graph right that held something else before: only what differs is written.

What is there is read once and remembered as two numbers a row, so that millions of rows can be compared
in little memory; the rows that differ are then made again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.stores.ledger.view_rows import hex_ids
from graph.stores.neo4j.desired_instruments import CHUNK, INSTRUMENT, instrument_hashes
from graph.stores.neo4j.desired_rows import ENTRY, TRANSFER, Chunk
from graph.stores.neo4j.filling import (
    LEGS,
    ahead,
    entry_hashes,
    transfer_hashes,
    write_instruments,
    write_rows,
)
from graph.stores.neo4j.hashing import row_hash, together
from graph.stores.neo4j.model import Label, Type
from graph.stores.neo4j.sections import drop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from graph.stores.neo4j.desired import Desired
    from graph.stores.neo4j.desired_instruments import BatchInstruments
    from graph.stores.neo4j.desired_rows import BatchRows, Columns
    from graph.stores.neo4j.sections import Claim, Kept
    from graph.stores.neo4j.server import Server, Transaction

AT_ONCE = 5_000
_PAIR = np.dtype([("id", np.uint64), ("said", np.uint64)])
_LOW = (1 << 64) - 1

_TRANSFERS = f"""
    MATCH (x:{Label.INSTRUMENT})-[t:{Type.TRANSFER} {{batch: $batch}}]->(y:{Label.INSTRUMENT})
    RETURN [x.id, y.id, size(keys(t)), {", ".join(f"t.{name}" for name in TRANSFER)}] AS told"""
_ENTRIES = f"""
    MATCH (e:{Label.ENTRY} {{batch: $batch}})
    RETURN [{", ".join(f"head([(e)-[:{kind}]->(n) | n.id])" for _, kind in LEGS)}, size(keys(e)),
            {", ".join(f"e.{name}" for name in ENTRY)}] AS told"""
_INSTRUMENTS = f"UNWIND $ids AS id MATCH (n:{Label.INSTRUMENT} {{id: id}}) RETURN properties(n) AS told"
_LOSE_TRANSFERS = f"UNWIND $ids AS id MATCH ()-[t:{Type.TRANSFER} {{id: id}}]->() DELETE t"
_LOSE_ENTRIES = f"UNWIND $ids AS id MATCH (e:{Label.ENTRY} {{id: id}}) DETACH DELETE e"
_LOSE_INSTRUMENTS = f"""
    UNWIND $ids AS id MATCH (n:{Label.INSTRUMENT} {{id: id}}) WHERE NOT EXISTS {{ (n)--() }} DELETE n"""
READ = {
    Type.TRANSFER.value: (_TRANSFERS, 3, _LOSE_TRANSFERS),
    Label.ENTRY.value: (_ENTRIES, 4, _LOSE_ENTRIES),
}
"""How transfers and entries are read (and where their id is in what is told), and taken away."""


def found_rows(server: Server, kind: str, batch: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield id and everything that is told of each transfer or entry of a batch in the graph."""
    statement, at, _ = READ[kind]
    for row in server.stream(statement, batch=batch):
        yield row["told"][at], row["told"]


def pairs_of(rows: Iterable[tuple[str, int]]) -> NDArray[np.void]:
    """Return id and hash of rows as pairs of numbers, sorted."""
    told = np.fromiter(((id_number(name), said & _LOW) for name, said in rows), _PAIR)
    told.sort()
    return told


def id_number(name: str) -> int:
    """Return 64 bits of an id's hash."""
    return row_hash((name,)) & _LOW


def mend_rows(claim: Claim, rows: BatchRows, heard: Callable[[int], None]) -> tuple[int, int]:
    """Make the graph hold exactly the rows of a batch, whatever it held of them; return hash and number."""
    batch = rows.standing.batch.batch
    there = {
        kind: pairs_of((name, row_hash(told)) for name, told in found_rows(claim.server, kind, batch) if name)
        for kind in READ
    }
    wanted: dict[str, list[NDArray[np.void]]] = {kind: [] for kind in READ}
    total, count = 0, 0
    for chunk, hashes in ahead(_hashed(rows)):
        missing: dict[str, Columns] = {}
        for kind, columns in ((Type.TRANSFER.value, chunk.transfers), (Label.ENTRY.value, chunk.entries)):
            mine = np.array(
                [(id_number(i), h & _LOW) for i, h in zip(columns["id"], hashes[kind], strict=True)], _PAIR
            )
            wanted[kind].append(mine)
            missing[kind] = _picked(columns, ~np.isin(mine, there[kind]))
            total, count = together(hashes[kind], total), count + len(mine)
        differing = Chunk(missing[Type.TRANSFER.value], missing[Label.ENTRY.value], chunk.rows)
        if any(columns["id"] for columns in missing.values()):
            claim.step(partial(_again, chunk=differing))
        heard(chunk.rows)
    for kind in READ:
        known = np.concatenate([np.zeros(0, _PAIR), *wanted[kind]])["id"]
        extra = set(np.setdiff1d(there[kind]["id"], known).tolist())
        if extra:
            _lose(claim, kind, batch, extra)
    return total, count


def _hashed(rows: BatchRows) -> Iterator[tuple[Chunk, dict[str, list[int]]]]:
    for chunk in rows.chunks():
        yield (
            chunk,
            {
                Type.TRANSFER.value: transfer_hashes(chunk.transfers),
                Label.ENTRY.value: entry_hashes(chunk.entries),
            },
        )


def _picked(columns: Columns, mask: NDArray[np.bool_]) -> Columns:
    at = np.flatnonzero(mask).tolist()
    return {name: [values[i] for i in at] for name, values in columns.items()}


def _again(run: Transaction, chunk: Chunk) -> None:
    """Make rows again that differ or are missing."""
    run.run(_LOSE_TRANSFERS, ids=chunk.transfers["id"])
    run.run(_LOSE_ENTRIES, ids=chunk.entries["id"])
    write_rows(run, chunk)


def _lose(claim: Claim, kind: str, batch: str, extra: set[int]) -> None:
    """Take away rows of a batch that should not be there."""
    gone = [name for name, _ in found_rows(claim.server, kind, batch) if name and id_number(name) in extra]
    for start in range(0, len(gone), AT_ONCE):
        claim.step(partial(_take_away, statement=READ[kind][2], ids=gone[start : start + AT_ONCE]))


def _take_away(run: Transaction, statement: str, ids: list[str]) -> None:
    run.run(statement, ids=ids)


def stored_instruments(server: Server, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what the graph says of instruments, by id."""
    rows = server.read(_INSTRUMENTS, ids=list(ids))
    return {row["told"]["id"]: row["told"] for row in rows}


def said(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """Return a row without what it has nothing to say of."""
    return {name: value for name, value in zip(names, row, strict=True) if value is not None}


def mend_instruments(claim: Claim, batch: BatchInstruments, heard: Callable[[int], None]) -> tuple[int, int]:
    """Write the instruments of a batch that say something else in the graph; return hash and number."""
    total, count = 0, 0
    for columns in ahead(batch.chunks()):
        hashes = instrument_hashes(columns)
        there = stored_instruments(claim.server, columns["id"])
        rows = zip(*(columns[name] for name in INSTRUMENT), strict=True)
        differs = np.array([there.get(row[0]) != said(INSTRUMENT, row) for row in rows], bool)
        if differs.any():
            claim.step(partial(write_instruments, columns=_picked(columns, differs)))
        total, count = together(hashes, total), count + len(hashes)
        heard(len(hashes))
    return total, count


def forget_batches(server: Server, desired: Desired, kept: dict[str, Kept]) -> int:
    """Take out of the graph what is of batches that were retracted here; return their number.

    A batch that this ledger does not know is another workstation's, and stays.
    """
    known = {batch.batch for batch in desired.batches}
    stored = {batch.batch for batch in desired.ledger.catalogue.stored_batches()}
    gone = sorted(({name.partition(":")[2] for name in kept if name.startswith("rows:")} & stored) - known)
    for name in gone:
        _empty_relations(server, name)
        for label in (Label.ENTRY, Label.PARTY, Label.TAG):
            _empty(server, f"MATCH (n:{label} {{batch: $batch}})", batch=name)
    for batch in desired.ledger.catalogue.stored_batches():
        if batch.batch in gone:
            _lose_instruments(server, desired, hex_ids(desired.instruments(batch).ids()).to_pylist())
    for name in gone:
        for kind in ("instruments", "rows", "facts"):
            drop(server, f"{kind}:{name}")
    return len(gone)


def _empty(server: Server, match: str, **parameters: Any) -> None:
    while server.write(f"{match} WITH n LIMIT {AT_ONCE} DETACH DELETE n", **parameters).nodes_gone:
        pass


def _empty_relations(server: Server, batch: str) -> None:
    statement = f"MATCH ()-[t:{Type.TRANSFER} {{batch: $batch}}]->() WITH t LIMIT {AT_ONCE} DELETE t"
    while server.write(statement, batch=batch).relations_gone:
        pass


def _lose_instruments(server: Server, desired: Desired, ids: list[str]) -> None:
    """Take away instruments that stand in no batch and that nothing leads to any more."""
    lost = lost_instruments(desired, ids)
    for start in range(0, len(lost), AT_ONCE):
        server.write(_LOSE_INSTRUMENTS, ids=lost[start : start + AT_ONCE])


def lost_instruments(desired: Desired, ids: Iterable[str]) -> list[str]:
    """Return those of the ids that stand in no visible batch, in order."""
    lost: list[str] = []
    for part in _several(ids, CHUNK):
        there = set(desired.there(part))
        lost += [one for one in part if one not in there]
    return lost


def _several(items: Iterable[str], size: int) -> Iterator[Sequence[str]]:
    part: list[str] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
