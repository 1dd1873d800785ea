"""Leads and what was decided about them: confirmed, or dismissed on one of a fixed list of grounds.

A lead is a reason to look, not a finding about anyone. Every decision stays on record with its author
and reason; the latest counts, and dismissals by ground say how precise a typology is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.errors import UsageError
from graph.errors import NotFoundError
from graph.model.results import Decision, Disposition, Ground

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.casework.masking import Masking
    from graph.model.parties import Instrument
    from graph.model.provenance import Source
    from graph.model.results import Result
    from graph.model.scope import Scope
    from graph.store import View

OPEN = "open"
GROUNDS: Mapping[Ground, str] = {
    Ground.INNOCENT_PATTERN: "an innocent pattern explains it",
    Ground.KNOWN_RELATION: "the persons are known to stand in a relation that explains it",
    Ground.DATA_ERROR: "the records are wrong or misread",
    Ground.DUPLICATE: "another lead tells of the same",
    Ground.OUT_OF_SCOPE: "it is not what the case is about",
    Ground.NOT_ENOUGH: "there is not enough to go on",
}
"""Each ground in words."""


@dataclass(frozen=True, slots=True)
class Triaged:
    """A lead with every decision about it, oldest first."""

    lead: Result
    decisions: tuple[Disposition, ...] = ()

    @property
    def last(self) -> Disposition | None:
        """The decision that counts."""
        return self.decisions[-1] if self.decisions else None

    @property
    def state(self) -> str:
        """``open``, ``confirmed`` or ``dismissed``."""
        return self.last.decision if self.last else OPEN


def triaged(leads: Sequence[Result], decided: Sequence[Disposition]) -> list[Triaged]:
    """Put decisions beside the leads they are about, leads in the order given."""
    by_lead: dict[str, list[Disposition]] = {}
    for one in decided:
        by_lead.setdefault(one.result, []).append(one)
    return [Triaged(lead, tuple(by_lead.get(lead.id, ()))) for lead in leads]


def named_lead(leads: Sequence[Triaged], name: str) -> Triaged:
    """Return the one lead whose id begins so.

    Raises
    ------
    NotFoundError, UsageError
        None does; or several do.
    """
    wanted = name.strip().lower()
    found = [t for t in leads if wanted and t.lead.id.startswith(wanted)]
    if not found:
        raise NotFoundError("no such standing lead", lead=name, hint="see `leads`")
    if len(found) > 1:
        raise UsageError("too few digits to be sure which lead is meant", lead=name)
    return found[0]


def ground_of(decision: str, ground: str) -> tuple[Decision, str]:
    """Check a decision and its ground.

    Raises
    ------
    UsageError
        No such decision or ground; a dismissal without a ground, or a confirmation with one.
    """
    known = ", ".join(g.value for g in Ground)
    if decision not in set(Decision):
        raise UsageError("no such decision", decision=decision, hint="confirmed or dismissed")
    if decision == Decision.CONFIRMED and ground:
        raise UsageError("only a dismissal has a ground", ground=ground, hint="say why in the reason")
    if decision == Decision.DISMISSED and ground not in set(Ground):
        raise UsageError(
            "a dismissal needs one of the grounds", ground=ground or None, hint=f"one of {known}"
        )
    return Decision(decision), ground


def lead_document(
    found: Triaged,
    masking: Masking,
    instruments: Mapping[str, Instrument],
    sources: Mapping[str, Source],
) -> dict[str, Any]:
    """Return a lead as the contract of ``detect --json`` has it, with its state and decisions.

    Labels of instruments and names of files are those that the reader's clearance gives now, not those
    of whoever ran the detection.
    """
    fields = masking.document(dict(found.lead.fields))
    fields["instruments"] = [
        {**one, "label": instruments[one["id"]].label} if one.get("id") in instruments else one
        for one in fields.get("instruments", [])
    ]
    fields["observations"] = [
        {**one, "path": sources[one["source"]].name} if one.get("source") in sources else one
        for one in fields.get("observations", [])
    ]
    return {
        **fields,
        "id": found.lead.id,
        "case": found.lead.case,
        "state": found.state,
        "decisions": [masking.disposition(d) for d in found.decisions],
    }


def leads_document(view: View, scope: Scope, found: Sequence[Triaged], masking: Masking) -> dict[str, Any]:
    """Return leads as one document, in the order given; labels as the scope's clearance gives them now."""
    ids = {one["id"] for t in found for one in t.lead.fields.get("instruments", []) if "id" in one}
    instruments = view.instruments(scope, sorted(ids))
    sources = {s.sha256: s for s in view.sources(scope)}
    return {"leads": [lead_document(t, masking, instruments, sources) for t in found]}


def leads_rows(document: Mapping[str, Any]) -> list[list[str]]:
    """Return leads as lines of a table: id, state, severity, typology, sentence."""
    return [
        [
            lead["id"],
            lead["state"],
            str(lead.get("severity", "")),
            str(lead.get("typology", "")),
            str(lead.get("sentence", "")),
        ]
        for lead in document["leads"]
    ]
