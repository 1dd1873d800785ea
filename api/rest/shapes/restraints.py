"""Shapes of answers about what was done to hold assets, and what came back."""

from __future__ import annotations

from pydantic import Field

from api.rest.shapes.jobs import Shape


class RestraintShape(Shape):
    """One statement about one asset at one instrument; texts by clearance."""

    id: str
    subject: str
    instrument: str
    label: str
    asset: str
    state: str = Field(description="open, asked, held_until, ordered or lifted")
    until: str
    reference: str
    by: str
    on: str
    amount: str = Field(description="Decimal text; empty where the whole is meant.")
    author: str
    reason: str
    made: str
    counts: bool = Field(description="Whether it is the one that counts for this asset.")


class ReturnedShape(Shape):
    """Money that a claimant has back."""

    id: str
    claimant: str
    asset: str
    amount: str
    on: str
    reference: str
    author: str
    reason: str
    made: str


class RestraintList(Shape):
    """What was done and what came back, the earliest first."""

    restraints: list[RestraintShape]
    returned: list[ReturnedShape]
