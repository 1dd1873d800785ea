"""Saving and removing views of the network; the list of them is in the bar of the network page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter

from api.casework.saved_views import remove_view, save_view
from api.web.addresses import case_url
from api.web.press import one_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from api.desk import Desk
    from api.web.press import Press

WORDS = ("open", "pin", "apart", "from", "to", "asset", "least", "leaves", "view", "sel", "through", "trail")
"""What ``NetworkState`` reads of an address."""


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the route of the form."""
    router = APIRouter()

    def keep(request: Request, form: FormData) -> Response:
        bench = press.bench(request, "saved views")
        made = desk.clock().isoformat(timespec="seconds")
        query = only_known(one_text(form, "query", 1 << 16), bench.masking.document)
        with desk.writing():
            if gone := one_text(form, "remove", 200):
                remove_view(bench.store, bench.scope, gone, made)
            else:
                save_view(bench.store, bench.scope, one_text(form, "name", 200), query, made)
        return press.turn(case_url(bench.case, "network") + (f"?{query}" if query else ""))

    press.action(router, "/cases/{case}/network/views", keep)
    return router


def only_known(query: str, shown: Callable[[str], str] = str) -> str:
    """Return what of an address's query the network page reads, as it may be shown, written anew.

    Examples
    --------
    >>> only_known("view=totals&x=//elsewhere&sel=a%20b")
    'view=totals&sel=a+b'
    """
    return urlencode([(k, shown(v)) for k, v in parse_qsl(query, keep_blank_values=True) if k in WORDS])
