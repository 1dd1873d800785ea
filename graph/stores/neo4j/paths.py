"""Trails between two instruments: the shared graph gives what lies between, the ledger's search walks it.

Searched from both ends, each step from the side that has fewer transfers to show. When ``f`` steps
were made forward and ``g`` backward, every walk of at most ``f + g`` transfers lies in what was seen:
its first ``f`` leave instruments that are near ``a``, its last ``g`` reach instruments near ``b``. So
the very search that answers on a ledger (``index_kernels.trails``) runs over those transfers alone,
and order, limits and marks are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.errors import StoreError
from graph.stores.ledger.index import Index, Limits, Trails
from graph.stores.ledger.index_arrays import Transfers
from graph.stores.ledger.view_rows import raw_ids
from graph.stores.ledger.walk import MAX_PATH, told_trails
from graph.stores.neo4j.expand import TOGETHER, Step
from graph.stores.neo4j.model import Label, Type
from graph.stores.neo4j.rows import EDGE, Admitted, joined, standing, table, taken, total_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from graph.model.scope import Scope
    from graph.store import Answer, PathMode
    from graph.stores.ledger.view_reading import Reading
    from graph.stores.neo4j.rows import Columns
    from graph.stores.neo4j.server import Server

MOST = 300_000
"""Transfers that one search may bring from the server."""
_FAR = {"out": "credit", "in": "debit"}
_MANY = {
    side: f"""
    UNWIND $ids AS id MATCH (n:{Label.INSTRUMENT} {{id: id}})
    RETURN coalesce(sum(COUNT {{ (n){pattern} }}), 0) AS many"""
    for side, pattern in {"out": f"-[:{Type.TRANSFER}]->()", "in": f"<-[:{Type.TRANSFER}]-()"}.items()
}
_NOTHING = Trails([], cut=False, exhausted=False)


def paths(
    server: Server,
    reading: Reading,
    scope: Scope,
    ends: tuple[str, str],
    max_hops: int,
    mode: PathMode,
    window: tuple[int, int] | None,
    limit: int,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    most: int = MOST,
) -> Answer:
    """Return trails between two instruments, shortest first, with columns ``path`` and ``hop``.

    Parameters
    ----------
    most : int
        Transfers that the search may bring here; beyond, it is given up and says so.
    """
    if not 1 <= max_hops <= MAX_PATH:
        raise StoreError("a path has 1 to 6 transfers", max_hops=max_hops)
    admitted = Admitted.of(reading)
    trails, seen = _NOTHING, joined([], EDGE)
    if len(raw_ids(ends)) == len(ends):
        trails, seen = _Search(server, admitted, window, most).run(*ends, max_hops, mode, limit, limits)

    def rows(positions: NDArray[np.int64]) -> pa.Table:
        ids = [seen["id"][at] for at in positions.tolist()]
        return table(reading, admitted, scope.clearance, standing(server, admitted, ids))

    times = (np.array(seen["lo"], np.int64), np.array(seen["hi"], np.int64))
    return told_trails(trails, rows, times, mode, limit)


@dataclass(slots=True)
class _Side:
    """How far one end's search has come."""

    way: str
    frontier: list[str]
    known: dict[str, int]
    steps: int = 0
    weight: int = 1

    @property
    def done(self) -> bool:
        """Whether nobody is left to go on from: every walk from here was seen, however long."""
        return not self.frontier


