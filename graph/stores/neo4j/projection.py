"""A ledger and the shared graph that it is kept in a second time: ``graph.store.Projection``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.store import Heard, Pulled, Pushed, Verified
from graph.stores.neo4j.address import UNATTENDED, Address, Credentials, Patience
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.hiding import Tokens
from graph.stores.neo4j.parts import join
from graph.stores.neo4j.pulling import pull
from graph.stores.neo4j.pushing import push
from graph.stores.neo4j.rebuilding import rebuild
from graph.stores.neo4j.server import Server
from graph.stores.neo4j.verifying import verify

if TYPE_CHECKING:
    from pathlib import Path

    from graph.model.scope import Scope
    from graph.stores.ledger.store import LedgerStore

ROUNDS = 5
"""How often a push begins again because another workstation pushed meanwhile."""


class Neo4jProjection:
    """The shared graph as the projection of one ledger; who pushes, verifies or pulls is in every scope.

    Parameters
    ----------
    server : Server
    ledger : LedgerStore
    tokens : Tokens
        Who is a token in the graph instead of a number or a name.
    """

    def __init__(self, server: Server, ledger: LedgerStore, tokens: Tokens = Tokens.PROTECTED) -> None:
        self.server = server
        self.ledger = ledger
        self.tokens = tokens

    def push(self, scope: Scope, heard: Heard) -> Pushed:
        """Make the graph hold what the ledger holds, after a pull; done again, only what differs is written.

        Where another workstation pushed meanwhile, what it brought is pulled, and the push begins again.
        """
        join(self.server, self.ledger.writer.key)
        self.pull(scope, heard)
        done = self._push(scope, heard)
        for _ in range(ROUNDS):
            if not self.pull(scope, heard).documents:
                break
            more = self._push(scope, heard)
            done = Pushed(
                more.parts,
                done.written + more.written,
                done.rows + more.rows,
                done.pieces + more.pieces,
                done.documents + more.documents,
            )
        return done

    def pull(self, scope: Scope, heard: Heard) -> Pulled:
        """Bring into the ledger what other workstations pushed and this one does not hold."""
        found = pull(self.server, self.ledger, scope, heard)
        return Pulled(found.batches, found.documents, found.left_out)

    def verify(self, scope: Scope, heard: Heard) -> Verified:
        """Read the graph back and name everything that is not as the ledger has it."""
        found = verify(self.server, self._desired(scope), heard)
        self._note(scope, "verify graph", found)
        return found

    def rebuild(self, scope: Scope, heard: Heard, *, only_differences: bool) -> tuple[Pushed, Verified]:
        """Make the graph equal the ledger whatever was done to it, and prove that it is."""
        join(self.server, self.ledger.writer.key)
        self.pull(scope, heard)
        done, found = rebuild(
            self.server,
            lambda: self._desired(scope),
            lambda: self._push(scope, heard),
            only_differences=only_differences,
        )
        self._note(scope, "rebuild graph", found)
        return done, found

    def close(self) -> None:
        """Let go of the server; the ledger belongs to whoever opened it."""
        self.server.close()

    def _push(self, scope: Scope, heard: Heard) -> Pushed:
        return push(self.server, self.ledger, scope, tokens=self.tokens, heard=heard)

    def _desired(self, scope: Scope) -> Desired:
        return Desired(self.ledger, scope, self.tokens)

    def _note(self, scope: Scope, action: str, found: Verified) -> None:
        told = {
            "address": str(self.server.address),
            "rows": found.rows,
            "differences": len(found.differences),
        }
        self.ledger.catalogue.note(scope, action, told)


def open_projection(
    url: str,
    ledger: LedgerStore,
    *,
    user: str = "neo4j",
    password: str = "",
    authority: str = "",
    tokens: str = Tokens.PROTECTED,
    patience: Patience = UNATTENDED,
    **_: Path | None,
) -> Neo4jProjection:
    """Open the shared graph at an address as the projection of a ledger; nothing is sent yet."""
    server = Server(Address.parse(url), Credentials(user, password, authority), patience)
    return Neo4jProjection(server, ledger, Tokens(tokens))
