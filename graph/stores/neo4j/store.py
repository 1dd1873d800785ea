"""The whole product for somebody who has an address and nothing else.

A shared graph is opened as a ledger of one's own, pulled into the user's cache folder, with the graph
beside it. What is written goes into that ledger and is pushed at once. So a server that fails in the
middle costs nothing: the ledger holds what was written, and the next push sends it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from graph.errors import NotFoundError, StoreAwayError, StoreError
from graph.stores.ledger.layout import Layout
from graph.stores.ledger.store import open_ledger
from graph.stores.ledger.verify import verify
from graph.stores.neo4j.address import AT_THE_DOOR, Address, Credentials, Patience
from graph.stores.neo4j.hiding import Tokens
from graph.stores.neo4j.model import GRAPH, Label
from graph.stores.neo4j.parts import join, require_key
from graph.stores.neo4j.server import Server
from graph.stores.neo4j.view import GraphView

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graph.model.provenance import Batch, Link, Receipt, Source
    from graph.model.results import Assertion, Disposition, Result
    from graph.model.scope import Scope
    from graph.store import Content
    from graph.stores.ledger.catalogue import Clock
    from graph.stores.ledger.verify import Finding

_T = TypeVar("_T")
_LEDGER = "ledger"
_CHECK = f"OPTIONAL MATCH (g:{Label.GRAPH} {{id: $id}}) RETURN g.key_check AS key_check"


class Neo4jStore(GraphView):
    """A pulled ledger and the graph that it was pulled from; ``graph.store.Store`` says what methods do."""

    def open_case(self, scope: Scope, case: str, title: str = "") -> None:
        """Open a case; opening it twice is a no-op, of which the graph need not hear."""
        self.refresh(scope)
        known = case in dict(self.catalogue.cases())
        self._written(scope, lambda: self.writer.open_case(scope, case, title), push=not known)

    def admit(self, scope: Scope, case: str, path: Path, source: Source) -> Source:
        """Keep an original and admit it to a case; it is pushed with what is read from it."""
        return self._written(scope, lambda: self.writer.admit(scope, case, path, source), push=False)

    def ingest(self, scope: Scope, batch: Batch, content: Content) -> Receipt:
        """Commit one reading whole; the same batch again is a no-op."""
        return self._written(scope, lambda: self.writer.ingest(scope, batch, content))

    def retract(self, scope: Scope, source: str, reason: str) -> tuple[str, ...]:
        """Take a source's observations out of sight; return ids of the results that fall."""
        return self._written(scope, lambda: self.writer.retract(scope, source, reason))

    def link(self, scope: Scope, link: Link) -> None:
        """Join two observations."""
        self._written(scope, lambda: self.writer.link(scope, link))

    def assert_(self, scope: Scope, assertion: Assertion) -> str:
        """Record a person's statement; returns its id."""
        return self._written(scope, lambda: self.writer.assert_(scope, assertion))

    def record(self, scope: Scope, result: Result) -> str:
        """Keep a computed result; results come in numbers, and are sent together a moment later."""
        return self._written(scope, lambda: self.writer.record(scope, result), push=False)

    def dispose(self, scope: Scope, disposition: Disposition) -> None:
        """Record what a person decided about a standing result."""
        self._written(scope, lambda: self.writer.dispose(scope, disposition))

    def keep_document(self, scope: Scope, case: str, kind: str, name: str, made: str, body: str) -> None:
        """Keep a document of a case; a later one of that name stands beside it and counts."""
        kept = (scope, case, kind, name, made, body)
        self._written(scope, lambda: self.writer.keep_document(*kept), push=False)

    def _written(self, scope: Scope, write: Callable[[], _T], *, push: bool = True) -> _T:
        """Write into the ledger and push; without ``push`` the next refresh does, or the end.

        What is in the ledger is written, whatever becomes of the push: it is sent with the next, and
        an error here would have it written twice.
        """
        with self._sharing:
            self.refresh(scope)
            self._mark.touch()
            self._scope = scope
            with self._occupied():
                done = write()
            if not push:
                return done
            try:
                self.send(scope)
            except StoreAwayError:
                self.catalogue.note(scope, "push", {}, "the graph is away: sent with the next")
            return done


def place_of(address: Address, cache: Path) -> Path:
    """Return the user's folder for what was pulled from a graph."""
    return cache / "graphs" / hashlib.sha256(str(address).encode()).hexdigest()[:32]


def open_graph(
    url: str,
    *,
    make: bool = False,
    cache: Path,
    user: str = "neo4j",
    password: str = "",
    authority: str = "",
    tokens: str = Tokens.PROTECTED,
    identity_key: Path | None = None,
    patience: Patience = AT_THE_DOOR,
    **options: Any,
) -> Neo4jStore:
    """Open a shared graph: its ledger in the cache folder, made where there is none, and the server.

    Parameters
    ----------
    url : str
        ``neo4j://host[:port][/database]``, or another scheme of ``SCHEMES``.
    make : bool
        Found the graph where the database is empty.
    cache : Path
        The user's folder for what can be made again.
    identity_key : Path, optional
        File of the security domain's key; needed once, when the ledger is made.
    **options
        As ``GraphView`` takes them.

    Raises
    ------
    StoreAwayError
        The server cannot be reached.
    NotFoundError
        The database holds no graph of ours, and none was to be made.
    StoreError
        The graph belongs to another identity key, or to one that was not given.
    """
    address = Address.parse(url)
    server = Server(address, Credentials(user, password, authority), patience)
    try:
        layout = Layout(place_of(address, cache) / _LEDGER)
        _prepare(server, layout, identity_key, make=make, clock=options.get("clock"))
        return Neo4jStore(layout, server, tokens=Tokens(tokens), **options)
    except BaseException:
        server.close()
        raise


def _prepare(server: Server, layout: Layout, key: Path | None, *, make: bool, clock: Clock | None) -> None:
    """Make the ledger where there is none, once it is sure that it belongs to the graph."""
    check = server.read(_CHECK, id=GRAPH)[0]["key_check"]
    if check is None and not make:
        raise NotFoundError("no shared graph at this address", url=str(server.address), hint="ingest first")
    if check is not None and key is None and not layout.catalogue.is_file():
        raise StoreError(
            "the shared graph needs its security domain's identity key once on every workstation",
            url=str(server.address),
            hint="set FUATILIA_IDENTITY_KEY to a copy of the first ledger's identity.key",
        )
    ticking: dict[str, Any] = {} if clock is None else {"clock": clock}
    made = open_ledger(layout, make=True, identity_key=key, **ticking)
    try:
        if check is None:
            join(server, made.writer.key)
        else:
            require_key(server, made.writer.key, check)
    finally:
        made.close()


def verify_pulled(url: str, *, cache: Path, **_: Any) -> list[Finding]:
    """Check every byte of the ledger that was pulled from a graph."""
    return verify(Layout(place_of(Address.parse(url), cache) / _LEDGER))
