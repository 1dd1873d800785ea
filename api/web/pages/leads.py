"""The queue of leads and the one that is open: figures against thresholds, records, what speaks against.

Keys: j and k move, c confirms, d dismisses, m says that another lead tells the same, n writes a note,
r opens the referral route, x runs detection. Where
somebody may be in danger the referral route stands before everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from api.casework.detection_run import last_run
from api.casework.lead_notes import LONGEST, add_note
from api.casework.triage import OPEN
from api.web.addresses import case_named, case_url
from api.web.jobline import JobLine, job_line
from api.web.language import DEFAULT
from api.web.leadcard import LeadCard, lead_card
from api.web.leadlist import LeadLine, lead_lines
from api.web.press import one_text, tongue_of
from graph.errors import NotFoundError
from graph.model.results import Decision, Ground

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from api.desk import Desk, Progress
    from api.web.press import Press
    from api.workbench import Workbench

TRACE = "trace"


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A typology that could not be evaluated, and why; never drawn as clear."""

    typology: str
    why: str


@dataclass(frozen=True, slots=True)
class OtherLead:
    """An open lead that another may tell the same as."""

    id: str
    typology: str
    headline: str


@dataclass(frozen=True, slots=True)
class LeadsPage:
    """The queue, the open lead, and what the last detection over the case could not evaluate."""

    leads: tuple[LeadLine, ...]
    open_: int
    confirmed: int
    dismissed: int
    card: LeadCard | None
    before: str
    after: str
    not_evaluated: tuple[NotEvaluated, ...]
    ran: str
    beyond: int
    job: JobLine | None
    grounds: tuple[str, ...]
    others: tuple[OtherLead, ...]
    action: str
    note: str
    detect: str


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> LeadsPage:
        bench = press.bench(request, "leads")
        return leads_page(desk, bench, request.query_params.get("lead", ""), tongue_of(request).code)

    def decide(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "decide about a lead")
        lead, decision = one_text(form, "lead", 64), one_text(form, "decision", 32)
        reason, same = one_text(form, "reason"), one_text(form, "same", 64)
        with desk.writing():
            if same:
                reason = f"same as lead {bench.lead(same).lead.id}: {reason}"
            bench.dispose(lead, decision, reason, ground=one_text(form, "ground", 40))
        if one_text(form, "then", 10) == TRACE:
            return press.turn(lead_card(bench, _line_of(bench, lead)).trace_url)
        return press.turn(case_url(case_named(request.path_params["case"]), "leads", lead=lead))

    def note(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "note to a lead")
        lead = one_text(form, "lead", 64)
        with desk.writing():
            about = bench.lead(lead).lead.id
            text = one_text(form, "text", LONGEST + 1)
            add_note(bench.store, bench.scope, bench.case, about, text, desk.clock())
        return press.turn(case_url(bench.case, "leads", lead=lead))

    def run(request: Request, _: FormData) -> Response:
        bench = press.bench(request, "detect")
        desk.start(bench, "detect", "", _detect)
        return press.turn(case_url(bench.case, "leads"))

    press.page(router, "/cases/{case}/leads", "leads.html.j2", build, rail="leads")
    press.action(router, "/cases/{case}/leads", decide)
    press.action(router, "/cases/{case}/leads/note", note)
    press.action(router, "/cases/{case}/leads/detect", run)
    return router


def _detect(bench: Workbench, heard: Progress) -> dict[str, Any]:
    heard.hear("", 0, 0)
    found: dict[str, Any] = bench.detect()
    return {"leads": len(found["leads"]), "not_evaluated": found["not_evaluated"], "beyond": found["beyond"]}


def leads_page(desk: Desk, bench: Workbench, wanted: str, language: str) -> LeadsPage:
    """Gather the queue and the lead that is open: the one asked for, else the first.

    Raises
    ------
    NotFoundError
        No lead of this id stands in the case.
    """
    leads = lead_lines(bench, language)
    at = next((n for n, lead in enumerate(leads) if lead.id == wanted), None if wanted else 0)
    if at is None:
        raise NotFoundError("no such lead in this case", hint="it may have fallen with a source")
    jobs = [j for j in desk.jobs(bench) if j.kind == "detect"]
    last = last_run(bench.store, bench.scope, bench.case)
    words = bench.masking.words
    states = [lead.state for lead in leads]
    return LeadsPage(
        leads=leads,
        open_=states.count(OPEN),
        confirmed=states.count(Decision.CONFIRMED),
        dismissed=states.count(Decision.DISMISSED),
        card=lead_card(bench, leads[at]) if leads else None,
        before=leads[at - 1].url if leads and at > 0 else "",
        after=leads[at + 1].url if at + 1 < len(leads) else "",
        not_evaluated=tuple(NotEvaluated(n, words(why)) for n, why in last.not_evaluated) if last else (),
        ran=last.made if last else "",
        beyond=last.beyond if last else 0,
        job=job_line(jobs[0]) if jobs and not (jobs[0].over and not jobs[0].error) else None,
        grounds=tuple(str(g) for g in Ground),
        others=tuple(
            OtherLead(one.id, one.typology, one.finding or one.headline)
            for n, one in enumerate(leads)
            if n != at and one.state == OPEN
        ),
        action=case_url(bench.case, "leads"),
        note=case_url(bench.case, "leads", "note"),
        detect=case_url(bench.case, "leads", "detect"),
    )


def _line_of(bench: Workbench, lead: str) -> LeadLine:
    return next(line for line in lead_lines(bench, DEFAULT) if line.id == bench.lead(lead).lead.id)
