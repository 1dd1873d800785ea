"""Results as the store keeps them: what ran, with which policy, over which evidence.

What is kept is masked, whoever ran it: a result outlives the clearance under which it was computed.
Everything that running it again needs stands in ``policy`` and ``parameters``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.assets.terms import Terms
from analytics.tracing.rule import rule_of
from api.casework.allocations import sharing_document
from api.casework.trace_document import trace_document
from graph.model.results import Result, ResultKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from api.casework.allocations import Sharing
    from api.casework.masking import Masking
    from api.casework.traces import TraceRun


DOCUMENT = "2"
"""Version of what a trace keeps: flows, and whose money was there before and after each hop, from 2 on."""


def trace_result(run: TraceRun, case: str, masking: Masking | None = None) -> Result:
    """Return a trace as a record; it cites every observation that a movement of it rests on.

    Parameters
    ----------
    run : TraceRun
        With labels as the least clearance gives them.
    masking : Masking, optional
        Of the least clearance.
    """
    document = trace_document(run, masking)
    versions = {code: rule_of(code).version for code in sorted(run.comparison.results)}
    return Result(
        ResultKind.TRACE,
        case,
        f"trace/{DOCUMENT} " + " ".join(f"{code}/{version}" for code, version in versions.items()),
        document["policy"],
        {
            "seeds": document["claim"]["seeds"],
            "compare": sorted(versions),
            "assertions": sorted(a.id for a in run.following.assertions),
            "without": list(run.left_out),
            "budget": {"ledgers": run.budget.ledgers, "rows": run.budget.rows},
        },
        run.inputs,
        _citations(run),
        document,
    )


def allocation_result(
    sharing: Sharing,
    run: TraceRun,
    case: str,
    *,
    at: int,
    received: Mapping[str, Fraction],
    general_costs: int,
    terms: Terms | None,
) -> Result:
    """Return an allocation as a record; it falls with the trace that it rests on.

    Parameters
    ----------
    sharing, run : Sharing, TraceRun
        With labels as the least clearance gives them.
    at : int
        Instant of the valuation, microseconds UTC.
    received, general_costs, terms
        As the allocation was asked for.
    """
    document = sharing_document(sharing)
    schemes = sharing.comparison.schedules
    return Result(
        ResultKind.ALLOCATION,
        case,
        "allocate " + " ".join(f"{s.scheme}/{s.version}" for s in schemes),
        {s.scheme: s.terms.record() for s in schemes},
        {
            "trace": trace_result(run, case).id,
            "pool": sharing.pool.record(),
            "base": document["base"],
            "at": str(at),
            "received": {claimant: str(n) for claimant, n in sorted(received.items())},
            "general_costs": str(general_costs),
            "terms": (terms or Terms()).record(),
        },
        run.inputs,
        _citations(run),
        document,
    )


def _citations(run: TraceRun) -> tuple[str, ...]:
    rows = (r.observation for rows in run.following.cites.values() for r in rows)
    return tuple(sorted({*rows, *(r.observation for r in run.following.rates)}))
