"""``trace``, ``assets``, ``allocate``, ``rerun`` and the results: following the money."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime, Field

from analytics.assets.allocation import find_allocation
from api.casework.allocations import sharing_document
from api.casework.freezing import sheet_document
from api.casework.stated_amounts import units_of
from api.casework.trace_document import trace_document
from api.errors import UsageError
from api.rest.asking import Asking, Case, Text
from api.rest.following import TraceQuestion, checked, traced
from api.rest.problems import Route, answers
from api.rest.shapes.jobs import JobShape

if TYPE_CHECKING:
    from api.desk import Progress
    from api.workbench import Workbench

ResultId = Annotated[str, Path(description="Id of the result.", pattern="^[0-9a-f]{32}$")]


class SharingQuestion(TraceQuestion):
    """A trace, and how what it holds is to be shared; the choice is the court's."""

    at: AwareDatetime = Field(description="Instant of the valuation.")
    scheme: Text = Field("net_loss", max_length=60, description="The base of the comparison.")
    received: dict[Text, Text] = Field({}, max_length=100, description="By claimant, what came back already.")
    costs: Text = Field("0", max_length=80, description="General costs, in the claim's currency.")


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of this noun."""
    router = APIRouter(tags=["trace"], route_class=Route)

    @router.post("/cases/{case}/traces", status_code=202, responses=answers(409))
    def trace(request: Request, response: Response, case: Case, body: TraceQuestion) -> JobShape:
        """Follow payments through every account, wallet and address, under one rule and beside the others."""
        bench = checked(asking.bench(request, case, "trace"), body)

        def work(own: Workbench, heard: Progress) -> dict[str, Any]:
            done = traced(own, body, heard)
            return {"id": done.result, **trace_document(done.run, own.masking)}

        return asking.start(response, bench, "trace", f"{len(body.seeds)} payments", work)

    @router.post("/cases/{case}/assets", status_code=202, responses=answers(409))
    def assets(request: Request, response: Response, case: Case, body: TraceQuestion) -> JobShape:
        """List what can be frozen now: where, with whom to ask, how much, as of when, how urgent."""
        bench = checked(asking.bench(request, case, "assets"), body)

        def work(own: Workbench, heard: Progress) -> dict[str, Any]:
            done = traced(own, body, heard)
            return {"trace": done.result, **sheet_document(done.run, done.sheet)}

        return asking.start(response, bench, "assets", f"{len(body.seeds)} payments", work)

    @router.post("/cases/{case}/allocations", status_code=202, responses=answers(409))
    def allocate(request: Request, response: Response, case: Case, body: SharingQuestion) -> JobShape:
        """Share what is held among the claimants under every scheme."""
        bench = checked(asking.bench(request, case, "allocate"), body)
        base = find_allocation(body.scheme).code

        def work(own: Workbench, heard: Progress) -> dict[str, Any]:
            done = traced(own, body, heard)
            asset = done.run.following.trace_input.claim_asset
            received = {
                claimant: Fraction(units_of(text, asset, "received"))
                for claimant, text in body.received.items()
            }
            unknown = sorted(set(received) - set(done.run.chosen.claims))
            if unknown:
                raise UsageError("no such claimant", claimant=unknown[0], hint="as named in seeds")
            costs = units_of(body.costs, asset, "costs")
            sharing = own.allocate(done, body.at, base=base, received=received, general_costs=costs)
            return {"trace": done.result, **sharing_document(sharing)}

        return asking.start(response, bench, "allocate", f"{len(body.seeds)} payments", work)

    return router
