"""One lead opened: what was measured against what the rule asks, and every record it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.casework.lead_notes import Note, notes_to
from api.web.addresses import case_url
from api.web.audited import recorded_by
from api.web.leadfigures import FigureLine, figure_lines, text_of
from api.web.leadrecords import LeadRecord, lead_records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.web.leadlist import LeadLine
    from api.workbench import Workbench

DANGER = "C"
ASSETS = "AS-"
"""Typologies of assets: what they ask for first are the letters that hold them."""
VERDICTS = ("supported", "partly", "not supported", "not evaluated")


@dataclass(frozen=True, slots=True)
class InnocentLine:
    """One innocent pattern that was tested: what the record shows of it, does not show, or cannot say."""

    pattern: str
    verdict: str
    shows: tuple[str, ...]
    lacks: tuple[str, ...]
    short: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeadCard:
    """A lead and all that it rests on.

    ``rate_of`` and ``usual_days`` say at what rate dollars are and how many days the usual counts; they
    stand with those figures. ``one_code`` is the asset of its records where it is one; ``seen`` of
    ``cited`` observations move money and are listed; ``before_seen`` says that what came before them was
    looked through.
    """

    line: LeadLine
    version: str
    danger: bool
    found_at: str
    figures: tuple[FigureLine, ...]
    context: tuple[FigureLine, ...]
    rate_of: str
    usual_days: str
    parameters: tuple[tuple[str, str], ...]
    records: tuple[LeadRecord, ...]
    before_seen: bool
    one_code: str
    seen: int
    cited: int
    innocent: tuple[InnocentLine, ...]
    missing: tuple[str, ...]
    notes: tuple[Note, ...]
    since: int
    until: int
    inputs: str
    trace_url: str
    letters_url: str


def lead_card(bench: Workbench, line: LeadLine) -> LeadCard:
    """Gather one lead."""
    found = bench.lead(line.id)
    document = bench.leads_document([found])["leads"][0]
    cited = tuple(found.lead.citations)
    members = document.get("instruments", ())
    subject = str(members[0].get("id", "")) if members else ""
    records, seen = lead_records(bench, cited, subject)
    asked: Mapping[str, Any] = document.get("parameters") or found.lead.parameters
    held, context = figure_lines(line.typology, document.get("figures") or {}, asked)
    named = {f.name: f.observed for f in context}
    woven = {"rate_of"} if any(f.name == "dollars" for f in held) else set()
    woven |= {"window"} if "usual" in named else set()
    codes = {r.row.code for r in records}
    return LeadCard(
        line=line,
        version=str(document.get("version", "")),
        danger=line.severity == DANGER,
        found_at=recorded_by(bench, line.id)[1],
        figures=held,
        context=tuple(f for f in context if f.name not in woven),
        rate_of=named.get("rate_of", "") if "rate_of" in woven else "",
        usual_days=named.get("window", "") if "window" in woven else "",
        parameters=tuple(sorted((str(k), text_of(v)) for k, v in asked.items())),
        records=records,
        before_seen=seen,
        one_code=codes.pop() if len(codes) == 1 else "",
        seen=len({r.row.observation for r in records}),
        cited=len(cited),
        innocent=tuple(_innocent(i) for i in document.get("innocent", ())),
        missing=tuple(text_of(m) for m in document.get("missing", ())),
        notes=notes_to(bench.store, bench.scope, bench.case, line.id, bench.masking),
        since=min((r.row.lo for r in records), default=0),
        until=max((r.row.hi for r in records), default=0),
        inputs=found.lead.inputs,
        trace_url=case_url(bench.case, "traces", instrument=subject) if subject else "",
        letters_url=f"{case_url(bench.case, 'assets')}#letters" if line.typology.startswith(ASSETS) else "",
    )


def _innocent(said: Mapping[str, Any]) -> InnocentLine:
    verdict = str(said.get("verdict", ""))
    tests: Mapping[str, bool | None] = said.get("tests") or {}

    def those(held: bool | None) -> tuple[str, ...]:
        return tuple(str(name) for name, what in tests.items() if what is held)

    return InnocentLine(
        str(said.get("pattern", "")),
        verdict if verdict in VERDICTS else VERDICTS[-1],
        those(True),
        those(False),
        those(None),
    )
