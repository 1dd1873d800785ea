"""Sections of a mapping: each is asked for by one statement and makes pages of one kind."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from graph.model.provenance import canonical, digest
from ingest.errors import MappingError

if TYPE_CHECKING:
    from ingest.neo4j_graph.mapping import GraphMapping, Holders, Instrument, Transfers


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a mapping.

    ``name`` is ``transfers:0``, ``names:0`` or ``holders:0``; ``subject`` the type or label that is
    asked for; ``id`` the property by which pages are cut, and ``title`` what people are told.
    """

    name: str
    subject: str
    id: str
    title: str
    transfers: Transfers | None = None
    instrument: Instrument | None = None
    holders: Holders | None = None

    def question(self, database: str, mapping: GraphMapping) -> str:
        """Return the name by which pages of one section, mapping and database belong together."""
        own = self.transfers or self.holders or self.instrument
        said = {"own": asdict(own) if own else {}, "instruments": [asdict(i) for i in mapping.instruments]}
        return digest("neo4j question", database, self.name.partition(":")[0], canonical(said))[:12]


def sections_of(mapping: GraphMapping) -> list[Section]:
    """Return what a mapping asks for: transfers first, then names of instruments, then holders."""
    found = [
        Section(
            f"transfers:{n}",
            one.relationship or one.node,
            one.id[0],
            f"{'nodes' if one.node else 'relationships'} {one.relationship or one.node}",
            transfers=one,
        )
        for n, one in enumerate(mapping.transfers)
    ]
    found += [
        Section(f"names:{n}", one.label, one.id, f"names on nodes {one.label}", instrument=one)
        for n, one in enumerate(mapping.instruments)
        if one.name and one.id
    ]
    for n, one in enumerate(mapping.holders):
        to = mapping.instrument(one.instrument)
        title = f"{one.relationship} between {one.party} and {one.instrument}"
        found.append(Section(f"holders:{n}", one.relationship, to.id, title, instrument=to, holders=one))
    return found


def section_of(mapping: GraphMapping, name: str) -> Section:
    """Return a section by its name."""
    for one in sections_of(mapping):
        if one.name == name:
            return one
    raise MappingError("the mapping has no such section", section=name)
