"""The shared graph: a Neo4j server that holds what the ledgers of a security domain know together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import StoreError
from graph.stores.neo4j.address import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.store import Store
    from graph.stores import Finding
    from graph.stores.neo4j.projection import Neo4jProjection
    from graph.stores.neo4j.store import Neo4jStore


class _Neo4j:
    code = "neo4j"
    schemes = SCHEMES

    def open(self, place: str, *, create: bool = False, **options: Any) -> Neo4jStore:
        """Open a shared graph by its whole address. Options as ``open_graph``."""
        from graph.stores.neo4j.store import open_graph

        return open_graph(place, make=create, **options)

    def verify(self, place: str, **options: Any) -> Sequence[Finding]:
        """Check the ledger that was pulled from a shared graph, every byte of it."""
        from graph.stores.neo4j.store import verify_pulled

        return verify_pulled(place, **options)

    def project(self, place: str, store: Store, **options: Any) -> Neo4jProjection:
        """Open the shared graph as the projection of a ledger. Options as ``open_projection``."""
        from graph.stores.ledger.store import LedgerStore
        from graph.stores.neo4j.projection import open_projection

        if not isinstance(store, LedgerStore):
            raise StoreError(
                "only a ledger can be pushed into a shared graph", hint="name the ledger's folder"
            )
        return open_projection(place, store, **options)


STORE = _Neo4j()
