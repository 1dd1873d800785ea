"""Shapes of answers about a case: its files, statements, roles and leads."""

from __future__ import annotations

from pydantic import Field

from api.rest.shapes.jobs import Shape


class CaseName(Shape):
    """A case of the store."""

    id: str
    title: str


class CaseList(Shape):
    """Cases by id."""

    cases: list[CaseName]


class CaseSource(Shape):
    """A file of the case and how its reading stands."""

    sha256: str
    name: str
    size: int
    media: str
    supplier: str
    authority: str
    received: str
    state: str
    retracted: str
    readers: list[str]
    records: int
    accepted: int
    rejected: int
    statements: dict[str, int]
    sums: list[dict[str, str]]


class AuditFault(Shape):
    """A row of the audit log that does not follow from the one before."""

    row: int
    what: str


class AuditState(Shape):
    """Whether the audit chain holds."""

    rows: int
    head: str
    intact: bool
    faults: list[AuditFault]


class CaseSummary(Shape):
    """How a case stands."""

    case: str
    question: str
    files: int
    records: int
    accepted: int
    rejected: int
    statements: dict[str, int]
    assertions: int
    results: int
    results_by_kind: dict[str, int]
    leads: dict[str, int]
    roles: dict[str, int]
    sources: list[CaseSource]
    content: str
    audit: AuditState


class SourceShape(Shape):
    """An admitted file."""

    sha256: str
    name: str
    size: int
    supplier: str
    authority: str
    received: str


class SourceList(Shape):
    """Files of the case."""

    sources: list[SourceShape]


class FallenShape(Shape):
    """A result that falls with a retracted file."""

    id: str
    kind: str
    ran: str
    observations: list[str]


class Retracted(Shape):
    """A retraction and what fell with it."""

    source: str
    reason: str
    fallen: list[FallenShape]


class AssertionShape(Shape):
    """What a person stated."""

    id: str
    kind: str
    subject: str
    object: str
    author: str
    reason: str
    made: str


class AssertionList(Shape):
    """Standing statements."""

    assertions: list[AssertionShape]


class NamedInstrument(Shape):
    """An instrument under its opaque id."""

    id: str
    kind: str
    label: str


class StandingShape(Shape):
    """Who stands how in the case."""

    subject: str
    roles: list[str]
    protected: bool
    instruments: list[NamedInstrument]
    assertions: list[AssertionShape]


class RoleList(Shape):
    """Roles of the case."""

    roles: list[StandingShape]


class FoundInstrument(NamedInstrument):
    """An instrument that a search found."""

    institution: str
    holder: str


class Found(Shape):
    """What a search found."""

    instruments: list[FoundInstrument]
    observations: list[str]


class RowShape(Shape):
    """One row of the evidence, with its place; text by clearance."""

    observation: str
    event: str
    source: str
    locator: str
    at: str
    until: str
    kind: str
    status: str
    debit: str | None
    credit: str | None
    amount: str
    asset: str
    balance: str | None
    reference: str | None
    text: str | None
    mark: str | None


class RowList(Shape):
    """Rows in the total order; what was cut is said."""

    rows: list[RowShape]
    truncated: bool
    left_out: str


class LeadInstrument(NamedInstrument):
    """An instrument that a lead is about."""


class LeadObservation(Shape):
    """A record that a lead rests on."""

    id: str
    source: str
    path: str
    locator: str


class Innocent(Shape):
    """An innocent pattern that was tested, its verdict, and what it weighs (none: too short a record)."""

    pattern: str
    verdict: str
    tests: dict[str, bool | None] = Field(default_factory=dict)


class DecisionShape(Shape):
    """What a person decided about a lead."""

    result: str
    decision: str
    ground: str
    author: str
    reason: str
    made: str


class LeadShape(Shape):
    """A reason to look, with its reasons; never a finding about anyone."""

    id: str
    typology: str
    version: str
    severity: str
    case: str
    instruments: list[LeadInstrument]
    observations: list[LeadObservation]
    window: list[int]
    figures: dict[str, str | int]
    expected_by_chance: str | None
    innocent: list[Innocent]
    missing: list[str]
    sentence: str
    parameters: dict[str, str]
    state: str = Field(description="open, confirmed or dismissed")
    decisions: list[DecisionShape]


class LeadList(Shape):
    """Leads of the case."""

    leads: list[LeadShape]
