"""An agency's own Neo4j graph: pages that ``fuatilia fetch neo4j`` saved, read by their mapping.

Reads transfers that are relationships or nodes, names on instruments, and relationships that say
who holds what. ``ingest.neo4j_graph.page`` documents the pages, ``ingest.neo4j_graph.mapping`` the
mapping, which every page carries as it was when the page was fetched; another one may be given.

A transfer is known by its business identifier, never by a number of the database. One that has no
identifier, no time, no amount, or an end that the mapping does not know is rejected with its place.
Amounts that came as floats keep the digits that the float prints, in the row's mark.

Limits: 64 MiB in a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.source import Head, Options, Reading, Sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OURS = 99
_START = b'{"page":"neo4j graph 1","about":{'


class Neo4jGraph:
    """Reader of fetched pages of a graph."""

    code = "neo4j_graph"
    title = "An agency's Neo4j graph (pages of fuatilia fetch neo4j)"
    version = "1"

    def sniff(self, head: Head) -> Sniff:
        """Look for the first line of a page."""
        if head.start.startswith(_START):
            return Sniff(_OURS, "a page of a fetched graph")
        return Sniff(0, "no page of a fetched graph")

    def mapping_for(self, path: Path, options: Options) -> dict[str, Any]:
        """Return the mapping that ``read`` will use, as data, so that it becomes part of the batch id."""
        from dataclasses import asdict

        from ingest.neo4j_graph.mapping import mapping_of
        from ingest.neo4j_graph.reading import settled_mapping

        return asdict(mapping_of(dict(options.mapping))) if options.mapping else settled_mapping(path)

    def read(self, path: Path, options: Options) -> Iterator[Reading]:
        """Read a page.

        Raises
        ------
        UnreadableError
            Not a page, cut, changed since it was saved, or too large.
        MappingError
            A mapping that is wrong.
        """
        from ingest.neo4j_graph.reading import PageReading

        yield PageReading(path, options.source, options.mapping).reading()


SOURCE = Neo4jGraph()
