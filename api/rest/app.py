"""One router of all nouns, its OpenAPI document, and the page that shows it."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

from api.rest import routes
from api.rest.asking import Asking
from api.rest.problems import Problem, Route

if TYPE_CHECKING:
    from api.desk import Desk

PREFIX = "/api/v1"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Fuatilia HTTP interface</title>
<link rel="icon" href="/static/mark.svg">
<link rel="stylesheet" href="/static/vendor/swagger-ui-5.35.0.css"></head>
<body><div id="docs" data-url="/api/v1/openapi.json"></div>
<script src="/static/vendor/swagger-ui-5.35.0-bundle.js"></script>
<script src="/static/docs.js"></script></body></html>
"""


def create_router(desk: Desk) -> APIRouter:
    """Return the routes of every noun, found by their folder, with their description.

    Parameters
    ----------
    desk : Desk
        The opened store.
    """
    asking = Asking(desk)
    whole = APIRouter(prefix=PREFIX, route_class=Route)
    for found in sorted(pkgutil.iter_modules(routes.__path__), key=lambda m: m.name):
        module = importlib.import_module(f"{routes.__name__}.{found.name}")
        whole.include_router(module.create_router(asking))

    @lru_cache
    def document() -> dict[str, Any]:
        return _described(whole)

    @whole.get("/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(document())

    @whole.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _policy()})

    return whole


def _described(router: APIRouter) -> dict[str, Any]:
    """Return the OpenAPI document: the problems of every operation, and how one is let in."""
    described = FastAPI(
        title="Fuatilia", version=version("fuatilia"), summary="The nouns of the command line."
    )
    described.include_router(router)
    document = described.openapi()
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    parts["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token that `fuatilia serve` prints.",
        }
    }
    document["security"] = [{"token": []}]
    return document


def _policy() -> str:
    """Loosen what Swagger UI needs and nothing more: its own icons are data: images, its styles inline."""
    return (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    )
