"""How far each part of the projection is: what makes a push resumable and two pushers safe.

A section is claimed before it is written, and every transaction of it locks the section, proves that the
claim still stands, and moves the checkpoint: a chunk is in exactly when its checkpoint is. Whoever has
begun no transaction for ``LEASE`` seconds, by the server's own clock, has lost the claim; one that runs
long holds the lock, so that nobody looks at the clock before it has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.errors import StoreBusyError
from graph.stores.neo4j.hashing import as_text
from graph.stores.neo4j.model import Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.stores.neo4j.server import Server, Transaction

LEASE = 6
"""Seconds after which a claim that is not renewed is lost."""
LOADING, MENDING, DONE = "loading", "mending", "done"

_LOCK = f"MATCH (s:{Label.SECTION} {{id: $section}}) SET s.beat = timestamp() "
_BEGIN = f"""
    MERGE (s:{Label.SECTION} {{id: $section}}) ON CREATE SET s.state = 'new', s.beat = 0
    SET s.section = $section REMOVE s.section
    RETURN s.state AS state, s.made_from AS made_from, s.token AS token, timestamp() - s.beat AS quiet,
           s.checkpoint AS checkpoint, s.sum AS sum, s.count AS count"""
_CLAIM = (
    _LOCK
    + """
    SET s.state = $state, s.made_from = $made_from, s.token = $token, s.checkpoint = $checkpoint,
        s.sum = $sum, s.count = $count REMOVE s.hash"""
)
_FENCE = _LOCK + "RETURN s.token AS token, s.checkpoint AS checkpoint"
_PASSED = _LOCK + "SET s.checkpoint = $checkpoint, s.sum = $sum, s.count = $count"
_END = (
    _LOCK
    + """
    SET s.state = 'done', s.hash = $hash, s.count = $count, s.made_from = $made_from
    REMOVE s.token, s.checkpoint, s.sum"""
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A section as the graph tells of it."""

    id: str
    state: str
    made_from: str
    hash: str
    count: int


@dataclass(slots=True)
class Claim:
    """The right to write one section; ``filling`` while nothing of it but its own chunks is in the graph."""

    server: Server
    section: str
    made_from: str
    token: str
    filling: bool
    checkpoint: int = 0
    total: int = 0
    count: int = 0

    def chunk(self, work: Callable[[Transaction], Any], total: int, count: int) -> None:
        """Write the next chunk and its checkpoint in one transaction; not twice, however often it is tried.

        Parameters
        ----------
        total, count : int
            Order-free hash and number of the rows that are in with this chunk.
        """
        at = self.checkpoint

        def once(run: Transaction) -> None:
            if self._fence(run) == at:
                work(run)
                run.run(_PASSED, section=self.section, checkpoint=at + 1, sum=as_text(total), count=count)

        self.server.within(once)
        self.checkpoint, self.total, self.count = at + 1, total, count

    def step(self, work: Callable[[Transaction], Any]) -> None:
        """Write something idempotent of the section in one transaction."""

        def once(run: Transaction) -> None:
            self._fence(run)
            work(run)

        self.server.within(once)

    def done(self, total: int, count: int, then: Callable[[Transaction], Any] | None = None) -> None:
        """Say that the section is whole."""

        def once(run: Transaction) -> None:
            if self._fence(run, ended=True) < 0:
                return
            run.run(_END, section=self.section, hash=as_text(total), count=count, made_from=self.made_from)
            if then is not None:
                then(run)

        self.server.within(once)

    def _fence(self, run: Transaction, *, ended: bool = False) -> int:
        """Lock the section and return its checkpoint; -1 where this claim has ended it already."""
        rows = run.run(_FENCE, section=self.section).rows
        if rows and rows[0]["token"] == self.token:
            return int(rows[0]["checkpoint"])
        if ended and rows and rows[0]["token"] is None:
            return -1
        raise StoreBusyError(
            "another push took this part of the shared graph over",
            section=self.section,
            retry_after=LEASE,
            hint="push again",
        )


def kept_sections(server: Server) -> dict[str, Kept]:
    """Return every section of the graph by id."""
    rows = server.read(
        f"MATCH (s:{Label.SECTION}) RETURN s.id AS id, s.state AS state, s.made_from AS made_from, "
        "s.hash AS hash, s.count AS count ORDER BY id"
    )
    return {
        r["id"]: Kept(r["id"], r["state"] or "", r["made_from"] or "", r["hash"] or "", r["count"] or 0)
        for r in rows
    }


def claim(server: Server, section: str, made_from: str, token: str) -> Claim:
    """Take the right to write a section: to begin it, to go on with it, or to mend it.

    Raises
    ------
    StoreBusyError
        Another push is at it; ``retry_after`` says how long its claim holds at most.
    """

    def once(run: Transaction) -> Claim:
        found = run.run(_BEGIN, section=section).rows[0]
        busy = found["token"] not in (None, token) and found["quiet"] < LEASE * 1000
        if busy and found["state"] in (LOADING, MENDING):
            raise StoreBusyError(
                "another push is at this part of the shared graph",
                section=section,
                retry_after=LEASE,
                hint="it is done soon, or given up after some seconds; push again then",
            )
        resumed = found["state"] == LOADING and found["made_from"] == made_from
        filling = found["state"] == "new" or resumed
        taken = Claim(server, section, made_from, token, filling)
        if resumed:
            taken.checkpoint, taken.total = found["checkpoint"] or 0, int(found["sum"] or "0", 16)
            taken.count = found["count"] or 0
        run.run(
            _CLAIM,
            section=section,
            state=LOADING if filling else MENDING,
            made_from=made_from,
            token=token,
            checkpoint=taken.checkpoint,
            sum=as_text(taken.total),
            count=taken.count,
        )
        return taken

    return server.within(once)


def at_once(
    server: Server, section: str, made_from: str, total: int, count: int, work: Callable[[Transaction], Any]
) -> bool:
    """Write a small section in one transaction where the graph knows nothing of it; say whether it was so."""

    def once(run: Transaction) -> bool:
        if run.run(_BEGIN, section=section).rows[0]["state"] != "new":
            return False
        work(run)
        run.run(_END, section=section, hash=as_text(total), count=count, made_from=made_from)
        return True

    return server.within(once)


def drop(server: Server, section: str) -> None:
    """Forget a section of which nothing is left."""
    server.write(f"MATCH (s:{Label.SECTION} {{id: $section}}) DETACH DELETE s", section=section)
