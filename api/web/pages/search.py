"""One box: a phone, an account, an address, a receipt, a name, or a list of them, one to a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter

from api.web.addresses import case_url
from api.web.masked import cleared
from api.web.press import session_of
from api.web.rows import End, end_of
from graph.model.identifiers import recognise
from graph.model.identifiers.transactions import recognise_transaction

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.desk import Desk
    from api.web.press import Press
    from api.workbench import Workbench

MOST_LINES = 200
LONGEST = 200
MOST_OBSERVATIONS = 20


@dataclass(frozen=True, slots=True)
class Match:
    """An instrument or a record of one case that a line of the question means."""

    case: str
    end: End | None
    observation: str
    url: str
    network: str


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One line of the question: what it can be by its checksum, and what was found."""

    text: str
    recognised: tuple[str, ...]
    found: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer, a row for each line; lines beyond the limit are counted, never dropped silently.

    ``question`` is empty where it holds what this reader may not see: it is not repeated.
    """

    case: str
    question: str
    lines: tuple[AskedLine, ...]
    found: int
    unknown: tuple[str, ...]
    beyond: int


def create_router(desk: Desk, press: Press) -> APIRouter:
    """Return the routes of this screen."""
    router = APIRouter()

    def build(request: Request) -> SearchPage:
        asked = request.query_params
        case = asked.get("case", "")
        names = [case] if case else [c.id for c in desk.cases()]
        clearance = session_of(request).clearance
        benches = [desk.bench(name, purpose="search", clearance=clearance) for name in names]
        return search_page(benches, case, asked.get("q", ""))

    press.page(router, "/search", "search.html.j2", build)
    return router


def search_page(benches: list[Workbench], case: str, question: str) -> SearchPage:
    """Answer a question in the cases of some workbenches."""
    wanted = list(dict.fromkeys(line.strip() for line in question.splitlines() if line.strip()))
    lines = tuple(_answer(benches, text) for text in wanted[:MOST_LINES])
    unknown = tuple(line.text for line in lines if not line.found)
    found = sum(bool(line.found) for line in lines)
    repeated = question if _shown(benches, question) == question else ""
    return SearchPage(case, repeated, lines, found, unknown, max(len(wanted) - MOST_LINES, 0))


def _answer(benches: list[Workbench], text: str) -> AskedLine:
    identifiers = recognise(text[:LONGEST])
    kinds = [i.kind.value for i in identifiers]
    kinds += [kind for kind, _ in recognise_transaction(text[:LONGEST])]
    shown = _shown(benches, text)
    if shown == text and benches and not cleared(benches[0]) and identifiers:
        shown = identifiers[0].short
    found = tuple(match for bench in benches for match in _matches(bench, text[:LONGEST]))
    return AskedLine(shown, tuple(dict.fromkeys(kinds)), found)


def _shown(benches: list[Workbench], text: str) -> str:
    """Return what was asked for as far as it may be repeated in each of the cases."""
    for bench in benches:
        text = bench.masking.words(text)
    return text


def _matches(bench: Workbench, text: str) -> list[Match]:
    case = bench.case
    ends = [end_of(what) for what in bench.search(text)]
    found = [
        Match(
            case,
            end,
            "",
            case_url(case, "records", instrument=end.id),
            case_url(case, "network", focus=end.id),
        )
        for end in ends
    ]
    observations = bench.store.references(bench.scope, text)[:MOST_OBSERVATIONS]
    return found + [Match(case, None, o, case_url(case, "observations", o), "") for o in observations]
