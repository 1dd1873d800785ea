"""Where evidence is kept: one folder per backend, found by name, opened by address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from graph.errors import StoreError
from graph.registry import discover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.store import Projection, Store

DEFAULT = "ledger"


class Finding(Protocol):
    """One thing in a store that is not as it was written; ``path`` is relative to the store."""

    @property
    def path(self) -> str:
        """Where."""
        ...

    @property
    def what(self) -> str:
        """What is wrong with it."""
        ...

    @property
    def expected(self) -> str:
        """The hash or value that was written, where there is one."""
        ...

    @property
    def found(self) -> str:
        """What is there instead."""
        ...


class Backend(Protocol):
    """What a store's package exposes as ``STORE``.

    ``code`` is the scheme of its addresses; a backend with several has ``schemes`` as well, and is
    given the whole address for its place.
    """

    code: str

    def open(self, place: str, **options: Any) -> Store:
        """Open the store at a place, creating it where the options say so."""
        ...

    def verify(self, place: str, **options: Any) -> Sequence[Finding]:
        """Check everything stored at a place; nothing found means that it is as it was written."""
        ...


def stores() -> dict[str, Backend]:
    """Return all backends by code, our own and those of entry point ``fuatilia.stores``."""
    return discover("graph.stores", "STORE", "fuatilia.stores", lambda backend: str(backend.code))


def open_store(url: str, **options: Any) -> Store:
    """Open a store by its address.

    Parameters
    ----------
    url : str
        ``scheme://place``, or the plain path of a folder, which is a ledger.
    **options
        Handed to the backend.

    Raises
    ------
    StoreError
        No backend answers to the scheme.
    """
    backend, place = _answering(url)
    return backend.open(place, **options)


def verify_store(url: str, **options: Any) -> Sequence[Finding]:
    """Check every byte of a store against what covers it, also of one too damaged to be opened.

    Raises
    ------
    StoreError
        No backend answers to the address, or there is no store.
    """
    backend, place = _answering(url)
    return backend.verify(place, **options)


def open_projection(url: str, store: Store, **options: Any) -> Projection:
    """Open what keeps a store a second time, by its address.

    Raises
    ------
    StoreError
        No backend answers to the address, or it keeps nothing a second time.
    """
    backend, place = _answering(url)
    project = getattr(backend, "project", None)
    if project is None:
        raise StoreError(
            "this is no address of a shared graph", url=url, hint="write it as neo4j://host[:port]"
        )
    found: Projection = project(place, store, **options)
    return found


def _answering(url: str) -> tuple[Backend, str]:
    scheme, split, place = url.partition("://")
    if not split:
        scheme, place = DEFAULT, url
    known = stores()
    for backend in known.values():
        if scheme in getattr(backend, "schemes", ()):
            return backend, url
    if scheme not in known:
        schemes = sorted({s for b in known.values() for s in getattr(b, "schemes", (b.code,))})
        raise StoreError("no store answers to this address", url=url, hint=f"known: {', '.join(schemes)}")
    return known[scheme], place
