"""Rows of the shared graph: packed by column on the way, put into the total order and into words here.

The graph holds neither references nor narration, and nothing that names somebody protected: what a
reader's clearance allows beyond that is read from the pulled ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from graph.model.events import Status
from graph.model.scope import Clearance
from graph.model.tables import VIEW_ROWS
from graph.stores.ledger import walk
from graph.stores.ledger.query import Asked
from graph.stores.ledger.view_rows import MERGED
from graph.stores.neo4j.model import Label, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from graph.stores.ledger.view_reading import Reading
    from graph.stores.neo4j.server import Server

    Columns = dict[str, list[Any]]

OBSERVATION = 32
"""Letters of an observation's id, with which the id of a row begins."""
FIRST, LAST = -(1 << 63), (1 << 63) - 1
_BATCH = 32
_VEILED = ("locator", "channel", "asset", "mark")

_ENDS = {"debit": "startNode(t).id", "credit": "endNode(t).id"}
_PLACED = {
    "id": "t.id",
    "batch": "t.batch",
    "lo": "t.lo",
    "seq": "t.seq",
    "a": "coalesce(t.a, 0)",
    "b": "coalesce(t.b, 0)",
    "place": "t.place",
}
_TEXTS = (
    "locator",
    "kind",
    "channel",
    "amount",
    "asset",
    "event",
    "statement",
    "balance",
    "reverses",
    "mark",
)
_TOLD = {
    **_PLACED,
    "hi": "t.hi",
    **{name: f"coalesce(t.{name}, '')" for name in _TEXTS},
    "veiled": "coalesce(t.veiled, false)",
}
STANDING = {**_TOLD, **_ENDS, "merged": "coalesce(t.merged, false)"}
"""A transfer with the ends of its event."""
EDGE = {**_PLACED, "hi": "t.hi", **_ENDS}
"""What order and paths need of a transfer."""
_AS_PRINTED = {
    **_TOLD,
    "debit": "CASE WHEN t.merged THEN coalesce(t.debit, '') ELSE startNode(t).id END",
    "credit": "CASE WHEN t.merged THEN coalesce(t.credit, '') ELSE endNode(t).id END",
    "status": f"'{Status.COMPLETED}'",
    "digits": "''",
}
_OF_ENTRY = {
    **_TOLD,
    "debit": "coalesce(t.debit, '')",
    "credit": "coalesce(t.credit, '')",
    "status": "t.status",
    "digits": "coalesce(t.digits, '')",
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a case admits, as statements ask for it; ``places`` and ``ranks`` order batches and sources."""

    case: str
    batches: tuple[str, ...]
    sources: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, reading: Reading) -> Admitted:
        """Return what one case of a reading admits."""
        (case,) = reading.cases
        batches = reading.evidence.batches
        sources = sorted({b.source for b in batches})
        rank = {source: at for at, source in enumerate(sources)}
        return cls(
            case,
            tuple(b.batch for b in batches),
            {b.batch: b.source for b in batches},
            {b.batch: at for at, b in enumerate(batches)},
            {b.batch: rank[b.source] for b in batches},
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """What ``SEEN`` refers to."""
        return {"case": self.case, "batches": list(self.batches)}


SEEN = "t.batch IN $batches AND (t.cases IS NULL OR $case IN t.cases)"
"""Whether a case sees a transfer or an entry."""


def packed(columns: Mapping[str, str]) -> str:
    """Return what a statement returns: each column as one list, none of its values absent."""
    return ", ".join(f"collect({expression}) AS {name}" for name, expression in columns.items())


def joined(rows: Iterable[Mapping[str, list[Any]]], columns: Iterable[str]) -> Columns:
    """Return the columns of several packed rows, each row of the graph once."""
    out: Columns = {name: [] for name in columns}
    seen: set[str] = set()
    for row in rows:
        ids = row["id"]
        fresh = [at for at, name in enumerate(ids) if name not in seen]
        seen.update(ids)
        whole = len(fresh) == len(ids) == len({*ids})
        if not whole:
            fresh = list({ids[at]: at for at in reversed(fresh)}.values())[::-1]
        for name, values in out.items():
            values.extend(row[name] if whole else [row[name][at] for at in fresh])
    return out


def row_numbers(admitted: Admitted, columns: Columns) -> NDArray[np.int64]:
    """Return the numbers under which the pulled ledger knows the rows."""
    places = np.array([admitted.places[b] for b in columns["batch"]], np.int64)
    return (places << _BATCH) + np.array(columns["place"], np.int64)


def total_order(admitted: Admitted, columns: Columns) -> NDArray[np.int64]:
    """Return the permutation that puts rows into the total order ``(lo, seq, source, place)``."""
    ranks = [admitted.ranks[b] for b in columns["batch"]]
    keys = (columns["lo"], columns["seq"], ranks, columns["a"], columns["b"])
    arrays = [np.array(key, np.int64) for key in keys]
    return np.lexsort([row_numbers(admitted, columns), *reversed(arrays)])


def taken(columns: Columns, order: NDArray[np.int64]) -> Columns:
    """Return the columns with their rows in another order."""
    at = order.tolist()
    return {name: [values[i] for i in at] for name, values in columns.items()}


def standing(server: Server, admitted: Admitted, ids: Sequence[str]) -> Columns:
    """Return the transfers of these ids, in the order given."""
    rows = server.read(_BY_ID, ids=list(ids), **admitted.parameters)
    found = joined(rows, STANDING)
    at = {name: i for i, name in enumerate(found["id"])}
    return taken(found, np.array([at[name] for name in ids], np.int64))


_BY_ID = f"""
    UNWIND $ids AS id MATCH ()-[t:{Type.TRANSFER} {{id: id}}]->() USING INDEX t:{Type.TRANSFER}(id)
    WHERE {SEEN}
    RETURN {packed(STANDING)}"""
_PRINTED = f"""
    UNWIND $observations AS o MATCH ()-[t:{Type.TRANSFER}]->() USING INDEX t:{Type.TRANSFER}(id)
    WHERE t.id STARTS WITH o AND {SEEN}
    RETURN {packed(_AS_PRINTED)}"""
_ENTRIES = f"""
    UNWIND $observations AS o MATCH (t:{Label.ENTRY}) USING INDEX t:{Label.ENTRY}(id)
    WHERE t.id STARTS WITH o AND {SEEN}
    RETURN {packed(_OF_ENTRY)}"""


def observed(server: Server, admitted: Admitted, observations: Sequence[str]) -> Columns:
    """Return the rows of observations as their sources print them, in the total order."""
    asked = {"observations": [f"{o}/" for o in sorted(set(observations))], **admitted.parameters}
    rows = [*server.read(_PRINTED, **asked), *server.read(_ENTRIES, **asked)]
    found = joined(rows, _OF_ENTRY)
    return taken(found, total_order(admitted, found))


def table(reading: Reading, admitted: Admitted, clearance: Clearance, columns: Columns) -> pa.Table:
    """Return rows as ``VIEW_ROWS`` in the order given, with text by clearance."""
    observations = [name[:OBSERVATION] for name in columns["id"]]
    told: dict[str, list[Any]] = {
        **{name: columns[name] for name in ("batch", "lo", "hi", "seq")},
        **{name: _given(columns[name]) for name in (*_TEXTS, "debit", "credit")},
        "observation": observations,
        "source": [admitted.sources[b] for b in columns["batch"]],
        "status": columns.get("status", [Status.COMPLETED.value] * len(observations)),
        "digits": _given(columns.get("digits", [""] * len(observations))),
    }
    told["event"] = [e or o for e, o in zip(told["event"], observations, strict=True)]
    for name in ("amount", "balance"):
        told[name] = [None if digits is None else Decimal(digits) for digits in told[name]]
    merged = columns.get("merged", [False] * len(observations))
    if any(merged):
        marks = zip(told["mark"], merged, strict=True)
        told["mark"] = [_with(mark, MERGED) if is_so else mark for mark, is_so in marks]
    told["ref"] = told["text"] = [None] * len(observations)
    _say(reading, clearance, columns, told)
    return pa.table([pa.array(told[f.name], f.type) for f in VIEW_ROWS], schema=VIEW_ROWS)


def _given(values: list[Any]) -> list[Any]:
    return [value or None for value in values]


def _with(mark: str | None, word: str) -> str:
    return f"{mark}; {word}" if mark else word


def _say(reading: Reading, clearance: Clearance, columns: Columns, told: dict[str, list[Any]]) -> None:
    """Put in place what the graph does not hold in clear, as far as the clearance goes."""
    veiled = [at for at, is_so in enumerate(columns["veiled"]) if is_so]
    wanted = range(len(columns["id"])) if clearance >= Clearance.CASE else veiled
    if not wanted:
        return
    words = _words(reading, clearance, {columns["id"][at][:OBSERVATION] for at in wanted})
    merged = columns.get("merged", [False] * len(columns["id"]))
    for name in ("ref", "text"):
        told[name] = [None] * len(columns["id"])
    for at in wanted:
        observation, part = columns["id"][at].split("/")[:2]
        row = words[observation][int(part)]
        told["ref"][at], told["text"][at] = row["ref"], row["text"]
        if columns["veiled"][at]:
            for name in _VEILED:
                told[name][at] = row[name]
            if merged[at]:
                told["mark"][at] = _with(row["mark"], MERGED)


def _words(reading: Reading, clearance: Clearance, observations: set[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the ledger's own rows by observation, in the order of their parts."""
    numbers = sorted({n for found in reading.locate(observations).values() for n in found})
    rows = walk.observed(reading, clearance, Asked(numbers=numbers))
    names = ["observation", "ref", "text", *_VEILED]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.select(names).to_pylist():
        found.setdefault(row["observation"], []).append(row)
    return found
