"""``assert``, ``assertions``, ``withdraw``, ``role`` and ``roles``: what people state."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field

from api.rest.asking import Asking, Body, Case, Names, Text
from api.rest.problems import Route, answers
from api.rest.shapes.cases import AssertionList, AssertionShape, RoleList
from graph.model.parties import Role
from graph.model.results import AssertionKind

AssertionId = Annotated[Text, Path(description="Its id, or the first digits of it.", max_length=32)]


class NewAssertion(Body):
    """What the actor states, with the reason."""

    kind: AssertionKind
    subject: Text = Field(min_length=1, max_length=500)
    object: Text = Field(min_length=1, max_length=500)
    reason: Text = Field(min_length=1, max_length=5_000)


class Reason(Body):
    """Why."""

    reason: Text = Field(min_length=1, max_length=5_000)


class NewRole(Body):
    """Who stands how in the case, and why."""

    subject: Text = Field(min_length=1, max_length=500)
    role: Role
    reason: Text = Field(min_length=1, max_length=5_000)


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of this noun."""
    router = APIRouter(tags=["assert"], route_class=Route)
    desk = asking.desk

    @router.get("/cases/{case}/assertions", responses=answers())
    def list_assertions(request: Request, case: Case, clearance: Names = "masked") -> AssertionList:
        """List the standing assertions of the case."""
        bench = asking.bench(request, case, "assertions", clearance)
        return AssertionList.model_validate(bench.assertions_document())

    @router.post("/cases/{case}/assertions", status_code=201, responses=answers(409))
    def state(request: Request, case: Case, body: NewAssertion) -> AssertionShape:
        """Record what you state about the evidence."""
        bench = asking.bench(request, case, "assert")
        with desk.writing():
            made = bench.assert_(body.kind, body.subject, body.object, body.reason)
        return AssertionShape.model_validate(bench.masking.assertion(made))

    @router.post("/cases/{case}/assertions/{assertion}/withdrawal", status_code=201, responses=answers(409))
    def withdraw(request: Request, case: Case, assertion: AssertionId, body: Reason) -> AssertionShape:
        """Take back a standing assertion; both stay on record."""
        bench = asking.bench(request, case, "withdraw")
        with desk.writing():
            made = bench.withdraw(assertion, body.reason)
        return AssertionShape.model_validate(bench.masking.assertion(made))

    @router.get("/cases/{case}/roles", responses=answers())
    def list_roles(request: Request, case: Case, clearance: Names = "masked") -> RoleList:
        """Say who stands how in the case."""
        bench = asking.bench(request, case, "roles", clearance)
        return RoleList.model_validate(bench.roles_document())

    @router.post("/cases/{case}/roles", status_code=201, responses=answers(409))
    def give_role(request: Request, case: Case, body: NewRole) -> AssertionShape:
        """State a role; victims and witnesses are masked from then on."""
        bench = asking.bench(request, case, "role")
        with desk.writing():
            made = bench.role(body.subject, body.role, body.reason)
        return AssertionShape.model_validate(bench.masking.assertion(made))

    return router
