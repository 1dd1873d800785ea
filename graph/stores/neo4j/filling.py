"""Writing one section of a batch: the next chunk is made while the server works on this one."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from graph.errors import IntegrityError
from graph.stores.neo4j.desired_instruments import INSTRUMENT, instrument_hashes
from graph.stores.neo4j.desired_rows import ENDS, ENTRY, TRANSFER
from graph.stores.neo4j.hashing import row_hash, together
from graph.stores.neo4j.model import Label, Type
from graph.stores.neo4j.statements import create, merge, relate, sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from graph.stores.neo4j.desired_instruments import BatchInstruments
    from graph.stores.neo4j.desired_rows import BatchRows, Chunk, Columns
    from graph.stores.neo4j.sections import Claim
    from graph.stores.neo4j.server import Transaction

_T = TypeVar("_T")
AHEAD = 2
_LOOK = 0.2
_SELDOM = (
    "cases", "b", "event", "statement", "balance", "reverses", "mark", "debit", "credit", "merged", "veiled",
    "masked", "protected",
)  # fmt: skip
LEGS = (("debit", Type.DEBIT), ("credit", Type.CREDIT), ("event", Type.OF))


def fill_rows(claim: Claim, rows: BatchRows, heard: Callable[[int], None]) -> tuple[int, int]:
    """Write the rows of a batch of which nothing but earlier chunks is in the graph.

    Parameters
    ----------
    heard : callable
        Told after each transaction how many rows it wrote.

    Returns
    -------
    tuple of int
        Order-free hash and number of the transfers and entries.
    """

    def ready() -> Iterator[tuple[Chunk, int, int]]:
        for chunk in rows.chunks(claim.checkpoint):
            hashes = [*transfer_hashes(chunk.transfers), *entry_hashes(chunk.entries)]
            yield chunk, together(hashes), len(hashes)

    for chunk, total, count in ahead(ready()):
        claim.chunk(partial(write_rows, chunk=chunk), together((total,), claim.total), claim.count + count)
        heard(chunk.rows)
    return claim.total, claim.count


def fill_instruments(claim: Claim, batch: BatchInstruments, heard: Callable[[int], None]) -> tuple[int, int]:
    """Write the instruments of a batch; those that are there already say the same afterwards."""

    def ready() -> Iterator[tuple[Columns, int]]:
        for columns in batch.chunks(claim.checkpoint):
            yield columns, together(instrument_hashes(columns))

    for columns, total in ahead(ready()):
        size = len(columns["id"])
        whole = together((total,), claim.total)
        claim.chunk(partial(write_instruments, columns=columns), whole, claim.count + size)
        heard(size)
    return claim.total, claim.count


def all_rows(rows: BatchRows) -> tuple[int, int, Callable[[Transaction], None]]:
    """Return hash and number of the rows of a small batch, and what writes them in one transaction."""
    chunks = list(rows.chunks())
    hashes = [h for c in chunks for h in (*transfer_hashes(c.transfers), *entry_hashes(c.entries))]

    def work(run: Transaction) -> None:
        for chunk in chunks:
            write_rows(run, chunk)

    return together(hashes), len(hashes), work


def all_instruments(batch: BatchInstruments) -> tuple[int, int, Callable[[Transaction], None]]:
    """Return hash and number of the instruments of a small batch, and what writes them in one transaction."""
    chunks = list(batch.chunks())
    hashes = [h for columns in chunks for h in instrument_hashes(columns)]

    def work(run: Transaction) -> None:
        for columns in chunks:
            write_instruments(run, columns)

    return together(hashes), len(hashes), work


def write_instruments(run: Transaction, columns: Columns) -> None:
    """Make instruments say this, made where they are missing."""
    kept = sent(columns, INSTRUMENT, _SELDOM)
    run.run(merge(Label.INSTRUMENT, list(kept)), **kept)


def write_rows(run: Transaction, chunk: Chunk) -> None:
    """Create the transfers and entries of a chunk.

    Raises
    ------
    IntegrityError
        An end of one is not in the graph, or one of that id is.
    """
    ends = (Label.INSTRUMENT, Label.INSTRUMENT)
    if chunk.transfers["id"]:
        kept = sent(chunk.transfers, (*ENDS, *TRANSFER), _SELDOM)
        names = [name for name in kept if name not in ENDS]
        made = run.run(relate(Type.TRANSFER, ends, ENDS, names), **kept)
        _all(made.relations_made, chunk.transfers)
    if chunk.entries["id"]:
        kept = sent(chunk.entries, ENTRY)
        run.run(create(Label.ENTRY, kept), **kept)
        for name, kind in LEGS:
            legs = [
                (i, end) for i, end in zip(kept["id"], chunk.entries[name], strict=True) if end is not None
            ]
            if legs:
                of: Columns = {"id": [i for i, _ in legs], "end": [end for _, end in legs]}
                label = Label.EVENT if kind is Type.OF else Label.INSTRUMENT
                made = run.run(relate(kind, (Label.ENTRY, label), ("id", "end"), ["id"]), **of)
                _all(made.relations_made, of)


def _all(made: int, columns: Columns) -> None:
    if made != len(columns["id"]):
        raise IntegrityError(
            "an end of what was to be written is not in the shared graph",
            first=columns["id"][0],
            expected=str(len(columns["id"])),
            found=str(made),
            hint="fuatilia store rebuild mends it",
        )


def transfer_hashes(columns: Columns) -> list[int]:
    """Return the hash of each transfer, with its ends and the number of its properties."""
    return _hashes(columns, TRANSFER, ENDS)


def entry_hashes(columns: Columns) -> list[int]:
    """Return the hash of each entry, with what it is joined to and the number of its properties."""
    return _hashes(columns, ENTRY, tuple(name for name, _ in LEGS))


def _hashes(columns: Columns, names: tuple[str, ...], ends: tuple[str, ...]) -> list[int]:
    rows = zip(*(columns[name] for name in names), strict=True)
    joined = zip(*(columns[name] for name in ends), strict=True)
    return [row_hash((*end, len(row) - row.count(None), *row)) for end, row in zip(joined, rows, strict=True)]


def ahead(items: Iterable[_T]) -> Iterator[_T]:
    """Yield items that another thread makes, at most ``AHEAD`` of them before they are wanted."""
    line: queue.Queue[Any] = queue.Queue(AHEAD)
    stop = threading.Event()

    def put(item: Any) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                line.put(item, timeout=_LOOK)
                return

    def work() -> None:
        try:
            for item in items:
                put((item, None))
                if stop.is_set():
                    return
            put((None, None))
        except BaseException as error:  # noqa: BLE001 - raised again where the items are wanted
            put((None, error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while True:
            item, error = line.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        stop.set()
        thread.join()
