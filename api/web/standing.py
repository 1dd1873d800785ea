"""How a case stands: the counts in the rail and in the line at the foot of every page.

Counted once for each state of the store, not for each page, so that looking at a page does not fill
the audit log with the looking.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.casework.latest import latest_result
from api.casework.triage import OPEN
from api.evidence.audit_chain import chain_faults
from graph.model.provenance import Balance
from graph.model.results import ResultKind
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from datetime import datetime

    from api.desk import Desk
    from graph.model.results import Result

SHIFT = 60
"""Seconds for which a check of the whole audit chain is good enough for the foot of a page."""


@dataclass(frozen=True, slots=True)
class Chain:
    """State of the audit chain: how many entries, and where it breaks first (0: nowhere)."""

    entries: int
    broken_at: int
    what: str
    checked: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of one case at one state of its store."""

    files: int
    accepted: int
    rejected: int
    unreconciled: int
    leads: int
    traces: int
    assets: int
    allocations: int
    assertions: int
    version: str


def held_places(trace: Result | None) -> int:
    """Return at how many places a stored trace shows anything held, under any rule."""
    if trace is None:
        return 0
    found = (place for rule in trace.fields["rules"].values() for place in rule["holdings"])
    return len({(place["instrument"], place["label"], place["asset"]) for place in found})


class Standings:
    """Counts by case, kept until the store changes; the chain's check, kept for a minute."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[int, Standing]] = {}
        self._chain: Chain | None = None

    def of(self, case: str) -> Standing:
        """Return how a case stands now."""
        stamp = self._desk.stamp()
        with self._lock:
            kept = self._kept.get(case)
            if kept is None or kept[0] != stamp or stamp < 0:
                kept = (stamp, self._count(case))
                self._kept[case] = kept
            return kept[1]

    def chain(self, case: str, *, anew: bool = False) -> Chain:
        """Return the state of the audit chain, checked no longer than a minute ago."""
        now = self._desk.clock()
        with self._lock:
            old = self._chain
            if anew or old is None or abs((now - old.checked).total_seconds()) > SHIFT:
                bench = self._desk.bench(case, purpose="check the audit chain")
                lines, head = bench.store.audit(bench.scope)
                broken = next(chain_faults(lines, head), (-1, ""))
                self._chain = old = Chain(len(lines), max(broken[0], 0), broken[1], now)
            return old

    def _count(self, case: str) -> Standing:
        bench = self._desk.bench(case, purpose="state of the case", clearance=Clearance.MASKED)
        receipts = bench.store.receipts(bench.scope)
        results = bench.store.results(bench.scope)
        checks = [c.verdict for r in receipts for c in r.reconciliation]
        kinds = [r.kind for r in results]
        return Standing(
            files=len(receipts),
            accepted=sum(r.accepted for r in receipts),
            rejected=sum(len(r.rejected) for r in receipts),
            unreconciled=sum(c in (Balance.BREAKS, Balance.INCOMPLETE) for c in checks),
            leads=sum(t.state == OPEN for t in bench.leads()),
            traces=kinds.count(ResultKind.TRACE),
            assets=held_places(latest_result(bench, ResultKind.TRACE)),
            allocations=kinds.count(ResultKind.ALLOCATION),
            assertions=len(bench.assertions()),
            version=bench.store.version(bench.scope),
        )
