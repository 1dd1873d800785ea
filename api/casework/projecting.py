"""The shared graph beside the store: pushed, verified, rebuilt and pulled, for commands and the demo."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from api.errors import UsageError
from graph.stores import open_projection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.casework.masking import Masking
    from api.settings import Settings
    from graph.model.scope import Scope
    from graph.store import Difference, Heard, Projection, Pulled, Pushed, Store, Verified

_SHOWN = frozenset(
    (
        "amount",
        "digits",
        "balance",
        "value",
        "lo",
        "hi",
        "seq",
        "a",
        "b",
        "place",
        "rows",
        "state",
        "asset",
        "batch",
    )
)
"""Properties that name nobody; what others say is masked as words are."""


def graph_address(settings: Settings, given: str = "") -> str:
    """Return the address of the shared graph that is meant.

    Raises
    ------
    UsageError
        Neither an option nor a setting names one.
    """
    named = given or settings.shared_graph or (settings.store if _is_graph(settings.store) else "")
    if not named:
        raise UsageError("no shared graph was named", hint="give --graph neo4j://host, or set FUATILIA_NEO4J")
    return named


def _is_graph(url: str) -> bool:
    return "://" in url and not url.startswith("ledger://")


@contextmanager
def shared_graph(store: Store, settings: Settings, address: str) -> Iterator[Projection]:
    """Open the shared graph at an address as the projection of a store."""
    projection = open_projection(
        address,
        store,
        user=settings.graph_user,
        password=settings.graph_password.get_secret_value(),
        authority=settings.graph_authority,
        tokens=settings.graph_tokens,
    )
    try:
        yield projection
    finally:
        projection.close()


def push_document(scope: Scope, _: Masking, shared: Projection, address: str, heard: Heard) -> dict[str, Any]:
    """Push the store and return what was written."""
    return {"graph": address, **_pushed(shared.push(scope, heard))}


def pull_document(
    scope: Scope, masking: Masking, shared: Projection, address: str, heard: Heard
) -> dict[str, Any]:
    """Pull what others pushed and return what came."""
    done: Pulled = shared.pull(scope, heard)
    return {
        "graph": address,
        "batches": done.batches,
        "records": done.documents,
        "left_out": [masking.words(text) for text in done.left_out],
    }


def verify_document(
    scope: Scope, masking: Masking, shared: Projection, address: str, heard: Heard
) -> dict[str, Any]:
    """Compare the shared graph with the store and return every difference."""
    return {"graph": address, **_verified(masking, shared.verify(scope, heard))}


def rebuild_document(
    scope: Scope, masking: Masking, shared: Projection, address: str, heard: Heard, *, only_differences: bool
) -> dict[str, Any]:
    """Make the shared graph equal the store, verify it, and return both."""
    done, found = shared.rebuild(scope, heard, only_differences=only_differences)
    return {"graph": address, **_pushed(done), **_verified(masking, found)}


def _pushed(done: Pushed) -> dict[str, Any]:
    return {
        "parts": done.parts,
        "written": done.written,
        "rows_written": done.rows,
        "pieces": done.pieces,
        "records": done.documents,
    }


def _verified(masking: Masking, found: Verified) -> dict[str, Any]:
    return {
        "sound": found.sound,
        "compared": found.rows,
        "hash": found.hash,
        "differences": [_difference(masking, one) for one in found.differences],
    }


def _difference(masking: Masking, one: Difference) -> dict[str, str]:
    told: dict[str, str] = asdict(one)
    if one.property not in _SHOWN:
        told |= {name: masking.words(told[name]) for name in ("expected", "found")}
    return told


def import_document(
    store: Store, scope: Scope, settings: Settings, folder: Path, heard: Heard
) -> dict[str, Any]:
    """Write files for the import tool of an empty server, and return the command that reads them."""
    from graph.stores.ledger.store import LedgerStore
    from graph.stores.neo4j.desired import Desired
    from graph.stores.neo4j.hiding import Tokens
    from graph.stores.neo4j.importing import write_import_files

    if not isinstance(store, LedgerStore):
        raise UsageError("only a ledger is written for the import tool", hint="name the ledger's folder")
    desired = Desired(store, scope, Tokens(settings.graph_tokens))
    files = write_import_files(desired, folder, heard)
    return {
        "folder": str(folder),
        "rows": files.rows,
        "command": files.command(),
        "then": "start the server, then: fuatilia store push",
    }
