"""Case home: what is asked, what is held of what was lost, what came in, what presses, who said what.

The question, its answer and the checklist come first; everything on the page opens to what it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.casework.awards import award
from api.casework.checklist import Note, checklist
from api.casework.question import Question, ask, questions
from api.casework.steps_taken import ZONE
from api.casework.triage import OPEN
from api.web.addresses import case_named, case_url
from api.web.filelist import FileLine, RejectLine, file_lines
from api.web.leadlist import LeadLine, lead_lines
from api.web.losses import LossToPayment, loss_to_payment
from api.web.people import PeopleLine, people_lines
from api.web.press import one_text, tongue_of
from api.web.said import AssertionLine, assertion_lines
from api.web.timeline_figure import TimelineFigure, TimelineFigures
from graph.model.provenance import Balance

if TYPE_CHECKING:
    from datetime import date

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from api.desk import Desk
    from api.web.press import Press
    from api.web.standing import Chain
    from api.workbench import Workbench

MOST_REJECTS = 30
MOST_LEADS = 5
MOST_SAID = 3


@dataclass(frozen=True, slots=True)
class StageCount:
    """One stage of the checklist in short."""

    letter: str
    title: str
    settled: int
    steps: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class HomePage:
    """The case as it stands; ``chain_checked`` in microseconds UTC."""

    case: str
    title: str
    question: Question | None
    earlier: tuple[Question, ...]
    ask_url: str
    award_url: str
    loss: LossToPayment | None
    files: tuple[FileLine, ...]
    accepted: int
    rejected: int
    verdicts: tuple[tuple[str, int], ...]
    rejects: tuple[RejectLine, ...]
    more_rejects: int
    chain_entries: int
    chain_broken_at: int
    chain_what: str
    chain_checked: int
    leads: tuple[LeadLine, ...]
    open_leads: int
    not_evaluated: int
    leads_url: str
    stages: tuple[StageCount, ...]
    checklist_url: str
    people: tuple[PeopleLine, ...]
    said: tuple[AssertionLine, ...]
    all_said: int
    timeline_url: str
    version: str


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """The timeline of a case; None where nothing was traced."""

    figure: TimelineFigure | None


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()
    figures = TimelineFigures()

    def build(request: Request) -> HomePage:
        bench = press.bench(request, "case")
        chain = press.standings.chain(bench.case)
        title = bench.masking.words(desk.case(bench.case).title)
        detected = next((j for j in desk.jobs(bench) if j.kind == "detect" and j.over and j.outcome), None)
        beyond = 0 if detected is None else len(detected.outcome["not_evaluated"])
        today = desk.clock().astimezone(ZONE).date()
        return home_page(bench, title, chain, tongue_of(request).code, today, not_evaluated=beyond)

    def drawn(request: Request) -> TimelinePage:
        bench = press.bench(request, "timeline of the case")
        return TimelinePage(figures.of(bench, desk.stamp(), desk.clock()))

    def asked(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "record the question")
        text, reason, due, who, on = (one_text(form, n) for n in ("text", "reason", "due", "asked_by", "on"))
        with desk.writing():
            ask(bench, text, reason, due=due, asked_by=who, on=on)
        return press.turn(case_url(case_named(request.path_params["case"])))

    def awarded(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "record an order to pay")
        names = ("claimant", "amount", "asset", "reason", "reference", "on")
        claimant, amount, asset, reason, reference, on = (one_text(form, n) for n in names)
        with desk.writing():
            award(bench, claimant, amount, asset, reason, reference=reference, on=on)
        return press.turn(case_url(case_named(request.path_params["case"])))

    press.page(router, "/cases/{case}", "home.html.j2", build, rail="case")
    press.page(router, "/cases/{case}/timeline", "timeline_page.html.j2", drawn, rail="case")
    press.part(router, "/cases/{case}/timeline/figure", "timeline.html.j2", drawn)
    press.action(router, "/cases/{case}/question", asked)
    press.action(router, "/cases/{case}/award", awarded)
    return router


def home_page(
    bench: Workbench, title: str, chain: Chain, language: str, today: date, *, not_evaluated: int = 0
) -> HomePage:
    """Gather what the first page of a case shows.

    Parameters
    ----------
    today : date
        Decides which holds stand.
    not_evaluated : int
        Patterns that the last detection of this session could not evaluate.
    """
    files = file_lines(bench)
    rejects = [r for f in files for r in f.rejected]
    leads = [line for line in lead_lines(bench, language) if line.state == OPEN]
    said = assertion_lines(bench)
    checks = [c.verdict for f in files for c in f.checks]
    asked = questions(bench)
    return HomePage(
        case=bench.case,
        title=title,
        question=asked[-1] if asked else None,
        earlier=asked[-2::-1] if asked else (),
        ask_url=case_url(bench.case, "question"),
        award_url=case_url(bench.case, "award"),
        loss=loss_to_payment(bench, today),
        files=files,
        accepted=sum(f.accepted for f in files),
        rejected=len(rejects),
        verdicts=tuple((str(v), checks.count(str(v))) for v in Balance if str(v) in checks),
        rejects=tuple(rejects[:MOST_REJECTS]),
        more_rejects=max(len(rejects) - MOST_REJECTS, 0),
        chain_entries=chain.entries,
        chain_broken_at=chain.broken_at,
        chain_what=chain.what,
        chain_checked=int(chain.checked.timestamp()) * 1_000_000,
        leads=tuple(leads[:MOST_LEADS]),
        open_leads=len(leads),
        not_evaluated=not_evaluated,
        leads_url=case_url(bench.case, "leads"),
        stages=tuple(
            StageCount(s.letter, s.title, s.settled, len(s.steps), s.notes)
            for s in checklist(bench, today, language)
        ),
        checklist_url=case_url(bench.case, "checklist"),
        people=people_lines(bench),
        said=said[:MOST_SAID],
        all_said=len(said),
        timeline_url=case_url(bench.case, "timeline"),
        version=bench.store.version(bench.scope),
    )
