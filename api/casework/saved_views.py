"""Views of a case's network that somebody saved under a name: the address of the page, whole.

A view is a document of the case. Saving another under the same name, or removing it, adds a document;
what stood before stays on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import UsageError
from graph.documents import Documents
from graph.model.provenance import digest

if TYPE_CHECKING:
    from api.casework.masking import Masking
    from graph.documents import Document
    from graph.model.scope import Scope
    from graph.store import View

KIND = "network view"
LONGEST_NAME = 80
LONGEST = 60_000


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view by its id and name, when it was saved, and the query of its address."""

    id: str
    name: str
    made: str
    query: str


def saved_views(store: View, scope: Scope, masking: Masking) -> tuple[SavedView, ...]:
    """Return the views that stand, by name, as the reader may see them."""
    if not isinstance(store, Documents):
        return ()
    named = [
        SavedView(_id(d.name), masking.words(d.name), d.made, masking.document(d.body))
        for d in _standing(store, scope).values()
    ]
    return tuple(sorted(named, key=lambda v: (v.name.casefold(), v.name)))


def _standing(store: Documents, scope: Scope) -> dict[str, Document]:
    """Return the views that stand by their names as given."""
    latest = {d.name: d for d in store.documents(scope, KIND)}
    return {name: d for name, d in latest.items() if d.body}


def _id(name: str) -> str:
    return digest(KIND, name)[:16]


def save_view(store: View, scope: Scope, name: str, query: str, made: str) -> None:
    """Keep the query of an address under a name.

    Raises
    ------
    UsageError
        No name, one too long, a query too long, or a store that keeps no documents.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise UsageError("a view needs a name", longest=LONGEST_NAME, hint="a few words")
    if len(query) > LONGEST:
        raise UsageError("the view is too large to be saved", longest=LONGEST, hint="open less")
    _keep(store, scope, name, query or "sel=", made)


def remove_view(store: View, scope: Scope, view: str, made: str) -> None:
    """Take a view, named by its id, out of the list; that it stood stays on record."""
    if isinstance(store, Documents):
        for name in _standing(store, scope):
            if _id(name) == view:
                _keep(store, scope, name, "", made)


def _keep(store: View, scope: Scope, name: str, body: str, made: str) -> None:
    if not isinstance(store, Documents):
        raise UsageError("this store keeps no saved views", hint="the address of the page is the whole view")
    store.keep_document(scope, scope.cases[0], KIND, name, made, body)
