"""A push that fails at any of its transactions, before it or after its commit, goes on to a sound graph."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from graph.errors import StoreAwayError
from graph.model.scope import Scope
from graph.stores.neo4j import desired_instruments, pushing, sections
from graph.stores.neo4j.address import UNATTENDED
from graph.stores.neo4j.desired import Desired
from graph.stores.neo4j.desired_rows import BatchRows
from graph.stores.neo4j.rebuilding import empty
from graph.stores.neo4j.server import Server
from graph.stores.neo4j.verifying import verify
from tests.contracts.view_cases import random_evidence
from tests.graph.stores.ledger.test_view import ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graph.stores.ledger.layout import VisibleBatch
    from graph.stores.neo4j.server import Transaction
    from tests.neo4j_server import RunningServer

pytestmark = pytest.mark.neo4j
WHO = Scope("officer", (), "test")
EVERY = int(os.environ.get("FUATILIA_TEST_FAULTS_EVERY", "15"))
"""One of how many transactions is failed at; 1 is a campaign of some minutes."""
_T = TypeVar("_T")


class Failing(Server):
    """A server that is away at its ``at``-th writing transaction: before it, or once it is committed."""

    at, after, seen = 0, False, 0

    def within(self, work: Callable[[Transaction], _T], *, writing: bool = True) -> _T:
        if not writing:
            return super().within(work, writing=False)
        self.seen += 1
        if self.seen == self.at and not self.after:
            raise StoreAwayError("killed before", retry_after=1)
        done = super().within(work)
        if self.seen == self.at:
            raise StoreAwayError("killed after", retry_after=1)
        return done


def test_a_push_that_fails_anywhere_is_made_good_by_the_next(
    neo4j_server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "LEASE", 0)
    monkeypatch.setattr(pushing, "SMALL", 0)
    monkeypatch.setattr(desired_instruments, "CHUNK", 4)

    def small_chunks(mine: Desired, batch: VisibleBatch) -> BatchRows:
        return BatchRows(mine.standings[batch.batch], mine.hiding, mine.path_of, size=4)

    monkeypatch.setattr(Desired, "rows", small_chunks)
    evidence = next(e for e in map(random_evidence, range(200)) if len(e.links) > 3)
    store: Any = ledger(tmp_path, [evidence])
    with Failing(neo4j_server.address, neo4j_server.credentials, UNATTENDED) as server:
        pushing.push(server, store, WHO)
        length, failed = server.seen, 0
        assert length > 30
        for n in range(1, length + 1, EVERY):
            for after in (False, True):
                server.at = 0
                empty(server)
                server.seen, server.at, server.after = 0, n, after
                try:
                    pushing.push(server, store, WHO)
                except StoreAwayError:
                    failed += 1
                server.at = 0
                pushing.push(server, store, WHO)
                assert verify(server, Desired(store, WHO)).differences == (), (n, after)
        assert failed > 1
    store.close()
