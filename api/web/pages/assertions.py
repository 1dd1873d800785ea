"""What persons state about the evidence: the list, and the form that records one more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.web.addresses import case_named, case_url
from api.web.press import one_text
from api.web.said import AssertionLine, RoleCount, assertion_lines, role_counts
from graph.model.parties import Role
from graph.model.results import CASEWORK, AssertionKind

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from api.desk import Desk
    from api.web.press import Press

KINDS = tuple(str(k) for k in AssertionKind if k not in CASEWORK | {AssertionKind.ROLE})
ROLES = tuple(str(r) for r in Role)


@dataclass(frozen=True, slots=True)
class AssertionsPage:
    """The standing assertions, and what one may state."""

    said: tuple[AssertionLine, ...]
    roles: tuple[RoleCount, ...]
    kinds: tuple[str, ...]
    role_names: tuple[str, ...]
    author: str
    subject: str
    action: str


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> AssertionsPage:
        bench = press.bench(request, "assertions")
        return AssertionsPage(
            said=assertion_lines(bench),
            roles=role_counts(bench),
            kinds=KINDS,
            role_names=ROLES,
            author=bench.scope.actor,
            subject=press.asked(request, bench).get("subject", "")[:64],
            action=case_url(bench.case, "assertions"),
        )

    def state(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "assert")
        kind, subject, reason = (one_text(form, name) for name in ("kind", "subject", "reason"))
        with desk.writing():
            if undone := one_text(form, "undo", 64):
                bench.withdraw(undone, reason)
            elif kind == AssertionKind.ROLE:
                bench.role(subject, one_text(form, "object"), reason)
            else:
                bench.assert_(kind, subject, one_text(form, "object"), reason)
        return press.turn(case_url(case_named(request.path_params["case"]), "assertions"))

    press.page(router, "/cases/{case}/assertions", "assertions.html.j2", build, rail="assertions")
    press.action(router, "/cases/{case}/assertions", state)
    return router
