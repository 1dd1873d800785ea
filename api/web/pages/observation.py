"""One record: what it says, of whom, and the printed place behind it, opened again from the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from fastapi import APIRouter

from api.web.addresses import case_url
from api.web.masked import cleared, plain_text
from api.web.printed import printed_of
from api.web.rows import End, RecordLine, ends_of, record_lines
from api.web.said import AssertionLine, assertion_lines
from graph.errors import NotFoundError

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.casework.reopening import Printed
    from api.desk import Desk
    from api.web.press import Press
    from api.workbench import Workbench

HEX = frozenset("0123456789abcdef")
LENGTH = 32


@dataclass(frozen=True, slots=True)
class Telling:
    """Another observation of the same event, or one that a rail ties to this one."""

    observation: str
    url: str
    kind: str
    rule: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """What an observation says without moving money."""

    kind: str
    subject: End | None
    fields: str
    text: str


@dataclass(frozen=True, slots=True)
class Resting:
    """A result that cites this record."""

    id: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class ObservationPage:
    """A record and everything that it can be checked against."""

    id: str
    event: str
    rows: tuple[RecordLine, ...]
    facts: tuple[FactLine, ...]
    statement: End | None
    locator: str
    file: str
    file_url: str
    sha256: str
    supplier: str
    authority: str
    received: str
    reader: str
    batch: str
    printed: Printed
    tellings: tuple[Telling, ...]
    said: tuple[AssertionLine, ...]
    results: tuple[Resting, ...]


def create_router(_: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> ObservationPage:
        return observation_page(press.bench(request, "record"), request.path_params["observation"])

    press.page(router, "/cases/{case}/observations/{observation}", "observation.html.j2", build, rail="case")
    return router


def observation_page(bench: Workbench, observation: str) -> ObservationPage:
    """Gather one record.

    Raises
    ------
    NotFoundError
        The case shows no such observation.
    """
    if len(observation) != LENGTH or not set(observation) <= HEX:
        raise NotFoundError("no such record in this case", hint="see the rows of a file")
    rows = bench.store.rows(bench.scope, [observation]).to_pylist()
    facts = [] if rows else _facts(bench, observation)
    if not rows and not facts:
        raise NotFoundError("no such record in this case", hint="see the rows of a file")
    first = (rows or facts)[0]
    source = next(s for s in bench.sources() if s.sha256 == first["source"])
    receipts = bench.store.receipts(bench.scope)
    receipt = next((r for r in receipts if r.batch == first["batch"]), None)
    ids = [first["statement"]] if rows and first["statement"] else []
    ids += [f["subject"] for f in facts if f["subject"]]
    ends = ends_of(bench, ids)
    return ObservationPage(
        id=observation,
        event=first.get("event", "") if rows else "",
        rows=record_lines(bench, rows),
        facts=tuple(_fact(bench, f, ends) for f in facts),
        statement=ends.get(first["statement"]) if rows and first["statement"] else None,
        locator=first["locator"],
        file=source.name,
        file_url=f"{case_url(bench.case, 'data')}#f{source.sha256[:12]}",
        sha256=source.sha256,
        supplier=source.supplier,
        authority=source.authority,
        received=source.received,
        reader="" if receipt is None else receipt.reader,
        batch=first["batch"],
        printed=printed_of(bench, source, first, receipt),
        tellings=_tellings(bench, observation),
        said=tuple(a for a in assertion_lines(bench) if observation in a.subject.url + a.object.url),
        results=_resting(bench, observation),
    )


def _facts(bench: Workbench, observation: str) -> list[dict[str, Any]]:
    table = bench.store.facts(bench.scope)
    found: list[dict[str, Any]] = table.filter(pc.equal(table["observation"], observation)).to_pylist()
    return found


def _fact(bench: Workbench, fact: dict[str, Any], ends: dict[str, End]) -> FactLine:
    text = (fact["text"] or "") if cleared(bench) else ""
    return FactLine(fact["kind"], ends.get(fact["subject"]), plain_text(bench, fact["fields"]), text)


def _tellings(bench: Workbench, observation: str) -> tuple[Telling, ...]:
    found = []
    for link in bench.store.links(bench.scope):
        if observation in (link.a, link.b):
            other = link.b if link.a == observation else link.a
            found.append(
                Telling(other, case_url(bench.case, "observations", other), str(link.kind), link.rule)
            )
    return tuple(found)


def _resting(bench: Workbench, observation: str) -> tuple[Resting, ...]:
    found = (r for r in bench.store.results(bench.scope) if observation in r.citations)
    return tuple(Resting(r.id, str(r.kind), _result_url(bench, r.id, str(r.kind))) for r in found)


def _result_url(bench: Workbench, result: str, kind: str) -> str:
    if kind == "lead":
        return case_url(bench.case, "leads", lead=result)
    return case_url(bench.case, "traces", result) if kind == "trace" else ""
