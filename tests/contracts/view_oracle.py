"""What a ``View`` must answer, computed from the definitions in plain Python.

Slow on purpose and sharing nothing with any store: it reads the neutral rows of
``tests.contracts.view_cases`` and knows no index, no query and no array.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graph.model.provenance import Link
    from tests.contracts.view_cases import Evidence, Fact, Row

    Window = tuple[int, int] | None

FULLY_KNOWN = {
    "msisdn",
    "iban",
    "account",
    "till",
    "paybill",
    "agent",
    "bitcoin",
    "evm",
    "tron",
    "exchange",
    "card",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A row with where it was told and which event it belongs to."""

    row: Row
    source: str
    observation: str
    event: str
    place: tuple[int, int, str, int, int]

    @property
    def ends(self) -> tuple[str | None, str | None]:
        """Paying and receiving end."""
        return self.row.debit, self.row.credit


def told(evidence: Evidence, links: Sequence[Link]) -> list[Told]:
    """Return all rows in the total order."""
    event = events(links)
    rows = []
    for file in evidence.files:
        for at, row in enumerate(file.rows):
            o = file.observation(row.line)
            place = (row.lo, row.seq, file.source.sha256, row.line, at)
            rows.append(Told(row, file.source.sha256, o, event.get(o, o), place))
    return sorted(rows, key=lambda t: t.place)


def facts(evidence: Evidence) -> list[tuple[Fact, str, str]]:
    """Return every fact with its source and observation, by ``(lo, source, place)``."""
    told = [(fact, file) for file in evidence.files for fact in file.facts]
    told.sort(key=lambda one: (one[0].lo, one[1].source.sha256, one[0].line))
    return [(fact, file.source.sha256, file.observation(fact.line)) for fact, file in told]


def holder(evidence: Evidence, key: str) -> str:
    """Return the name of an instrument's holder as the latest fact prints it; blank where none does."""
    names = [f.text for f, _, _ in facts(evidence) if f.kind == "holder" and f.subject == key and f.text]
    return names[-1] if names else ""


def events(links: Iterable[Link]) -> dict[str, str]:
    """Return the event of each linked observation: the least id that links lead to."""
    near: dict[str, set[str]] = {}
    for link in links:
        if link.kind.value == "same_event":
            near.setdefault(link.a, {link.a}).add(link.b)
            near.setdefault(link.b, {link.b}).add(link.a)
    changed = True
    least = {o: min(n) for o, n in near.items()}
    while changed:
        found = {o: min(least[n] for n in near[o]) for o in near}
        changed, least = found != least, found
    return least


def conflicts(rows: Sequence[Told]) -> set[tuple[str, str]]:
    """Return (event, kind) where some observation agrees with no other about the amount."""
    found = set()
    for event, kind in {(t.event, t.row.kind) for t in rows}:
        own: dict[str, set[tuple[str, int | None]]] = {}
        for t in rows:
            if (t.event, t.row.kind) == (event, kind):
                own.setdefault(t.observation, set()).add((t.row.asset, t.row.amount))
        for o, said in own.items():
            others = [other for p, other in own.items() if p != o]
            if others and not any(said & other for other in others):
                found.add((event, kind))
    return found


def moving(rows: Sequence[Told]) -> list[Told]:
    """Return completed rows with an amount within 38 digits."""
    return [t for t in rows if t.row.status == "completed" and t.row.amount is not None]


def transfers(rows: Sequence[Told]) -> list[Told]:
    """Return the standing transfers, one per event, ends merged, in the total order."""
    groups: dict[tuple[object, ...], list[Told]] = {}
    seen: dict[tuple[object, ...], int] = {}
    for t in moving(rows):
        said = (t.event, t.row.kind, t.row.asset, t.row.amount)
        nth = seen[(*said, t.observation)] = seen.get((*said, t.observation), -1) + 1
        groups.setdefault((*said, nth), []).append(t)
    standing = [
        replace(g[0], row=replace(g[0].row, debit=_end(g, 0), credit=_end(g, 1))) for g in groups.values()
    ]
    both = [t for t in standing if t.row.debit and t.row.credit]
    return sorted(both, key=lambda t: t.place)


def _end(group: list[Told], side: int) -> str | None:
    if len(group) == 1:
        return group[0].ends[side]

    def standing(t: Told) -> tuple[int, str]:
        end = t.ends[side]
        if end is None:
            return 3, t.observation
        if end == t.row.statement:
            return 0, t.observation
        kind, _, rest = end.partition(":")
        return (1 if kind in FULLY_KNOWN and "*" not in rest and "..." not in rest else 2), t.observation

    return min(group, key=standing).ends[side]


def within(rows: Sequence[Told], window: Window) -> list[Told]:
    """Return the rows whose ``lo`` lies in the half-open window."""
    return [t for t in rows if window is None or window[0] <= t.row.lo < window[1]]


def expand(
    moved: Sequence[Told],
    starts: Iterable[str],
    direction: str,
    hops: int,
    window: Window,
    guard: int = 10**9,
) -> list[Told]:
    """Return the transfers met within ``hops`` of the starts, breadth first."""
    rows = within(moved, window)

    def touching(node: str) -> list[tuple[Told, str]]:
        out = [(t, t.row.credit) for t in rows if t.row.debit == node and direction != "in"]
        into = [(t, t.row.debit) for t in rows if t.row.credit == node and direction != "out"]
        return [(t, other) for t, other in (*out, *into) if other]

    frontier, known, found = set(starts), set(starts), set[Told]()
    for hop in range(hops):
        fresh = set()
        for node in frontier:
            met = touching(node)
            if hop and len(met) > guard:
                continue
            found |= {t for t, _ in met}
            fresh |= {other for _, other in met}
        frontier = fresh - known
        known |= fresh
    return sorted(found, key=lambda t: t.place)


def trails(
    moved: Sequence[Told], a: str, b: str, max_hops: int, mode: str, window: Window
) -> list[list[Told]]:
    """Return trails from ``a`` to ``b``, shortest first, then by the total order of their transfers."""
    rows = within(moved, window)
    found: list[list[Told]] = []

    def walk(node: str, path: list[Told]) -> None:
        if path and node == b:
            found.append(path)
        if len(path) < max_hops:
            for t in rows:
                if t.row.debit == node and t not in path and t.row.credit:
                    walk(t.row.credit, [*path, t])

    walk(a, [])
    if mode == "shortest" and found:
        least = min(map(len, found))
        found = [path for path in found if len(path) == least]
    if mode == "time_respecting":
        found = [path for path in found if never_back(path)]
    return sorted(found, key=lambda path: (len(path), [t.place for t in path]))


def never_back(path: Sequence[Told]) -> bool:
    """Say whether instants can be chosen in the intervals so that time never goes back."""
    now = path[0].row.lo
    for t in path:
        now = max(now, t.row.lo)
        if now >= t.row.hi:
            return False
    return True


def content(evidence: Evidence) -> str:
    """Name a case's evidence, for messages."""
    return hashlib.sha256(repr(evidence).encode()).hexdigest()[:8]
