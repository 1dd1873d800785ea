"""Reads a saved page: each transfer or holder once, in columns; what is kept out, with place and reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.errors import FuatiliaError, ModelError
from graph.model.provenance import Balance, Reconciliation, Reject
from graph.model.tables import FACTS, ROWS
from ingest.errors import MappingError, UnreadableError
from ingest.neo4j_graph.ends import Ends
from ingest.neo4j_graph.holders import HolderRows
from ingest.neo4j_graph.mapping import GraphMapping, mapping_of
from ingest.neo4j_graph.page import read_page, row_text
from ingest.neo4j_graph.saved_mapping import text_of_mapping
from ingest.neo4j_graph.sections import Section, section_of
from ingest.neo4j_graph.transfers import TransferRows, place_of
from ingest.source import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RAW = 400
_MOST_SAID = 40


def page_mapping(path: Path) -> tuple[str, GraphMapping]:
    """Return name and content of the mapping that a page was fetched with."""
    kept = _part(read_page(path)[0], "mapping")
    found = text_of_mapping(str(kept.get("text")).encode(), str(kept.get("name"))).mapping
    return f"{kept.get('name')} (sha256 {str(kept.get('sha256'))[:12]}), as it was fetched", found


class PageReading:
    """One page being read.

    Parameters
    ----------
    given : mapping
        A mapping as data, instead of the one that the page was fetched with; it can only speak of
        properties that were fetched.
    """

    def __init__(self, path: Path, source: str, given: Mapping[str, Any]) -> None:
        self.about, self.rows = read_page(path)
        if given:
            self.mapping_said, self.mapping = "given", mapping_of(dict(given))
        else:
            self.mapping_said, self.mapping = page_mapping(path)
        self.section = self._section()
        ends = Ends(self.mapping, source)
        self.transfers = self.holders = None
        if self.section.transfers is not None:
            self.transfers = TransferRows(self.mapping, self.section.transfers, ends)
        elif self.section.instrument is not None:
            self.holders = HolderRows(self.section.instrument, ends, self.section.holders)
        self.rejected: list[Reject] = []
        self.left_out: list[Reject] = []
        self.again = self.nameless = self.obs = 0
        self._seen: dict[str, str] = {}

    def _section(self) -> Section:
        name = str(self.about.get("section"))
        try:
            return section_of(self.mapping, name)
        except MappingError as cause:
            raise UnreadableError("the mapping has no such section", section=name, hint=cause.hint) from cause

    def reading(self) -> Reading:
        """Return everything that the page holds."""
        found = [one for number, row in enumerate(self.rows) if (one := self._once(row, number)) is not None]
        moves = self.transfers is not None
        return Reading(
            rows=pa.Table.from_pylist(found, schema=ROWS) if moves and found else None,
            facts=pa.Table.from_pylist(found, schema=FACTS) if not moves and found else None,
            rejected=tuple(self.rejected),
            left_out=tuple(self.left_out),
            reconciliation=(Reconciliation(Balance.NONE, why="a graph prints no balance that rows explain"),),
            assumptions=self._notes(),
            records=len(self.rows) - self.again,
            done=len(self.rows),
            total=len(self.rows),
        )

    def _once(self, row: Any, number: int) -> dict[str, Any] | None:
        """Return what a row says, where no row before it said the same."""
        try:
            name = self._id(row)
            told, before = row_text(row), self._seen.get(name)
            if before == told:
                self.again += 1
                return None
            if before is not None:
                raise ModelError(
                    "another row has the same identifier and says something else",
                    hint="name a further property under id that tells them apart",
                )
            found = self._read(row, number)
        except ModelError as fault:
            said = fault.fields()
            reject = Reject(place_of(number), str(said["what"]), str(said["hint"]), row_text(row)[:_RAW])
            self.rejected.append(reject)
            return None
        self._seen[name] = told
        self.obs += found is not None
        return found

    def _id(self, row: Any) -> str:
        if not isinstance(row, dict):
            raise ModelError("a row that is no object")
        reader = self.transfers or self.holders
        if reader is None:
            raise UnreadableError("a section without transfers and holders")
        return reader.id_of(row)

    def _read(self, row: dict[str, Any], number: int) -> dict[str, Any] | None:
        if self.holders is not None:
            fact = self.holders.read(row, number, self.obs)
            self.nameless += fact is None
            return fact
        if self.transfers is None:
            return None
        found = self.transfers.read(row, number, self.obs)
        if found["digits"] is not None:
            why = "an amount of more than 38 digits: kept as digits, in no sum"
            self.left_out.append(Reject(place_of(number), why, "", found["digits"]))
        return found

    def _notes(self) -> dict[str, str]:
        about, account = self.about, _part(self.about, "account")
        server, asked = _part(about, "server"), _part(about, "range")
        notes = {
            "mapping": self.mapping_said,
            "asked": f"{self.section.title}; {server.get('edition')} {server.get('version')}",
            "account of the fetch": f"can write: {account.get('writes')} ({account.get('why')})",
            "order": "by time, then by identifier as the server sorts it",
        }
        if self.transfers is not None:
            notes["zone"] = f"{self.transfers.section.when.zone}, where a time has no offset"
        if self.transfers is not None and self.transfers.floats:
            notes["float source"] = f"{self.transfers.floats} amounts came as floats: see the marks"
        if asked.get("sort") == "none":
            notes["without an identifier"] = f"{about.get('beyond', 0)} more than are in this page"
        for name, count, words in (
            ("told again", self.again, "rows stand in the page more than once and are read once"),
            ("nameless", self.nameless, "instruments or parties without a name"),
        ):
            notes |= {name: f"{count} {words}"} if count else {}
        notes |= unmapped(self.about)
        return notes | {str(k): str(v) for k, v in self.mapping.assumes.items()}


def unmapped(about: Mapping[str, Any]) -> dict[str, str]:
    """Say what the graph holds that the mapping does not cover, as it was counted at the fetch."""
    survey = _part(about, "survey")
    said = {}
    for name in ("labels", "relationship types", "properties"):
        found = survey.get(name)
        items = sorted(found.items()) if isinstance(found, dict) else []
        if items:
            shown = [f"{k} ({'not counted' if v is None else v})" for k, v in items[:_MOST_SAID]]
            shown += [f"and {len(items) - _MOST_SAID} more"] if len(items) > _MOST_SAID else []
            said[f"unmapped {name}"] = ", ".join(shown)
    if survey.get("sampled"):
        said["properties were looked for in"] = f"the first {survey['sampled']} of each label and type"
    slow = survey.get("without an index")
    if isinstance(slow, list) and slow:
        said["without an index"] = f"{', '.join(map(str, slow))}: each page reads all of them"
    return said


def _part(about: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = about.get(name)
    return found if isinstance(found, dict) else {}


def settled_mapping(path: Path) -> dict[str, Any]:
    """Return the mapping of a page as data; empty where the page cannot be read (reading it says why)."""
    from dataclasses import asdict

    try:
        return asdict(page_mapping(path)[1])
    except FuatiliaError:
        return {}
