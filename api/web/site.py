"""The pages as one router: every module of ``api.web.pages`` that has ``create_router`` is served."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.staticfiles import StaticFiles

from api.web import pages

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

    from api.desk import Desk
    from api.web.press import Press

YEAR = 365 * 24 * 3600


class KeptStatic(StaticFiles):
    """Our own static files; an address with a hash in it may be kept by the browser."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer for one file."""
        answer = await super().get_response(path, scope)
        hashed = b"v=" in scope.get("query_string", b"")
        answer.headers["Cache-Control"] = f"max-age={YEAR}, immutable" if hashed else "no-cache"
        return answer


def page_modules() -> tuple[str, ...]:
    """Return the names of the page modules, sorted."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(pages.__path__)))


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return all pages; the modules are found by their folder."""
    router = APIRouter(include_in_schema=False)
    for name in page_modules():
        module = importlib.import_module(f"api.web.pages.{name}")
        router.include_router(module.create_router(desk, press))
    return router


def static_files() -> KeptStatic:
    """Return the application that serves ``/static``."""
    return KeptStatic(directory=str(files("api.web").joinpath("static")))
