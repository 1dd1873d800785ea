"""Workstations of one security domain: each with a cache folder of its own, all at one graph."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from graph.stores.neo4j.address import UNATTENDED
from graph.stores.neo4j.store import Neo4jStore, open_graph, place_of

if TYPE_CHECKING:
    from pathlib import Path

    from graph.model.scope import Scope
    from tests.neo4j_server import RunningServer


def opened(server: RunningServer, cache: Path, key: Path | None = None, **options: Any) -> Neo4jStore:
    """Open the graph as a workstation does; its ledger is made where there is none."""
    return open_graph(
        server.url,
        make=True,
        cache=cache,
        user=server.credentials.user,
        password=server.credentials.password,
        identity_key=key,
        **{"fresh": 1e9, "patience": UNATTENDED, **options},
    )


def founded(server: RunningServer, cache: Path, ledger: Path, scope: Scope, **options: Any) -> Neo4jStore:
    """Found a graph that holds what a ledger holds; the ledger's folder becomes the pulled one."""
    place = place_of(server.address, cache)
    place.mkdir(parents=True)
    shutil.move(str(ledger), place / "ledger")
    store = opened(server, cache, **options)
    store.send(scope)
    return store


def key_of(store: Neo4jStore) -> Path:
    """Return the file of a workstation's identity key."""
    return store.layout.key
