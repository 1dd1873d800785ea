"""Events out of rows: what several observations of one payment say together.

Each observation is authoritative for its own side: the statement of an account knows that account,
and often knows the other one only as a mask, a name or nothing. So the paying end comes from the
payer's statement, the receiving end from the payee's, and only what neither states is taken from
whoever names it best.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

VAGUE = frozenset({"name", "cash", "unknown", ""})


@dataclass(frozen=True, slots=True)
class Row:
    """One stored row as a trace uses it; ``place`` orders rows within a source."""

    observation: str
    event: str
    source: str
    locator: str
    lo: int
    hi: int
    seq: int
    kind: str
    channel: str
    debit: str | None
    credit: str | None
    units: int
    asset: str
    statement: str | None
    balance: int | None
    reverses: str | None


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount of an event moving from one end to another, with every row that tells of it."""

    kind: str
    asset: str
    units: int
    debit: str | None
    credit: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A payment as all its observations together describe it; ``[lo, hi)`` is their common instant."""

    id: str
    lo: int
    hi: int
    postings: tuple[Posting, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row of the event."""
        return tuple(r for p in self.postings for r in p.rows)


def rows_of(table: pa.Table) -> list[Row]:
    """Turn a store's completed rows into records; amounts beyond 38 digits are not among them."""
    found = []
    for r in table.to_pylist():
        if r["amount"] is None or r["status"] != "completed":
            continue
        found.append(
            Row(
                r["observation"],
                r["event"],
                r["source"],
                r["locator"],
                r["lo"],
                r["hi"],
                r["seq"],
                r["kind"],
                r["channel"] or "",
                r["debit"],
                r["credit"],
                int(r["amount"]),
                r["asset"],
                r["statement"],
                None if r["balance"] is None else int(r["balance"]),
                r["reverses"],
            )
        )
    return found


def regroup(rows: Iterable[Row], joins: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Say which event each observation belongs to under the joins that are accepted.

    Parameters
    ----------
    rows : iterable of Row
    joins : iterable of pairs of observation ids
        Those that a rail guarantees, and those that accepted assertions state.

    Returns
    -------
    dict
        Observation id to event id, the least observation id of its members.
    """
    parent: dict[str, str] = {}

    def find(x: str) -> str:
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    def join(a: str, b: str) -> None:
        least, other = sorted((find(a), find(b)))
        parent[other] = least

    for row in rows:
        find(row.observation)
    for a, b in joins:
        join(a, b)
    return {x: find(x) for x in sorted(parent)}


def merge(rows: Iterable[Row], event_of: Mapping[str, str], kinds: Mapping[str, str]) -> list[Event]:
    """Merge rows into events.

    Parameters
    ----------
    rows : iterable of Row
    event_of : mapping
        Observation id to event id, from ``regroup``.
    kinds : mapping
        Instrument id to its kind (``msisdn``, ``unknown`` …), to prefer ends that are known.
    """
    members: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        members[event_of[row.observation]].append(row)
    return [_merged(event, found, kinds) for event, found in sorted(members.items())]


def disputed(event: Event) -> bool:
    """Say whether observations of one event state different amounts of the same thing."""
    told: dict[tuple[str, str], set[tuple[int, ...]]] = defaultdict(set)
    for kind, asset in {(r.kind, r.asset) for r in event.rows}:
        by_observation: dict[str, list[int]] = defaultdict(list)
        for r in event.rows:
            if (r.kind, r.asset) == (kind, asset):
                by_observation[r.observation].append(r.units)
        told[kind, asset] = {tuple(sorted(units)) for units in by_observation.values()}
    return any(len(amounts) > 1 for amounts in told.values())


def _merged(event: str, rows: list[Row], kinds: Mapping[str, str]) -> Event:
    slots: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    seen: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in sorted(rows, key=lambda r: (r.observation, r.seq, r.locator, r.kind, r.asset, r.units)):
        same = (row.observation, row.kind, row.asset, row.units)
        slots[row.kind, row.asset, row.units, seen[same]].append(row)
        seen[same] += 1
    postings = tuple(
        Posting(kind, asset, units, _end(found, "debit", kinds), _end(found, "credit", kinds), tuple(found))
        for (kind, asset, units, _), found in sorted(slots.items())
    )
    lo, hi = _instant(rows)
    return Event(event, lo, hi, postings)


def _end(rows: list[Row], side: str, kinds: Mapping[str, str]) -> str | None:
    def rank(row: Row) -> tuple[int, str]:
        end = getattr(row, side)
        if end is None:
            return 3, row.observation
        if row.statement == end:
            return 0, row.observation
        return (2 if kinds.get(end, "") in VAGUE else 1), row.observation

    return getattr(min(rows, key=rank), side)  # type: ignore[no-any-return]


def _instant(rows: list[Row]) -> tuple[int, int]:
    lo, hi = max(r.lo for r in rows), min(r.hi for r in rows)
    if lo < hi:
        return lo, hi
    narrow = min(rows, key=lambda r: (r.hi - r.lo, r.lo, r.observation))
    return narrow.lo, narrow.hi
