"""What stands around every page: rail, search, state of the case, language, colours, clearance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.desk import CaseName
from api.web.addresses import case_named, case_url
from api.web.language import LANGUAGES
from graph.errors import FuatiliaError
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from api.desk import Desk
    from api.door import Session
    from api.web.language import Tongue
    from api.web.standing import Chain, Standing, Standings

THEMES = ("", "light", "dark", "contrast")
RAIL = (
    ("case", "home", ()),
    ("intake", "data", ("data",)),
    ("network", "net", ("network",)),
    ("leads", "lead", ("leads",)),
    ("traces", "trace", ("traces",)),
    ("assets", "asset", ("assets",)),
)
APART = (("assertions", "said", ("assertions",)),)


@dataclass(frozen=True, slots=True)
class RailLink:
    """One entry of the rail."""

    key: str
    glyph: str
    url: str
    count: int | None
    here: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything around a page; ``case`` is None outside a case."""

    case: CaseName | None
    rail: tuple[RailLink, ...]
    apart: tuple[RailLink, ...]
    standing: Standing | None
    chain: Chain | None
    actor: str
    language: str
    languages: tuple[tuple[str, str], ...]
    theme: str
    themes: tuple[str, ...]
    unmasked: bool
    may_unmask: bool
    csrf: str
    store: str


def shell_of(
    request: HTTPConnection, session: Session, tongue: Tongue, desk: Desk, standings: Standings, here: str
) -> Shell:
    """Return the shell of a request; bare where no case is named or nobody is known."""
    known = "session" in request.scope.get("state", {})
    case, standing, chain = (
        _case_of(request, desk, standings, session.clearance) if known else (None, None, None)
    )
    counts = {} if standing is None else _counts(standing)

    def links(entries: tuple[tuple[str, str, tuple[str, ...]], ...]) -> tuple[RailLink, ...]:
        if case is None:
            return ()
        return tuple(
            RailLink(key, glyph, case_url(case.id, *parts), counts.get(key), key == here)
            for key, glyph, parts in entries
        )

    return Shell(
        case=case,
        rail=links(RAIL),
        apart=links(APART),
        standing=standing,
        chain=chain,
        actor=desk.settings.actor if known else "",
        language=tongue.code,
        languages=tuple(LANGUAGES.items()),
        theme=session.theme,
        themes=THEMES,
        unmasked=session.clearance > Clearance.MASKED,
        may_unmask=desk.most > Clearance.MASKED,
        csrf=session.csrf,
        store=desk.settings.store.rpartition("/")[2] if known else "",
    )


def _case_of(
    request: HTTPConnection, desk: Desk, standings: Standings, clearance: Clearance
) -> tuple[CaseName | None, Standing | None, Chain | None]:
    word = request.scope.get("path_params", {}).get("case", "")
    named = case_named(word) if word else request.query_params.get("case", "")
    if not named:
        return None, None, None
    try:
        case = titled(desk, desk.case(named), clearance)
        return case, standings.of(case.id), standings.chain(case.id)
    except FuatiliaError:
        # The page itself tells what is wrong; the frame around it must still be drawn.
        return None, None, None


def titled(desk: Desk, case: CaseName, clearance: Clearance) -> CaseName:
    """Return a case with its title, which a person wrote, as far as it may be shown."""
    bench = desk.bench(case.id, purpose="title of the case", clearance=clearance)
    return CaseName(case.id, bench.masking.words(case.title))


def _counts(standing: Standing) -> dict[str, int]:
    return {
        "intake": standing.files,
        "leads": standing.leads,
        "traces": standing.traces,
        "assets": standing.assets,
        "assertions": standing.assertions,
    }
