"""Shapes of answers about long work and about the store."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """An answer: exactly these members, so that the document and the answer cannot drift apart."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class JobShape(Shape):
    """How far long work is, and what came of it: ``outcome`` is the document of its kind."""

    id: str
    case: str
    kind: str
    label: str
    state: str
    step: str
    done: int
    total: int
    rate: int
    left: int | None
    outcome: dict[str, Any]
    error: dict[str, str]


class JobList(Shape):
    """The jobs of a case, the newest first."""

    jobs: list[JobShape]
