"""Traces of a case: choosing seeds and a rule, and one trace under every rule with its records."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from analytics.tracing.policy import CHOICES
from analytics.tracing.rule import rules
from api.errors import UsageError
from api.web.addresses import case_named, case_url
from api.web.jobline import JobLine, job_line
from api.web.press import one_text
from api.web.rows import RecordLine, record_lines
from api.web.trace_figure import TraceFigure, TraceFigures
from api.web.tracelist import TraceLine, trace_lines
from graph.errors import NotFoundError
from graph.model.printing import code_of
from graph.model.results import ResultKind
from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from api.desk import Desk, Progress
    from api.web.press import Press
    from api.workbench import Workbench
    from graph.model.results import Result

ENDS = ("held", "spent", "fees", "swallowed", "lost")
OUTCOMES = {"holdings": "held"}
ORDER = ("own_first", "pro_rata_rolling", "fifo", "lifo", "tainted_first")
SEEDS_LISTED = 60
BAR = 200
HOPS_LISTED = 300


@dataclass(frozen=True, slots=True)
class TracesPage:
    """What was traced, and the form that traces."""

    traces: tuple[TraceLine, ...]
    rules: tuple[str, ...]
    instrument: str
    payments: tuple[RecordLine, ...]
    more: int
    job: JobLine | None
    traces_url: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule: its sums by end as exact texts, and lengths for the bar in pixels."""

    code: str
    version: str
    chosen: bool
    ends: tuple[tuple[str, str, int, int], ...]
    total: str


@dataclass(frozen=True, slots=True)
class BandLine:
    """One place under every rule; ``wide`` when the rules differ by more than half of the most."""

    outcome: str
    place: str
    code: str
    values: tuple[tuple[str, str], ...]
    least: str
    most: str
    agreed: bool
    wide: bool
    url: str


@dataclass(frozen=True, slots=True)
class HopLine:
    """One hop of the chosen rule, with what any rule says of it and where it is printed."""

    at: str
    frm: str
    to: str
    code: str
    amount: str
    received: str
    received_code: str
    traced: str
    least: str
    most: str
    owners: tuple[tuple[str, str], ...]
    records: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class SaidLine:
    """An assertion that the trace rests on, and what each rule shows as held without it."""

    id: str
    kind: str
    author: str
    reason: str
    made: str
    held: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class TracePage:
    """One trace; amounts are exact texts in whole units."""

    id: str
    case: str
    seeds: int
    code: str
    claim: str
    claimants: tuple[tuple[str, str], ...]
    rule: str
    held: str
    least: str
    most: str
    rules: tuple[RuleLine, ...]
    band: tuple[tuple[str, str, str, bool], ...]
    places: tuple[BandLine, ...]
    hops: tuple[HopLine, ...]
    hops_in_all: int
    said: tuple[SaidLine, ...]
    order_matters: tuple[str, ...]
    policy: tuple[tuple[str, str, str], ...]
    gaps: tuple[str, ...]
    not_followed: tuple[tuple[str, str], ...]
    inputs: str
    figure_url: str
    again_url: str


