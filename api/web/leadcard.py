"""One lead opened: what was measured against what the rule asks, and every record it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from api.web.rows import RecordLine, record_lines
from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.web.leadlist import LeadLine
    from api.workbench import Workbench

WIDTH = 128
DANGER = "C"
VERDICTS = ("supported", "partly", "not supported", "not evaluated")
MOST_RECORDS = 200
ASKED_AS = {
    "days": ("window_days",),
    "share": ("left_share", "least"),
    "least_share": ("least",),
    "most_share": ("most",),
    "dollars": ("least_dollars",),
    "times": ("times_usual",),
}
"""Names of thresholds that a figure is held against, where they differ from the figure's own."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One thing that was measured: exact texts, and positions of the marks where both are numbers."""

    name: str
    observed: str
    asked: str
    at: int
    mark: int


@dataclass(frozen=True, slots=True)
class InnocentLine:
    """One innocent pattern that was tested."""

    pattern: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class LeadCard:
    """A lead and all that it rests on."""

    line: LeadLine
    version: str
    danger: bool
    figures: tuple[FigureLine, ...]
    parameters: tuple[tuple[str, str], ...]
    records: tuple[RecordLine, ...]
    cited: int
    innocent: tuple[InnocentLine, ...]
    missing: tuple[str, ...]
    since: int
    until: int
    inputs: str


def lead_card(bench: Workbench, line: LeadLine) -> LeadCard:
    """Gather one lead."""
    found = bench.lead(line.id)
    document = bench.leads_document([found])["leads"][0]
    cited = tuple(found.lead.citations)
    selection = Selection(observations=cited, statuses=(), limit=MOST_RECORDS)
    records = record_lines(bench, bench.store.select(bench.scope, selection).table.to_pylist())
    asked: Mapping[str, Any] = document.get("parameters") or found.lead.parameters
    return LeadCard(
        line=line,
        version=str(document.get("version", "")),
        danger=line.severity == DANGER,
        figures=figure_lines(document.get("figures") or {}, asked),
        parameters=tuple(sorted((str(k), told(v)) for k, v in asked.items())),
        records=records,
        cited=len(cited),
        innocent=tuple(_innocent(i) for i in document.get("innocent", ())),
        missing=tuple(told(m) for m in document.get("missing", ())),
        since=min((r.lo for r in records), default=0),
        until=max((r.hi for r in records), default=0),
        inputs=found.lead.inputs,
    )


def _innocent(said: Mapping[str, Any]) -> InnocentLine:
    verdict = str(said.get("verdict", ""))
    shown = verdict if verdict in VERDICTS else VERDICTS[-1]
    return InnocentLine(str(said.get("pattern", "")), shown, str(said.get("why", "")))


def figure_lines(figures: Mapping[str, Any], asked: Mapping[str, Any]) -> tuple[FigureLine, ...]:
    """Return what was measured beside the threshold that it is held against.

    Examples
    --------
    >>> asked = {"senders": "6", "left_share": "4/5"}
    >>> [(f.name, f.observed, f.asked) for f in figure_lines({"senders": 9, "share": "97 %"}, asked)]
    [('senders', '9', '6'), ('share', '97 %', '80 %')]
    """
    return tuple(_figure(str(name), told(value), asked) for name, value in figures.items())


def _figure(name: str, observed: str, asked: Mapping[str, Any]) -> FigureLine:
    found = next((asked[key] for key in (*ASKED_AS.get(name, ()), name) if key in asked), "")
    wanted = _like(told(found), observed)
    here, mark = _number(observed), _number(wanted)
    if here is None or mark is None or mark <= 0 or here < 0:
        return FigureLine(name, observed, wanted, -1, -1)
    most = max(here, mark) * Fraction(4, 3)
    return FigureLine(name, observed, wanted, int(here / most * WIDTH), int(mark / most * WIDTH))


def _like(threshold: str, observed: str) -> str:
    """Write a threshold in the unit of what it is held against: a part as a percentage."""
    if observed.endswith("%") and (part := _number(threshold)) is not None and not threshold.endswith("%"):
        whole = 100 * part
        return f"{whole.numerator} %" if whole.denominator == 1 else f"{part}"
    return threshold


def told(value: Any) -> str:
    """Return a value of a document as one text."""
    if isinstance(value, list | tuple):
        return ", ".join(told(v) for v in value)
    if isinstance(value, dict):
        return "; ".join(f"{k} {told(v)}" for k, v in value.items())
    return str(value)


def _number(text: str) -> Fraction | None:
    """Return the number that a figure begins with, as of ``138000.00 KES``; None where there is none."""
    word = text.replace(",", "").split(" ")[0].rstrip("%×")
    try:
        return Fraction(word)
    except (ValueError, ZeroDivisionError):
        return None
