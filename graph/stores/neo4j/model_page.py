"""The page of the model, written from the model: ``python -m graph.stores.neo4j.model_page``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from graph.stores.neo4j.model import FORMAT, LIMIT
from graph.stores.neo4j.schema import NODES, RELATIONS, schema_statements

if TYPE_CHECKING:
    from graph.stores.neo4j.model import Property

_HEAD = f"""# The shared graph

Made from the model in `graph/stores/neo4j/`; do not edit. Format {FORMAT}.

Every node and relationship here is derived from ledgers and can be made again from them. Opaque ids are
keyed hashes: the same in every ledger of one security domain, and in no other. Victims and witnesses are
tokens. Narration, references and the files themselves are never in clear. A property is absent where the
evidence has none, and longer than {LIMIT:,} bytes it is refused. How to ask:
[use-neo4j](../how-to/use-neo4j.md).
"""


def page() -> str:
    """Return the page in Markdown."""
    parts = [_HEAD, "## Labels\n"]
    for label, node in NODES.items():
        parts.append(f"### {label}\n\n{node.meaning}\n\n{_table(node.properties, (node.key, *node.indexed))}")
    parts.append("## Relationship types\n")
    for kind, relation in RELATIONS.items():
        ends = ", ".join(f"`(:{start})-[:{kind}]->(:{end})`" for start, end in relation.ends)
        marked = ("id", *relation.indexed)
        parts.append(f"### {kind}\n\n{ends}\n\n{relation.meaning}\n\n{_table(relation.properties, marked)}")
    parts.append("## Constraints and indexes\n\n```cypher\n" + ";\n".join(schema_statements()) + ";\n```\n")
    return "\n".join(parts)


def _table(properties: tuple[Property, ...], marked: tuple[str, ...]) -> str:
    lines = ["| property | type | meaning | from |", "|---|---|---|---|"]
    for one in properties:
        sign = {0: " (unique)"}.get(marked.index(one.name), " (indexed)") if one.name in marked else ""
        lines.append(f"| `{one.name}`{sign} | {one.kind.name.lower()} | {one.meaning} | {one.origin} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
