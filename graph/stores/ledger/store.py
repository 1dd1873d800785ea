"""A ledger opened for reading and writing: the view and the writer over one catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.documents import Document
from graph.errors import NotFoundError
from graph.stores.ledger.catalogue import Catalogue
from graph.stores.ledger.index import Limits
from graph.stores.ledger.keys import StoreKey
from graph.stores.ledger.view import LedgerView
from graph.stores.ledger.writer import LedgerWriter, create

if TYPE_CHECKING:
    from pathlib import Path

    from graph.model.provenance import Batch, Link, Receipt, Source
    from graph.model.results import Assertion, Disposition, Result
    from graph.model.scope import Scope
    from graph.store import Content
    from graph.stores.ledger.layout import Layout


class LedgerStore(LedgerView):
    """One ledger folder; ``graph.store.Store`` says what each method does.

    It keeps documents too (``graph.documents``). What only a ledger does (erasure) is on ``writer``.
    """

    def __init__(self, layout: Layout, *, memory: str, limits: Limits, **writing: Any) -> None:
        opening = {name: writing[name] for name in ("clock",) if name in writing}
        catalogue = Catalogue.open(layout, **opening)
        super().__init__(layout, catalogue, StoreKey.load(layout), memory=memory, limits=limits)
        self.layout = layout
        self.catalogue = catalogue
        self.writer = LedgerWriter(layout, catalogue, **writing)

    def open_case(self, scope: Scope, case: str, title: str = "") -> None:
        """Open a case; opening it twice is a no-op."""
        self.writer.open_case(scope, case, title)

    def admit(self, scope: Scope, case: str, path: Path, source: Source) -> Source:
        """Keep an original and admit it to a case; the same bytes again add only an admission."""
        return self.writer.admit(scope, case, path, source)

    def ingest(self, scope: Scope, batch: Batch, content: Content) -> Receipt:
        """Commit one reading whole; the same batch again is a no-op."""
        return self.writer.ingest(scope, batch, content)

    def retract(self, scope: Scope, source: str, reason: str) -> tuple[str, ...]:
        """Take a source's observations out of sight; return ids of the results that fall."""
        return self.writer.retract(scope, source, reason)

    def link(self, scope: Scope, link: Link) -> None:
        """Join two observations."""
        self.writer.link(scope, link)

    def assert_(self, scope: Scope, assertion: Assertion) -> str:
        """Record a person's statement; returns its id."""
        return self.writer.assert_(scope, assertion)

    def record(self, scope: Scope, result: Result) -> str:
        """Keep a computed result; the same result again is a no-op."""
        return self.writer.record(scope, result)

    def dispose(self, scope: Scope, disposition: Disposition) -> None:
        """Record what a person decided about a standing result."""
        self.writer.dispose(scope, disposition)

    def keep_document(self, scope: Scope, case: str, kind: str, name: str, made: str, body: str) -> None:
        """Keep a document of a case; a later one of that name stands beside it and counts."""
        self.writer.keep_document(scope, case, kind, name, made, body)

    def documents(self, scope: Scope, kind: str) -> list[Document]:
        """Return documents of a kind of the cases in scope, every version, oldest first."""
        found = self.catalogue.documents(scope.cases, kind)
        self.catalogue.note(scope, "documents", {"kind": kind, "documents": len(found)})
        return [Document(*row) for row in found]

    def close(self) -> None:
        """Release everything the store holds."""
        super().close()
        self.writer.close()
        self.catalogue.close()


def open_ledger(
    layout: Layout,
    *,
    make: bool = False,
    identity_key: Path | None = None,
    memory: str = "1GB",
    limits: Limits = Limits(),  # noqa: B008 - frozen
    **writing: Any,
) -> LedgerStore:
    """Open a ledger folder.

    Parameters
    ----------
    layout : Layout
    make : bool
        Make the folder a store where it is none yet.
    identity_key : Path, optional
        File of the security domain's key, for a store that is made (``writer.create``).
    memory : str
        What the query engine may use.
    limits : Limits
        Bounds of neighbourhoods and paths.
    **writing
        ``clock``, ``on_phase`` and whatever else the writer takes.

    Raises
    ------
    NotFoundError
        There is no store in the folder, and none was to be made.
    """
    if make:
        opening = {name: writing[name] for name in ("clock",) if name in writing}
        create(layout, identity_key=identity_key, **opening)
    elif not layout.catalogue.is_file():
        raise NotFoundError("no store in this folder", path=str(layout.root), hint="ingest something first")
    return LedgerStore(layout, memory=memory, limits=limits, **writing)
