"""Files in: choose or drop, say who sent them under which authority, watch them being read, keep receipts.

An uploaded file is written to a folder of its own, read from there as the command line reads it, and
the copy is removed: the original that counts is the one that the store kept by its hash. It is never
rendered as a page.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.datastructures import UploadFile

from api.errors import UsageError
from api.uploads import keep_upload
from api.web.addresses import case_named, case_url
from api.web.filelist import FileLine, file_lines, receipt_line
from api.web.jobline import JobLine, job_line
from api.web.press import one_text
from ingest.mappings.loading import load_mapping, saved_mappings
from ingest.runner import Intake, readers

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from api.desk import Desk, Progress
    from api.web.press import Press
    from api.workbench import Workbench


@dataclass(frozen=True, slots=True)
class IntakePage:
    """The form, what is being read, and the files that the case has."""

    readers: tuple[tuple[str, str], ...]
    mappings: tuple[str, ...]
    jobs: tuple[JobLine, ...]
    files: tuple[FileLine, ...]
    action: str


@dataclass(frozen=True, slots=True)
class JobPage:
    """One job."""

    job: JobLine


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> IntakePage:
        bench = press.bench(request, "files")
        jobs = tuple(job_line(j) for j in desk.jobs(bench) if j.kind == "ingest")
        known = tuple((code, reader.title) for code, reader in sorted(readers().items()))
        mappings = tuple(sorted(saved_mappings()))
        return IntakePage(known, mappings, jobs, file_lines(bench), case_url(bench.case, "data"))

    def take(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "ingest")
        folder = Path(tempfile.mkdtemp(prefix="fuatilia-upload-"))
        try:
            paths = _kept(form, folder)
            intake = _intake(form)
            desk.start(
                bench,
                "ingest",
                str(len(paths)),
                lambda own, heard: _read(own, paths, intake, heard),
                lambda: _drop(folder),
            )
        except BaseException:
            _drop(folder)
            raise
        return press.turn(case_url(bench.case, "data"))

    def build_job(request: Request) -> JobPage:
        bench = press.bench(request, "jobs")
        return JobPage(job_line(desk.job(bench, request.path_params["job"])))

    def stop(request: Request, _: FormData) -> Response:
        desk.work.stop(_case(request), request.path_params["job"])
        return press.turn(case_url(_case(request), "data"))

    press.page(router, "/cases/{case}/data", "intake.html.j2", build, rail="intake")
    press.action(router, "/cases/{case}/data", take)
    press.part(router, "/cases/{case}/jobs/{job}", "job.html.j2", build_job)
    press.action(router, "/cases/{case}/jobs/{job}/stop", stop)
    return router


def _case(request: Request) -> str:
    return case_named(request.path_params["case"])


def _read(bench: Workbench, paths: list[Path], intake: Intake, heard: Progress) -> dict[str, Any]:
    """Read the files one by one; one bad file never stops the others."""
    receipts = []
    for number, path in enumerate(paths, 1):
        step = f"{number}/{len(paths)}"
        heard.hear(step, 0, 0)
        (receipt,) = bench.ingest([path], intake, partial(_told, heard, step))
        receipts.append(asdict(receipt_line(bench, receipt, intake)))
    return {"files": receipts}


def _told(heard: Progress, step: str, _: str, done: int, total: int) -> None:
    heard.hear(step, done, total)


def _drop(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _kept(form: FormData, folder: Path) -> list[Path]:
    """Write the uploaded files down, each in a folder of its own, under its plain name."""
    paths = []
    for number, (_, value) in enumerate(form.multi_items()):
        if not isinstance(value, UploadFile) or not value.filename:
            continue
        paths.append(keep_upload(folder / str(number), value.filename, value.file))
    if not paths:
        raise UsageError("no file was chosen", hint="choose or drop at least one")
    return paths


def _intake(form: FormData) -> Intake:
    received = one_text(form, "received", 40)
    if received:
        try:
            dt.date.fromisoformat(received[:10])
        except ValueError as cause:
            raise UsageError("no such date", received=received, hint="as 2026-11-04") from cause
    code = one_text(form, "reader", 60)
    if code and code not in readers():
        raise UsageError("no such reader", reader=code)
    mapping = one_text(form, "mapping", 100)
    if mapping and mapping not in saved_mappings():
        raise UsageError("no such mapping", mapping=mapping)
    password = form.get("password")
    return Intake(
        supplier=one_text(form, "supplier", 200),
        authority=one_text(form, "authority", 200),
        received=received,
        as_code=code,
        mapping=load_mapping(mapping) if mapping else {},
        passwords={"*": password} if isinstance(password, str) and password else {},
    )
