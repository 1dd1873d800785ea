"""Traces and allocations run, kept and run again: one way for every door.

What is computed runs under the least clearance, so that what is kept names nobody; labels are given
afterwards, as the reader may see them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.detection import detect
from analytics.tracing.following.following import rates_of
from api.casework.allocations import Sharing, share
from api.casework.freezing import freezing_sheet
from api.casework.leads import keep_leads
from api.casework.masking import Masking
from api.casework.places import place_text
from api.casework.records import allocation_result, trace_result
from api.casework.rerun import Rerun, SharingAsked, TraceAsked, differences, sharing_asked, trace_asked
from api.casework.seeds import seeds_of
from api.casework.traces import TraceRun, run_trace
from api.errors import UsageError
from graph.model.results import ResultKind
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.assets.identify import Holding
    from analytics.tracing.following import Seed
    from graph.model.results import Result
    from graph.model.scope import Scope
    from graph.store import Store

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Traced:
    """A trace that was run and kept, with the sheet of what it shows to be held."""

    run: TraceRun
    sheet: tuple[Holding, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Shared:
    """An allocation that was run and kept."""

    sharing: Sharing
    result: str


def keep_trace(store: Store, scope: Scope, case: str, asked: TraceAsked) -> Traced:
    """Run a trace over today's evidence and keep it.

    Raises
    ------
    UsageError
        A claimant is called by what names a protected person: the name would stand in every figure.
    """
    least = replace(scope, clearance=Clearance.MASKED)
    masking = Masking(Clearance.MASKED, store.protected(scope))
    _require_plain(asked.seeds, masking)
    run = run_trace(
        store,
        least,
        asked.seeds,
        asked.policy,
        codes=asked.codes,
        assertions=[a for a in store.assertions(scope) if a.id not in set(asked.without)],
        left_out=asked.without,
        budget=asked.budget,
    )
    kept = store.record(scope, trace_result(run, case, masking))
    seen = labelled(store, scope, run)
    return Traced(seen, freezing_sheet(seen, store.sources(scope)), kept)


def keep_sharing(store: Store, scope: Scope, case: str, traced: Traced, asked: SharingAsked) -> Shared:
    """Share what a trace shows as held, under every scheme, and keep it."""
    sharing = share(
        traced.run,
        traced.sheet,
        rates_of(store, scope),
        asked.at,
        base=asked.base,
        received=asked.received,
        general_costs=asked.general_costs,
        terms=asked.terms,
    )
    run = labelled(store, replace(scope, clearance=Clearance.MASKED), traced.run)
    unnamed = replace(sharing, labels={place: place_text(run.following, place) for place in sharing.labels})
    result = allocation_result(
        unnamed,
        run,
        case,
        at=asked.at,
        received=asked.received,
        general_costs=asked.general_costs,
        terms=asked.terms,
    )
    return Shared(sharing, store.record(scope, replace(result, parameters=_of(result, traced))))


def run_again(store: Store, scope: Scope, case: str, result: Result) -> Rerun:
    """Compute a trace, an allocation or a lead again from what was stored of it; keep what comes of it.

    Raises
    ------
    UsageError
        It is of another kind, or a payment that it starts from is no longer in evidence.
    """
    if result.kind is ResultKind.TRACE:
        after = traced_again(store, scope, case, result).result
    elif result.kind is ResultKind.ALLOCATION:
        asked = sharing_asked(result)
        traced = traced_again(store, scope, case, store.result(scope, asked.trace))
        after = keep_sharing(store, scope, case, traced, asked).result
    elif result.kind is ResultKind.LEAD:
        return _detected_again(store, scope, case, result)
    else:
        raise UsageError(
            "a result of this kind is not run again by itself", result=result.id, kind=str(result.kind)
        )
    found = store.result(scope, after)
    return Rerun(result, found, differences(result.fields, found.fields))


def labelled(store: Store, scope: Scope, run: TraceRun) -> TraceRun:
    """Return a run with the labels that a reader of the scope's clearance may see."""
    seen = store.instruments(scope, sorted(run.following.instruments))
    known = {**run.following.instruments, **seen}
    return replace(run, following=replace(run.following, instruments=known))


def microseconds(at: datetime) -> int:
    """Return an instant in microseconds UTC, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


def traced_again(store: Store, scope: Scope, case: str, result: Result) -> Traced:
    """Run a stored trace again over today's evidence, and keep what comes of it."""
    asked = trace_asked(result)
    texts = [f"{s.claimant}={s.observation}" for s in asked.seeds]
    return keep_trace(store, scope, case, replace(asked, seeds=seeds_of(store, scope, texts)))


def _detected_again(store: Store, scope: Scope, case: str, result: Result) -> Rerun:
    """Run the lead's typology with its thresholds; the lead about the same instruments is the same lead."""
    name = str(result.fields["typology"])
    given = {n: Fraction(text) for n, text in result.parameters["thresholds"].items()}
    detection = detect(store, scope, [name], parameters={name: given})
    about = _instruments(result)
    found = [lead for lead in keep_leads(store, scope, detection, case) if _instruments(lead) == about]
    if not found:
        return Rerun(result, None, differences(result.fields, {}))
    cited = set(result.citations)
    after = max(found, key=lambda lead: (len(cited & set(lead.citations)), lead.id))
    return Rerun(result, after, differences(result.fields, after.fields))


def _instruments(lead: Result) -> tuple[str, ...]:
    return tuple(sorted(str(one["id"]) for one in lead.fields.get("instruments", [])))


def _of(result: Result, traced: Traced) -> dict[str, object]:
    return {**result.parameters, "trace": traced.result}


def _require_plain(seeds: Sequence[Seed], masking: Masking) -> None:
    for number, seed in enumerate(seeds, 1):
        if masking.protected.occurs(seed.claimant):
            raise UsageError(
                "a claimant is called by what names a victim or witness",
                claimant=masking.words(seed.claimant),
                number=number,
                hint="call claimants by a letter and a number, as V1=PAYMENT",
            )
