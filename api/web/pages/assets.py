"""Assets of a case: what can be frozen now, what was done about it, and every way to share it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter

from analytics.assets.allocation import allocations, find_allocation
from api.casework.held_assets import HeldAssets, held_assets, sharing_of, traced_first
from api.casework.latest import latest_result
from api.casework.restraining import give_back, restrain
from api.casework.restraints import (
    Restraint,
    RestraintState,
    counting,
    restraint_history,
    restraint_words,
    returned,
)
from api.casework.running import traced_again
from api.casework.stated_amounts import units_of
from api.errors import UsageError
from api.evidence.display import money
from api.web.addresses import case_named, case_url
from api.web.allocation_lines import AllocationPart, allocation_part
from api.web.asset_lines import AssetLine, AssetSums, asset_lines, asset_sums, brief_label, scale_of
from api.web.jobline import JobLine, job_line
from api.web.letters import Letter, letters
from api.web.press import one_text
from api.web.rows import ends_of
from api.web.showing import ZONE
from graph.errors import NotFoundError
from graph.model.amounts import Asset
from graph.model.printing import code_of, exact_text
from graph.model.results import ResultKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from analytics.assets.schedule import Schedule
    from api.casework.allocations import Sharing
    from api.desk import Desk, Progress
    from api.web.press import Press
    from api.workbench import Workbench
    from graph.model.results import Result

KEPT = 8
THOUSANDS = 10_000
STATES = tuple(s.value for s in RestraintState)
FIELDS = ("state", "until", "reference", "by", "on", "amount")


@dataclass(frozen=True, slots=True)
class DoneLine:
    """One statement about a restraint or a return, the latest first; ``counts`` when it is the one."""

    id: str
    kind: str
    about: str
    words: str
    on: str
    author: str
    reason: str
    counts: bool


@dataclass(frozen=True, slots=True)
class AssetsPage:
    """What a trace shows as held, and what to do about it; ``trace`` is empty where nothing was traced."""

    case: str
    trace: str
    trace_url: str
    traces: tuple[tuple[str, str], ...]
    stale: bool
    rule: str
    rules: int
    code: str
    today: str
    as_of: int
    scale: str
    assets: tuple[AssetLine, ...]
    sums: AssetSums | None
    done: tuple[DoneLine, ...]
    letters: tuple[Letter, ...]
    allocation: AllocationPart | None
    schemes: tuple[str, ...]
    claimants: tuple[str, ...]
    chosen: str
    states: tuple[str, ...]
    author: str
    masked: bool
    job: JobLine | None
    action: str
    traces_url: str
    said_url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was computed for a trace, and for its allocation where there is one."""

    held: HeldAssets
    shared: tuple[Result, Sharing] | None
    by_rule: Mapping[str, Schedule]


