"""Documents of a case (a saved view): kept, never edited; a later one of the same name counts.

Apart from ``graph.store.Store``, because a store may be shared without keeping them: whoever needs them
asks whether a store is a ``Documents``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from graph.model.scope import Scope


@dataclass(frozen=True, slots=True)
class Document:
    """One kept document: an instant as ISO text, and a body that its kind gives a meaning."""

    case: str
    name: str
    made: str
    body: str


@runtime_checkable
class Documents(Protocol):
    """What keeps documents; every call leaves an audit row."""

    def keep_document(self, scope: Scope, case: str, kind: str, name: str, made: str, body: str) -> None:
        """Keep a document of a case; a later one of that name stands beside it and counts."""
        ...

    def documents(self, scope: Scope, kind: str) -> list[Document]:
        """Return documents of a kind of the cases in scope, every version, oldest first."""
        ...
