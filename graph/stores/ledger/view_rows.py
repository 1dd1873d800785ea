"""From stored rows to what leaves the store: opaque ids, events, and text by clearance.

Everything is a column at a time; a stored number never leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.scope import Clearance
from graph.model.tables import VIEW_FACTS, VIEW_ROWS
from graph.stores.ledger import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from graph.stores.ledger.query import Engine, Evidence

    Ids = NDArray[np.bytes_]

_HEX = np.array([f"{i:02x}" for i in range(256)], "S2")
_BYTES = 16
_WIDTH = 2 * _BYTES
CONFLICT = "observations disagree about the amount"
MERGED = "ends as each side's own statement says"
UNSURE = "order unknown"


def hex_ids(raw: Ids, valid: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return opaque ids as hexadecimal text; null where not valid.

    Examples
    --------
    >>> hex_ids(np.array([bytes(range(16))], "S16")).to_pylist()
    ['000102030405060708090a0b0c0d0e0f']
    """
    letters = _HEX[np.ascontiguousarray(raw).view(np.uint8).reshape(-1)].tobytes()
    offsets = np.arange(len(raw) + 1, dtype=np.int32) * _WIDTH
    text = pa.StringArray.from_buffers(len(raw), pa.py_buffer(offsets), pa.py_buffer(letters))
    return text if valid is None else pc.if_else(pa.array(valid), text, pa.scalar(None, pa.string()))


def raw_ids(ids: Iterable[str]) -> list[bytes]:
    """Return the bytes of opaque ids; a text that is no opaque id names nothing and is left out."""
    return [bytes.fromhex(text) for text in ids if _is_id(text)]


def _is_id(text: str) -> bool:
    return len(text) == _WIDTH and all(c in "0123456789abcdef" for c in text)


def take_ids(own: Callable[[int], Ids], places: NDArray[Any], column: pa.ChunkedArray) -> pa.Array:
    """Return the opaque ids that a column of node numbers stands for, batch by batch."""
    numbers = column.fill_null(-1).to_numpy()
    raw = np.zeros(len(numbers), "S16")
    for place in np.unique(places):
        rows = np.flatnonzero((places == place) & (numbers >= 0))
        raw[rows] = own(int(place))[numbers[rows]]
    return hex_ids(raw, numbers >= 0)


def outward_rows(
    engine: Engine,
    evidence: Evidence,
    stored: pa.Table,
    own: Callable[[int], Ids],
    events: dict[int, str],
    reverses: dict[int, str],
    conflicting: NDArray[np.int64],
    clearance: Clearance,
) -> pa.Table:
    """Turn stored rows into ``VIEW_ROWS``, in the same order.

    Parameters
    ----------
    own : callable
        Gives the opaque ids of a batch's nodes by batch place.
    events, reverses : dict
        Event id of linked observations, and the observation that one reverses, by packed number.
    conflicting : ndarray
        Packed rows whose event's observations disagree.
    """
    places, columns = _origin(evidence, stored)
    for end in ("debit", "credit", "statement"):
        columns[end] = take_ids(own, places, stored[end])
    numbers = stored["number"].to_numpy()
    columns["event"] = _replaced(stored["observation"], numbers, events)
    columns["reverses"] = _replaced(pa.nulls(len(numbers), pa.string()), numbers, reverses)
    marks = stored["mark"].cast(pa.string())
    columns["mark"] = add_mark(marks, np.isin(stored["row"].to_numpy(), conflicting), CONFLICT)
    columns["ref"] = columns["text"] = pa.nulls(len(numbers), pa.string())
    if clearance >= Clearance.CASE and len(numbers):
        columns["ref"], columns["text"] = _texts(query.row_texts, engine, evidence, stored)
    return _table(columns, stored, VIEW_ROWS)


def outward_facts(
    engine: Engine, evidence: Evidence, stored: pa.Table, own: Callable[[int], Ids], clearance: Clearance
) -> pa.Table:
    """Turn stored facts into ``VIEW_FACTS``, in the same order."""
    places, columns = _origin(evidence, stored)
    for end in ("subject", "object"):
        columns[end] = take_ids(own, places, stored[end])
    columns["text"] = pa.nulls(stored.num_rows, pa.string())
    if clearance >= Clearance.CASE and stored.num_rows:
        _, columns["text"] = _texts(query.fact_texts, engine, evidence, stored)
    return _table(columns, stored, VIEW_FACTS)


def add_mark(marks: Any, where: NDArray[np.bool_], word: str) -> Any:
    """Append a mark to those already there."""
    if not where.any():
        return marks
    joined = pc.binary_join_element_wise(marks, word, "; ", null_handling="skip")
    return pc.if_else(pa.array(where), joined, marks)


def _origin(evidence: Evidence, stored: pa.Table) -> tuple[NDArray[np.int32], dict[str, Any]]:
    places = stored["place"].to_numpy()
    at = pa.array(places)
    sources = pa.array([b.source for b in evidence.batches], pa.string())
    batches = pa.array([b.batch for b in evidence.batches], pa.string())
    return places, {"source": sources.take(at), "batch": batches.take(at)}


def _table(columns: dict[str, Any], stored: pa.Table, schema: pa.Schema) -> pa.Table:
    arrays = []
    for field in schema:
        column = columns[field.name] if field.name in columns else stored[field.name]
        arrays.append(column.cast(field.type))
    return pa.table(arrays, schema=schema)


def _replaced(column: Any, numbers: NDArray[np.int64], known: dict[int, str]) -> Any:
    """Return the column with the texts of those numbers that are known put in their place."""
    if not known:
        return column
    keys = np.fromiter(known, np.int64, len(known))
    order = np.argsort(keys)
    keys, texts = keys[order], pa.array(list(known.values()), pa.string()).take(pa.array(order))
    at = np.minimum(np.searchsorted(keys, numbers), len(keys) - 1)
    return pc.if_else(pa.array(keys[at] == numbers), texts.take(pa.array(at)), column)


def _texts(
    kept: Callable[[Engine, Evidence, Sequence[int]], pa.Table],
    engine: Engine,
    evidence: Evidence,
    stored: pa.Table,
) -> tuple[pa.Array, pa.Array]:
    """Return the references and narration of rows or facts, each its own."""
    found = kept(engine, evidence, sorted(set(stored["number"].to_pylist()))).to_pylist()
    told = {row["row"]: row for row in found}
    rows = stored["row"].to_pylist()
    ref, text = ([told[row][name] if row in told else None for row in rows] for name in ("ref", "text"))
    return pa.array(ref, pa.string()), pa.array(text, pa.string())


class Nodes(Sequence[str]):
    """Opaque ids by dense number, written out only where asked for."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...

    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        if isinstance(at, slice):
            return tuple(hex_ids(self._ids[at]).to_pylist())
        return full_id(self._ids[at]).hex()

    def __iter__(self) -> Iterator[str]:
        return iter(hex_ids(self._ids).to_pylist())


def full_id(raw: bytes) -> bytes:
    """Give back the zero bytes that NumPy trims from the end of fixed-width bytes."""
    return bytes(raw).ljust(_BYTES, b"\0")
