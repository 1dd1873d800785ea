"""Whether the shared graph holds exactly what the ledger holds, and what it is where it does not.

Everything is read back from the server and compared with what the ledger says, by number and order-free
hash for each part; a part that differs is gone through row by row, and every difference has a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graph.store import Difference, Verified
from graph.stores.neo4j.desired_instruments import INSTRUMENT
from graph.stores.neo4j.desired_rows import ENDS, ENTRY, TRANSFER
from graph.stores.neo4j.filling import LEGS, entry_hashes, transfer_hashes
from graph.stores.neo4j.hashing import as_text, row_hash, together
from graph.stores.neo4j.mending import (
    READ,
    found_rows,
    id_number,
    lost_instruments,
    pairs_of,
    said,
    stored_instruments,
)
from graph.stores.neo4j.model import Label, Type
from graph.stores.neo4j.owners import found_owners
from graph.stores.neo4j.schema import RELATIONS
from graph.stores.neo4j.sections import DONE, kept_sections
from graph.stores.neo4j.strangers import strangers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from graph.stores.neo4j.desired import Desired
    from graph.stores.neo4j.desired_instruments import BatchInstruments
    from graph.stores.neo4j.desired_rows import BatchRows, Columns
    from graph.stores.neo4j.owners import OwnedSection, Owner
    from graph.stores.neo4j.server import Server

NAMED = 1_000
"""Most differences of one part that are named; the rest is counted."""
Told = dict[str, Any]


def verify(
    server: Server,
    desired: Desired,
    heard: Callable[[str, int, int], None] = lambda _part, _done, _total: None,
) -> Verified:
    """Compare everything in the graph with what the ledger says should be there.

    Parameters
    ----------
    heard : callable
        Told the part, the rows done and the rows there are.
    """
    kept = kept_sections(server)
    found: list[Difference] = []
    total, rows, parts = 0, 0, 0
    small = [*desired.files(), *(desired.facts(b) for b in desired.batches), *desired.conclusions()]
    every = sum(f.rows for b in desired.batches for role in ("rows", "nodes") for f in b.of(role))
    for batch in desired.batches:
        checked = (_instruments(server, desired.instruments(batch)), _rows(server, desired.rows(batch)))
        for differences, hashed, count in checked:
            found += differences
            total, rows, parts = together((hashed,), total), rows + count, parts + 1
            heard(batch.batch, rows, max(every, rows))
    for section in small:
        wanted = section.build()
        found += _owned(section, wanted, found_owners(server, section))
        total, rows, parts = together((o.hash() for o in wanted), total), rows + len(wanted), parts + 1
    wanted_parts = {f"{kind}:{b.batch}" for b in desired.batches for kind in ("instruments", "rows")}
    wanted_parts |= {section.id for section in small}
    found += _unfinished(kept, wanted_parts)
    found += _extra(server, desired)
    found += [Difference("graph", *told) for told in strangers(server)]
    return Verified(parts, rows, as_text(total), tuple(found))


def _unfinished(kept: Any, wanted: set[str]) -> Iterator[Difference]:
    for name in sorted(wanted):
        state = kept[name].state if name in kept else "absent"
        if state != DONE:
            yield Difference(name, "unfinished", "", "state", DONE, state)


def _rows(server: Server, part: BatchRows) -> tuple[list[Difference], int, int]:
    batch = part.standing.batch.batch
    there = {
        kind: pairs_of((name, row_hash(told)) for name, told in found_rows(server, kind, batch) if name)
        for kind in READ
    }
    wanted: dict[str, list[Any]] = {kind: [] for kind in READ}
    total, count = 0, 0
    for chunk in part.chunks():
        hashed = (
            (Type.TRANSFER.value, chunk.transfers["id"], transfer_hashes(chunk.transfers)),
            (Label.ENTRY.value, chunk.entries["id"], entry_hashes(chunk.entries)),
        )
        for kind, ids, hashes in hashed:
            wanted[kind].append(pairs_of(zip(ids, hashes, strict=True)))
            total, count = together(hashes, total), count + len(hashes)
    found: list[Difference] = []
    for kind in READ:
        mine = np.concatenate([there[kind][:0], *wanted[kind]])
        lost, more = np.setdiff1d(mine, there[kind]), np.setdiff1d(there[kind], mine)
        if len(lost) or len(more):
            suspects = set(lost["id"].tolist()) | set(more["id"].tolist())
            found += _named(
                f"rows:{batch}", kind, _wanted(part, kind, suspects), _there(server, kind, batch, suspects)
            )
    return found, total, count


def _wanted(part: BatchRows, kind: str, suspects: set[int]) -> dict[str, Told]:
    ends, names = _shape(kind)
    found: dict[str, Told] = {}
    for chunk in part.chunks():
        columns: Columns = chunk.transfers if kind == Type.TRANSFER else chunk.entries
        for at, name in enumerate(columns["id"]):
            if id_number(name) in suspects:
                told = {p: columns[p][at] for p in names}
                found[name] = told | {f"({end})": columns[end][at] for end in ends}
    return found


def _there(server: Server, kind: str, batch: str, suspects: set[int]) -> dict[str, Told]:
    ends, names = _shape(kind)
    found: dict[str, Told] = {}
    for name, told in found_rows(server, kind, batch):
        if name and id_number(name) in suspects:
            row = dict(zip(names, told[len(ends) + 1 :], strict=True))
            more = told[len(ends)] - sum(value is not None for value in row.values())
            row |= {f"({end})": value for end, value in zip(ends, told, strict=False)}
            found[name] = row | ({"properties that are not of the model": more} if more else {})
    return found


def _shape(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (ENDS, TRANSFER) if kind == Type.TRANSFER else (tuple(name for name, _ in LEGS), ENTRY)


def _named(part: str, kind: str, wanted: dict[str, Told], there: dict[str, Told]) -> list[Difference]:
    """Name the differences between rows, at most ``NAMED`` of them."""
    found = []
    for name in sorted(wanted.keys() | there.keys()):
        of = f"{kind} {name}"
        if name not in there:
            found.append(Difference(part, "missing", of))
        elif name not in wanted:
            found.append(Difference(part, "extra", of))
        else:
            found += _changed(part, of, wanted[name], there[name])
    if len(found) > NAMED:
        more = len(found) - NAMED
        found = [*found[:NAMED], Difference(part, "changed", f"{more} more differences of {kind}")]
    return found


def _changed(part: str, of: str, wanted: Told, there: Told) -> list[Difference]:
    return [
        Difference(part, "changed", of, name, _told(wanted.get(name)), _told(there.get(name)))
        for name in sorted(wanted.keys() | there.keys())
        if wanted.get(name) != there.get(name)
    ]


def _told(value: Any) -> str:
    return "" if value is None else str(value)


def _instruments(server: Server, part: BatchInstruments) -> tuple[list[Difference], int, int]:
    found: list[Difference] = []
    total, count = 0, 0
    name = f"instruments:{part.batch.batch}"
    for columns in part.chunks():
        there = stored_instruments(server, columns["id"])
        for row in zip(*(columns[p] for p in INSTRUMENT), strict=True):
            wanted = said(INSTRUMENT, row)
            total, count = together((row_hash(row),), total), count + 1
            of = f"{Label.INSTRUMENT} {wanted['id']}"
            if wanted["id"] not in there:
                found.append(Difference(name, "missing", of))
            elif there[wanted["id"]] != wanted:
                found += _changed(name, of, wanted, there[wanted["id"]])
    return found[:NAMED], total, count


def _owned(section: OwnedSection, wanted: list[Owner], there: list[Owner]) -> Iterator[Difference]:
    """Name the differences of a small part, those of relationships by type and id."""
    mine, theirs = ({owner.name: owner for owner in owners} for owners in (wanted, there))
    for name in sorted(mine.keys() | theirs.keys()):
        of = " ".join(name)
        if name not in theirs:
            yield Difference(section.id, "missing", of)
        elif name not in mine:
            yield Difference(section.id, "extra", of)
        elif mine[name].told() != theirs[name].told():
            yield from _changed(section.id, of, mine[name].said(), theirs[name].said())
            one, other = ({f"{j.type} {j.id}": j for j in o.joined} for o in (mine[name], theirs[name]))
            yield from _joined(section.id, one, other)


def _joined(part: str, wanted: dict[str, Any], there: dict[str, Any]) -> Iterator[Difference]:
    for name in sorted(wanted.keys() | there.keys()):
        if name not in there:
            yield Difference(part, "missing", name)
        elif name not in wanted:
            yield Difference(part, "extra", name)
        elif wanted[name].told() != there[name].told():
            told = [{"(end)": j.key, **j.properties} for j in (wanted[name], there[name])]
            one, other = ({k: v for k, v in said.items() if v is not None} for said in told)
            yield from _changed(part, name, one, other)


def _extra(server: Server, desired: Desired) -> Iterator[Difference]:
    """Name what stands under our labels and types and belongs to no part."""
    batches = [batch.batch for batch in desired.batches]
    kinds: Iterable[tuple[str, str]] = [
        (Type.TRANSFER.value, f"()-[n:{Type.TRANSFER}]->()"),
        *((label.value, f"(n:{label})") for label in (Label.ENTRY, Label.PARTY, Label.TAG)),
    ]
    for kind, pattern in kinds:
        statement = f"""
            MATCH {pattern} WHERE NOT coalesce(n.batch, '') IN $batches OR n.id IS NULL
            RETURN coalesce(n.id, elementId(n)) AS id, n.batch AS batch ORDER BY id LIMIT {NAMED}"""
        for row in server.read(statement, batches=batches):
            yield Difference("graph", "extra", f"{kind} {row['id']}", "batch", "", _told(row["batch"]))
    ids = (r["id"] for r in server.stream(f"MATCH (n:{Label.INSTRUMENT}) RETURN coalesce(n.id, '') AS id"))
    for one in lost_instruments(desired, ids)[:NAMED]:
        yield Difference("graph", "extra", f"{Label.INSTRUMENT} {one or 'without an id'}")
    kept = [section.id.partition(":") for section in desired.conclusions()]
    results = [name for kind, _, name in kept if kind == "result"]
    for label in (Label.LEAD, Label.TRACE, Label.ASSET, Label.ALLOCATION, Label.PROPOSAL, Label.CLUSTER):
        statement = f"MATCH (n:{label}) WHERE NOT coalesce(n.id, '') IN $ids RETURN n.id AS id ORDER BY id"
        for row in server.read(statement, ids=results):
            yield Difference("graph", "extra", f"{label} {row['id'] or 'without an id'}")
    yield from _loose(server)


def _loose(server: Server) -> Iterator[Difference]:
    """Name relationships of our types whose ends are not what the model allows."""
    for kind, relation in RELATIONS.items():
        allowed = [[a.value, b.value] for a, b in relation.ends]
        statement = f"""
            MATCH (x)-[r:{kind}]->(y)
            WHERE r.id IS NULL OR NOT any(e IN $allowed WHERE e[0] IN labels(x) AND e[1] IN labels(y))
            RETURN coalesce(r.id, elementId(r)) AS id ORDER BY id LIMIT {NAMED}"""
        for row in server.read(statement, allowed=allowed):
            yield Difference("graph", "extra", f"{kind} {row['id']}", "(ends)")
