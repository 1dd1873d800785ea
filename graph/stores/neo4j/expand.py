"""Neighbourhoods, asked of the shared graph step by step: who is reached, then what passed between them.

Which instruments are expanded decides the answer: the starts, and whoever is reached before the last
step and has no more transfers than the guard. So each step brings names alone, and the transfers come
once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.errors import StoreError
from graph.store import Answer
from graph.stores.ledger.walk import MAX_HOPS
from graph.stores.neo4j.model import Label, Type
from graph.stores.neo4j.rows import (
    EDGE,
    FIRST,
    LAST,
    SEEN,
    STANDING,
    Admitted,
    joined,
    packed,
    standing,
    table,
    taken,
    total_order,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graph.model.scope import Scope
    from graph.store import Direction
    from graph.stores.ledger.view_reading import Reading
    from graph.stores.neo4j.server import Server

TOGETHER = 500
"""Instruments that one statement expands."""
_HERE = f"(n:{Label.INSTRUMENT} {{id: id}})"
_SIDES: Mapping[str, tuple[str, ...]] = {"out": ("out",), "in": ("in",), "both": ("out", "in")}


def _pattern(side: str, other: str) -> str:
    left, right = ("-", "->") if side == "out" else ("<-", "-")
    return f"{left}[t:{Type.TRANSFER}]{right}({other})"


def _within(window: tuple[int, int] | None) -> str:
    return SEEN if window is None else f"t.lo >= $first AND t.lo < $last AND {SEEN}"


def _counted(side: str, where: str) -> str:
    """Return how many transfers a node has; exact only where it has more than the guard at all."""
    return f"COUNT {{ MATCH (n){_pattern(side, '')} WHERE {where} RETURN 1 LIMIT $most }}"


@dataclass(frozen=True, slots=True)
class Step:
    """Statements of one direction and with or without a window."""

    sides: tuple[str, ...]
    window: tuple[int, int] | None

    @property
    def parameters(self) -> dict[str, int]:
        """The window, as statements refer to it."""
        first, last = self.window or (FIRST, LAST)
        return {"first": first, "last": last}

    @property
    def where(self) -> str:
        """Which transfers count."""
        return _within(self.window)

    def reached(self, side: str) -> str:
        """Return the statement that names the other ends of some instruments' transfers."""
        return f"""
            UNWIND $ids AS id MATCH {_HERE}{_pattern(side, "m")} WHERE {self.where}
            WITH DISTINCT m RETURN collect(m.id) AS ids"""

    @property
    def guarded(self) -> str:
        """The statement that names those instruments that have too many transfers."""
        rough = " + ".join(f"COUNT {{ (n){_pattern(side, '')} }}" for side in self.sides)
        exact = " + ".join(_counted(side, self.where) for side in self.sides)
        return f"""
            UNWIND $ids AS id MATCH {_HERE} WHERE {rough} > $guard
            WITH n, {exact} AS many WHERE many > $guard RETURN collect(n.id) AS ids"""

    def passed(self, side: str, columns: Mapping[str, str]) -> str:
        """Return the statement that gives some instruments' transfers, packed by instrument."""
        return f"""
            UNWIND $ids AS id MATCH {_HERE}{_pattern(side, "")} WHERE {self.where}
            RETURN n.id AS node, {packed(columns)}"""


def expand(
    server: Server,
    reading: Reading,
    scope: Scope,
    instruments: Sequence[str],
    direction: Direction,
    hops: int,
    window: tuple[int, int] | None,
    limit: int | None,
    guard: int,
) -> Answer:
    """Return the transfers within ``hops`` of the instruments, each once, in the total order."""
    if not 1 <= hops <= MAX_HOPS:
        raise StoreError(
            "a neighbourhood reaches 1 to 3 hops", hops=hops, hint="expand again from what was found"
        )
    admitted = Admitted.of(reading)
    step = Step(_SIDES[direction], window)
    asked = {**admitted.parameters, **step.parameters}
    expanded, guarded = _expanded(server, step, asked, instruments, hops, guard)
    columns = STANDING if limit is None else EDGE
    found = joined(_passed(server, step, asked, expanded, columns), columns)
    order = total_order(admitted, found)
    kept = taken(found, order[:limit])
    if limit is not None:
        kept = standing(server, admitted, kept["id"])
    left = len(order) - len(kept["id"])
    told = [f"{left} transfers beyond the limit of {limit}"] if left else []
    if guarded:
        told.append(f"not expanded, too many transfers: {', '.join(guarded)}")
    return Answer(table(reading, admitted, scope.clearance, kept), bool(told), "; ".join(told))


def _expanded(
    server: Server, step: Step, asked: dict[str, Any], starts: Sequence[str], hops: int, guard: int
) -> tuple[list[str], list[str]]:
    """Return the instruments that are expanded, and those that are not because of the guard, both sorted."""
    frontier = sorted(set(starts))
    known, expanded, guarded = set(frontier), list(frontier), list[str]()
    for _ in range(hops - 1):
        fresh: set[str] = set()
        for side in step.sides:
            for ids in _cut(frontier):
                fresh.update(server.read(step.reached(side), ids=ids, **asked)[0]["ids"])
        frontier = sorted(fresh - known)
        known.update(frontier)
        many = set[str]()
        for ids in _cut(frontier):
            rows = server.read(step.guarded, ids=ids, guard=guard, most=guard + 1, **asked)
            many.update(rows[0]["ids"])
        guarded += sorted(many)
        frontier = [name for name in frontier if name not in many]
        expanded += frontier
    return expanded, sorted(guarded)


def _passed(
    server: Server, step: Step, asked: dict[str, Any], nodes: Sequence[str], columns: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for side in step.sides:
        for ids in _cut(nodes):
            yield from server.read(step.passed(side, columns), ids=ids, **asked)


def _cut(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(names), TOGETHER):
        yield names[at : at + TOGETHER]
