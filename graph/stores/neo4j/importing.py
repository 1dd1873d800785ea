"""The first fill of an empty server: files for its import tool, written straight from segments.

The tool builds the store's own files, which is several times as fast as transactions, while the server
is stopped. A push afterwards finds every part as it should be, and adds what a pull needs.
"""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import csv

from graph.errors import StoreError
from graph.stores.neo4j.desired_instruments import INSTRUMENT
from graph.stores.neo4j.desired_rows import ENTRY, TRANSFER
from graph.stores.neo4j.filling import LEGS, ahead
from graph.stores.neo4j.model import Kind, Label, Type
from graph.stores.neo4j.schema import NODES, RELATIONS
from graph.stores.neo4j.sections import DONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from graph.store import Heard
    from graph.stores.neo4j.desired import Desired
    from graph.stores.neo4j.desired_rows import Columns
    from graph.stores.neo4j.owners import Owner

BETWEEN = "\x1f"
"""Stands between the texts of a list; no text of a list may hold it."""
_ARROW = {
    Kind.TEXT: pa.string(),
    Kind.TEXTS: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.YES_NO: pa.bool_(),
}
_SECTION = ("id", "state", "made_from", "count")


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """What was written, and the command that reads it."""

    folder: Path
    nodes: dict[Label, list[Path]]
    relations: dict[Type, list[Path]]
    rows: int

    def command(self, database: str = "neo4j") -> str:
        """Return the command for the stopped server's machine."""
        told = ["neo4j-admin", "database", "import", "full", database, "--skip-duplicate-nodes=true"]
        told += [f"--array-delimiter=U+{ord(BETWEEN):04X}", "--multiline-fields=true", "--strict=true"]
        for flag, files in (("--nodes", self.nodes), ("--relationships", self.relations)):
            # Each file has its own header: files joined by commas would share the first one's.
            told += [f"{flag}={kind}={path}" for kind, paths in sorted(files.items()) for path in paths]
        return shlex.join(told)


