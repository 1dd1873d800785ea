"""Traces of a case: choosing seeds and a rule, and one trace under every rule with its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from analytics.tracing.rule import rules
from api.errors import UsageError
from api.web.addresses import case_named, case_url
from api.web.hoplist import hop_lines, hops_csv
from api.web.hopopen import HopOpen, hop_open
from api.web.jobline import JobLine, job_line
from api.web.language import catalogue
from api.web.placenames import PlaceNames, instruments_of
from api.web.press import one_text, tongue_of
from api.web.rows import RecordLine, record_lines
from api.web.trace_figure import TraceFigure, TraceFigures
from api.web.tracelist import TraceLine, trace_lines
from api.web.tracepage import ORDER, TracePage, stored_trace, trace_page
from graph.errors import NotFoundError
from graph.store import Selection

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from api.desk import Desk, Progress
    from api.web.press import Press
    from api.workbench import Workbench

SEEDS_LISTED = 60
NUMBERED = 9


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
class FigurePart:
    """The figure of a trace."""

    figure: TraceFigure


@dataclass(frozen=True, slots=True)
class HopPart:
    """One hop of a trace, opened; ``rule`` is the one chosen."""

    opened: HopOpen
    rule: str


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of these screens."""
    router = APIRouter()
    figures = TraceFigures()

    def listed(request: Request) -> TracesPage:
        bench = press.bench(request, "traces")
        return traces_page(desk, bench, request.query_params.get("instrument", ""))

    def one(request: Request) -> TracePage:
        asked = request.query_params
        return trace_page(
            press.bench(request, "trace"),
            request.path_params["trace"],
            tongue_of(request),
            every=asked.get("hops") == "all",
            opened=_number(asked["hop"]) if "hop" in asked else 0,
        )

    def hop(request: Request) -> HopPart:
        bench = press.bench(request, "hop of a trace")
        result = stored_trace(bench, request.path_params["trace"])
        opened = hop_open(bench, result, _number(request.path_params["hop"]))
        return HopPart(opened, str(result.fields["policy"]["rule"]))

    def table(request: Request) -> Response:
        bench = press.bench(request, "hops of a trace")
        result = stored_trace(bench, request.path_params["trace"])
        fields = bench.masking.document(dict(result.fields))
        names = PlaceNames(bench, instruments_of(fields, str(fields["policy"]["rule"])))
        words = catalogue(tongue_of(request).code)
        kinds = {key.removeprefix("kind."): word for key, word in words.items() if key.startswith("kind.")}
        data = hops_csv(hop_lines(bench.case, result.id, fields, names), kinds)
        name = f"hops-{result.id[:8]}.csv"
        return Response(
            data,
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def figure(request: Request) -> FigurePart:
        bench = press.bench(request, "figure of a trace")
        return FigurePart(figures.of(bench, stored_trace(bench, request.path_params["trace"]), desk.stamp()))

    def run(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "trace")
        seeds = [text for value in form.getlist("seed") if isinstance(value, str) and (text := value.strip())]
        seeds += [line.strip() for line in one_text(form, "seeds").splitlines() if line.strip()]
        if not seeds:
            raise UsageError("no payment was named", hint="tick one, or write its receipt or reference")
        rule, arithmetic = one_text(form, "rule", 40), one_text(form, "arithmetic", 10) or "fixed"
        desk.start(bench, "trace", "", _Tracing(tuple(seeds), rule, arithmetic))
        return press.turn(case_url(case_named(request.path_params["case"]), "traces"))

    def again(request: Request, _: FormData) -> Response:
        bench = press.bench(request, "trace again")
        desk.start(bench, "trace", "", _Again(stored_trace(bench, request.path_params["trace"]).id))
        return press.turn(case_url(bench.case, "traces"))

    press.page(router, "/cases/{case}/traces", "traces.html.j2", listed, rail="traces")
    press.page(router, "/cases/{case}/traces/{trace}", "trace.html.j2", one, rail="traces")
    press.part(router, "/cases/{case}/traces/{trace}/figure", "trace_figure.html.j2", figure)
    press.part(router, "/cases/{case}/traces/{trace}/hops/{hop}", "trace_hop.html.j2", hop)
    router.add_route("/cases/{case}/traces/{trace}/hops.csv", table, methods=["GET"])
    press.action(router, "/cases/{case}/traces", run)
    press.action(router, "/cases/{case}/traces/{trace}/again", again)
    return router


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > NUMBERED:
        raise NotFoundError("the trace has no such hop", hop=text[:20], hint="see its hops")
    return int(text)


@dataclass(frozen=True, slots=True)
class _Again:
    """A stored trace over today's evidence, as a job of the desk."""

    trace: str

    def __call__(self, bench: Workbench, heard: Progress) -> dict[str, Any]:
        heard.hear("", 0, 0)
        done = bench.rerun(self.trace)
        return {"trace": done.after.id if done.after else ""}


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
