"""``store queries``: the usual questions in Cypher, for Neo4j's own tools over the shared graph."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.layout import table
from api.cli.state import state_of


def register(store: typer.Typer) -> None:
    """Add the command to those of ``store``."""
    store.command("queries", epilog="Example: fuatilia store queries who-paid-whom")(queries)


def queries(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Print this one, ready for Neo4j Browser.")] = "",
) -> None:
    """List the questions in Cypher for the shared graph, or print one of them."""
    from graph.stores.neo4j.questions import question, questions

    asked = [question(name)] if name else questions()
    document = [
        {
            "name": one.name,
            "title": one.title,
            "parameters": [{"name": n, "kind": kind, "meaning": said} for n, kind, said in one.parameters],
            "statement": one.statement,
        }
        for one in asked
    ]
    listed = [[one.name, one.title] for one in asked]
    state_of(context).console.result(
        document, lambda: asked[0].statement.rstrip("\n") if name else table(["NAME", "QUESTION"], listed)
    )