def write_import_files(desired: Desired, folder: Path, heard: Heard) -> ImportFiles:
    """Write everything that the graph should hold as files of the import tool.

    Parameters
    ----------
    folder : Path
        New or empty.

    Raises
    ------
    StoreError
        The folder holds something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise StoreError("the folder for the import files is not empty", path=str(folder))
    with ExitStack() as stack:
        writing = _Writing(desired, folder, heard, stack)
        writing.batches()
        writing.small()
        return ImportFiles(folder, writing.nodes, writing.relations, writing.rows)


class _Writing:
    """The open files of one writing, made when first needed."""

    def __init__(self, desired: Desired, folder: Path, heard: Heard, stack: ExitStack) -> None:
        self.desired, self.folder, self.heard, self._stack = desired, folder, heard, stack
        self.nodes: dict[Label, list[Path]] = {}
        self.relations: dict[Type, list[Path]] = {}
        self.rows = 0
        self._open: dict[tuple[str, ...], Any] = {}

    def batches(self) -> None:
        """Write instruments and rows, batch by batch."""
        every = sum(f.rows for b in self.desired.batches for role in ("rows", "nodes") for f in b.of(role))
        ends = (Label.INSTRUMENT, Label.INSTRUMENT)
        for batch in self.desired.batches:
            instruments, rows = self.desired.instruments(batch), self.desired.rows(batch)
            for columns in ahead(instruments.chunks()):
                self._nodes(Label.INSTRUMENT, INSTRUMENT, columns)
                self._heard(batch.batch, len(columns["id"]), every)
            for chunk in ahead(rows.chunks()):
                if chunk.transfers["id"]:
                    self._relations(Type.TRANSFER, ends, ("payer", "payee"), TRANSFER, chunk.transfers)
                if chunk.entries["id"]:
                    self._nodes(Label.ENTRY, ENTRY, chunk.entries)
                    self._legs(chunk.entries)
                self._heard(batch.batch, chunk.rows, every)
            for name, part in (("instruments", instruments), ("rows", rows)):
                self._section(f"{name}:{batch.batch}", part.made_from(), part.rows)

    def small(self) -> None:
        """Write everything else, and how far each part is: whole."""
        desired = self.desired
        facts = [desired.facts(batch) for batch in desired.batches]
        for section in (*desired.files(), *facts, *desired.conclusions()):
            owners = section.build()
            for owner in owners:
                self._owner(owner)
            self._section(section.id, section.made_from, len(owners))

    def _owner(self, owner: Owner) -> None:
        names = tuple(p.name for p in NODES[owner.label].properties)
        said = owner.properties | ({"state": DONE} if owner.label is Label.BATCH else {})
        self._nodes(owner.label, names, {name: [said.get(name)] for name in names})
        for joined in owner.joined:
            told = tuple(p.name for p in RELATIONS[joined.type].properties)
            row = joined.properties | {"id": joined.id, "x": owner.key, "y": joined.key}
            columns = {name: [row.get(name)] for name in ("x", "y", *told)}
            self._relations(joined.type, (owner.label, joined.label), ("x", "y"), told, columns)

    def _legs(self, entries: Columns) -> None:
        for name, kind in LEGS:
            legs = [(i, end) for i, end in zip(entries["id"], entries[name], strict=True) if end is not None]
            if legs:
                columns: Columns = {"id": [i for i, _ in legs], "end": [end for _, end in legs]}
                label = Label.EVENT if kind is Type.OF else Label.INSTRUMENT
                self._relations(kind, (Label.ENTRY, label), ("id", "end"), ("id",), columns)

    def _section(self, name: str, made_from: str, count: int) -> None:
        told: Columns = {"id": [name], "state": [DONE], "made_from": [made_from], "count": [count]}
        self._nodes(Label.SECTION, _SECTION, told)

    def _nodes(self, label: Label, names: Sequence[str], columns: Columns) -> None:
        key = NODES[label].key
        kinds = {p.name: p.kind for p in NODES[label].properties}
        header = [f"{n}:ID({label})" if n == key else f"{n}:{kinds[n].value}" for n in names]
        arrays = [_cells(columns[n], kinds[n]) for n in names]
        self._write((label.value,), header, arrays, self.nodes.setdefault(label, []))

    def _relations(
        self,
        kind: Type,
        ends: tuple[Label, Label],
        keys: tuple[str, str],
        names: Sequence[str],
        columns: Columns,
    ) -> None:
        kinds = {p.name: p.kind for p in RELATIONS[kind].properties}
        header = [f":START_ID({ends[0]})", f":END_ID({ends[1]})", *(f"{n}:{kinds[n].value}" for n in names)]
        arrays = [_cells(columns[key], Kind.TEXT) for key in keys]
        arrays += [_cells(columns[n], kinds[n]) for n in names]
        self._write((kind.value, *ends), header, arrays, self.relations.setdefault(kind, []))

    def _write(
        self, name: tuple[str, ...], header: list[str], arrays: list[pa.Array], listed: list[Path]
    ) -> None:
        table = pa.table(arrays, names=header)
        if name not in self._open:
            path = self.folder / f"{'-'.join(name).lower()}.csv"
            sink = self._stack.enter_context(path.open("wb"))
            sink.write((",".join(header) + "\n").encode())
            options = csv.WriteOptions(include_header=False)
            self._open[name] = self._stack.enter_context(
                csv.CSVWriter(sink, table.schema, write_options=options)
            )
            listed.append(path)
        self._open[name].write_table(table)

    def _heard(self, batch: str, rows: int, every: int) -> None:
        self.rows += rows
        self.heard(batch, self.rows, max(every, self.rows))


def _cells(values: Iterable[Any], kind: Kind) -> pa.Array:
    """Return values as the import tool reads them: an absent one is empty, an empty text has quotes."""
    if kind is Kind.TEXTS:
        values = [None if v is None else BETWEEN.join(v) for v in values]
    return pa.array(values, _ARROW[kind])
