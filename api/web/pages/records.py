"""Rows of the evidence: of a file, of an instrument, or of the whole case, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.web.addresses import case_url
from api.web.rows import End, RecordLine, ends_of, record_lines
from graph.store import Selection

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.desk import Desk
    from api.web.press import Press
    from api.workbench import Workbench

AT_ONCE = 100
FARTHEST = 5_000
"""Rows that can be turned to by pages; beyond, a window or an instrument narrows the question."""


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """One page of rows; ``left_out`` says that there are more than can be turned to."""

    source: str
    file: str
    instrument: End | None
    rows: tuple[RecordLine, ...]
    first: int
    last: int
    before: str
    after: str
    left_out: bool


def create_router(_: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> RecordsPage:
        bench = press.bench(request, "records")
        asked = press.asked(request, bench)
        start = asked.get("from", "0")
        at = (
            min(int(start), FARTHEST)
            if start.isascii() and start.isdigit() and len(start) < len("10000")
            else 0
        )
        return records_page(bench, asked.get("source", ""), asked.get("instrument", ""), at)

    press.page(router, "/cases/{case}/records", "records.html.j2", build, rail="case")
    return router


def records_page(bench: Workbench, source: str, instrument: str, start: int) -> RecordsPage:
    """Return rows from ``start`` on, in the total order."""
    selection = Selection(
        sources=(source,) if source else (),
        instruments=(instrument,) if instrument else (),
        statuses=(),
        limit=start + AT_ONCE,
    )
    answer = bench.store.select(bench.scope, selection)
    rows = record_lines(bench, answer.table.slice(start).to_pylist())

    def turned(to: int) -> str:
        return case_url(bench.case, "records", source=source, instrument=instrument, **{"from": str(to)})

    named = next((s.name for s in bench.sources() if s.sha256 == source), "")
    end = start + len(rows)
    more = answer.truncated
    return RecordsPage(
        source=source,
        file=named,
        instrument=ends_of(bench, [instrument]).get(instrument) if instrument else None,
        rows=rows,
        first=start + 1 if rows else 0,
        last=end,
        before=turned(max(start - AT_ONCE, 0)) if start else "",
        after=turned(end) if more and end < FARTHEST else "",
        left_out=more and end >= FARTHEST,
    )
