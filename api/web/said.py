"""What persons stated about the evidence: never mixed with what a record says or a rule computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.casework.question import said_question
from api.casework.restraints import said_words
from api.web.addresses import case_url
from api.web.masked import plain_text
from api.web.rows import ends_of
from graph.model.results import AssertionKind

if TYPE_CHECKING:
    from api.web.rows import End
    from api.workbench import Workbench
    from graph.model.results import Assertion

NO_ROLE = "unknown"


@dataclass(frozen=True, slots=True)
class Named:
    """What an assertion speaks of: a payment, an instrument (which has a kind), or a word.

    ``text`` is empty where the assertion speaks of the case as a whole.
    """

    text: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class AssertionLine:
    """One standing assertion."""

    id: str
    kind: str
    subject: Named
    object: Named
    author: str
    reason: str
    made: str


@dataclass(frozen=True, slots=True)
class RoleCount:
    """How many instruments or parties stand in a role in this case."""

    role: str
    count: int
    names: tuple[tuple[str, str], ...]


def assertion_lines(bench: Workbench) -> tuple[AssertionLine, ...]:
    """Return the standing assertions, the newest first."""
    found = bench.assertions()
    ends = _ends_at(bench, found)
    return tuple(
        AssertionLine(
            a.id,
            str(a.kind),
            _subject(bench, a, ends),
            _object(bench, a, ends),
            a.author,
            plain_text(bench, a.reason),
            a.made,
        )
        for a in reversed(found)
    )


def role_counts(bench: Workbench) -> tuple[RoleCount, ...]:
    """Return who stands in each role."""
    by_role: dict[str, list[tuple[str, str]]] = {}
    for one in bench.roles_document()["roles"]:
        names = [(str(i["kind"]), str(i["label"])) for i in one["instruments"]] or [("unknown", "")]
        for role in one["roles"]:
            if role != NO_ROLE:
                by_role.setdefault(role, []).append(names[0])
    return tuple(RoleCount(role, len(names), tuple(sorted(names))) for role, names in sorted(by_role.items()))


def _ends_at(bench: Workbench, found: list[Assertion]) -> dict[str, End]:
    """Return what instruments named by where the evidence shows them are called."""
    wanted = {t for a in found for t in (a.subject, a.object) if "#" in t}
    if not wanted:
        return {}
    rows = bench.store.rows(bench.scope, sorted({t.partition("#")[0] for t in wanted})).to_pylist()
    ids: dict[str, str] = {}
    for text in wanted:
        observation, _, place = text.partition("#")
        side, _, asset = place.partition(":")
        hits = [r[side] for r in rows if (r["observation"], r["asset"]) == (observation, asset) and side in r]
        if hits and hits[0]:
            ids[text] = hits[0]
    ends = ends_of(bench, ids.values())
    return {text: ends[i] for text, i in sorted(ids.items()) if i in ends}


def _subject(bench: Workbench, said: Assertion, ends: dict[str, End]) -> Named:
    if said.kind is AssertionKind.QUESTION:
        return Named("", "", "")
    if said.kind is AssertionKind.STEP:
        return Named(said.subject, case_url(bench.case, "checklist") + f"#{said.subject}", "")
    return _named(bench, said.subject, ends)


def _object(bench: Workbench, said: Assertion, ends: dict[str, End]) -> Named:
    if said.kind is AssertionKind.QUESTION:
        return Named(plain_text(bench, said_question(said)), "", "")
    if said.kind in (AssertionKind.RESTRAINT, AssertionKind.RETURNED, AssertionKind.AWARD):
        return Named(plain_text(bench, said_words(said)), case_url(bench.case, "assets"), "")
    return _named(bench, said.object, ends)


def _named(bench: Workbench, text: str, ends: dict[str, End]) -> Named:
    if text in ends:
        end = ends[text]
        record = case_url(bench.case, "observations", text.partition("#")[0])
        return Named(end.label, record, end.kind)
    if len(text) == len("0" * 32) and set(text) <= set("0123456789abcdef"):
        return Named(text[:12], case_url(bench.case, "observations", text), "")
    return Named(plain_text(bench, text), "", "")
