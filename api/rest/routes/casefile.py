"""``question``, ``checklist`` and ``awards``: what is asked, how far the work is, what was ordered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field

from api.casework.awards import award, awards_document
from api.casework.checklist import StepState, checklist_document, state_step
from api.casework.question import ask, question_document
from api.casework.steps_taken import ZONE
from api.rest.asking import Asking, Body, Case, Names, Text
from api.rest.problems import Route, answers
from api.rest.shapes.casefile import AwardList, ChecklistShape, QuestionList
from api.rest.shapes.cases import AssertionShape

StepId = Annotated[Text, Path(description="Id of the step, as B2.", max_length=8)]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="ISO day; empty for none.")]


class NewQuestion(Body):
    """What the case is asked; earlier questions stay on record."""

    text: Text = Field(min_length=1, max_length=1_000)
    reason: Text = Field(min_length=1, max_length=5_000)
    asked_by: Text = Field("", max_length=200)
    on: Day = ""
    due: Day = ""


class NewStepState(Body):
    """How a step stands, and why."""

    state: StepState
    reason: Text = Field(min_length=1, max_length=1_000)


class NewAward(Body):
    """What a court ordered to be paid to a claimant."""

    claimant: Text = Field(min_length=1, max_length=200)
    amount: Text = Field(min_length=1, max_length=80)
    asset: Text = Field(min_length=1, max_length=200)
    reference: Text = Field(min_length=1, max_length=200)
    on: Day = ""
    reason: Text = Field(min_length=1, max_length=5_000)


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of these nouns."""
    router = APIRouter(tags=["case"], route_class=Route)
    desk = asking.desk

    @router.get("/cases/{case}/question", responses=answers())
    def show_question(request: Request, case: Case, clearance: Names = "masked") -> QuestionList:
        """Say what the case is asked, and what it was asked before."""
        bench = asking.bench(request, case, "question", clearance)
        return QuestionList.model_validate(question_document(bench))

    @router.post("/cases/{case}/question", status_code=201, responses=answers(409))
    def record_question(request: Request, case: Case, body: NewQuestion) -> AssertionShape:
        """Record what the case is asked."""
        bench = asking.bench(request, case, "record the question")
        with desk.writing():
            made = ask(bench, body.text, body.reason, due=body.due, asked_by=body.asked_by, on=body.on)
        return AssertionShape.model_validate(bench.masking.assertion(made))

    @router.get("/cases/{case}/checklist", responses=answers())
    def show_checklist(request: Request, case: Case, clearance: Names = "masked") -> ChecklistShape:
        """List the steps of the procedure as they stand in the case."""
        bench = asking.bench(request, case, "checklist", clearance)
        today = desk.clock().astimezone(ZONE).date()
        return ChecklistShape.model_validate(checklist_document(bench, today))

    @router.post("/cases/{case}/checklist/{step}", status_code=201, responses=answers(409))
    def record_step(request: Request, case: Case, step: StepId, body: NewStepState) -> AssertionShape:
        """State how a step stands; what was stated before stays on record."""
        bench = asking.bench(request, case, "state a step")
        with desk.writing():
            made = state_step(bench, step, body.state, body.reason)
        return AssertionShape.model_validate(bench.masking.assertion(made))

    @router.get("/cases/{case}/awards", responses=answers())
    def list_awards(request: Request, case: Case, clearance: Names = "masked") -> AwardList:
        """List what was ordered to be paid to claimants."""
        bench = asking.bench(request, case, "awards", clearance)
        return AwardList.model_validate(awards_document(bench))

    @router.post("/cases/{case}/awards", status_code=201, responses=answers(409))
    def record_award(request: Request, case: Case, body: NewAward) -> AssertionShape:
        """State what a court ordered to be paid to a claimant; no figure of an allocation rests on it."""
        bench = asking.bench(request, case, "record an order to pay")
        with desk.writing():
            made = award(
                bench,
                body.claimant,
                body.amount,
                body.asset,
                body.reason,
                reference=body.reference,
                on=body.on,
            )
        return AssertionShape.model_validate(bench.masking.assertion(made))

    return router
