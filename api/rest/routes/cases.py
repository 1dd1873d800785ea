"""``case``: cases of the store, how one stands, and its long work."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field

from api.rest.asking import Asking, Body, Case, Names, Text, job_shape
from api.rest.problems import Route, answers
from api.rest.shapes.cases import CaseList, CaseName, CaseSummary
from api.rest.shapes.jobs import JobList, JobShape

JobId = Annotated[str, Path(description="Id of the job.", max_length=20)]


class NewCase(Body):
    """A case to open; opening it twice changes nothing."""

    id: Text = Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")
    title: Text = Field("", max_length=500)


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of this noun."""
    router = APIRouter(tags=["case"], route_class=Route)
    desk = asking.desk

    def titled(case: str, title: str) -> CaseName:
        bench = desk.bench(case, purpose="title of the case", channel="rest")
        return CaseName(id=case, title=bench.masking.words(title))

    @router.get("/cases", responses=answers())
    def list_cases() -> CaseList:
        """List the cases of the store."""
        return CaseList(cases=[titled(c.id, c.title) for c in desk.cases()])

    @router.post("/cases", status_code=201, responses=answers(409))
    def open_case(body: NewCase) -> CaseName:
        """Open a case."""
        made = desk.open_case(body.id, body.title, channel="rest")
        return titled(made.id, made.title)

    @router.get("/cases/{case}", responses=answers())
    def show_case(request: Request, case: Case, clearance: Names = "masked") -> CaseSummary:
        """Say how a case stands: files, checks, statements, leads, roles, audit chain."""
        return CaseSummary.model_validate(asking.bench(request, case, "case", clearance).case_summary())

    @router.get("/cases/{case}/jobs", responses=answers())
    def list_jobs(request: Request, case: Case) -> JobList:
        """List the long work of a case, the newest first."""
        bench = asking.bench(request, case, "jobs")
        return JobList(jobs=[job_shape(j) for j in desk.jobs(bench)])

    @router.get("/cases/{case}/jobs/{job}", responses=answers())
    def show_job(request: Request, case: Case, job: JobId) -> JobShape:
        """Say how far long work is, and what came of it."""
        bench = asking.bench(request, case, "jobs")
        return job_shape(desk.job(bench, job))

    @router.post("/cases/{case}/jobs/{job}/stop", responses=answers())
    def stop_job(request: Request, case: Case, job: JobId) -> JobShape:
        """Ask long work to stop; what was committed stays."""
        bench = asking.bench(request, case, "jobs")
        desk.work.stop(bench.case, job)
        return job_shape(desk.job(bench, job))

    return router
