"""Printing pages: one context, two forms. A page's HTML and its JSON twin come from the same record.

A page module builds a frozen dataclass and names a template; the shell around it (rail, search, state,
language, clearance) is added here. Texts go into templates as text: escaping is always on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, is_dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from api.door import CSRF_HEADER, Session
from api.errors import NotPermittedError
from api.web.addresses import case_named, case_url
from api.web.language import Tongue, chosen
from api.web.shell import shell_of
from api.web.showing import FILTERS
from api.web.standing import Standings

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import APIRouter
    from starlette.datastructures import FormData
    from starlette.requests import HTTPConnection, Request

    from api.desk import Desk
    from api.workbench import Workbench
    from graph.errors import FuatiliaError

LARGEST_FIELD = 1 << 20
MOST_FILES = 200


class Press:
    """Renders contexts; knows the desk, the session of a request and the words of its language."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.standings = Standings(desk)
        self._templates = Environment(
            loader=PackageLoader("api.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(FILTERS)
        self._templates.globals.update(static=static_url, case_url=case_url)

    def page(
        self, router: APIRouter, path: str, template: str, build: Callable[[Request], Any], rail: str = ""
    ) -> None:
        """Serve a page and its JSON twin at ``path`` and ``path.json``.

        Parameters
        ----------
        build : callable
            Makes the page's frozen dataclass of a request; runs in a thread, raises our errors.
        rail : str
            Which entry of the rail is the present one.
        """

        def html(request: Request) -> Response:
            return self.render(request, template, build(request), rail=rail)

        def twin(request: Request) -> Response:
            return JSONResponse(document(build(request)))

        router.add_route("/cases.json" if path == "/" else f"{path}.json", twin, methods=["GET"])
        router.add_route(path, html, methods=["GET"])

    def part(self, router: APIRouter, path: str, template: str, build: Callable[[Request], Any]) -> None:
        """Serve a piece of a page that htmx puts in place, and its JSON twin."""
        self.page(router, path, template, build)

    def action(self, router: APIRouter, path: str, do: Callable[[Request, FormData], Response]) -> None:
        """Serve a form: read it, check that it is ours, then ``do`` it in a thread."""

        async def posted(request: Request) -> Response:
            async with request.form(max_files=MOST_FILES, max_part_size=LARGEST_FIELD) as form:
                self._require_ours(request, form)
                return await run_in_threadpool(do, request, form)

        router.add_route(path, posted, methods=["POST"])

    def bench(self, request: Request, purpose: str) -> Workbench:
        """Return the workbench of the case in the address, under the session's clearance."""
        case = case_named(request.path_params["case"])
        bench = self.desk.bench(case, purpose=purpose, clearance=session_of(request).clearance)
        request.state.bench = bench
        return bench

    @staticmethod
    def asked(request: Request, bench: Workbench) -> QueryParams:
        """Return what the address asks, as it may be shown: pages repeat it in links and forms."""
        masking = bench.masking
        return QueryParams([(k, masking.document(v)) for k, v in request.query_params.multi_items()])

    def render(
        self, request: HTTPConnection, template: str, context: Any, *, status: int = 200, rail: str = ""
    ) -> HTMLResponse:
        """Return a page: the template sees ``page`` (the context), ``shell`` and ``t``."""
        tongue = tongue_of(request)
        shell = shell_of(request, session_of(request), tongue, self.desk, self.standings, rail)
        text = self._templates.get_template(template).render(page=context, shell=shell, t=tongue)
        return HTMLResponse(text, status)

    @staticmethod
    def mask(request: HTTPConnection, error: FuatiliaError) -> None:
        """Take out of an error, in place, what the reader of this page may not see."""
        bench = getattr(request.state, "bench", None)
        if bench is not None:
            bench.masking.error(error)

    @staticmethod
    def turn(to: str) -> Response:
        """Return the answer of a form that was done: look there."""
        return RedirectResponse(to, 303)

    @staticmethod
    def _require_ours(request: Request, form: FormData) -> None:
        given = form.get("csrf") or request.headers.get(CSRF_HEADER, "")
        ours = session_of(request).csrf
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), ours.encode()):
            raise NotPermittedError("the form is not one of this session", hint="load the page again")


def session_of(request: HTTPConnection) -> Session:
    """Return the session that the door found."""
    session = request.scope.get("state", {}).get("session")
    return session if isinstance(session, Session) else Session()


def tongue_of(request: HTTPConnection) -> Tongue:
    """Return the language of a request."""
    return Tongue(chosen(session_of(request).language, request.headers.get("accept-language", "")))


def document(context: Any) -> Any:
    """Return a context as the JSON twin shows it: the record, nothing more."""
    return asdict(context) if is_dataclass(context) and not isinstance(context, type) else context


def one_text(form: FormData, name: str, longest: int = 4000) -> str:
    """Return one text field, trimmed and cut; empty when it is missing or a file."""
    value = form.get(name)
    return value.strip()[:longest] if isinstance(value, str) else ""


@cache
def static_url(name: str) -> str:
    """Return the address of a static file with its hash, so that a browser may keep it for good."""
    found = files("api.web").joinpath("static", *name.split("/")).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(found).hexdigest()[:12]}"


def script_text(value: Any) -> str:
    """Return a value as JSON for a ``<script type="application/json">``; nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
