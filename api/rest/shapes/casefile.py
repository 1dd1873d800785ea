"""Shapes of answers about the work on a case: its question and its checklist."""

from __future__ import annotations

from pydantic import Field

from api.rest.shapes.jobs import Shape


class QuestionShape(Shape):
    """What a case is asked."""

    id: str
    text: str
    asked_by: str
    on: str
    due: str
    author: str
    reason: str
    made: str


class QuestionList(Shape):
    """The question that counts, and the earlier ones, the latest first."""

    case: str
    question: QuestionShape | None
    earlier: list[QuestionShape]


class StepNote(Shape):
    """What presses in a stage."""

    key: str
    n: int
    day: str


class StepSaid(Shape):
    """What a person stated about a step."""

    id: str
    state: str
    author: str
    reason: str
    made: str


class StepShape(Shape):
    """One step as it stands."""

    id: str
    title: str
    state: str = Field(description="open, done or not_applicable")
    counted: bool = Field(description="whether the case itself shows that it is done")
    shows: str
    said: list[StepSaid]


class StageShape(Shape):
    """One stage of the procedure."""

    letter: str
    title: str
    settled: int
    notes: list[StepNote]
    steps: list[StepShape]


class ChecklistShape(Shape):
    """Every step of the procedure by stage."""

    case: str
    steps: int
    settled: int
    stages: list[StageShape]


class AwardShape(Shape):
    """What a court ordered to be paid to a claimant."""

    id: str
    claimant: str
    amount: str
    asset: str
    on: str
    reference: str
    author: str
    reason: str
    made: str


class AwardList(Shape):
    """What was ordered, by day."""

    awards: list[AwardShape]
