"""The usual questions in Cypher, one file each, for Neo4j's own tools and whoever else asks the graph.

The product itself does not use them; tests hold each of them to the ledger's answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from graph.errors import NotFoundError

if TYPE_CHECKING:
    from graph.stores.neo4j.server import Server

_PARAMETER = re.compile(r"// \$(\w+) \(([a-z ]+)\): (.+)")


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what it asks, its parameters as ``(name, kind, meaning)``, and the statement."""

    name: str
    title: str
    parameters: tuple[tuple[str, str, str], ...]
    statement: str

    def ask(self, server: Server, **parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of the answer."""
        return server.read(self.statement, **parameters)


def questions() -> tuple[Question, ...]:
    """Return every question, by name.

    Examples
    --------
    >>> questions()[0].title
    'Readings that are not wholly in the graph: a push was broken off, or is at work now.'
    """
    folder = files(__package__).joinpath("queries")
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".cypher")]
    return tuple(_read(entry.name, entry.read_text("utf-8")) for entry in sorted(found, key=lambda e: e.name))


def question(name: str) -> Question:
    """Return the question of a name, or say which there are."""
    known = {one.name: one for one in questions()}
    if name not in known:
        raise NotFoundError("no such question", name=name, hint=f"known: {', '.join(known)}")
    return known[name]


def _read(file: str, text: str) -> Question:
    parameters = tuple((m[1], m[2], m[3]) for m in map(_PARAMETER.fullmatch, text.splitlines()) if m)
    return Question(
        file.removesuffix(".cypher"), text.partition("\n")[0].removeprefix("// "), parameters, text
    )
