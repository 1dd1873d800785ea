"""What a figure of an instrument in a window is made of: its transfers one by one, or its printed balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.casework.network_account import Account, account, closing, opening
from api.web.addresses import case_url
from api.web.network_state import NetworkState
from api.web.rows import End, RecordLine, ends_of, record_lines
from graph.model.printing import code_of, exact_text

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.desk import Desk
    from api.web.press import Press
    from api.workbench import Workbench

LISTED = 500
BALANCES = ("opening", "closing")


@dataclass(frozen=True, slots=True)
class LinesPage:
    """The records of one figure, the first ``LISTED`` of ``events``, with their exact sum."""

    instrument: End | None
    part: str
    code: str
    since: str
    until: str
    total: str
    events: int
    rows: tuple[RecordLine, ...]
    back_url: str


def create_router(_: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> LinesPage:
        bench = press.bench(request, "records of a figure")
        asked = press.asked(request, bench)
        state = NetworkState.of(asked)
        return lines_page(bench, asked.get("instrument", ""), asked.get("part", ""), state)

    press.page(router, "/cases/{case}/network/lines", "network_lines.html.j2", build, rail="network")
    return router


def lines_page(bench: Workbench, instrument: str, part: str, state: NetworkState) -> LinesPage:
    """Return the records of a part of an account: in, out, fee, or the record that prints a balance."""
    known = account(bench.store, bench.scope, instrument)
    units, found = _found(known, part, state)
    rows = bench.store.rows(bench.scope, found[:LISTED]).to_pylist()
    place = {o: n for n, o in enumerate(found)}
    return LinesPage(
        ends_of(bench, [instrument]).get(instrument) if instrument else None,
        part,
        code_of(state.asset) if state.asset else "",
        state.since,
        state.until,
        exact_text(units, state.asset) if state.asset and units is not None else "",
        len(found),
        record_lines(bench, sorted(rows, key=lambda r: place.get(r["observation"], 0))),
        case_url(bench.case, "network", focus=instrument),
    )


def _found(known: Account, part: str, state: NetworkState) -> tuple[int | None, list[str]]:
    """Return what the figure comes to, and the observations behind it in their order."""
    window, asset = state.window(), state.asset
    if part in BALANCES:
        one = (opening if part == "opening" else closing)(known, window, asset)
        return (None, []) if one is None else (one.units, [one.observation])
    lines = [
        n
        for n in known.lines
        if n.part == part
        and (not asset or n.asset == asset)
        and (window is None or window[0] <= n.lo < window[1])
    ]
    return sum(n.units for n in lines), list(dict.fromkeys(n.observation for n in lines))
