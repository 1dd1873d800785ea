"""The whole model by name, and the statements that make a server keep to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.stores.neo4j import concluded, observed

if TYPE_CHECKING:
    from graph.stores.neo4j.model import Label, NodeKind, RelationKind, Type
    from graph.stores.neo4j.server import Server

NODES: dict[Label, NodeKind] = {kind.label: kind for kind in (*observed.NODES, *concluded.NODES)}
RELATIONS: dict[Type, RelationKind] = {
    kind.type: kind for kind in (*observed.RELATIONS, *concluded.RELATIONS)
}
WAIT = 600


def schema_statements() -> tuple[str, ...]:
    """Return what makes constraints and indexes where they are not there yet; no Enterprise feature.

    Examples
    --------
    >>> schema_statements()[0]
    'CREATE CONSTRAINT fuatilia_allocation_id IF NOT EXISTS FOR (n:Allocation) REQUIRE n.id IS UNIQUE'
    """
    made = []
    for label, node in NODES.items():
        name, of = f"fuatilia_{label.lower()}", f"(n:{label})"
        made.append(
            f"CREATE CONSTRAINT {name}_{node.key} IF NOT EXISTS FOR {of} REQUIRE n.{node.key} IS UNIQUE"
        )
        made += [f"CREATE INDEX {name}_{p} IF NOT EXISTS FOR {of} ON (n.{p})" for p in node.indexed]
    for kind, relation in RELATIONS.items():
        name, of = f"fuatilia_rel_{kind.lower()}", f"()-[r:{kind}]-()"
        made.append(f"CREATE CONSTRAINT {name}_id IF NOT EXISTS FOR {of} REQUIRE r.id IS UNIQUE")
        made += [f"CREATE INDEX {name}_{p} IF NOT EXISTS FOR {of} ON (r.{p})" for p in relation.indexed]
    return tuple(sorted(made))


def prepare(server: Server) -> None:
    """Make constraints and indexes and wait until they answer; what is there already stays."""
    known = {row["name"] for row in server.read("SHOW INDEXES YIELD name RETURN name")}
    missing = [statement for statement in schema_statements() if statement.split()[2] not in known]
    for statement in missing:
        server.alone(statement)
    if missing:
        server.alone("CALL db.awaitIndexes($wait)", wait=WAIT)
