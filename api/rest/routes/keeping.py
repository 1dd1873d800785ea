"""``catalogue``, ``store`` and ``export``: what there is, whether it is sound, and what leaves."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, Field

from analytics.assets.allocation import find_allocation
from api.casework.catalogue import catalogue_document
from api.evidence.pack import export as write_pack
from api.rest.asking import Asking, Case, Text
from api.rest.following import TraceQuestion, checked, traced
from api.rest.problems import Route, answers
from api.rest.shapes.jobs import JobShape
from api.rest.shapes.keeping import Catalogue, StoreInfo
from api.sealing import pack_input
from graph.errors import NotFoundError
from graph.model.protection import NOBODY
from graph.stores import verify_store

if TYPE_CHECKING:
    from api.desk import Progress
    from api.workbench import Workbench
    from graph.model.protection import Protected

JobId = Annotated[str, Path(description="Id of the export's job.", max_length=20)]


class ExportQuestion(TraceQuestion):
    """What the pack is to show, for whom, and when it is sealed."""

    at: AwareDatetime = Field(description="Instant of the valuation.")
    sealed: AwareDatetime | None = Field(None, description="Time of sealing; now when null.")
    scheme: Text = Field("net_loss", max_length=60)
    title: Text = Field("", max_length=500)
    question: Text = Field("", max_length=2_000, description="What was asked, by whom and when.")


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of this noun."""
    router = APIRouter(tags=["store"], route_class=Route)
    desk = asking.desk
    packs: dict[tuple[str, str], tuple[FilePath, Protected]] = {}

    @router.get("/catalogue", responses=answers())
    def catalogue() -> Catalogue:
        """List readers, mappings, typologies, tracing rules and allocation schemes with their authority."""
        return Catalogue.model_validate(catalogue_document())

    @router.get("/cases/{case}/store", responses=answers())
    def info(request: Request, case: Case) -> StoreInfo:
        """Say what the store holds for the case: content hash, sources, batches, results."""
        bench = asking.bench(request, case, "store info")
        receipts = bench.store.receipts(bench.scope)
        return StoreInfo(
            case=bench.case,
            content=bench.store.version(bench.scope),
            sources=len(bench.sources()),
            batches=len(receipts),
            accepted=sum(r.accepted for r in receipts),
            results=len(bench.store.results(bench.scope)),
        )

    @router.post("/cases/{case}/store/verification", status_code=202, responses=answers(409))
    def verify(request: Request, response: Response, case: Case) -> JobShape:
        """Check every byte of the store against its hash."""
        bench = asking.bench(request, case, "store verify")

        def work(_: Workbench, heard: Progress) -> dict[str, Any]:
            heard.hear("verify", 0, 0)
            findings = verify_store(desk.settings.store, **desk.settings.opening)
            return {
                "sound": not findings,
                "findings": [
                    {"path": f.path, "what": f.what, "expected": f.expected, "found": f.found}
                    for f in findings
                ],
            }

        return asking.start(response, bench, "verify", "store", work)

    @router.post("/cases/{case}/exports", status_code=202, responses=answers(409))
    def export(request: Request, response: Response, case: Case, body: ExportQuestion) -> JobShape:
        """Write a sealed pack; fetch it when the job is done."""
        bench = checked(asking.bench(request, case, "export"), body)
        base = find_allocation(body.scheme).code
        folder = FilePath(tempfile.mkdtemp(prefix="fuatilia-pack-"))
        sealed = body.sealed or datetime.now(UTC)
        protected = bench.masking.protected

        def work(own: Workbench, heard: Progress) -> dict[str, Any]:
            done = traced(own, body, heard)
            sharing = own.allocate(done, body.at, base=base)
            heard.hear("seal", 0, 0)
            given = pack_input(own, done, sharing, sealed, title=body.title, question=body.question)
            written = write_pack(given, folder / "pack")
            shutil.make_archive(str(folder / "pack"), "zip", folder, "pack")
            shutil.rmtree(folder / "pack")
            return {
                "fingerprint": written.fingerprint,
                "files": len(written.files),
                "trace": done.result,
                "sealed": sealed.isoformat(),
            }

        started = asking.start(response, bench, "export", f"{len(body.seeds)} payments", work)
        packs[(bench.case, started.id)] = (folder / "pack.zip", protected)
        return started

    @router.get(
        "/cases/{case}/exports/{job}",
        responses={**answers(), 200: {"content": {"application/zip": {}}, "description": "The pack."}},
        response_class=FileResponse,
    )
    def fetch(request: Request, case: Case, job: JobId) -> FileResponse:
        """Fetch a pack that is done."""
        bench = asking.bench(request, case, "export")
        path, protected = packs.get((bench.case, job), (FilePath(), NOBODY))
        if not path.is_file():
            raise NotFoundError("no such pack, or not done yet", job=job)
        if protected != bench.masking.protected:
            raise NotFoundError("whom the case protects has changed since", job=job, hint="export it again")
        return FileResponse(path, media_type="application/zip", filename="pack.zip")

    return router
