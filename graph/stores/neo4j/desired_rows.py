"""What the graph should hold of the rows of one batch: columns of transfers and entries, chunk by chunk.

A row that moved money between two instruments is a transfer, every other one an entry. Rows come in
the order of the batch's files; a chunk never grows with the batch.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import AmountError
from graph.model.amounts import Asset
from graph.model.events import Status
from graph.model.provenance import digest
from graph.stores.ledger.index_read import read_nodes
from graph.stores.ledger.occurrences import Occurrences
from graph.stores.ledger.view_rows import CONFLICT, hex_ids
from graph.stores.neo4j.model import FORMAT, Label, Type
from graph.stores.neo4j.schema import NODES, RELATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from graph.stores.ledger.layout import StoredFile
    from graph.stores.neo4j.hiding import Hiding
    from graph.stores.neo4j.standing import Seen, Standing

CHUNK = 10_000
"""Rows of one transaction: a second or two of the server's work."""
ENDS = ("payer", "payee")
TRANSFER = tuple(p.name for p in RELATIONS[Type.TRANSFER].properties)
ENTRY = tuple(p.name for p in NODES[Label.ENTRY].properties)
_READ = (
    "obs", "lo", "hi", "seq", "form", "a", "b", "status", "kind", "channel", "debit", "credit", "amount",
    "asset", "digits", "statement", "balance", "mark",
)  # fmt: skip
_HIDDEN = ("channel", "mark", "asset", "locator")
_VARIANT = 8
Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one transaction writes: columns of equal length, None where a row has nothing to say.

    ``transfers`` has the ends as ``payer`` and ``payee`` and the properties of TRANSFER; ``entries`` those
    of Entry.
    """

    transfers: Columns
    entries: Columns
    rows: int


@dataclass(slots=True)
class BatchRows:
    """The rows of one batch as the graph should hold them.

    Parameters
    ----------
    path_of : callable
        Gives a stored file's path after checking its bytes.
    """

    standing: Standing
    hiding: Hiding
    path_of: Callable[[StoredFile], Path]
    size: int = CHUNK
    _ids: NDArray[np.bytes_] | None = field(default=None, init=False)
    _exponents: dict[str, int] = field(default_factory=dict, init=False)

    @property
    def rows(self) -> int:
        """How many rows the batch has."""
        return sum(file.rows for file in self.standing.batch.of("rows"))

    def made_from(self) -> str:
        """Return the hash of everything that the rows in the graph are made from."""
        batch = self.standing.batch
        files = [file.sha256 for role in ("rows", "nodes") for file in batch.of(role)]
        hidden = self._hidden_words()
        told = [batch.batch, *files, str(self.standing.told())]
        return digest("rows", str(FORMAT), *told, self.hiding.mark(*hidden) if hidden else "")[:32]

    def chunks(self, skip: int = 0) -> Iterator[Chunk]:
        """Yield the chunks in order, without the first ``skip``."""
        occurrences, number, place = Occurrences(), 0, 0
        touched = self.standing.observations
        for file in self.standing.batch.of("rows"):
            reader = pq.ParquetFile(self.path_of(file))
            for part in reader.iter_batches(self.size, columns=list(_READ), use_threads=False):
                nth = occurrences.next(part["obs"].to_numpy())
                if number >= skip:
                    yield self._chunk(part, nth, place, touched)
                number += 1
                place += part.num_rows

    def _chunk(
        self, part: pa.RecordBatch, nth: NDArray[Any], place: int, touched: NDArray[np.int64]
    ) -> Chunk:
        table = pa.table(part).append_column("part", pa.array(nth))
        table = table.append_column("place", pa.array(np.arange(place, place + part.num_rows)))
        obs = table["obs"].to_numpy()
        linked = np.isin(obs, touched) if len(touched) else np.zeros(len(obs), bool)
        drawn = _drawn(table)
        transfers = self._columns(_where(table, drawn & ~linked))
        entries = self._columns(_where(table, ~drawn & ~linked))
        _set(transfers, payer=transfers.pop("_debit"), payee=transfers.pop("_credit"))
        _set(entries, debit=entries.pop("_debit"), credit=entries.pop("_credit"))
        entries["why"] = _reasons(entries)
        for columns in (transfers, entries):
            columns["id"] = [
                f"{o}/{n}" for o, n in zip(columns["_observation"], columns["_part"], strict=True)
            ]
        if linked.any():
            self._linked(_where(table, linked), drawn[linked], transfers, entries)
        return Chunk(_only(transfers, (*ENDS, *TRANSFER)), _only(entries, ENTRY), part.num_rows)

    def _linked(
        self, table: pa.Table, drawn: NDArray[np.bool_], transfers: Columns, entries: Columns
    ) -> None:
        """Add the rows that a link touches, once for each way in which they stand."""
        columns = self._columns(table)
        columns["_obs"], columns["_drawn"] = table["obs"].to_pylist(), drawn.tolist()
        for at in range(table.num_rows):
            row = {name: values[at] for name, values in columns.items()}
            for seen, cases in self.standing.variants(row["_obs"], row["place"]):
                told, drawn_so = self._variant(row, seen)
                told["cases"] = cases
                into = transfers if drawn_so else entries
                for name, values in into.items():
                    values.append(told.get(name))

    def _variant(self, row: dict[str, Any], seen: Seen) -> tuple[dict[str, Any], bool]:
        printed = (row["_debit"], row["_credit"])
        ends = (seen.debit, seen.credit) if seen.merged else printed
        moved = row["status"] == Status.COMPLETED.value and row["amount"] is not None
        drawn = moved and seen.stands and None not in ends
        told = row | {
            "event": None if seen.event == row["_observation"] else seen.event,
            "reverses": seen.reverses,
        }
        if seen.conflict:
            told["mark"] = "; ".join(filter(None, (row["mark"], CONFLICT)))
        if drawn:
            told |= {"payer": ends[0], "payee": ends[1], "merged": True if seen.merged else None}
        if not drawn or seen.merged:
            told |= {"debit": printed[0], "credit": printed[1]}
        told["why"] = "told already" if moved and not seen.stands else _why(told)
        marks = [
            ends[0] if drawn else "",
            ends[1] if drawn else "",
            told["event"],
            told["reverses"],
            seen.conflict,
        ]
        plain = not (told["event"] or told["reverses"] or seen.conflict or (drawn and seen.merged)) and (
            seen.stands or not moved
        )
        name = f"{row['_observation']}/{row['_part']}"
        told["id"] = name if plain else f"{name}/{digest('row', *map(str, marks))[:_VARIANT]}"
        return told, drawn

    def _columns(self, table: pa.Table) -> Columns:
        """Return the properties of rows as their source prints them; what begins with _ stays in here."""
        found: Columns = {name: table[name].to_pylist() for name in ("lo", "hi", "seq", "a", "place")}
        found |= {
            name: table[name].cast(pa.string()).to_pylist() for name in ("status", "kind", "channel", "mark")
        }
        found["_part"] = table["part"].to_pylist()
        found["b"] = [b or None for b in table["b"].to_pylist()]
        for end, name in (("debit", "_debit"), ("credit", "_credit"), ("statement", "statement")):
            found[name] = self._opaque(table[end])
        assets = table["asset"].cast(pa.string()).to_pylist()
        found |= {name: _digits(table[name]) for name in ("amount", "balance")}
        found["digits"] = table["digits"].to_pylist()
        found["value"] = [
            None if digits is None else self._value(digits, asset)
            for digits, asset in zip(found["amount"], assets, strict=True)
        ]
        found["asset"] = assets
        places = _places(table["form"].cast(pa.string()).to_pylist(), found["a"], table["b"].to_pylist())
        found["_observation"] = _observations(self.standing.batch.source, places)
        found["locator"] = places
        found["batch"] = [self.standing.batch.batch] * table.num_rows
        nothing: list[Any] = [None] * table.num_rows
        for name in (*ENDS, "cases", "event", "reverses", "debit", "credit", "merged", "why"):
            found[name] = list(nothing)
        found["veiled"] = self._veil(found)
        return found

    def _veil(self, columns: Columns) -> list[bool | None]:
        """Take the protected out of what a source may print anywhere; say of which rows it was."""
        veiled: list[bool | None] = [None] * len(columns["locator"])
        if not self.hiding.protected:
            return veiled
        for name in _HIDDEN:
            hide = self.hiding.word(name)
            told = {text: hide(text) for text in dict.fromkeys(columns[name]) if text is not None}
            for at, text in enumerate(columns[name]):
                if text is not None and told[text] != text:
                    columns[name][at], veiled[at] = told[text], True
        return veiled

    def _hidden_words(self) -> list[str]:
        """Return the distinct words of the batch's columns that would be veiled, sorted."""
        if not self.hiding.protected:
            return []
        words: set[str] = set()
        for file in self.standing.batch.of("rows"):
            reader = pq.ParquetFile(self.path_of(file), read_dictionary=["channel", "mark", "asset", "form"])
            for part in reader.iter_batches(
                500_000, columns=["channel", "mark", "asset", "form"], use_threads=False
            ):
                for name in ("channel", "mark", "asset", "form"):
                    hide = self.hiding.word("locator" if name == "form" else name)
                    texts = [t for t in pc.unique(part[name]).to_pylist() if t is not None]
                    words |= {f"{name}:{text}" for text in texts if hide(text) != text}
        return sorted(words)

    def _opaque(self, column: pa.ChunkedArray) -> list[str | None]:
        numbers = column.fill_null(-1).to_numpy()
        ids = self._own()
        if not len(ids):
            return [None] * len(numbers)
        told: list[str | None] = hex_ids(ids[numbers], numbers >= 0).to_pylist()
        return told

    def _own(self) -> NDArray[np.bytes_]:
        if self._ids is None:
            self._ids, _ = read_nodes([self.path_of(file) for file in self.standing.batch.of("nodes")])
        return self._ids

    def _value(self, digits: str, asset: str) -> float:
        if asset not in self._exponents:
            self._exponents[asset] = 10 ** exponent_of(asset)
        return int(digits) / self._exponents[asset]


