"""An agency's own Neo4j graph, only ever read: ask by a mapping, save the answers page by page."""

from __future__ import annotations

from ingest.fetchers.neo4j.errors import FetchError
from ingest.fetchers.neo4j.server import Login, Server
from ingest.fetchers.neo4j.walk import Saved, Stale, Stands, Wanted, walk

__all__ = ["FetchError", "Login", "Saved", "Server", "Stale", "Stands", "Wanted", "walk"]
