"""Leads as pages list them: those in which somebody may be in danger first, then severity, then surprise.

A lead is a reason to look, never a score on a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.sentences.saying import lead_sentence
from api.web.addresses import case_url
from graph.errors import FuatiliaError
from graph.model.results import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.workbench import Workbench

SEVERITIES = ("C", "H", "M", "L")
"""Person may be in danger, priority, review, context: the order of the queue."""
LAST = len(SEVERITIES)
HEADLINES = ("held", "total", "gathered", "first")
_UNSTATED = Fraction(10**30)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about a lead."""

    decision: str
    ground: str
    author: str
    reason: str
    made: str


@dataclass(frozen=True, slots=True)
class LeadLine:
    """One lead in the queue.

    ``instruments`` are pairs of kind and label; ``headline`` is its sum where it has one; ``until`` is
    the end of its window in microseconds, 0 where it states none.
    """

    id: str
    url: str
    typology: str
    severity: str
    bars: int
    sentence: str
    instruments: tuple[tuple[str, str], ...]
    headline: str
    until: int
    expected_by_chance: str
    state: str
    decisions: tuple[Decided, ...]

    @property
    def last(self) -> Decided | None:
        """The decision that counts."""
        return self.decisions[-1] if self.decisions else None


def lead_lines(bench: Workbench, language: str) -> tuple[LeadLine, ...]:
    """Return the leads of a case in the order of the queue; those that were dismissed come last."""
    found: list[dict[str, Any]] = bench.leads_document()["leads"]
    return tuple(_line(bench, lead, language) for lead in sorted(found, key=_rank))


def sentence_of(bench: Workbench, lead: Mapping[str, Any], language: str) -> str:
    """Return a lead's sentence in a language, as it was recorded where the rule has none in it."""
    try:
        said = lead_sentence(str(lead["typology"]), lead["figures"], language)
    except (FuatiliaError, KeyError):
        said = str(lead.get("sentence", ""))
    return bench.masking.words(said)


def severity_of(lead: Mapping[str, Any]) -> str:
    """Return a lead's severity letter; what nobody knows counts as context."""
    letter = str(lead.get("severity", ""))[:1].upper()
    return letter if letter in SEVERITIES else SEVERITIES[-1]


def _rank(lead: Mapping[str, Any]) -> tuple[bool, int, Fraction, str, str]:
    try:
        chance = Fraction(str(lead["expected_by_chance"]))
    except (KeyError, ValueError, ZeroDivisionError):
        chance = _UNSTATED
    dismissed = str(lead["state"]) == Decision.DISMISSED
    return (
        dismissed,
        SEVERITIES.index(severity_of(lead)),
        chance,
        str(lead.get("typology", "")),
        str(lead["id"]),
    )


def _line(bench: Workbench, lead: Mapping[str, Any], language: str) -> LeadLine:
    severity = severity_of(lead)
    members, figures = lead.get("instruments", ()), lead.get("figures") or {}
    window = tuple(lead.get("window") or ())
    return LeadLine(
        id=str(lead["id"]),
        url=case_url(bench.case, "leads", lead=str(lead["id"])),
        typology=str(lead.get("typology", "")),
        severity=severity,
        bars=LAST - SEVERITIES.index(severity),
        sentence=sentence_of(bench, lead, language),
        instruments=tuple((str(m.get("kind", "unknown")), str(m.get("label", ""))) for m in members),
        headline=next((str(figures[name]) for name in HEADLINES if name in figures), ""),
        until=int(window[1]) if len(window) == len(("lo", "hi")) else 0,
        expected_by_chance=str(lead.get("expected_by_chance") or ""),
        state=str(lead["state"]),
        decisions=tuple(
            Decided(d["decision"], d["ground"], d["author"], d["reason"], d["made"])
            for d in lead.get("decisions", ())
        ),
    )
