"""The server: pages and the HTTP interface behind one door, on this machine only."""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from analytics.errors import AnalyticsError
from api.door import HEADERS, Guard, Sessions, is_loopback
from api.errors import NotPermittedError, UsageError
from api.web.press import Press
from api.web.site import create_router, static_files
from graph.errors import (
    EvidenceChangedError,
    FuatiliaError,
    IntegrityError,
    ModelError,
    NotFoundError,
    StoreAwayError,
    StoreBusyError,
    StoreRefusedError,
)
from ingest.errors import IngestError

if TYPE_CHECKING:
    import socket

    from starlette.requests import HTTPConnection, Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.desk import Desk

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (NotPermittedError, 403),
    (StoreBusyError, 409),
    (StoreAwayError, 503),
    (StoreRefusedError, 503),
    (EvidenceChangedError, 409),
    (IntegrityError, 500),
    (UsageError, 400),
    (ModelError, 400),
    (IngestError, 422),
    (AnalyticsError, 422),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, what was not changed, what to do next; ``key`` names a sentence of the catalogue.

    ``retry_after``: seconds after which the same may be asked again; 0 where waiting does not help.
    """

    status: int
    key: str
    code: str
    what: str
    hint: str
    places: tuple[tuple[str, str], ...] = ()
    retry_after: int = 0


def status_of(error: Exception) -> int:
    """Return the HTTP status of one of our errors.

    Examples
    --------
    >>> status_of(NotFoundError("no such case")), status_of(StoreAwayError("away")), status_of(KeyError())
    (404, 503, 500)
    """
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem_of(error: Exception) -> Problem:
    """Return an error as the page of it says it."""
    if isinstance(error, HTTPException):
        key = "not_found" if error.status_code == 404 else "refused"  # noqa: PLR2004 - its meaning
        return Problem(error.status_code, key, str(error.status_code), "", "")
    if isinstance(error, FuatiliaError):
        known = {k: str(v) for k, v in error.fields().items()}
        code, what, hint = known.pop("code"), known.pop("what"), known.pop("hint")
        status, places = status_of(error), tuple(sorted(known.items()))
        if isinstance(error, StoreAwayError):
            return Problem(status, "away", code, what, hint, places, error.retry_after)
        return Problem(status, "refused", code, what, hint, places)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else "?"
    return Problem(500, "fault", "fault", type(error).__name__, "", (("at", place),))


def create_app(desk: Desk, token: str) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    desk : Desk
        The opened store.
    token : str
        Whoever brings it (in the printed link, or as a bearer) may ask.
    """
    app = FastAPI(title="Fuatilia", docs_url=None, redoc_url=None, openapi_url=None)
    press = Press(desk)
    sessions = Sessions(token)

    def told(request: HTTPConnection, problem: Problem) -> Response:
        path = request.url.path
        if path.startswith("/api/") or path.endswith(".json"):
            answer = _as_json(problem)
        else:
            answer = press.render(request, "problem.html.j2", problem, status=problem.status)
        answer.headers.update(HEADERS)  # an answer to a fault goes out past the door
        if problem.retry_after:
            answer.headers["Retry-After"] = str(problem.retry_after)
        return answer

    async def failed(request: Request, error: Exception) -> Response:
        if isinstance(error, FuatiliaError):
            press.mask(request, error)
        return told(request, problem_of(error))

    def refuse(connection: HTTPConnection, status: int, key: str) -> Response:
        return told(connection, Problem(status, key, key, "", ""))

    app.add_exception_handler(FuatiliaError, failed)
    app.add_exception_handler(HTTPException, failed)
    app.add_exception_handler(Exception, failed)
    if importlib.util.find_spec("api.rest") is not None:
        app.include_router(importlib.import_module("api.rest").create_router(desk))
    app.include_router(create_router(desk, press))
    app.mount("/static", static_files())
    app.add_middleware(Guard, sessions=sessions, refuse=refuse)
    return app


def _as_json(problem: Problem) -> Response:
    """Write a problem as RFC 9457 has it."""
    body: dict[str, Any] = {
        "status": problem.status,
        "type": f"urn:fuatilia:problem:{problem.code}",
        "title": problem.what or problem.key.replace("_", " "),
        "detail": problem.hint,
        **dict(problem.places),
    }
    return JSONResponse(body, problem.status, media_type="application/problem+json")


def told_shortly(app: ASGIApp) -> ASGIApp:
    """Return the application with its faults in the log by kind and place, without a word of the evidence.

    A fault is answered within and raised on, for the server to log; the server would print what the
    exception quotes.
    """

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the last door: whatever comes is told
            problem = problem_of(error)
            place = " ".join(text for _, text in problem.places) or problem.code
            log = logging.getLogger("uvicorn.error")
            log.error("a fault in Fuatilia: %s at %s", type(error).__name__, place)  # noqa: TRY400 - its text may quote

    return served


def run(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until interrupted, on a socket that is already bound to this machine.

    Raises
    ------
    UsageError
        The socket listens to more than this machine.
    """
    host = str(listening.getsockname()[0])
    if not is_loopback(host):
        raise UsageError(
            "only this machine may be served until there is sign-in", host=host, hint="--host 127.0.0.1"
        )
    config = uvicorn.Config(
        told_shortly(app),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listening])
