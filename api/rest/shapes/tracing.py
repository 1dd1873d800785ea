"""Shapes of answers about results, runs again, and the network."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.rest.shapes.jobs import Shape


class ResultShape(Shape):
    """A result of the case: what ran, with what, over which evidence; ``fields`` is its document."""

    id: str
    kind: str
    case: str
    ran: str
    inputs: str
    stands: bool
    policy: dict[str, Any]
    parameters: dict[str, Any]
    citations: list[str]
    fields: dict[str, Any]


class ResultName(Shape):
    """A result without its document."""

    id: str
    kind: str
    ran: str
    inputs: str
    citations: int


class ResultList(Shape):
    """Standing results of the case, by id."""

    results: list[ResultName]


class Figure(Shape):
    """One figure that differs between two runs."""

    figure: str
    before: str
    after: str


class BeforeAfter(Shape):
    """A value of the stored and of the new run."""

    before: str
    after: str


class RerunShape(Shape):
    """What came of running a result again."""

    before: str
    after: str
    kind: str
    ran: BeforeAfter
    inputs: BeforeAfter
    same: bool
    differences: list[Figure]


class NetworkAsset(Shape):
    """An asset of the network and what it is called there."""

    asset: str
    name: str


class AssetSum(NetworkAsset):
    """A sum in one asset."""

    amount: str


class NodeShape(Shape):
    """An instrument, or a group of instruments, of the network."""

    id: str
    kind: str
    rail: str
    label: str
    institution: str
    holder: str
    masked: bool
    protected: bool
    opened: bool
    count: int
    members: list[str]
    events: int
    not_drawn: int
    x: float
    y: float


class EdgeShape(Shape):
    """Who paid whom, summed by pair and asset; or a conversion; or what somebody stated."""

    id: str
    source: str
    target: str
    kind: str
    asset: str
    name: str
    amount: str
    events: int
    first: str
    last: str
    given: str
    given_asset: str
    given_name: str
    price: str
    note: str
    citations: list[str]


class PaymentShape(Shape):
    """One payment of the network."""

    observation: str
    source: str
    locator: str
    at: str
    lo: str
    hi: str
    from_: str = Field(alias="from")
    to: str
    debit: str
    credit: str
    asset: str
    name: str
    amount: str
    kind: str
    reference: str
    mark: str


class LeftOutShape(Shape):
    """What is not drawn, where, and how much of it."""

    node: str
    reason: str
    instruments: int
    events: int
    sums: list[AssetSum]


class DayShape(Shape):
    """What was paid on one day in one asset."""

    day: str
    lo: str
    asset: str
    amount: str
    events: int


class NetworkShape(Shape):
    """The bounded part of the network that was asked for."""

    version: str
    budget: int
    warning: bool
    window: list[str] | None
    asset: str
    least: str
    leaves: int
    assets: list[NetworkAsset]
    nodes: list[NodeShape]
    edges: list[EdgeShape]
    payments: list[PaymentShape]
    sums: list[AssetSum]
    left_out: list[LeftOutShape]
    asks: list[str]
    days: list[DayShape]
