"""The cases of the store, and the form that opens one; what the session shows: language, colours, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from fastapi import APIRouter

from api.errors import NotPermittedError, UsageError
from api.web.addresses import case_url
from api.web.language import LANGUAGES
from api.web.press import one_text, session_of
from api.web.shell import THEMES, titled
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from api.desk import Desk
    from api.door import Session
    from api.web.press import Press

LONGEST = 200


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in the list."""

    id: str
    title: str
    url: str
    files: int
    events: int
    rejected: int
    unreconciled: int
    leads: int


@dataclass(frozen=True, slots=True)
class CasesPage:
    """The first page."""

    cases: tuple[CaseLine, ...]


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> CasesPage:
        lines = []
        clearance = session_of(request).clearance
        for case in (titled(desk, c, clearance) for c in desk.cases()):
            now = press.standings.of(case.id)
            counts = (now.files, now.accepted, now.rejected, now.unreconciled, now.leads)
            lines.append(CaseLine(case.id, case.title, case_url(case.id), *counts))
        return CasesPage(tuple(lines))

    def open_case(_: Request, form: FormData) -> Response:
        name = one_text(form, "case", LONGEST)
        if not name or not name.isprintable():
            raise UsageError("a case needs a name of visible letters", hint="as KE-2026-0417")
        desk.open_case(name, one_text(form, "title", LONGEST))
        return press.turn(case_url(name, "data"))

    def prefer(request: Request, form: FormData) -> Response:
        _choose(session_of(request), form, desk.most)
        return press.turn(local(request.headers.get("referer", "")))

    press.page(router, "/", "cases.html.j2", build)
    press.action(router, "/cases", open_case)
    press.action(router, "/session", prefer)
    return router


def _choose(session: Session, form: FormData, most: Clearance) -> None:
    """Keep what a form of the shell chose for this session."""
    if (language := one_text(form, "language")) in LANGUAGES:
        session.language = language
    theme = form.get("theme")
    if isinstance(theme, str) and theme in THEMES:
        session.theme = theme
    if names := one_text(form, "names"):
        wanted = Clearance.CASE if names == "show" else Clearance.MASKED
        if wanted > most:
            raise NotPermittedError(
                "this server was started with names masked", hint="start it with: fuatilia --unmask serve"
            )
        session.clearance = wanted


def local(referer: str) -> str:
    r"""Return where on this site a form was sent from, the first page where that is not known.

    The address is taken from the browser rather than repeated on the page: it may hold what was asked.

    Examples
    --------
    >>> local("http://127.0.0.1:8017/cases/KE-1?x=1"), local(""), local("http://a//elsewhere")
    ('/cases/KE-1?x=1', '/', '/')
    """
    try:
        parts = urlsplit(referer)
    except ValueError:
        return "/"
    path = parts.path
    here = path.startswith("/") and not path.startswith(("//", "/\\")) and referer.isprintable()
    return urlunsplit(("", "", path, parts.query, "")) if here else "/"
