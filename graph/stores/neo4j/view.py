"""Reading a shared graph: a pull first; neighbourhoods, paths and rows in Cypher, all else from the ledger.

The graph is asked only where it holds every batch of the case whole, and for one case at a time: what
stands as one transfer in two cases together may be two in each. Otherwise the pulled ledger answers,
which knows the same.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from graph.errors import StoreAwayError
from graph.stores.ledger.index import Limits
from graph.stores.ledger.store import LedgerStore
from graph.stores.neo4j.expand import expand
from graph.stores.neo4j.hiding import Tokens
from graph.stores.neo4j.model import Label
from graph.stores.neo4j.paths import paths
from graph.stores.neo4j.pulling import pull
from graph.stores.neo4j.pushing import push
from graph.stores.neo4j.rows import Admitted, observed, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from graph.documents import Document
    from graph.model.protection import Protected
    from graph.model.provenance import Link, Receipt, Source
    from graph.model.results import Assertion, Disposition, Result
    from graph.model.scope import Scope
    from graph.store import Answer, Direction, PathMode
    from graph.stores.ledger.layout import Layout
    from graph.stores.ledger.view_reading import Reading
    from graph.stores.neo4j.pulling import Pulled
    from graph.stores.neo4j.server import Server

FRESH = 5.0
"""Seconds for which an answer need not know what another workstation pushed."""
PAUSE = 1.0
"""Seconds for which a server that was away is not asked again."""
UNPUSHED, PULLED = "unpushed", "pulled"
_DONE = f"""
    UNWIND $batches AS id MATCH (b:{Label.BATCH} {{id: id}}) WHERE b.state = 'done' RETURN count(b) AS done"""


class GraphView(LedgerStore):
    """The reading half; ``graph.store.View`` says what each method answers.

    Parameters
    ----------
    layout : Layout
        Of the pulled ledger.
    server : Server
    tokens : Tokens
        Who is a token in the graph instead of a number or a name.
    fresh : float
        Seconds after a pull in which the next is left out.
    """

    def __init__(
        self,
        layout: Layout,
        server: Server,
        *,
        tokens: Tokens = Tokens.PROTECTED,
        fresh: float = FRESH,
        memory: str = "1GB",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        **writing: Any,
    ) -> None:
        super().__init__(layout, memory=memory, limits=limits, **writing)
        self.server = server
        self.tokens = tokens
        self._fresh = fresh
        self._asked = float("-inf")
        self._away: StoreAwayError | None = None
        self._busy = False
        self._scope: Scope | None = None
        self._sharing = threading.RLock()
        self._whole: dict[tuple[object, ...], bool] = {}
        self._mark = layout.root.parent / UNPUSHED

    def refresh(self, scope: Scope, *, now: bool = False) -> None:
        """Take in what others pushed, and send what an interrupted push left.

        Raises
        ------
        StoreAwayError
            The server cannot be reached. Who asks again at once is told so at once.
        """
        if not self._sharing.acquire(blocking=now):
            if self._away is not None:
                raise _again(self._away)  # somebody asks again; until that is answered it is away
            return  # somebody is at it; what is here now is answered from
        try:
            if self._busy or not self._is_due(now=now):
                return
            with self._asking():
                if self._pull(scope).documents:
                    self._mark.touch()  # what came may change how our own rows stand
                if self._mark.exists():
                    self.send(scope)
        finally:
            self._sharing.release()

    def _is_due(self, *, now: bool) -> bool:
        since = time.monotonic() - self._asked
        if self._away is not None and since < PAUSE:
            raise _again(self._away)
        return now or self._away is not None or since >= self._fresh

    @contextmanager
    def _occupied(self) -> Iterator[None]:
        """Keep what is asked of this store meanwhile from asking the server."""
        before, self._busy = self._busy, True
        try:
            yield
        finally:
            self._busy = before

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Ask the server, and remember whether it was there."""
        try:
            with self._occupied():
                yield
            self._away = None
        except StoreAwayError as away:
            self._away = away
            raise
        finally:
            self._asked = time.monotonic()

    def send(self, scope: Scope) -> None:
        """Push what the graph does not hold yet."""
        with self._sharing, self._asking():
            push(self.server, self, scope, tokens=self.tokens, pull=lambda: self._pull(scope))
        self._mark.unlink(missing_ok=True)
        self._whole.clear()

    def _pull(self, scope: Scope) -> Pulled:
        return pull(self.server, self, scope, remembered=self._mark.with_name(PULLED))

    def _reading(self, scope: Scope) -> Reading:
        self.refresh(scope)
        return super()._reading(scope)

    def answers_from_graph(self, scope: Scope) -> bool:
        """Say whether neighbourhoods, paths and rows of the scope are asked of the graph."""
        return self._shared(scope) is not None

    def _shared(self, scope: Scope) -> Reading | None:
        """Return the reading that the graph can answer for, or None where the ledger has to."""
        reading = self._reading(scope)
        if len(reading.cases) != 1:
            return None
        key = (reading.cases, self.catalogue.stamp())
        if key not in self._whole:
            batches = [b.batch for b in reading.evidence.batches]
            done = self.server.read(_DONE, batches=batches)[0]["done"]
            self._whole = {key: done == len(batches)}
        return reading if self._whole[key] else None

    def expand(
        self,
        scope: Scope,
        instruments: Sequence[str],
        direction: Direction = "out",
        hops: int = 1,
        window: tuple[int, int] | None = None,
        limit: int | None = None,
    ) -> Answer:
        """Return the transfers within ``hops`` (1 to 3) of the instruments, each once."""
        reading = self._shared(scope)
        if reading is None:
            return super().expand(scope, instruments, direction, hops, window, limit)
        guard = self._limits.guard
        answer = expand(self.server, reading, scope, instruments, direction, hops, window, limit, guard)
        asked = {"instruments": list(instruments), "direction": direction, "hops": hops, "limit": limit}
        told = {"window": list(window or ()), "rows": answer.table.num_rows}
        self.catalogue.note(scope, "expand", asked | told)
        return answer

    def paths(
        self,
        scope: Scope,
        a: str,
        b: str,
        max_hops: int,
        mode: PathMode = "shortest",
        window: tuple[int, int] | None = None,
        limit: int = 100,
    ) -> Answer:
        """Return trails from ``a`` to ``b``: columns ``path, hop`` and those of ``VIEW_ROWS``."""
        reading = self._shared(scope)
        if reading is None:
            return super().paths(scope, a, b, max_hops, mode, window, limit)
        answer = paths(self.server, reading, scope, (a, b), max_hops, mode, window, limit, self._limits)
        asked = {"a": a, "b": b, "max_hops": max_hops, "mode": mode, "limit": limit}
        told = {"window": list(window or ()), "rows": answer.table.num_rows}
        self.catalogue.note(scope, "paths", asked | told)
        return answer

    def rows(self, scope: Scope, observations: Sequence[str]) -> pa.Table:
        """Return the rows of observations in the total order, with text by clearance."""
        reading = self._shared(scope)
        if reading is None:
            return super().rows(scope, observations)
        admitted = Admitted.of(reading)
        columns = observed(self.server, admitted, observations)
        found = table(reading, admitted, scope.clearance, columns)
        self.catalogue.note(scope, "rows", {"observations": len(observations), "rows": found.num_rows})
        return found

    def protected(self, scope: Scope) -> Protected:
        """Return whom the cases in scope protect; an error is masked also while the server is away."""
        with suppress(StoreAwayError):
            self.refresh(scope)
        return super()._reading(scope).protected

    def sources(self, scope: Scope) -> list[Source]:
        """Return sources admitted to the cases in scope, by sha256."""
        self.refresh(scope)
        return super().sources(scope)

    def receipts(self, scope: Scope) -> list[Receipt]:
        """Return the receipts of all batches in scope, by batch id."""
        self.refresh(scope)
        return super().receipts(scope)

    def links(self, scope: Scope) -> list[Link]:
        """Return links between observations in scope, sorted."""
        self.refresh(scope)
        return super().links(scope)

    def assertions(self, scope: Scope) -> list[Assertion]:
        """Return standing (not retracted) assertions of the cases in scope, by time and id."""
        self.refresh(scope)
        return super().assertions(scope)

    def results(self, scope: Scope, kind: str = "") -> list[Result]:
        """Return results of the cases in scope that still stand, by id."""
        self.refresh(scope)
        return super().results(scope, kind)

    def result(self, scope: Scope, name: str) -> Result:
        """Return one result of the cases in scope, also one that fell with its evidence."""
        self.refresh(scope)
        return super().result(scope, name)

    def retracted(self, scope: Scope) -> dict[str, str]:
        """Return sources of which nothing is seen because they were retracted, with the reason."""
        self.refresh(scope)
        return super().retracted(scope)

    def dispositions(self, scope: Scope) -> list[Disposition]:
        """Return what was decided about results of the cases in scope, in the order of deciding."""
        self.refresh(scope)
        return super().dispositions(scope)

    def documents(self, scope: Scope, kind: str) -> list[Document]:
        """Return documents of a kind of the cases in scope, every version, oldest first."""
        self.refresh(scope)
        return super().documents(scope, kind)

    def original(self, scope: Scope, sha256: str) -> Path:
        """Return the path of an original whose bytes were just checked against its hash."""
        self.refresh(scope)
        return super().original(scope, sha256)

    def close(self) -> None:
        """Send what was not sent yet, and release the ledger and the connections."""
        try:
            with suppress(StoreAwayError):  # the mark stays, and the next who opens it sends it
                if self._mark.exists() and self._scope is not None:
                    self.send(self._scope)
        finally:
            super().close()
            self.server.close()


def _again(away: StoreAwayError) -> StoreAwayError:
    fields = {k: v for k, v in away.fields().items() if k not in ("code", "what", "hint", "retry_after")}
    return StoreAwayError(away.what, retry_after=away.retry_after, hint=away.hint, **fields)