@dataclass(slots=True)
class _Search:
    server: Server
    admitted: Admitted
    window: tuple[int, int] | None
    most: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    brought: int = 0
    edges: Columns | None = None

    def run(
        self, a: str, b: str, max_hops: int, mode: PathMode, limit: int, limits: Limits
    ) -> tuple[Trails, Columns]:
        """Return trails as positions in the columns beside them."""
        sides = (_Side("out", [a], {a: 0}), _Side("in", [b], {b: 0}))
        for side in sides:
            side.weight = self._weight(side)
        trails, seen = _NOTHING, joined([], EDGE)
        for length in range(1, max_hops + 1):
            if not self._reach(sides, length):
                return Trails(trails.found, trails.cut, exhausted=True), seen
            if self._may_meet(sides, length):
                trails, seen = self._trails((a, b), length, mode, limit, limits)
                if trails.cut or trails.exhausted or (mode == "shortest" and trails.found):
                    break
            if any(side.done for side in sides) and not self._meet(sides):
                break
        return trails, seen

    def _reach(self, sides: tuple[_Side, _Side], length: int) -> bool:
        """Make steps until every walk of ``length`` was seen; False where that is too much."""
        while not any(side.done for side in sides) and sides[0].steps + sides[1].steps < length:
            side = min(sides, key=lambda s: (s.weight, s.steps, s.way))
            if self.brought + side.weight > self.most:
                return False
            self._step(side)
        return True

    def _step(self, side: _Side) -> None:
        step = Step((side.way,), self.window)
        asked = {**self.admitted.parameters, **step.parameters}
        fresh: set[str] = set()
        for at in range(0, len(side.frontier), TOGETHER):
            ids = side.frontier[at : at + TOGETHER]
            for row in self.server.read(step.passed(side.way, EDGE), ids=ids, **asked):
                self.rows.append(row)
                self.brought += len(row["id"])
                fresh.update(row[_FAR[side.way]])
        side.steps += 1
        side.frontier = sorted(fresh - side.known.keys())
        side.known.update(dict.fromkeys(side.frontier, side.steps))
        side.weight = self._weight(side)
        self.edges = None

    def _weight(self, side: _Side) -> int:
        """Return how many transfers the next step of a side has to look at."""
        if not side.frontier:
            return 0
        return int(self.server.read(_MANY[side.way], ids=side.frontier)[0]["many"])

    @staticmethod
    def _may_meet(sides: tuple[_Side, _Side], length: int) -> bool:
        """Say whether some instrument is near enough to both ends."""
        near, far = sorted((side.known for side in sides), key=len)
        return any(steps + far[name] <= length for name, steps in near.items() if name in far)

    @staticmethod
    def _meet(sides: tuple[_Side, _Side]) -> bool:
        """Say whether anybody was reached from both ends."""
        return not sides[0].known.keys().isdisjoint(sides[1].known)

    def _trails(
        self, ends: tuple[str, str], length: int, mode: PathMode, limit: int, limits: Limits
    ) -> tuple[Trails, Columns]:
        if self.edges is None:
            found = joined(self.rows, EDGE)
            self.edges = taken(found, total_order(self.admitted, found))
        index = Index(_transfers(self.edges, ends), limits=limits)
        a, b = (int(n) for n in index.nodes([bytes.fromhex(end) for end in ends]))
        return index.paths(a, b, length, mode, None, limit), self.edges


def _transfers(edges: Columns, ends: Sequence[str]) -> Transfers:
    """Return what was seen as the arrays of an index."""
    names = sorted({*edges["debit"], *edges["credit"], *ends})
    number = {name: at for at, name in enumerate(names)}
    size = len(edges["id"])
    nothing, zeros = np.zeros(0, np.int64), np.zeros(size, np.int64)
    return Transfers(
        ids=np.array([bytes.fromhex(name) for name in names], "S16"),
        assets=(),
        src=np.array([number[name] for name in edges["debit"]], np.int32),
        dst=np.array([number[name] for name in edges["credit"]], np.int32),
        lo=np.array(edges["lo"], np.int64),
        hi=np.array(edges["hi"], np.int64),
        seq=np.array(edges["seq"], np.int64),
        row=np.arange(size, dtype=np.int64),
        amount=zeros,
        asset=np.zeros(size, np.int32),
        amount_hi=None,
        merged=nothing,
        conflicting=nothing,
    )