@dataclass(frozen=True, slots=True)
class FigurePart:
    """The figure of a trace."""

    figure: TraceFigure


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of these screens."""
    router = APIRouter()
    figures = TraceFigures()

    def listed(request: Request) -> TracesPage:
        bench = press.bench(request, "traces")
        return traces_page(desk, bench, request.query_params.get("instrument", ""))

    def one(request: Request) -> TracePage:
        return trace_page(press.bench(request, "trace"), request.path_params["trace"])

    def figure(request: Request) -> FigurePart:
        bench = press.bench(request, "figure of a trace")
        return FigurePart(figures.of(bench, _result(bench, request.path_params["trace"]), desk.stamp()))

    def run(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "trace")
        seeds = [text for value in form.getlist("seed") if isinstance(value, str) and (text := value.strip())]
        seeds += [line.strip() for line in one_text(form, "seeds").splitlines() if line.strip()]
        if not seeds:
            raise UsageError("no payment was named", hint="tick one, or write its receipt or reference")
        rule, arithmetic = one_text(form, "rule", 40), one_text(form, "arithmetic", 10) or "fixed"
        desk.start(bench, "trace", "", _Tracing(tuple(seeds), rule, arithmetic))
        return press.turn(case_url(case_named(request.path_params["case"]), "traces"))

    press.page(router, "/cases/{case}/traces", "traces.html.j2", listed, rail="traces")
    press.page(router, "/cases/{case}/traces/{trace}", "trace.html.j2", one, rail="traces")
    press.part(router, "/cases/{case}/traces/{trace}/figure", "trace_figure.html.j2", figure)
    press.action(router, "/cases/{case}/traces", run)
    return router


@dataclass(frozen=True, slots=True)
class _Tracing:
    """A trace as a job of the desk."""

    seeds: tuple[str, ...]
    rule: str
    arithmetic: str

    def __call__(self, bench: Workbench, heard: Progress) -> dict[str, Any]:
        heard.hear("", 0, 0)
        return {"trace": bench.trace(self.seeds, rule=self.rule, arithmetic=self.arithmetic).result}


def traces_page(desk: Desk, bench: Workbench, instrument: str) -> TracesPage:
    """Gather what was traced, and the payments into an instrument that may be seeds."""
    rows: list[dict[str, Any]] = []
    if instrument:
        wanted = Selection(instruments=(instrument,), limit=SEEDS_LISTED * 20)
        into = [
            r
            for r in bench.store.select(bench.scope, wanted).table.to_pylist()
            if r["credit"] == instrument and r["kind"] == "principal"
        ]
        rows = sorted(into, key=lambda r: (-(r["amount"] or 0), r["lo"]))
    jobs = [j for j in desk.jobs(bench) if j.kind == "trace"]
    return TracesPage(
        traces=trace_lines(bench),
        rules=tuple(r for r in ORDER if r in rules()) + tuple(r for r in rules() if r not in ORDER),
        instrument=instrument,
        payments=record_lines(bench, rows[:SEEDS_LISTED]),
        more=max(0, len(rows) - SEEDS_LISTED),
        job=job_line(jobs[0]) if jobs and not (jobs[0].over and not jobs[0].error) else None,
        traces_url=case_url(bench.case, "traces"),
    )


def trace_page(bench: Workbench, wanted: str) -> TracePage:
    """Gather one trace from what was stored of it.

    Raises
    ------
    NotFoundError
        No trace of this id stands in the case.
    """
    result = _result(bench, wanted)
    fields = bench.masking.document(dict(result.fields))
    asset, rule = str(fields["claim"]["asset"]), str(fields["policy"]["rule"])
    totals = {r["outcome"]: r for r in fields["band"] if not r["place"] and not r["owner"]}
    held = totals["holdings"]
    chosen = fields["rules"][rule]
    hops = _hops(bench, fields, rule)
    return TracePage(
        id=result.id,
        case=bench.case,
        seeds=len(fields["claim"]["seeds"]),
        code=code_of(asset),
        claim=fields["claim"]["total"],
        claimants=tuple(fields["claim"]["claimants"].items()),
        rule=rule,
        held=chosen["held"],
        least=held["least"],
        most=held["most"],
        rules=tuple(_rule(fields, code, rule) for code in _ordered(fields["rules"])),
        band=tuple(
            (OUTCOMES.get(o, o), r["least"], r["most"], _wide(r["least"], r["most"]))
            for o, r in totals.items()
        ),
        places=tuple(
            _band(bench, r)
            for r in fields["band"]
            if r["place"] and not r["owner"] and r["unit"] == "principal"
        ),
        hops=hops[:HOPS_LISTED],
        hops_in_all=len(hops),
        said=tuple(_said(fields, a) for a in fields["assertions"]),
        order_matters=tuple(sorted(fields["order_matters"])),
        policy=_policy(result.policy),
        gaps=tuple(fields["gaps"]),
        not_followed=tuple((n["place"], n["why"]) for n in fields["not_followed"]),
        inputs=result.inputs,
        figure_url=case_url(bench.case, "traces", result.id, "figure"),
        again_url=case_url(bench.case, "traces"),
    )


def _result(bench: Workbench, wanted: str) -> Result:
    for result in bench.store.results(bench.scope, ResultKind.TRACE):
        if result.id == wanted:
            return result
    raise NotFoundError("no such trace in this case", hint="see the traces of the case")


def _ordered(found: Mapping[str, Any]) -> list[str]:
    return [r for r in ORDER if r in found] + sorted(r for r in found if r not in ORDER)


def _rule(fields: Mapping[str, Any], code: str, chosen: str) -> RuleLine:
    sums = {end: number(fields["rules"][code][end]) for end in ENDS}
    total = sum(sums.values(), Fraction(0))
    at, ends = Fraction(0), []
    for end in ENDS:
        width = sums[end] * BAR / total if total else Fraction(0)
        ends.append((end, fields["rules"][code][end], round(at), round(at + width) - round(at)))
        at += width
    return RuleLine(
        code, str(fields["rules"][code]["version"]), code == chosen, tuple(ends), fields["claim"]["total"]
    )


def _band(bench: Workbench, row: Mapping[str, Any]) -> BandLine:
    return BandLine(
        outcome=OUTCOMES.get(row["outcome"], row["outcome"]),
        place=row["place"],
        code=code_of(row["asset"]),
        values=tuple((code, row["rules"].get(code, "0")) for code in _ordered(row["rules"])),
        least=row["least"],
        most=row["most"],
        agreed=bool(row["agreed"]),
        wide=_wide(row["least"], row["most"]),
        url=case_url(bench.case, "network", focus=row["instrument"]) if row["instrument"] else "",
    )


def _hops(bench: Workbench, fields: Mapping[str, Any], rule: str) -> tuple[HopLine, ...]:
    traced: dict[str, dict[str, Fraction]] = {}
    for code, found in fields["rules"].items():
        for hop in found["hops"]:
            traced.setdefault(hop["movement"], {})[code] = number(hop["traced"])
    texts = {
        (hop["movement"], number(hop["traced"])): hop["traced"]
        for found in fields["rules"].values()
        for hop in found["hops"]
    }
    lines = []
    for hop in fields["rules"][rule]["hops"]:
        values = [traced[hop["movement"]].get(code, Fraction(0)) for code in fields["rules"]]
        low, high = min(values), max(values)
        lines.append(
            HopLine(
                at=hop["at"],
                frm=hop["from"],
                to=hop["to"],
                code=code_of(hop["asset"]),
                amount=hop["amount"],
                received="" if hop["received_asset"] == hop["asset"] else hop["received"],
                received_code=code_of(hop["received_asset"]),
                traced=hop["traced"],
                least=texts.get((hop["movement"], low), "0.00"),
                most=texts.get((hop["movement"], high), "0.00"),
                owners=tuple((o, part["amount"]) for o, part in hop["owners"].items()),
                records=tuple(
                    (r["locator"], r["source"][:8], case_url(bench.case, "observations", r["observation"]))
                    for r in hop["rows"]
                ),
            )
        )
    return tuple(lines)


def _said(fields: Mapping[str, Any], said: Mapping[str, Any]) -> SaidLine:
    without: Mapping[str, Any] = next(
        (w["rules"] for w in fields["without"] if w["assertion"] == said["id"]), {}
    )
    held = tuple(
        (code, fields["rules"][code]["held"], without[code]["holdings"])
        for code in _ordered(fields["rules"])
        if code in without
    )
    return SaidLine(said["id"], said["kind"], said["author"], said["reason"], said["made"], held)


def _policy(policy: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return each choice with its value, and what the value means where it is one of the named choices."""
    return tuple(
        (name, str(value), CHOICES.get(name, {}).get(str(value), ""))
        for name, value in sorted(policy.items())
    )


def _wide(least: str, most: str) -> bool:
    """Say whether the rules differ by more than half of the most."""
    return number(most) - number(least) > number(most) / 2


def number(text: str) -> Fraction:
    """Read an exact text back.

    Examples
    --------
    >>> number("1.50"), number("1/3")
    (Fraction(3, 2), Fraction(1, 3))
    """
    return Fraction(text)