def exponent_of(asset: str) -> int:
    """Return the decimals of an asset by its key; none where the chain did not say.

    Examples
    --------
    >>> exponent_of("KES:2"), exponent_of("no key")
    (2, 0)
    """
    try:
        return Asset.from_key(asset).exponent or 0
    except AmountError:
        return 0


def _drawn(table: pa.Table) -> NDArray[np.bool_]:
    """Say which rows moved money between two instruments, as a snapshot has it."""
    completed = pc.equal(table["status"].cast(pa.string()), Status.COMPLETED.value)
    both = pc.and_(table["debit"].is_valid(), table["credit"].is_valid())
    found: NDArray[np.bool_] = pc.and_(pc.and_(completed, both), table["amount"].is_valid()).to_numpy()
    return found


def _where(table: pa.Table, mask: NDArray[np.bool_]) -> pa.Table:
    return table if mask.all() else table.filter(pa.array(mask))


def _places(forms: list[str], a: list[int], b: list[int]) -> list[str]:
    return [
        form.replace("{a}", str(one)).replace("{b}", str(two))
        for form, one, two in zip(forms, a, b, strict=True)
    ]


def _observations(source: str, places: list[str]) -> list[str]:
    """Return observation ids, as ``graph.model.provenance.observation_id`` makes them."""
    start = hashlib.sha256()
    for part in (b"observation", source.encode()):
        start.update(len(part).to_bytes(8, "big") + part)
    found = []
    for place in places:
        raw, h = place.encode(), start.copy()
        h.update(len(raw).to_bytes(8, "big") + raw)
        found.append(h.hexdigest()[:32])
    return found


def _digits(column: pa.ChunkedArray) -> list[str | None]:
    told: list[str | None] = column.cast(pa.string()).to_pylist()
    return told


def _reasons(columns: Columns) -> list[str]:
    names = ("status", "amount", "digits")
    return [
        _why(dict(zip(names, row, strict=True))) for row in zip(*(columns[n] for n in names), strict=True)
    ]


def _why(row: dict[str, Any]) -> str:
    if row["status"] != Status.COMPLETED.value:
        return str(row["status"])
    return "beyond 38 digits" if row["amount"] is None else "one-sided"


def _set(columns: Columns, **values: list[Any]) -> None:
    columns.update(values)


def _only(columns: Columns, names: tuple[str, ...]) -> Columns:
    return {name: columns[name] for name in names}