class Computed:
    """What was computed for a trace, the latest ``KEPT``: kept while evidence and clearance are the same."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], Found] = {}
        self._guard = threading.Lock()

    def of(self, bench: Workbench, trace: Result) -> Found:
        """Return what a trace shows as held and how it may be shared, as the reader may see it."""
        shared = [r.id for r in bench.store.results(bench.scope, ResultKind.ALLOCATION)]
        key = (bench.case, trace.id, bench.store.version(bench.scope), str(bench.scope.clearance), *shared)
        with self._guard:
            if key not in self._made:
                self._made[key] = found_of(bench, trace)
            while len(self._made) > KEPT:
                del self._made[next(iter(self._made))]
            return self._made[key]


def found_of(bench: Workbench, trace: Result) -> Found:
    """Compute what a trace shows as held, and its allocation under every rule."""
    held = held_assets(bench, trace)
    shared = sharing_of(bench, held)
    return Found(held, shared, {} if shared is None else traced_first(bench, held, shared[0]))


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()
    computed = Computed()

    def build(request: Request) -> AssetsPage:
        bench = press.bench(request, "assets")
        asked = press.asked(request, bench)
        today = desk.clock().astimezone(ZoneInfo(ZONE)).date()
        trace = trace_of(bench, asked.get("trace", ""))
        found = None if trace is None else computed.of(bench, trace)
        jobs = [j for j in desk.jobs(bench) if j.kind == "allocate"]
        job = job_line(jobs[0]) if jobs and not (jobs[0].over and not jobs[0].error) else None
        chosen = asked.get("asset", "")
        return assets_page(bench, found, today, chosen=chosen, job=job)

    def state(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "restraint")
        given = {name: one_text(form, name) for name in (*FIELDS, "asset", "reason")}
        instrument, _, asset = given.pop("asset").partition("|")
        reason, word = given.pop("reason"), given.pop("state")
        with desk.writing():
            restrain(bench, instrument, word, reason, asset=asset, **given)
        return press.turn(case_url(case_named(request.path_params["case"]), "assets") + "#done")

    def back(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "returned")
        names = ("claimant", "amount", "code", "reason", "on", "reference")
        claimant, amount, code, reason, on, reference = (one_text(form, name) for name in names)
        with desk.writing():
            give_back(bench, claimant, amount, code, reason, on=on, reference=reference)
        return press.turn(case_url(case_named(request.path_params["case"]), "assets") + "#done")

    def share(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "allocate")
        trace = trace_of(bench, one_text(form, "trace", 32))
        if trace is None:
            raise UsageError("nothing was traced yet", hint="trace a claim first")
        work = _Sharing(
            trace.id,
            _valued(one_text(form, "at", 40)),
            find_allocation(one_text(form, "scheme", 60) or "net_loss").code,
            one_text(form, "costs", 80) or "0",
        )
        desk.start(bench, "allocate", "", work)
        return press.turn(case_url(case_named(request.path_params["case"]), "assets") + "#allocation")

    press.page(router, "/cases/{case}/assets", "assets.html.j2", build, rail="assets")
    press.action(router, "/cases/{case}/assets/restraint", state)
    press.action(router, "/cases/{case}/assets/returned", back)
    press.action(router, "/cases/{case}/assets/allocation", share)
    return router


@dataclass(frozen=True, slots=True)
class _Sharing:
    """An allocation of a stored trace as a job of the desk; what was stated as returned is taken in."""

    trace: str
    at: datetime
    base: str
    costs: str

    def __call__(self, bench: Workbench, heard: Progress) -> dict[str, Any]:
        heard.hear("", 0, 0)
        stored = bench.store.result(bench.scope, self.trace)
        run = traced_again(bench.store, bench.scope, bench.case, stored)
        asset = run.run.following.trace_input.claim_asset
        back: dict[str, Fraction] = {}
        for one in returned(bench):
            if one.asset == asset and one.claimant in run.run.chosen.claims:
                back[one.claimant] = back.get(one.claimant, Fraction(0)) + one.amount
        costs = units_of(self.costs, asset, "costs")
        bench.allocate(run, self.at, base=self.base, received=back, general_costs=costs)
        return {"trace": run.result}


def trace_of(bench: Workbench, wanted: str) -> Result | None:
    """Return the trace that is asked for, else the one recorded last; None where there is none.

    Raises
    ------
    NotFoundError
        No trace of that id stands in the case.
    """
    if not wanted:
        return latest_result(bench, ResultKind.TRACE)
    for result in bench.store.results(bench.scope, ResultKind.TRACE):
        if result.id == wanted:
            return result
    raise NotFoundError("no such trace in this case", hint="see the traces of the case")


def assets_page(
    bench: Workbench,
    found: Found | None,
    today: date,
    *,
    chosen: str = "",
    job: JobLine | None = None,
) -> AssetsPage:
    """Gather what the page shows.

    Parameters
    ----------
    today : date
        On which holds are still running.
    chosen : str
        ``INSTRUMENT|ASSET`` that the form is opened for.
    """
    held = None if found is None else found.held
    history = restraint_history(bench)
    done = {(r.instrument, r.asset): r for r in counting(history)}
    valuations = {} if found is None or found.shared is None else found.shared[1].valuations
    lines = () if held is None else asset_lines(bench, held, valuations, done, today)
    traces = bench.store.results(bench.scope, ResultKind.TRACE)
    return AssetsPage(
        case=bench.case,
        trace="" if held is None else held.trace.id,
        trace_url="" if held is None else case_url(bench.case, "traces", held.trace.id),
        traces=tuple((r.id, case_url(bench.case, "assets", trace=r.id)) for r in traces),
        stale=held is not None and held.stale,
        rule="" if held is None else held.run.policy.rule,
        rules=0 if held is None else len(held.totals),
        code="" if held is None else code_of(bench.masking.document(held.asset)),
        today=today.isoformat(),
        as_of=max((line.as_of for line in lines), default=0),
        scale="" if held is None else _scale(held),
        assets=lines,
        sums=None if held is None else asset_sums(held, lines, valuations, done, today),
        done=_done(bench, history),
        letters=letters(lines),
        allocation=None
        if found is None or found.shared is None
        else allocation_part(bench, found.held, found.shared, found.by_rule),
        schemes=tuple(allocations()),
        claimants=() if held is None else tuple(sorted(held.run.chosen.claims)),
        chosen=chosen if chosen in {line.place for line in lines} else "",
        states=STATES,
        author=bench.scope.actor,
        masked=not bench.masking.named,
        job=job,
        action=case_url(bench.case, "assets"),
        traces_url=case_url(bench.case, "traces"),
        said_url=case_url(bench.case, "assertions"),
    )


def _done(bench: Workbench, history: Sequence[Restraint]) -> tuple[DoneLine, ...]:
    """Return what was stated about assets and returns, the latest first."""
    words, stands = bench.masking.words, {r.id for r in counting(history)}
    ends = ends_of(bench, [r.instrument for r in history if r.instrument])
    about = {i: (end.kind, brief_label(end.label)) for i, end in ends.items()}
    lines = [
        DoneLine(
            r.id,
            about.get(r.instrument, ("", ""))[0],
            about.get(r.instrument, ("", ""))[1],
            words(restraint_words(r)),
            r.on,
            r.author,
            r.reason,
            r.id in stands,
        )
        for r in history
    ]
    lines += [
        DoneLine(
            r.id,
            "returned",
            r.claimant,
            f"{exact_text(r.amount, r.asset)} {code_of(bench.masking.document(r.asset))}"
            + (f", {r.reference}" if r.reference else ""),
            r.on,
            r.author,
            r.reason,
            True,
        )
        for r in returned(bench)
    ]
    return tuple(sorted(lines, key=lambda d: (d.on, d.id), reverse=True))


def _scale(held: HeldAssets) -> str:
    """Return the right end of the common scale of the strips, in whole or thousands of the claim."""
    whole = scale_of(held) / 10 ** (Asset.from_key(held.asset).exponent or 0)
    if whole >= THOUSANDS and not whole % 1000:
        return f"{int(whole / 1000):,} k"
    return f"{int(whole):,}" if whole.denominator == 1 else money(scale_of(held), held.asset)


def _valued(text: str) -> datetime:
    """Read the day of a valuation: its end, where the case is.

    Raises
    ------
    UsageError
        No such day.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as cause:
        raise UsageError("no such day", text=text, hint="write 2026-11-27") from cause
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)) + timedelta(days=1)
