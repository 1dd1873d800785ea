"""``restraints`` and ``returned``: what was done to hold assets, and what claimants have back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import Field

from api.casework.restraining import LONGEST, give_back, restrain
from api.casework.restraints import RestraintState, restraints_document
from api.rest.asking import Asking, Body, Case, Names, Text
from api.rest.problems import Route, answers
from api.rest.shapes.cases import AssertionShape
from api.rest.shapes.restraints import RestraintList

DAY = r"^(\d{4}-\d{2}-\d{2})?$"


class NewRestraint(Body):
    """What was done about one asset at one instrument, and what that rests on."""

    instrument: Text = Field(min_length=1, max_length=500, description="Id, number or address.")
    state: RestraintState
    reason: Text = Field(min_length=1, max_length=5_000)
    asset: Text = Field("", max_length=500, description="Key or code; needed where there are several.")
    until: str = Field("", pattern=DAY, description="Day on which a hold ends; for held_until only.")
    reference: Text = Field("", max_length=LONGEST, description="Number of the order or request.")
    by: Text = Field("", max_length=LONGEST, description="Who was asked, who holds or who ordered.")
    on: str = Field("", pattern=DAY, description="Day on which it was done; today when empty.")
    amount: Text = Field("", max_length=400, description="Decimal text; the whole when empty.")


class NewReturn(Body):
    """Money that a claimant has back, and what that rests on."""

    claimant: Text = Field(min_length=1, max_length=LONGEST, description="As the traces call the claimant.")
    amount: Text = Field(min_length=1, max_length=400)
    asset: Text = Field(min_length=1, max_length=500, description="Key or ISO code.")
    reason: Text = Field(min_length=1, max_length=5_000)
    on: str = Field("", pattern=DAY, description="Day; today when empty.")
    reference: Text = Field("", max_length=LONGEST)


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of this noun."""
    router = APIRouter(tags=["assert"], route_class=Route)
    desk = asking.desk

    @router.get("/cases/{case}/restraints", responses=answers())
    def list_restraints(request: Request, case: Case, clearance: Names = "masked") -> RestraintList:
        """Say what was done to hold assets, which of it counts, and what claimants have back."""
        bench = asking.bench(request, case, "restraints", clearance)
        return RestraintList.model_validate(restraints_document(bench))

    @router.post("/cases/{case}/restraints", status_code=201, responses=answers(409))
    def state_restraint(request: Request, case: Case, body: NewRestraint) -> AssertionShape:
        """State what was done to hold what is at an instrument; no figure of a trace rests on it."""
        bench = asking.bench(request, case, "restraint")
        with desk.writing():
            made = restrain(
                bench,
                body.instrument,
                body.state.value,
                body.reason,
                asset=body.asset,
                until=body.until,
                reference=body.reference,
                by=body.by,
                on=body.on,
                amount=body.amount,
            )
        return AssertionShape.model_validate(bench.masking.assertion(made))

    @router.post("/cases/{case}/returned", status_code=201, responses=answers(409))
    def state_return(request: Request, case: Case, body: NewReturn) -> AssertionShape:
        """State that a claimant has money back."""
        bench = asking.bench(request, case, "returned")
        with desk.writing():
            made = give_back(
                bench,
                body.claimant,
                body.amount,
                body.asset,
                body.reason,
                on=body.on,
                reference=body.reference,
            )
        return AssertionShape.model_validate(bench.masking.assertion(made))

    return router
