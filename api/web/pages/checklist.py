"""The checklist of a case: every step by stage, what the case shows of it, and who stated what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.casework.checklist import StageLine, StepState, checklist, state_step
from api.casework.steps_taken import ZONE
from api.web.addresses import case_named, case_url
from api.web.press import one_text, tongue_of

if TYPE_CHECKING:
    from datetime import date

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from api.desk import Desk
    from api.web.press import Press
    from api.workbench import Workbench

STATES = tuple(s.value for s in (StepState.DONE, StepState.NOT_APPLICABLE, StepState.OPEN))


@dataclass(frozen=True, slots=True)
class ChecklistPage:
    """Every stage with its steps; ``open_step`` is the one whose form is open."""

    stages: tuple[StageLine, ...]
    settled: int
    steps: int
    states: tuple[str, ...]
    open_step: str
    author: str
    action: str


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> ChecklistPage:
        bench = press.bench(request, "checklist")
        today = desk.clock().astimezone(ZONE).date()
        wanted = press.asked(request, bench).get("step", "")[:4]
        return checklist_page(bench, today, tongue_of(request).code, wanted)

    def state(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "state a step")
        step, chosen, reason = (
            one_text(form, "step", 8),
            one_text(form, "state", 20),
            one_text(form, "reason"),
        )
        with desk.writing():
            made = state_step(bench, step, chosen, reason)
        where = case_url(case_named(request.path_params["case"]), "checklist")
        return press.turn(f"{where}#{made.subject}")

    press.page(router, "/cases/{case}/checklist", "checklist.html.j2", build, rail="case")
    press.action(router, "/cases/{case}/checklist", state)
    return router


def checklist_page(bench: Workbench, today: date, language: str, open_step: str) -> ChecklistPage:
    """Gather the steps of a case as they stand on a day."""
    stages = checklist(bench, today, language)
    return ChecklistPage(
        stages,
        sum(s.settled for s in stages),
        sum(len(s.steps) for s in stages),
        STATES,
        open_step.upper(),
        bench.scope.actor,
        case_url(bench.case, "checklist"),
    )
