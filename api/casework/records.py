"""Results as the store keeps them: what ran, with which policy, over which evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.rule import rule_of
from api.casework.allocations import sharing_document
from api.casework.trace_document import trace_document
from graph.model.results import Result, ResultKind

if TYPE_CHECKING:
    from api.casework.allocations import Sharing
    from api.casework.traces import TraceRun


def trace_result(run: TraceRun, case: str) -> Result:
    """Return a trace as a record; it cites every observation that a movement of it rests on."""
    document = trace_document(run)
    versions = {code: rule_of(code).version for code in sorted(run.comparison.results)}
    return Result(
        ResultKind.TRACE,
        case,
        "trace " + " ".join(f"{code}/{version}" for code, version in versions.items()),
        document["policy"],
        {
            "seeds": document["claim"]["seeds"],
            "assertions": sorted(a.id for a in run.following.assertions),
        },
        run.inputs,
        _citations(run),
        document,
    )


def allocation_result(sharing: Sharing, run: TraceRun, case: str) -> Result:
    """Return an allocation as a record; it falls with the trace that it rests on."""
    document = sharing_document(sharing)
    schemes = sharing.comparison.schedules
    return Result(
        ResultKind.ALLOCATION,
        case,
        "allocate " + " ".join(f"{s.scheme}/{s.version}" for s in schemes),
        {s.scheme: s.terms.record() for s in schemes},
        {"trace": trace_result(run, case).id, "pool": sharing.pool.record(), "base": document["base"]},
        run.inputs,
        _citations(run),
        document,
    )


def _citations(run: TraceRun) -> tuple[str, ...]:
    rows = (r.observation for rows in run.following.cites.values() for r in rows)
    return tuple(sorted({*rows, *(r.observation for r in run.following.rates)}))
