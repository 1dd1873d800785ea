"""Problems as RFC 9457 has them, for what the framework itself refuses, and their place in the document.

Errors of ours become problems in ``api.serving``; here are the answers to requests that do not even
have the shape of a question.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from graph.errors import FuatiliaError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.requests import Request

MEDIA = "application/problem+json"
AWAY = 503
_SAID = {
    400: "The request does not make sense as it stands; nothing was changed.",
    401: "The token of this run is missing or another one.",
    403: "Not permitted.",
    404: "There is no such thing in this case.",
    409: "Another writer holds the store: try again.",
    422: "The request has not the shape that this operation takes.",
    503: "The store's server cannot be reached or answers too late: ask again after ``Retry-After`` seconds.",
}
_RETRY = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}


class Problem(BaseModel):
    """What went wrong, and what to do next; further members say where."""

    model_config = ConfigDict(extra="allow")

    status: int
    type: str
    title: str
    detail: str


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems that an operation can answer with, for its OpenAPI description."""
    known = sorted({400, 401, 404, 422, AWAY, *statuses})
    schema = {"$ref": "#/components/schemas/Problem"}
    told: dict[int | str, dict[str, Any]] = {
        status: {"description": _SAID[status], "content": {MEDIA: {"schema": schema}}} for status in known
    }
    told[AWAY]["headers"] = _RETRY
    return told


class Route(APIRoute):
    """A route whose refusals name the place of what was wrong, and never repeat what was sent."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with our answer to a malformed request."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError as error:
                return _malformed(error)
            except FuatiliaError as error:
                bench = getattr(request.state, "bench", None)
                if bench is not None:
                    bench.mask(error)
                raise

        return handle


def _malformed(error: RequestValidationError) -> Response:
    places = [{"place": ".".join(str(p) for p in e["loc"]), "why": e["type"]} for e in error.errors()]
    body = {
        "status": 422,
        "type": "urn:fuatilia:problem:malformed",
        "title": "the request has not the shape that this operation takes",
        "detail": "see /api/v1/docs",
        "errors": places,
    }
    return Response(json.dumps(body), 422, media_type=MEDIA)
