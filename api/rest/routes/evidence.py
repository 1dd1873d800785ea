"""``ingest``, ``sources``, ``retract``, ``search`` and the records themselves."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile
from pydantic import Field

from api.casework.finding import search_document
from api.casework.intake import receipt_document, sources_document
from api.casework.rerun import fallen_document
from api.casework.rows import rows_document
from api.errors import UsageError
from api.rest.asking import Asking, Body, Case, Names, Text
from api.rest.problems import Route, answers
from api.rest.shapes.cases import Found, Retracted, RowList, SourceList
from api.rest.shapes.jobs import JobShape
from api.uploads import keep_upload
from graph.errors import NotFoundError
from graph.model.instants import parse_iso
from graph.store import Selection
from ingest.mappings.loading import load_mapping, saved_mappings
from ingest.runner import Intake, readers

if TYPE_CHECKING:
    from api.desk import Progress
    from api.workbench import Workbench

Digest = Annotated[str, Path(description="sha256 of the file.", pattern="^[0-9a-f]{64}$")]
Observation = Annotated[str, Path(description="Id of the observation.", pattern="^[0-9a-f]{32}$")]
_MOST = 1_000


class Reason(Body):
    """Why."""

    reason: Text = Field(min_length=1, max_length=5_000)


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of this noun."""
    router = APIRouter(tags=["evidence"], route_class=Route)
    desk = asking.desk

    @router.get("/cases/{case}/sources", responses=answers())
    def list_sources(request: Request, case: Case, clearance: Names = "masked") -> SourceList:
        """List the files of the case."""
        bench = asking.bench(request, case, "sources", clearance)
        return SourceList.model_validate(sources_document(bench.sources()))

    @router.post("/cases/{case}/sources", status_code=202, responses=answers(409))
    def ingest(
        request: Request,
        response: Response,
        case: Case,
        files: Annotated[list[UploadFile], File(description="Files to read.", max_length=500)],
        supplier: Annotated[Text, Form(max_length=200)] = "",
        authority: Annotated[Text, Form(max_length=200)] = "",
        received: Annotated[str, Form(pattern=r"^(\d{4}-\d{2}-\d{2}.{0,20})?$")] = "",
        reader: Annotated[Text, Form(max_length=60, description="Code of a reader; see the catalogue.")] = "",
        mapping: Annotated[Text, Form(max_length=60, description="Name of a saved mapping.")] = "",
        password: Annotated[str, Form(max_length=200, description="Of encrypted files; never stored.")] = "",
    ) -> JobShape:
        """Read files into the case: every row with its place, every rejected row with its reason."""
        bench = asking.bench(request, case, "ingest")
        intake = _intake(supplier, authority, received, reader, mapping, password)
        folder = FilePath(tempfile.mkdtemp(prefix="fuatilia-upload-"))
        try:
            paths = [
                keep_upload(folder / str(number), one.filename or "", one.file)
                for number, one in enumerate(files)
            ]
            return asking.start(
                response,
                bench,
                "ingest",
                f"{len(paths)} files",
                lambda own, heard: _read(own, paths, intake, heard),
                lambda: shutil.rmtree(folder, ignore_errors=True),
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    @router.post("/cases/{case}/sources/{sha256}/retraction", status_code=201, responses=answers(409))
    def retract(request: Request, case: Case, sha256: Digest, body: Reason) -> Retracted:
        """Take a file out of sight, and name the results that fall with it."""
        bench = asking.bench(request, case, "retract")
        if sha256 not in {s.sha256 for s in bench.sources()}:
            raise NotFoundError("no such source in this case", source=sha256)
        with desk.writing():
            fallen = bench.retract(sha256, body.reason)
        return Retracted.model_validate(fallen_document(sha256, body.reason, fallen, bench.masking))

    @router.get("/cases/{case}/search", responses=answers())
    def search(
        request: Request,
        case: Case,
        text: Annotated[
            Text, Query(min_length=1, max_length=300, description="Phone, account, address, receipt, name.")
        ],
        clearance: Names = "masked",
    ) -> Found:
        """Find instruments, and the observations that carry a reference."""
        bench = asking.bench(request, case, "search", clearance)
        found = search_document(bench.search(text), bench.store.references(bench.scope, text))
        return Found.model_validate(found)

    @router.get("/cases/{case}/observations/{observation}", responses=answers())
    def record(
        request: Request, case: Case, observation: Observation, clearance: Names = "masked"
    ) -> RowList:
        """Show the rows of one observation, with file, place and hash."""
        bench = asking.bench(request, case, "record", clearance)
        table = bench.store.rows(bench.scope, [observation])
        if not table.num_rows:
            raise NotFoundError("no such observation in this case", observation=observation)
        return RowList.model_validate(rows_document(table.to_pylist()))

    @router.get("/cases/{case}/transfers", responses=answers())
    def transfers(
        request: Request,
        case: Case,
        instrument: Annotated[list[str], Query(description="Opaque ids.", max_length=100)] = [],  # noqa: B006
        since: Annotated[Text, Query(description="ISO instant; from here on.", max_length=40)] = "",
        until: Annotated[Text, Query(description="ISO instant; before it.", max_length=40)] = "",
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
        clearance: Names = "masked",
    ) -> RowList:
        """List completed payments in the total order; what was cut is said."""
        bench = asking.bench(request, case, "transfers", clearance)
        answer = bench.store.select(
            bench.scope, Selection(instruments=tuple(instrument), window=_window(since, until), limit=limit)
        )
        found = rows_document(answer.table.to_pylist(), answer.left_out if answer.truncated else "")
        return RowList.model_validate(found)

    return router


def _window(since: str, until: str) -> tuple[int, int] | None:
    if not since and not until:
        return None
    return (
        parse_iso(since).lo if since else -(2**62),
        parse_iso(until).lo if until else 2**62,
    )


def _intake(supplier: str, authority: str, received: str, reader: str, mapping: str, password: str) -> Intake:
    if reader and reader not in readers():
        raise UsageError("no such reader", hint="see /api/v1/catalogue")
    if mapping and mapping not in saved_mappings():  # a path on this machine is for its command line alone
        raise UsageError("no such saved mapping", hint="see /api/v1/catalogue")
    return Intake(
        supplier=supplier,
        authority=authority,
        received=received,
        as_code=reader,
        mapping=load_mapping(mapping) if mapping else {},
        passwords={"*": password} if password else {},
    )


def _read(bench: Workbench, paths: list[FilePath], intake: Intake, heard: Progress) -> dict[str, Any]:
    """Read the files one by one; a bad one never stops the others."""
    files = []
    for number, path in enumerate(paths, 1):
        heard.hear(f"{number}/{len(paths)}", 0, 0)
        (receipt,) = bench.ingest([path], intake, heard.hear)
        files.append(receipt_document(receipt, path.name, bench.scope.clearance))
    return {"files": files}
