"""Case home: what is in the case, what was kept out, what does not reconcile, who said what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.casework.triage import OPEN
from api.web.addresses import case_url
from api.web.filelist import FileLine, RejectLine, file_lines
from api.web.leadlist import LeadLine, lead_lines
from api.web.press import tongue_of
from api.web.said import AssertionLine, RoleCount, assertion_lines, role_counts
from api.web.tracelist import TraceLine, trace_lines
from graph.model.provenance import Balance

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.desk import Desk
    from api.web.press import Press
    from api.web.standing import Chain
    from api.workbench import Workbench

MOST_REJECTS = 30
MOST_LEADS = 5
MOST_SAID = 6


@dataclass(frozen=True, slots=True)
class HomePage:
    """The case as it stands."""

    case: str
    title: str
    files: tuple[FileLine, ...]
    accepted: int
    rejected: int
    verdicts: tuple[tuple[str, int], ...]
    rejects: tuple[RejectLine, ...]
    more_rejects: int
    chain_entries: int
    chain_broken_at: int
    chain_what: str
    chain_checked: str
    leads: tuple[LeadLine, ...]
    open_leads: int
    leads_url: str
    traces: tuple[TraceLine, ...]
    roles: tuple[RoleCount, ...]
    said: tuple[AssertionLine, ...]
    all_said: int
    version: str


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> HomePage:
        bench = press.bench(request, "case")
        chain = press.standings.chain(bench.case)
        title = bench.masking.words(desk.case(bench.case).title)
        return home_page(bench, title, chain, tongue_of(request).code)

    press.page(router, "/cases/{case}", "home.html.j2", build, rail="case")
    return router


def home_page(bench: Workbench, title: str, chain: Chain, language: str) -> HomePage:
    """Gather what the first page of a case shows."""
    files = file_lines(bench)
    rejects = [r for f in files for r in f.rejected]
    leads = lead_lines(bench, language)
    standing = [line for line in leads if line.state == OPEN]
    said = assertion_lines(bench)
    checks = [c.verdict for f in files for c in f.checks]
    return HomePage(
        case=bench.case,
        title=title,
        files=files,
        accepted=sum(f.accepted for f in files),
        rejected=len(rejects),
        verdicts=tuple((str(v), checks.count(str(v))) for v in Balance if str(v) in checks),
        rejects=tuple(rejects[:MOST_REJECTS]),
        more_rejects=max(len(rejects) - MOST_REJECTS, 0),
        chain_entries=chain.entries,
        chain_broken_at=chain.broken_at,
        chain_what=chain.what,
        chain_checked=chain.checked.isoformat(timespec="seconds"),
        leads=tuple(standing[:MOST_LEADS]),
        open_leads=len(standing),
        leads_url=case_url(bench.case, "leads"),
        traces=trace_lines(bench),
        roles=role_counts(bench),
        said=said[:MOST_SAID],
        all_said=len(said),
        version=bench.store.version(bench.scope),
    )
