"""Leads as pages list them: those in which somebody may be in danger first, then severity, then surprise.

A lead is a reason to look, never a score on a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from string import Formatter
from typing import TYPE_CHECKING, Any

from analytics.sentences.saying import lead_sentence
from api.casework.triage import OPEN
from api.web.addresses import case_url
from api.web.language import Tongue, catalogue
from api.web.showing import said_at
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

    ``finding`` says in short what was found, empty where the interface has no words for it.
    ``follows`` says that the lead before it in the queue is open, of the same typology and as severe.
    ``instruments`` are pairs of kind and label; ``headline`` is its sum where it has one; ``until`` is
    the end of its window in microseconds, 0 where it states none.
    """

    id: str
    url: str
    typology: str
    severity: str
    bars: int
    sentence: str
    finding: str
    follows: bool
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
    found: list[dict[str, Any]] = sorted(bench.leads_document()["leads"], key=_rank)
    before = [None, *found]
    return tuple(
        _line(bench, lead, language, follows=_alike(one, lead))
        for one, lead in zip(before, found, strict=False)
    )


def finding_of(typology: str, figures: Mapping[str, Any], language: str) -> str:
    """Say in a few words what a lead found: the headline of its page.

    Examples
    --------
    >>> finding_of("FL-01", {"share": "97 %", "hold": "28 minutes", "days": 6}, "en")
    '97 % passed on within 28 minutes, on 6 days'
    >>> finding_of("XX-01", {}, "en")
    ''
    """
    words = catalogue(language).get(f"finding.{typology}", "")
    wanted = {name for _, name, _, _ in Formatter().parse(words) if name}
    return words.format(**figures) if wanted <= set(figures) else ""


def _alike(before: Mapping[str, Any] | None, lead: Mapping[str, Any]) -> bool:
    return before is not None and str(lead["state"]) == OPEN and _group(before) == _group(lead)


def _group(lead: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(lead["state"]), severity_of(lead), str(lead.get("typology", ""))


def sentence_of(bench: Workbench, lead: Mapping[str, Any], language: str) -> str:
    """Return a lead's sentence in a language, as it was recorded where the rule has none in it.

    What is said from figures holds no identifier, and digits of an amount are not to be taken for one.
    """
    try:
        return str(
            bench.masking.document(lead_sentence(str(lead["typology"]), said_of(lead, language), language))
        )
    except (FuatiliaError, KeyError):
        return bench.masking.words(str(lead.get("sentence", "")))


def said_of(lead: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a lead's figures as sentences take them: an instant is written as people write it."""
    figures = dict(lead.get("figures") or {})
    if "as_of" in figures:
        figures["as_of"] = said_at(str(figures["as_of"]), Tongue(language))
    return figures


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


def _line(bench: Workbench, lead: Mapping[str, Any], language: str, *, follows: bool) -> LeadLine:
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
        finding=str(bench.masking.document(finding_of(str(lead.get("typology", "")), figures, language))),
        follows=follows,
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
