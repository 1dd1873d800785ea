"""Who did what, why and with what outcome: rows chained by hash, one per action, reads included.

Why chained: a row taken out or altered later breaks every hash after it. The loss of the newest
rows alone cannot be seen from inside; ``head`` is printed on every pack for that reason.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from graph.model.provenance import canonical, digest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from graph.model.scope import Scope

START = ""
"""What the first row names as its predecessor."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One action.

    ``what`` is canonical JSON; ``covers`` is one hash over the catalogue rows that the action wrote
    (empty where it wrote none); ``hash`` covers all of it and the row before.
    """

    seq: int
    prev: str
    at: str
    actor: str
    channel: str
    purpose: str
    action: str
    what: str
    outcome: str
    covers: str
    hash: str

    @property
    def expected(self) -> str:
        """The hash that this row must have."""
        texts = (self.at, self.actor, self.channel, self.purpose, self.action, self.what, self.outcome)
        return digest("audit", str(self.seq), self.prev, *texts, self.covers)


def append(
    connection: sqlite3.Connection,
    scope: Scope,
    at: str,
    action: str,
    what: Mapping[str, Any],
    outcome: str = "ok",
    covers: str = "",
) -> AuditRow:
    """Add a row inside the caller's transaction."""
    last = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone() or (
        0,
        START,
    )
    bare = AuditRow(
        last[0] + 1,
        last[1],
        at,
        scope.actor,
        scope.channel,
        scope.purpose,
        action,
        canonical(what),
        outcome,
        covers,
        "",
    )
    row = AuditRow(**{**asdict(bare), "hash": bare.expected})
    connection.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", tuple(asdict(row).values())
    )
    return row


def rows(connection: sqlite3.Connection) -> Iterator[AuditRow]:
    """Yield all rows in order."""
    for row in connection.execute("SELECT * FROM audit ORDER BY seq"):
        yield AuditRow(*row)


def head(connection: sqlite3.Connection) -> str:
    """Return the hash of the newest row; empty before the first."""
    found = connection.execute("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return str(found[0]) if found else START


def breaks(chain: Iterable[AuditRow]) -> list[tuple[int, str, str, str]]:
    """Return ``(seq, what is wrong, expected, found)`` for every break of a chain; empty when whole.

    Examples
    --------
    >>> row = AuditRow(1, "", "t", "ann", "cli", "test", "ingest", "{}", "ok", "", "")
    >>> breaks([row])[0][:2]
    (1, 'audit row differs from its hash')
    """
    found: list[tuple[int, str, str, str]] = []
    prev, seq = START, 0
    for row in chain:
        if row.seq != seq + 1:
            found.append((seq + 1, "audit row is missing", str(seq + 1), str(row.seq)))
        if row.prev != prev:
            found.append((row.seq, "audit row does not follow the one before", prev, row.prev))
        if row.hash != row.expected:
            found.append((row.seq, "audit row differs from its hash", row.expected, row.hash))
        prev, seq = row.hash, row.seq
    return found


def as_lines(chain: Iterable[AuditRow]) -> Iterator[str]:
    """Yield each row as one line of canonical JSON, as evidence packs carry them."""
    for row in chain:
        yield canonical(asdict(row)) + "\n"
