"""What else is in the database: labels and types that are not of the model, named and left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.stores.neo4j.model import Label, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.stores.neo4j.server import Server

_NODES = """
    MATCH (n) WHERE NOT any(l IN labels(n) WHERE l IN $ours)
    RETURN labels(n) AS kinds, count(*) AS n, min(elementId(n)) AS one ORDER BY kinds"""
_MORE = """
    MATCH (n) WHERE any(l IN labels(n) WHERE l IN $ours) AND any(l IN labels(n) WHERE NOT l IN $ours)
    RETURN labels(n) AS kinds, count(*) AS n, min(elementId(n)) AS one ORDER BY kinds"""
_RELATIONS = """
    MATCH ()-[r]->() WHERE NOT type(r) IN $ours
    RETURN [type(r)] AS kinds, count(*) AS n, min(elementId(r)) AS one ORDER BY kinds"""


def strangers(server: Server) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield ``foreign``, what it is, and how many of it there are, as a difference tells it."""
    labels, types = [label.value for label in Label], [kind.value for kind in Type]
    known = {row["label"] for row in server.read("CALL db.labels() YIELD label RETURN label")}
    counted = server.read("MATCH (n) RETURN count(n) AS n")[0]["n"]
    ours = sum(
        server.read(f"MATCH (n:{label}) RETURN count(n) AS n")[0]["n"] for label in labels if label in known
    )
    if counted != ours or known - set(labels):
        for row in (*server.read(_NODES, ours=labels), *server.read(_MORE, ours=labels)):
            kinds = ":".join(row["kinds"]) or "without a label"
            yield "foreign", f"node {kinds} ({row['one']})", "", "0", str(row["n"])
    if server.read(
        "CALL db.relationshipTypes() YIELD relationshipType AS t WHERE NOT t IN $o RETURN t", o=types
    ):
        for row in server.read(_RELATIONS, ours=types):
            yield "foreign", f"relationship {row['kinds'][0]} ({row['one']})", "", "0", str(row["n"])
