"""``detect``, ``leads`` and ``lead``: reasons to look, and what people decided about them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from analytics.catalogue import typology_of
from api.rest.asking import Asking, Body, Case, Names, Text
from api.rest.problems import Route, answers
from api.rest.shapes.cases import LeadList, LeadShape
from api.rest.shapes.jobs import JobShape
from graph.model.results import Decision, Ground

LeadId = Annotated[Text, Path(description="Its id, or the first digits of it.", max_length=32)]


class Detection(Body):
    """Which typologies to look for; all when the list is empty."""

    typologies: list[Text] = Field([], max_length=100)


class Decided(Body):
    """What is decided about a lead, and why; a dismissal has one of the fixed grounds."""

    decision: Decision
    reason: Text = Field(min_length=1, max_length=5_000)
    ground: Ground | None = None


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of this noun."""
    router = APIRouter(tags=["lead"], route_class=Route)
    desk = asking.desk

    @router.post("/cases/{case}/detect", status_code=202, responses=answers(409))
    def detect(request: Request, response: Response, case: Case, body: Detection) -> JobShape:
        """Look for patterns; what could not be evaluated is named."""
        bench = asking.bench(request, case, "detect")
        for name in body.typologies:
            typology_of(name)
        label = ", ".join(body.typologies) or "all typologies"
        return asking.start(response, bench, "detect", label, lambda own, _: own.detect(body.typologies))

    @router.get("/cases/{case}/leads", responses=answers())
    def list_leads(
        request: Request,
        case: Case,
        state: Annotated[str, Query(pattern="^(|open|confirmed|dismissed)$")] = "",
        clearance: Names = "masked",
    ) -> LeadList:
        """List the standing leads of the case with every decision about them."""
        bench = asking.bench(request, case, "leads", clearance)
        found = [t for t in bench.leads() if state in ("", t.state)]
        return LeadList.model_validate(bench.leads_document(found))

    @router.get("/cases/{case}/leads/{lead}", responses=answers())
    def show_lead(request: Request, case: Case, lead: LeadId, clearance: Names = "masked") -> LeadShape:
        """Show one lead."""
        bench = asking.bench(request, case, "lead", clearance)
        (found,) = bench.leads_document([bench.lead(lead)])["leads"]
        return LeadShape.model_validate(found)

    @router.post("/cases/{case}/leads/{lead}/decisions", status_code=201, responses=answers(409))
    def decide(request: Request, case: Case, lead: LeadId, body: Decided) -> LeadShape:
        """Confirm or dismiss a lead; earlier decisions stay on record."""
        bench = asking.bench(request, case, "lead")
        with desk.writing():
            done = bench.dispose(lead, body.decision, body.reason, ground=body.ground or "")
        (found,) = bench.leads_document([done])["leads"]
        return LeadShape.model_validate(found)

    return router
