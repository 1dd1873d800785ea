"""Results and ``rerun``: what was computed, from what, and whether it still comes out the same."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.rest.asking import Asking, Case, Names
from api.rest.problems import Route, answers
from api.rest.shapes.jobs import JobShape
from api.rest.shapes.tracing import ResultList, ResultName, ResultShape
from graph.model.results import ResultKind

ResultId = Annotated[str, Path(description="Id of the result.", pattern="^[0-9a-f]{32}$")]


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of this noun."""
    router = APIRouter(tags=["result"], route_class=Route)

    @router.get("/cases/{case}/results", responses=answers())
    def list_results(
        request: Request,
        case: Case,
        kind: Annotated[ResultKind | None, Query(description="Only these.")] = None,
    ) -> ResultList:
        """List the standing results of the case."""
        bench = asking.bench(request, case, "results")
        found = bench.store.results(bench.scope, kind.value if kind else "")
        return ResultList(
            results=[
                ResultName(id=r.id, kind=str(r.kind), ran=r.ran, inputs=r.inputs, citations=len(r.citations))
                for r in found
            ]
        )

    @router.get("/cases/{case}/results/{result}", responses=answers())
    def show_result(
        request: Request, case: Case, result: ResultId, clearance: Names = "masked"
    ) -> ResultShape:
        """Show a result, standing or fallen, with everything that it was computed from."""
        bench = asking.bench(request, case, "results", clearance)
        found = bench.store.result(bench.scope, result)
        masking = bench.masking
        stands = {r.id for r in bench.store.results(bench.scope, found.kind.value)}
        return ResultShape(
            id=found.id,
            kind=str(found.kind),
            case=found.case,
            ran=found.ran,
            inputs=found.inputs,
            stands=found.id in stands,
            policy=masking.document(dict(found.policy)),
            parameters=masking.document(dict(found.parameters)),
            citations=list(found.citations),
            fields=masking.document(dict(found.fields)),
        )

    @router.post("/cases/{case}/results/{result}/rerun", status_code=202, responses=answers(409))
    def rerun(request: Request, response: Response, case: Case, result: ResultId) -> JobShape:
        """Compute a result again over today's evidence, and say what differs."""
        bench = asking.bench(request, case, "rerun")
        bench.store.result(bench.scope, result)
        return asking.start(response, bench, "rerun", result[:12], lambda own, _: own.rerun_document(result))

    return router
