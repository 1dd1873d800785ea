"""What the case itself shows about the steps of its checklist: counted, and said as counted.

A fact never says more than it counts. Where it cannot decide a step, the step is a person's to state
and the fact stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.casework.restraints import RestraintState, restraints, returned
from api.casework.roles import standings
from api.casework.triage import OPEN, triaged
from graph.model.protection import PROTECTED_ROLES
from graph.model.provenance import Balance, Verdict
from graph.model.results import ResultKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from api.casework.bench import Bench
    from api.casework.restraints import Restraint, Returned
    from api.casework.roles import Standing
    from api.casework.triage import Triaged
    from graph.model.provenance import Receipt, Source
    from graph.model.results import Result

CHAINS = frozenset({"evm", "tron"})
"""Readers of records of public chains."""
FREEZABLE = "AS-04"


@dataclass(frozen=True, slots=True)
class Fact:
    """What was counted: ``n`` of ``m``; ``done`` says whether that is all that the step asks."""

    done: bool
    n: int
    m: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """Everything in the case that steps are known from."""

    sources: Sequence[Source]
    receipts: Sequence[Receipt]
    roles: Sequence[Standing]
    leads: Sequence[Triaged]
    traces: Sequence[Result]
    allocations: Sequence[Result]
    restraints: Sequence[Restraint]
    returned: Sequence[Returned]
    today: date


def work_of(bench: Bench, today: date) -> Work:
    """Gather what the case holds; ``today`` decides which holds have ended."""
    results = bench.store.results(bench.scope)
    return Work(
        bench.sources(),
        bench.store.receipts(bench.scope),
        standings(bench.store, bench.scope, bench.assertions()),
        triaged([r for r in results if r.kind is ResultKind.LEAD], bench.store.dispositions(bench.scope)),
        [r for r in results if r.kind is ResultKind.TRACE],
        [r for r in results if r.kind is ResultKind.ALLOCATION],
        restraints(bench),
        returned(bench),
        today,
    )


def unreconciled(receipts: Sequence[Receipt]) -> int:
    """Count the statements whose running balance breaks or is incomplete."""
    checks = [c.verdict for r in receipts for c in r.reconciliation]
    return sum(c in (Balance.BREAKS, Balance.INCOMPLETE) for c in checks)


def _authorities(work: Work) -> Fact:
    stated = sum(bool(s.authority.strip()) for s in work.sources)
    return Fact(0 < stated == len(work.sources), stated, len(work.sources))


def _victims(work: Work) -> Fact:
    known = sum(bool(PROTECTED_ROLES & set(one.roles)) for one in work.roles)
    return Fact(known > 0, known)


def _roles(work: Work) -> Fact:
    return Fact(False, len(work.roles))


def _files(work: Work) -> Fact:
    read = {r.sha256 for r in work.receipts if r.verdict is not Verdict.QUARANTINED and r.accepted}
    known = {s.sha256 for s in work.sources}
    return Fact(bool(known) and known <= read, len(known & read), len(known))


def _reconciled(work: Work) -> Fact:
    checked = [c for r in work.receipts for c in r.reconciliation if c.verdict is not Balance.NONE]
    broken = unreconciled(work.receipts)
    return Fact(bool(checked) and not broken, len(checked) - broken, len(checked))


def _chains(work: Work) -> Fact:
    found = len({r.sha256 for r in work.receipts if r.reader in CHAINS and r.accepted})
    return Fact(found > 0, found)


def _asked(work: Work) -> Fact:
    wanted = [r for r in work.restraints if r.state is not RestraintState.OPEN]
    return Fact(bool(wanted), len(wanted))


def _holds(work: Work) -> Fact:
    held = RestraintState.HELD_UNTIL
    standing = sum(r.state is held and r.held(work.today) for r in work.restraints)
    return Fact(standing > 0, standing)


def _ordered(work: Work) -> Fact:
    orders = sum(r.state is RestraintState.ORDERED for r in work.restraints)
    return Fact(orders > 0, orders)


def _traced(work: Work) -> Fact:
    return Fact(bool(work.traces), len(work.traces))


def _banded(work: Work) -> Fact:
    most = max((len(r.fields.get("rules", ())) for r in work.traces), default=0)
    return Fact(most > 1, most)


def _leads(work: Work) -> Fact:
    waiting = sum(t.state == OPEN for t in work.leads)
    return Fact(bool(work.leads) and not waiting, len(work.leads) - waiting, len(work.leads))


def _held(work: Work) -> Fact:
    places: set[str] = set()
    for trace in work.traces:
        chosen = trace.fields["rules"].get(trace.fields["policy"]["rule"], {})
        places |= {str(h["instrument"] or h["label"]) for h in chosen.get("holdings", ())}
    return Fact(False, len(places))


def _freezable(work: Work) -> Fact:
    ranked = sum(t.lead.fields.get("typology") == FREEZABLE for t in work.leads)
    return Fact(ranked > 0, ranked)


def _shared(work: Work) -> Fact:
    return Fact(False, len(work.allocations))


def _returned(work: Work) -> Fact:
    return Fact(False, len(work.returned))


FACTS: Mapping[str, Callable[[Work], Fact]] = {
    "asked": _asked,
    "authorities": _authorities,
    "banded": _banded,
    "chains": _chains,
    "files": _files,
    "freezable": _freezable,
    "held": _held,
    "holds": _holds,
    "leads": _leads,
    "ordered": _ordered,
    "reconciled": _reconciled,
    "returned": _returned,
    "roles": _roles,
    "shared": _shared,
    "traced": _traced,
    "victims": _victims,
}
"""Names that ``steps.toml`` may give a step as its fact."""
