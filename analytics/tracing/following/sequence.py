"""One order for all events: each statement's own sequence first, time between statements.

Within an instrument the sequence of its statement decides; between instruments the start of the
interval does. Where two events of one ledger overlap in time and no source orders them, the order
is *unknown*: it is resolved by the stated total order and marked, so that the other order can be
computed too (settled rule: where it changes a figure, both are given).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.tracing.following.events import Event


def sequence(events: Sequence[Event]) -> tuple[list[Event], list[str]]:
    """Put events into one order.

    Parameters
    ----------
    events : sequence of Event

    Returns
    -------
    ordered : list of Event
        Respecting every statement's sequence; else by ``(lo, hi, seq, source, place)``.
    contradictions : list of str
        Ids of events whose sources contradict one another's sequence; they are placed by time.
    """
    by_id = {e.id: e for e in events}
    after: dict[str, set[str]] = defaultdict(set)
    waiting: dict[str, int] = dict.fromkeys(by_id, 0)
    for chain in _chains(events):
        for before, behind in pairwise(chain):
            if before != behind and behind not in after[before]:
                after[before].add(behind)
                waiting[behind] += 1
    heap = [(_rank(e), e.id) for e in events if waiting[e.id] == 0]
    heapq.heapify(heap)
    ordered: list[Event] = []
    contradictions: list[str] = []
    left = set(by_id)
    while left:
        if not heap:
            # A cycle: two sources state opposite orders. The earliest by time goes first, and is named.
            first = min(left, key=lambda i: (_rank(by_id[i]), i))
            contradictions.append(first)
            heapq.heappush(heap, (_rank(by_id[first]), first))
        _, current = heapq.heappop(heap)
        if current not in left:
            continue
        left.remove(current)
        ordered.append(by_id[current])
        for behind in sorted(after[current]):
            waiting[behind] -= 1
            if waiting[behind] == 0 and behind in left:
                heapq.heappush(heap, (_rank(by_id[behind]), behind))
    return ordered, contradictions


def unsure(ordered: Sequence[Event], ledgers_of: Mapping[str, Iterable[str]]) -> set[str]:
    """Return ids of events whose place among neighbours of some ledger no source decides.

    Parameters
    ----------
    ordered : sequence of Event
    ledgers_of : mapping
        Event id to the ledgers that it touches.
    """
    per_ledger: dict[str, list[Event]] = defaultdict(list)
    for event in ordered:
        for ledger in ledgers_of.get(event.id, ()):
            per_ledger[ledger].append(event)
    found: set[str] = set()
    for chain in per_ledger.values():
        open_: list[Event] = []
        for event in sorted(chain, key=lambda e: (e.lo, e.hi, e.id)):
            open_ = [o for o in open_ if o.hi > event.lo]
            for other in open_:
                if other.id != event.id and not _sources(other) & _sources(event):
                    found |= {other.id, event.id}
            open_.append(event)
    return found


def _sources(event: Event) -> set[tuple[str, str]]:
    return {(r.source, r.statement or "") for r in event.rows}


def _chains(events: Iterable[Event]) -> list[list[str]]:
    chains: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for event in events:
        for row in event.rows:
            if row.statement is not None:
                chains[row.source, row.statement].append((row.seq, row.locator, event.id))
    return [[event for _, _, event in sorted(chain)] for _, chain in sorted(chains.items())]


def _rank(event: Event) -> tuple[int, int, int, str, str]:
    least = min(event.rows, key=lambda r: (r.seq, r.source, r.locator))
    return event.lo, event.hi, least.seq, least.source, least.locator
